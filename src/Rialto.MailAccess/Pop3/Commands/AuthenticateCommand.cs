// RFC 5034 4 AUTH.
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
        if (arguments.Length == 0)
        {
            session.Ok("Mechanisms follow");
            session.Transport.Write("PLAIN\r\nLOGIN\r\n.\r\n"u8);
            return;
        }
        var words = arguments.Split(' ', 2);
        if (SaslExchange.For(Encoding.UTF8.GetBytes(words[0])) is not { } exchange)
        {
            session.Error("Mechanism is not supported");
            return;
        }
        var step = words.Length == 1 ? exchange.Begin() : exchange.Begin(Encoding.UTF8.GetBytes(words[1]));
        while (step.Status == SaslStatus.Challenge)
        {
            session.Transport.Write("+ "u8);
            session.Transport.Write(step.Challenge);
            session.Transport.Write("\r\n"u8);
            var read = await session.ReadLineAsync();
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
            step = exchange.Continue(read.Line.Span);
        }
        if (step.Status == SaslStatus.Credentials)
            await session.LogInAsync(step);
        else
            session.Error(step.Status == SaslStatus.Cancelled ? "Authentication was cancelled" : "Response is malformed");
    }
}
