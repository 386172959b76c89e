// RFC 1939 5 DELE.
namespace Rialto.MailAccess.Pop3.Commands;

/// <summary>Marks a message; QUIT deletes it.</summary>
internal static class DeleteCommand
{
    public static ValueTask RunAsync(Pop3Session session, string arguments)
    {
        if (MessageNumber.TryTake(session, arguments, out var index))
        {
            session.Maildrop.Delete(index);
            session.Ok("Deleted at QUIT");
        }
        return ValueTask.CompletedTask;
    }
}
