// [MS-OXNSPI] 3.1.4.1.1: what Bind begins and Unbind ends.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.AddressBook;

/// <summary>A client of the address book, from Bind to Unbind. It keeps nothing but who the client is: every request says where it stands.</summary>
internal sealed class NspiSession(Principal principal) : IClientSession
{
    private int _busy;

    public Principal Principal { get; } = principal;

    public bool IsInUse => Volatile.Read(ref _busy) != 0;

    /// <summary>Begins a request; false while another one runs.</summary>
    public bool TryEnter() => Interlocked.CompareExchange(ref _busy, 1, 0) == 0;

    public void Leave() => Volatile.Write(ref _busy, 0);

    public void Dispose()
    {
    }
}

/// <summary>What a method of the address book works with, whichever transport it came over.</summary>
/// <param name="Book">The address book at the time of the request.</param>
/// <param name="Directory">Where changes go, and large values are read.</param>
/// <param name="Viewer">Who asks.</param>
/// <param name="Options">Limits.</param>
/// <param name="Host">The name that clients reach this server by.</param>
internal sealed record NspiCall(AddressBookSnapshot Book, DirectoryService Directory, Account Viewer, MapiOptions Options, string Host, CancellationToken Cancel)
{
    public AddressBookEntry Entry(Recipient recipient, uint number, bool ephemeral) => new(Book, recipient, number, ephemeral, Viewer);
}
