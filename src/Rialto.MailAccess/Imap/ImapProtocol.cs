// RFC 3501: IMAP4rev1 over the connections of Rialto.Net.
using Microsoft.Extensions.Logging;
using System.Net;
using Rialto.Directory;
using Rialto.MailAccess.Imap.Urls;
using Rialto.Net;
using Rialto.Store;

namespace Rialto.MailAccess.Imap;

/// <summary>The IMAP server: one for all its listeners.</summary>
public sealed class ImapProtocol(StoreEngine engine, Authenticator authenticator, ImapOptions options, ILogger<ImapProtocol> logger) : ConnectionProtocol
{
    public override string Name => "imap";

    public override string Alpn => "imap";

    public override TimeSpan IdleTimeout => options.LoginTimeout;

    public ImapOptions Options => options;

    /// <summary>Who is who: for mailboxes of others, public folders and access control lists. Without it each user sees the own mailbox alone.</summary>
    public DirectoryService? Directory { get; init; }

    internal StoreEngine Engine => engine;

    internal Authenticator Authenticator => authenticator;

    /// <summary>The mechanisms of AUTHENTICATE; unless set, those that need nothing but the authenticator.</summary>
    public AuthenticationService Authentication { get; init; } = new(authenticator);

    internal RecentMarks Recent { get; } = new();

    internal ClientChanges Changes { get; } = new();

    /// <summary>The names that clients know this server by, in URLs; the accepted domains are names of it too. Without one URLs have to be relative.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>How often whose keys of URLs were replaced: their sessions are told. RFC 4467 7 RESETKEY.</summary>
    internal UrlKeyResets UrlKeyResets { get; } = new();

    internal ILogger Logger => logger;

    /// <summary>
    /// Whether a URL is one of this server: by a name of it, or by the address at which the client's connection arrived. Which of its ports and addresses a URL with a token was made at is
    /// not looked at: the token says that it was made here. RFC 5092 4 (host and port), RFC 4467 6.
    /// </summary>
    /// <param name="local">Where the client's connection arrived; null where that is no connection of IMAP.</param>
    internal bool IsHere(ImapUrl url, IPEndPoint? local)
    {
        if (url.Host is null)
            return true;
        if (HostNames.Count == 0)
            return false;
        var hasToken = url.Mechanism is not null;
        var isOwn = url.Address is { } address ? hasToken || address.Equals(Plain(local?.Address)) : HostNames.Contains(url.Host, StringComparer.OrdinalIgnoreCase) || Directory?.Current.FindDomain(url.Host) is not null;
        return isOwn && (hasToken || url.Port is null or 143 || url.Port == local?.Port);
    }

    // A listener for both families sees IPv4 in the form of IPv6.
    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    /// <summary>
    /// What a URL means that a client of submission gives in place of a message: one that is for submission on behalf of that client (RFC 4468 3.3), read with the access that its maker has
    /// now. Null for any other; the caller disposes what it gets. Throws <see cref="Store.Backend.StorageUnavailableException"/> where it cannot be read now.
    /// </summary>
    public async ValueTask<(ReadOnlyMemory<byte> Octets, IDisposable Lease)?> OpenForSubmissionAsync(string url, Account submitter, CancellationToken cancel)
    {
        if (!ImapUrl.TryParse(url, options, out var parsed) || !IsHere(parsed, local: null))
            return null;
        var opened = await MessageUrl.OpenAuthorizedAsync(this, parsed, new UrlReader(submitter, SubmitsFor: submitter), cancel);
        if (opened.TryGet(out var content))
            return (content.Bytes, content);
        return opened.Error == StoreError.StorageUnavailable ? throw new Store.Backend.StorageUnavailableException("A message cannot be read now.") : null;
    }

    public override async Task RunAsync(SessionTransport transport)
    {
        using var session = new ImapSession(this, transport);
        await session.RunAsync();
    }

    public override ReadOnlyMemory<byte> RefusalFor(ConnectionRefusal reason) => reason == ConnectionRefusal.ShuttingDown
        ? "* BYE The server is stopping\r\n"u8.ToArray()
        : "* BYE [UNAVAILABLE] Too many connections\r\n"u8.ToArray();
}
