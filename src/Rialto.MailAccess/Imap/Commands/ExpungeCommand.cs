// RFC 3501 6.4.3; RFC 4315 2.1 UID EXPUNGE; RFC 7162 3.2.7 HIGHESTMODSEQ.
using System.Globalization;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class ExpungeCommand(bool byUid) : ImapCommand
{
    private SequenceSet _set;

    public override void Parse(ref ImapParser parser)
    {
        if (!byUid)
            return;
        parser.Space();
        _set = SequenceSet.Parse(ref parser);
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var folder = session.Folder;
        if (folder.IsReadOnly)
            return ImapErrors.ReadOnly;
        var current = folder.View.Current;
        Selection? among = null;
        if (byUid && folder.TryResolve(current, _set, true, out var selection))
            among = selection;
        if (Marked(current, among) is { Count: > 0 } marked)
        {
            var deleted = await folder.Mailbox.DeleteAsync(folder.Id, marked, cancel);
            if (!deleted.Succeeded)
                return ImapErrors.From(deleted.Error);
        }
        return session.TellsVanished
            ? ImapReply.Ok(string.Create(CultureInfo.InvariantCulture, $"HIGHESTMODSEQ {ModSeq.Highest(folder.View.Current.HighestSequence)}"), "EXPUNGE completed")
            : ImapReply.Ok("EXPUNGE completed");
    }

    /// <summary>Messages marked \Deleted, of those selected or of all.</summary>
    internal static List<MessageId> Marked(FolderSnapshot snapshot, Selection? among)
    {
        var marked = new List<MessageId>();
        foreach (var (first, last) in (among ?? Selection.All(snapshot)).Ranges)
        {
            for (var position = first; position <= last;)
            {
                var block = snapshot.BlockAt(position);
                block = block[..Math.Min(block.Length, last - position + 1)];
                foreach (ref readonly var entry in block)
                {
                    if ((entry.State & MessageState.Deleted) != 0)
                        marked.Add(entry.Id);
                }
                position += block.Length;
            }
        }
        return marked;
    }
}
