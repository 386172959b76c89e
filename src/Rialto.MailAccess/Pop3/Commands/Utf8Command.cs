// RFC 6856 2.1 UTF8.
namespace Rialto.MailAccess.Pop3.Commands;

/// <summary>From here on messages leave as they are, with UTF-8 in their fields where they have it.</summary>
internal static class Utf8Command
{
    public static ValueTask RunAsync(Pop3Session session, string arguments)
    {
        if (arguments.Length > 0)
        {
            session.Error("UTF8 stands alone");
        }
        else
        {
            session.IsUtf8 = true;
            session.Ok("UTF-8 it is");
        }
        return ValueTask.CompletedTask;
    }
}
