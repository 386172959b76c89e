// RFC 5034 4 AUTH; [MS-OXPOP3] 2.2.1, 3.2.5 and [MS-POP3] 2.2.1: NTLM, and the list of mechanisms.
using System.Text;
using Rialto.Net;

namespace Rialto.MailAccess.Pop3.Commands;

internal static class AuthenticateCommand
{
    /// <summary>"AUTH" alone lists the mechanisms, as clients older than CAPA ask.</summary>
    public static async ValueTask RunAsync(Pop3Session session, string arguments)
    {
        if (!session.Transport.AllowsLogin)
        {
            session.Error("Passwords are taken under TLS only");
            return;
        }
        var signIn = session.Protocol.Authentication;
        var context = SaslContext.Of(session.Transport, session.Protocol.Name);
        if (arguments.Length == 0)
        {
            session.Ok("Mechanisms follow");
            foreach (var mechanism in signIn.Mechanisms(context))
            {
                session.Transport.Write(mechanism);
                session.Transport.Write("\r\n"u8);
            }
            session.Transport.Write(".\r\n"u8);
            return;
        }
        var words = arguments.Split(' ', 2);
        if (signIn.Begin(Encoding.UTF8.GetBytes(words[0]), context) is not { } conversation)
        {
            session.Error("Mechanism is not supported");
            return;
        }
        var answer = await conversation.BeginAsync(words.Length == 1 ? ReadOnlyMemory<byte>.Empty : Encoding.UTF8.GetBytes(words[1]));
        while (answer.Outcome == SaslOutcome.Challenge)
        {
            session.Transport.Write("+ "u8);
            session.Transport.Write(answer.Challenge);
            session.Transport.Write("\r\n"u8);
            var read = await session.ReadLineAsync(session.Options.MaximumAuthenticationLine);
            if (read.Status is ReadStatus.TooLong or ReadStatus.BareLineFeed)
            {
                session.Error("Response is too long or does not end with CR LF");
                return;
            }
            if (!read.IsLine)
            {
                session.Error("[SYS/TEMP] Authentication was cut off");
                session.End();
                return;
            }
            answer = await conversation.StepAsync(read.Line);
        }
        if (answer.Outcome is SaslOutcome.Cancelled or SaslOutcome.Malformed)
            session.Error(answer.Outcome == SaslOutcome.Cancelled ? "Authentication was cancelled" : "Response is malformed");
        else
            await session.LogInAsync(answer);
    }
}
