// RFC 1939 7 PASS: the argument is the rest of the line, spaces included.
using Rialto.Net;

namespace Rialto.MailAccess.Pop3.Commands;

internal static class PasswordCommand
{
    public static ValueTask RunAsync(Pop3Session session, string arguments)
    {
        if (session.UserName is { } name)
            return session.LogInAsync(new SaslStep(SaslStatus.Credentials, "", name, arguments));
        session.Error("USER comes first");
        return ValueTask.CompletedTask;
    }
}
