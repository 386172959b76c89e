// RFC 1939 7 USER; RFC 6856 2.2.
using Rialto.Directory;

namespace Rialto.MailAccess.Pop3.Commands;

/// <summary>Takes any name: whether it exists is nobody's business before the password is right.</summary>
internal static class UserCommand
{
    public static ValueTask RunAsync(Pop3Session session, string arguments)
    {
        if (!session.Transport.AllowsLogin)
        {
            session.Error("Passwords are taken under TLS only");
        }
        else if (arguments.Length == 0)
        {
            session.Error("A name is wanted");
        }
        else if (SaslPreparation.IsProhibited(arguments))
        {
            session.Error("[AUTH] The name has characters in it that no name has");
        }
        else
        {
            session.UserName = arguments;
            session.Ok("Password?");
        }
        return ValueTask.CompletedTask;
    }
}
