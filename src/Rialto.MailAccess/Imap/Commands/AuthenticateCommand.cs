// RFC 3501 6.2.2; RFC 4959 initial response; [MS-OXIMAP4] 2.2.1, 3.2.5 NTLM among the mechanisms of Rialto.Net: there not supported is BAD, and cancelled or malformed NO.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Net;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class AuthenticateCommand : ImapCommand
{
    private byte[] _mechanism = [];
    private byte[]? _initialResponse;

    private bool IsNtlm => System.Text.Ascii.EqualsIgnoreCase(_mechanism, "NTLM"u8);

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
        if (session.Protocol.Authentication.Begin(_mechanism, SaslContext.Of(session.Transport, session.Protocol.Name)) is not { } conversation)
            return IsNtlm ? ImapReply.Bad("Mechanism is not supported") : ImapReply.No("CANNOT", "Mechanism is not supported");
        if (!session.Transport.AllowsLogin)
            return LogIn.PrivacyRequired;
        var answer = await conversation.BeginAsync(_initialResponse);
        while (answer.Outcome == SaslOutcome.Challenge)
        {
            session.Writer.Raw("+ "u8);
            session.Writer.Ascii(answer.Challenge);
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
            answer = await conversation.StepAsync(read.Line);
        }
        return answer.Outcome switch
        {
            SaslOutcome.Cancelled when IsNtlm => ImapReply.No(null, "The AUTH protocol exchange was canceled by the client."),
            SaslOutcome.Malformed when IsNtlm => ImapReply.No(null, "Response is malformed"),
            SaslOutcome.Cancelled => ImapReply.Bad("Authentication was cancelled"),
            SaslOutcome.Malformed => ImapReply.Bad("Response is malformed"),
            _ => await LogIn.RunAsync(session, answer, cancel),
        };
    }
}
