// RFC 6851; RFC 4315 3 COPYUID.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class MoveCommand(bool byUid) : ImapCommand
{
    private SequenceSet _set;
    private string _name = "";

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _set = SequenceSet.Parse(ref parser);
        parser.Space();
        _name = parser.Mailbox();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var folder = session.Folder;
        if (folder.IsReadOnly)
            return ImapErrors.ReadOnly;
        if (!folder.TryResolve(_set, byUid, out var selection))
            return session.BadSet;
        if (await session.Namespaces.FindAsync(_name, cancel) is not { } target)
            return ImapErrors.NoDestination;
        if (selection.Count == 0)
            return ImapReply.Ok("MOVE completed");
        var moved = await MessageTransfer.MoveAsync(session.Engine, folder, selection, target, cancel);
        if (!moved.TryGet(out var messages))
            return ImapErrors.From(moved.Error, destination: true);
        if (messages.Count > 0 && target.MayRead)
        {
            // The pairs before the EXPUNGE responses, untagged (RFC 6851 4.3).
            session.Writer.Raw("* OK ["u8);
            session.Writer.Ascii(CopyCommand.Code(messages[0].NewUidValidity, [.. messages.Select(m => m.OldUid)], [.. messages.Select(m => m.NewUid)]));
            session.Writer.Raw("] Moved\r\n"u8);
        }
        return ImapReply.Ok("MOVE completed");
    }
}
