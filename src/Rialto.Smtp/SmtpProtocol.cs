using Rialto.Net;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp;

/// <summary>SMTP for the server's listeners: one object for port 25, one for the submission ports.</summary>
public sealed class SmtpProtocol(SmtpRole role, SmtpServices services) : ConnectionProtocol
{
    public override string Name => role == SmtpRole.Relay ? "smtp" : "submission";

    public override TimeSpan IdleTimeout => services.Options.CommandTimeout;

    public override Task RunAsync(SessionTransport transport) => new SmtpSession(transport, role, services).RunAsync();

    public override ReadOnlyMemory<byte> RefusalFor(ConnectionRefusal reason) => (reason switch
    {
        ConnectionRefusal.ShuttingDown => SmtpReplies.ShuttingDown,
        ConnectionRefusal.TooManyFromAddress => SmtpReplies.TooManyFromAddress,
        _ => SmtpReplies.TooManyConnections,
    }).Bytes.ToArray();
}
