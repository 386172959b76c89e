// RFC 3501: IMAP4rev1 over the connections of Rialto.Net.
using Microsoft.Extensions.Logging;
using Rialto.Directory;
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

    internal ILogger Logger => logger;

    public override async Task RunAsync(SessionTransport transport)
    {
        using var session = new ImapSession(this, transport);
        await session.RunAsync();
    }

    public override ReadOnlyMemory<byte> RefusalFor(ConnectionRefusal reason) => reason == ConnectionRefusal.ShuttingDown
        ? "* BYE The server is stopping\r\n"u8.ToArray()
        : "* BYE [UNAVAILABLE] Too many connections\r\n"u8.ToArray();
}
