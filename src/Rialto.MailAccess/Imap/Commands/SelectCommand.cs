// RFC 3501 6.3.1 SELECT, 6.3.2 EXAMINE.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class SelectCommand(bool readOnly) : ImapCommand
{
    private const FolderRights ChangeRights = FolderRights.EditAny | FolderRights.EditOwned | FolderRights.DeleteAny | FolderRights.DeleteOwned;

    private string _name = "";

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _name = parser.Mailbox();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        // A SELECT that fails leaves no mailbox selected (RFC 3501 6.3.1).
        session.Unselect();
        var mailbox = session.Mailbox;
        if (session.Names.Find(_name) is not { } folder)
            return ImapErrors.NoMailbox;
        var opened = await mailbox.OpenViewAsync(folder.Id, cancel);
        if (!opened.TryGet(out var view))
            return ImapErrors.From(opened.Error);
        var isReadOnly = readOnly || !mailbox.IsOwner && (mailbox.RightsOn(folder.Id) & ChangeRights) == 0;
        var selected = new SelectedFolder(folder.Id, _name, view, isReadOnly);
        session.Select(selected);
        Write(session.Writer, selected);
        var code = isReadOnly ? "READ-ONLY" : "READ-WRITE";
        return ImapReply.Ok(code, readOnly ? "EXAMINE completed" : "SELECT completed");
    }

    private static void Write(ImapWriter writer, SelectedFolder selected)
    {
        var snapshot = selected.Seen;
        writer.Raw("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded $MDNSent $Junk $NotJunk)\r\n"u8);
        writer.Raw(selected.IsReadOnly
            ? "* OK [PERMANENTFLAGS ()] Read-only\r\n"u8
            : "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded $MDNSent $Junk $NotJunk \\*)] Flags are kept\r\n"u8);
        writer.Raw("* "u8);
        writer.Number(snapshot.Count);
        writer.Raw(" EXISTS\r\n* 0 RECENT\r\n"u8);
        if (snapshot.FirstUnread >= 0)
        {
            writer.Raw("* OK [UNSEEN "u8);
            writer.Number(snapshot.FirstUnread + 1);
            writer.Raw("] First unseen\r\n"u8);
        }
        writer.Raw("* OK [UIDVALIDITY "u8);
        writer.Number(snapshot.UidValidity);
        writer.Raw("] UIDs are valid\r\n* OK [UIDNEXT "u8);
        writer.Number(snapshot.UidNext);
        writer.Raw("] Next UID\r\n"u8);
    }
}
