// RFC 3501 6.2.2; RFC 4959 initial response; RFC 4616 PLAIN.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Net;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class AuthenticateCommand : ImapCommand
{
    private byte[] _mechanism = [];
    private byte[]? _initialResponse;

    /// <summary>authenticate = "AUTHENTICATE" SP auth-type [SP (base64 / "=")]</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _mechanism = parser.Atom().ToArray();
        if (parser.TryTake((byte)' '))
            _initialResponse = parser.Atom().ToArray();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var exchange = SaslExchange.For(_mechanism);
        if (exchange is null)
            return ImapReply.No("CANNOT", "Mechanism is not supported");
        if (!session.Transport.AllowsLogin)
            return LogIn.PrivacyRequired;
        var step = _initialResponse is null ? exchange.Begin() : exchange.Begin(_initialResponse);
        while (step.Status == SaslStatus.Challenge)
        {
            session.Writer.Raw("+ "u8);
            session.Writer.Ascii(step.Challenge);
            session.Writer.Crlf();
            await session.FlushAsync();
            var read = await session.ReadNextLineAsync();
            if (read.Status is ReadStatus.TooLong or ReadStatus.BareLineFeed)
                return ImapReply.Bad("Response is too long or does not end with CR LF");
            if (!read.IsLine)
            {
                await session.EndAsync(read.Status);
                return ImapReply.Bad("Authentication was cut off");
            }
            step = exchange.Continue(read.Line.Span);
        }
        return step.Status switch
        {
            SaslStatus.Credentials => await LogIn.RunAsync(session, step, cancel),
            SaslStatus.Cancelled => ImapReply.Bad("Authentication was cancelled"),
            _ => ImapReply.Bad("Response is malformed"),
        };
    }
}
