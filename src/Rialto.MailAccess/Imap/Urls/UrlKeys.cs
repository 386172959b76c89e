// RFC 4467 2.2 mailbox access keys, 2.4.1 INTERNAL, 5 generation, 6 validation.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Imap.Urls;

/// <summary>
/// A user's table of mailbox access keys, one for each mailbox of which the user has made URLs: random, kept in the user's own store and told to nobody. A key that is replaced or removed
/// takes with it all URLs that were made with it.
/// </summary>
/// <param name="table">The user's own store.</param>
internal sealed class UrlKeys(MailboxSession table)
{
    public const string Mechanism = "INTERNAL";

    private const string Client = "imap";
    private const int KeyLength = 32;

    // 2.4.1: which algorithm made the token, as its first octet.
    private const string HmacSha256 = "01";

    /// <summary>The token of a URL under a key: 66 hexadecimal digits.</summary>
    public static string Token(ReadOnlySpan<byte> key, string rump) => HmacSha256 + Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(rump)));

    /// <summary>Whether a token is a URL's. Takes the same time wherever they differ, and also where there is no key.</summary>
    public static bool IsToken(ReadOnlySpan<byte> key, string rump, string token)
    {
        Span<byte> nobodys = stackalloc byte[KeyLength];
        RandomNumberGenerator.Fill(nobodys);
        var expected = Encoding.ASCII.GetBytes(Token(key.IsEmpty ? nobodys : key, rump));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(token.ToLowerInvariant())) && !key.IsEmpty;
    }

    /// <summary>The key of a mailbox; empty where there is none.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> FindAsync(Guid store, FolderId folder, CancellationToken cancel) =>
        await table.ReadClientStateAsync(KeyOf(store, folder), cancel) is { } key ? key : ReadOnlyMemory<byte>.Empty;

    /// <summary>The key of a mailbox, made where there is none yet: one, however many sessions ask for the first at once.</summary>
    public async ValueTask<StoreResult<ReadOnlyMemory<byte>>> GetAsync(Guid store, FolderId folder, CancellationToken cancel)
    {
        var known = await FindAsync(store, folder, cancel);
        return known.IsEmpty ? await table.AddClientStateAsync(KeyOf(store, folder), RandomNumberGenerator.GetBytes(KeyLength), cancel) : known;
    }

    /// <summary>A new key in the place of the one there was.</summary>
    public ValueTask<StoreError> ResetAsync(Guid store, FolderId folder, CancellationToken cancel) =>
        table.WriteClientStateAsync([(KeyOf(store, folder), RandomNumberGenerator.GetBytes(KeyLength))], cancel);

    /// <summary>Removes all keys of the user.</summary>
    public async ValueTask<StoreError> ClearAsync(CancellationToken cancel)
    {
        var states = new List<(ClientStateKey Key, ReadOnlyMemory<byte>? Value)>();
        foreach (var (key, _) in await table.ReadClientStatesAsync(Client, Collection, cancel))
            states.Add((new ClientStateKey(Client, Collection, key), null));
        return states.Count == 0 ? StoreError.None : await table.WriteClientStateAsync(states, cancel);
    }

    private string Collection => "urlkeys:" + table.Principal.Id.ToString("N");

    private ClientStateKey KeyOf(Guid store, FolderId folder) => new(Client, Collection, string.Create(CultureInfo.InvariantCulture, $"{store:N}:{folder.Value}"));
}
