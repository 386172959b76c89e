// RFC 3501 6.4.2: removes what is marked \Deleted, without telling.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class CloseCommand : ImapCommand
{
    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var folder = session.Folder;
        if (!folder.IsReadOnly && ExpungeCommand.Marked(folder.View.Current, null) is { Count: > 0 } marked)
        {
            var deleted = await folder.Mailbox.DeleteAsync(folder.Id, marked, cancel);
            if (!deleted.Succeeded)
                return ImapErrors.From(deleted.Error);
        }
        session.Unselect();
        return ImapReply.Ok("CLOSE completed");
    }
}
