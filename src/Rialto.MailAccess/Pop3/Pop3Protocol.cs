// RFC 1939: POP3 over the connections of Rialto.Net.
using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Net;
using Rialto.Store;

namespace Rialto.MailAccess.Pop3;

/// <summary>The POP3 server: one for all its listeners. It gives out the Inbox.</summary>
public sealed class Pop3Protocol(StoreEngine engine, Authenticator authenticator, Pop3Options options, ILogger<Pop3Protocol> logger) : ConnectionProtocol
{
    public override string Name => "pop3";

    public override string Alpn => "pop3";

    public override TimeSpan IdleTimeout => options.LoginTimeout;

    public Pop3Options Options => options;

    internal StoreEngine Engine => engine;

    internal Authenticator Authenticator => authenticator;

    /// <summary>The mechanisms of AUTH; unless set, those that need nothing but the authenticator.</summary>
    public AuthenticationService Authentication { get; init; } = new(authenticator);

    internal ILogger Logger => logger;

    public override async Task RunAsync(SessionTransport transport)
    {
        using var session = new Pop3Session(this, transport);
        await session.RunAsync();
    }

    public override ReadOnlyMemory<byte> RefusalFor(ConnectionRefusal reason) => reason == ConnectionRefusal.ShuttingDown
        ? "-ERR [SYS/TEMP] The server is stopping\r\n"u8.ToArray()
        : "-ERR [SYS/TEMP] Too many connections\r\n"u8.ToArray();
}
