// [MS-OXCMAPIHTTP] 2.2.5.18, 2.2.5.19 wire; [MS-OXDSCLI] 2.2.4.1.1.2.9: the URLs that Autodiscover gives, which these methods give again.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>URLs of the endpoints, as Autodiscover tells them.</summary>
internal static class ServerUrls
{
    /// <summary>The endpoint's URL for a mailbox.</summary>
    public static string Of(NspiCall call, string path, MailboxRecipient mailbox) =>
        $"{call.Host}{path}/?MailboxId={mailbox.MailboxGuid:D}@{mailbox.PrimaryAddress[(mailbox.PrimaryAddress.LastIndexOf('@') + 1)..]}";

    /// <summary>Whose server it is: every mailbox's server is named by the mailbox, <c>…/cn=Servers/cn=GUID@domain</c>, or by a mailbox's own DN.</summary>
    public static MailboxRecipient? MailboxOf(AddressBookSnapshot book, string serverDn)
    {
        if (book.FindByDn(serverDn) is MailboxRecipient named)
            return named;
        foreach (var part in serverDn.Split('/'))
        {
            var at = part.IndexOf('@', StringComparison.Ordinal);
            if (at > 3 && part.StartsWith("cn=", StringComparison.OrdinalIgnoreCase) && Guid.TryParse(part.AsSpan(3, at - 3), out var id) && book.Directory.FindByMailbox(id) is { } found)
                return found;
        }
        return null;
    }
}

/// <summary>Asks for an endpoint. 2.2.5.18.1, 2.2.5.19.1.</summary>
internal struct ServerUrlRequest : IWireStructure<ServerUrlRequest>
{
    public uint Flags;

    /// <summary>Of a mailbox server, or of a user.</summary>
    public string Dn;
    public byte[] AuxiliaryBuffer;

    public static void Fields<TIo>(ref TIo io, scoped ref ServerUrlRequest value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U32(ref value.Flags);
        io.Utf16Z(ref value.Dn);
        NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
    }
}

/// <summary>Where the endpoint is. 2.2.5.18.2, 2.2.5.19.2.</summary>
internal struct ServerUrlResponse : INspiResponse<ServerUrlResponse>
{
    public ErrorCode ErrorCode;
    public string ServerUrl;

    public readonly ErrorCode Error => ErrorCode;

    public static void Fields<TIo>(ref TIo io, scoped ref ServerUrlResponse value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.Enum(ref value.ErrorCode);
        io.Utf16Z(ref value.ServerUrl);
    }
}
