// RFC 8508.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>Puts a message in another's place: one change of the mailbox, so that a draft is never there twice or not at all. Into another store it is an append and then a deletion.</summary>
internal sealed class ReplaceCommand(bool byUid) : ImapCommand, IMessageLiteralCommand
{
    private readonly MessageIntake _intake = new();
    private SequenceSet _set;
    private string _name = "";

    public bool IsMessageLiteral(ReadOnlySpan<byte> arguments) => MessageIntake.IsMessageLiteral(arguments, hasNumber: true);

    /// <summary>replace = "REPLACE" SP seq-number SP mailbox append-message; uid-replace with a UID</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _set = SequenceSet.Parse(ref parser);
        if (_set.IsSaved || _set.Ranges is not [var one] || one.First != one.Last)
            parser.Fail("One message is replaced");
        parser.Space();
        _name = parser.Mailbox();
        _intake.Parse(ref parser);
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var folder = session.Folder;
        var target = await session.Namespaces.FindAsync(_name, cancel);
        if (await _intake.RunAsync(session, size => Early(session, folder) ?? AppendCommand.Refusal(session, target, size), cancel) is { } refusal)
            return refusal;
        if (_intake.Messages is not [var (message, options)])
            return ImapReply.Bad("One message takes the place of one");
        if (!folder.TryResolve(_set, byUid, out var selection) || selection.Count != 1)
            return session.BadSet;
        var id = selection.Ids(folder.Seen)[0];
        AppendedMessage appended;
        if (target!.Mailbox.MailboxId == folder.Mailbox.MailboxId)
        {
            var change = new CombinedChange();
            change.Appends.Add((target.Folder.Id, message, options));
            change.Deletions.Add((folder.Id, id));
            var applied = await folder.Mailbox.ApplyAsync(change, cancel);
            if (!applied.TryGet(out var outcome))
                return ImapErrors.From(applied.Error, destination: true);
            appended = outcome.Appended[0];
        }
        else
        {
            var put = await target.Mailbox.AppendAsync(target.Folder.Id, message, options, cancel);
            if (!put.TryGet(out appended))
                return ImapErrors.From(put.Error, destination: true);
            var deleted = await folder.Mailbox.DeleteAsync(folder.Id, [id], cancel);
            if (!deleted.Succeeded)
                return ImapErrors.From(deleted.Error);
        }
        if (!target.MayRead)
            return ImapReply.Ok("REPLACE completed");
        // Before the EXPUNGE, so that the client knows what takes the message's place (3.3).
        session.Writer.Raw("* OK ["u8);
        session.Writer.Ascii(AppendCommand.Code(appended.UidValidity, [appended.Uid]));
        session.Writer.Raw("] Replacement is there\r\n"u8);
        return ImapReply.Ok("REPLACE completed");
    }

    private ImapReply? Early(ImapSession session, SelectedFolder folder)
    {
        if (folder.IsReadOnly)
            return ImapErrors.ReadOnly;
        return folder.TryResolve(_set, byUid, out var selection) && selection.Count == 1 ? null : byUid ? ImapReply.No("NONEXISTENT", "No such message") : session.BadSet;
    }
}
