// RFC 3501 6.4.7; RFC 4315 3 COPYUID.
using System.Globalization;
using System.Text;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class CopyCommand(bool byUid) : ImapCommand
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
        if (!folder.TryResolve(_set, byUid, out var selection))
            return session.BadSet;
        if (await session.Namespaces.FindAsync(_name, cancel) is not { } target)
            return ImapErrors.NoDestination;
        if (selection.Count == 0)
            return ImapReply.Ok("COPY completed");
        var copied = await MessageTransfer.CopyAsync(session.Engine, folder, selection, target, cancel);
        if (!copied.TryGet(out var messages))
            return ImapErrors.From(copied.Error, destination: true);
        // Fewer than asked for: some had gone, and which is not known, so that no pairs can be told.
        if (messages.Count != selection.Count)
            return messages.Count == 0 && !byUid ? ImapErrors.Gone : ImapReply.Ok("EXPUNGEISSUED", "COPY completed");
        if (!target.MayRead)
            return ImapReply.Ok("COPY completed");
        var uids = new List<uint>(messages.Count);
        foreach (var (first, last) in selection.Ranges.ToArray())
        {
            for (var position = first; position <= last; position++)
                uids.Add(folder.Seen[position].Uid);
        }
        return ImapReply.Ok(Code(messages[0].UidValidity, uids, [.. messages.Select(m => m.Uid)]), "COPY completed");
    }

    /// <summary>resp-code-copy = "COPYUID" SP nz-number SP uid-set SP uid-set</summary>
    internal static string Code(uint uidValidity, IReadOnlyList<uint> from, IReadOnlyList<uint> to)
    {
        var text = new StringBuilder("COPYUID ").Append(CultureInfo.InvariantCulture, $"{uidValidity} ");
        AppendSet(text, from);
        text.Append(' ');
        AppendSet(text, to);
        return text.ToString();
    }

    internal static void AppendSet(StringBuilder text, IReadOnlyList<uint> uids)
    {
        for (var i = 0; i < uids.Count;)
        {
            var end = i;
            while (end + 1 < uids.Count && uids[end + 1] == uids[end] + 1)
                end++;
            if (i > 0)
                text.Append(',');
            text.Append(CultureInfo.InvariantCulture, $"{uids[i]}");
            if (end > i)
                text.Append(CultureInfo.InvariantCulture, $":{uids[end]}");
            i = end + 1;
        }
    }
}
