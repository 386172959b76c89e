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

    /// <summary>Whether a URL is one of this server, as the session's client reaches it.</summary>
    internal bool IsHere(ImapUrl url, IPEndPoint? local) => url.Host is null || IsOwnHost(url.Host) && (url.Port is not { } port || port == 143 || port == local?.Port);

    private bool IsOwnHost(string host) =>
        HostNames.Contains(host, StringComparer.OrdinalIgnoreCase) || HostNames.Count > 0 && Directory?.Current.FindDomain(host) is not null;

    /// <summary>
    /// What a URL means that a client of submission gives in place of a message: one that is for submission on behalf of that client (RFC 4468 3.3), read with the access that its maker has
    /// now. Null for any other; the caller disposes what it gets. Throws <see cref="Store.Backend.StorageUnavailableException"/> where it cannot be read now.
    /// </summary>
    public async ValueTask<(ReadOnlyMemory<byte> Octets, IDisposable Lease)?> OpenForSubmissionAsync(string url, Account submitter, CancellationToken cancel)
    {
        // The port is whichever the URL was made at: its token would not be right otherwise.
        if (!ImapUrl.TryParse(url, options, out var parsed) || parsed.Host is not null && !IsOwnHost(parsed.Host))
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
