// RFC 1939 4 and 6 QUIT: the update state.
using Rialto.Store;

namespace Rialto.MailAccess.Pop3.Commands;

internal static class QuitCommand
{
    public static async ValueTask RunAsync(Pop3Session session, string arguments)
    {
        session.End();
        var error = session.LoggedIn is { } maildrop ? await maildrop.UpdateAsync(session.Options.MarkRetrievedRead, session.Closed) : StoreError.None;
        if (error == StoreError.None)
            session.Ok("Goodbye");
        else
            session.Error(error == StoreError.StorageUnavailable ? "[SYS/TEMP] Deleted messages were not removed" : "[SYS/PERM] Deleted messages were not removed");
    }
}
