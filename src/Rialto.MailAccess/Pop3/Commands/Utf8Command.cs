// RFC 6856 2.1 UTF8.
namespace Rialto.MailAccess.Pop3.Commands;

/// <summary>Messages leave as they are, with UTF-8 in their fields where they have it, whether asked or not: this says yes to clients that ask.</summary>
internal static class Utf8Command
{
    public static ValueTask RunAsync(Pop3Session session, string arguments)
    {
        session.Ok("UTF-8 it is");
        return ValueTask.CompletedTask;
    }
}
