// RFC 1939 7 PASS: the argument is the rest of the line, spaces included. RFC 6856 2.2: it is prepared where it is compared.
namespace Rialto.MailAccess.Pop3.Commands;

internal static class PasswordCommand
{
    public static async ValueTask RunAsync(Pop3Session session, string arguments)
    {
        if (session.UserName is { } name)
            await session.LogInAsync(await MailboxLogIn.CheckAsync(session.Protocol.Authenticator, session.Protocol.Name, session.Transport, "USER", name, arguments));
        else
            session.Error("USER comes first");
    }
}
