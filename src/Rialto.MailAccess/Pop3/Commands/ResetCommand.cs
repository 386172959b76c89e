// RFC 1939 5 RSET.
namespace Rialto.MailAccess.Pop3.Commands;

internal static class ResetCommand
{
    public static ValueTask RunAsync(Pop3Session session, string arguments)
    {
        session.Maildrop.Reset();
        session.Ok("Nothing is marked as deleted");
        return ValueTask.CompletedTask;
    }
}
