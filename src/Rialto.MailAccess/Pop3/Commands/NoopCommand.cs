// RFC 1939 5 NOOP.
namespace Rialto.MailAccess.Pop3.Commands;

internal static class NoopCommand
{
    public static ValueTask RunAsync(Pop3Session session, string arguments)
    {
        session.Ok("Nothing done");
        return ValueTask.CompletedTask;
    }
}
