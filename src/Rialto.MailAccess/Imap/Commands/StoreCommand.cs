// RFC 3501 6.4.6, 6.4.8; RFC 7162 3.1.3 UNCHANGEDSINCE, MODIFIED.
using System.Text;
using Rialto.MailAccess.Imap.Fetch;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class StoreCommand(bool byUid) : ImapCommand
{
    private SequenceSet _set;
    private char _sign;
    private bool _isSilent;
    private FlagList _flags = FlagList.Empty;
    private long? _unchangedSince;

    /// <summary>store = "STORE" SP sequence-set [SP "(" "UNCHANGEDSINCE" SP mod-sequence-valzer ")"] SP store-att-flags; store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _set = SequenceSet.Parse(ref parser);
        parser.Space();
        if (parser.TryTake((byte)'('))
        {
            if (!parser.TryTakeWord("UNCHANGEDSINCE"u8))
                parser.Fail("Unknown modifier");
            parser.Space();
            _unchangedSince = parser.Number64();
            parser.Expect((byte)')', "Closing bracket of the modifier expected");
            parser.Space();
        }
        _sign = parser.TryTake((byte)'+') ? '+' : parser.TryTake((byte)'-') ? '-' : '=';
        _isSilent = parser.TryTakeWord("FLAGS.SILENT"u8);
        if (!_isSilent && !parser.TryTakeWord("FLAGS"u8))
            parser.Fail("FLAGS expected");
        parser.Space();
        _flags = parser.Next == '(' ? FlagList.Parse(ref parser) : FlagList.ParseBare(ref parser);
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var folder = session.Folder;
        if (folder.IsReadOnly)
            return ImapErrors.ReadOnly;
        if (!folder.TryResolve(_set, byUid, out var selection))
            return session.BadSet;
        if (selection.Count == 0)
            return ImapReply.Ok("STORE completed");
        if (_unchangedSince is not null)
            session.EnableModSeq();
        var change = Change();
        var outcome = await folder.Mailbox.ChangeFlagsAsync(folder.Id, selection.Messages(folder.Seen), change, cancel);
        if (!outcome.TryGet(out var flags))
            return ImapErrors.From(outcome.Error);
        // Who keeps modification sequences has to hear of the new ones, silent or not.
        var tells = !_isSilent || session.TellsModSeq;
        if (tells && !await WriteFlagsAsync(session, folder, selection))
            return ImapReply.Ok("STORE completed");
        if (session.TellsSelected)
            await folder.WriteUpdatesAsync(session, mayExpunge: byUid, new KnownChange(change, selection, flags));
        return flags.Conflicts.Count == 0 ? ImapReply.Ok("STORE completed") : ImapReply.Ok(Modified(folder, flags.Conflicts), "Conditional STORE left these alone");
    }

    /// <summary>resp-text-code MODIFIED SP sequence-set, of UIDs for UID STORE</summary>
    private string Modified(SelectedFolder folder, IReadOnlyList<MessageId> conflicts)
    {
        var numbers = folder.Seen.PositionsOf([.. conflicts.OrderBy(id => id.Value)]).ConvertAll(position => byUid ? folder.Seen[position].Uid : (uint)position + 1);
        var text = new StringBuilder("MODIFIED ");
        CopyCommand.AppendSet(text, numbers);
        return text.ToString();
    }

    private FlagChange Change()
    {
        var (state, keywords) = ImapFlags.Split(_flags);
        var change = _sign switch
        {
            '+' => new FlagChange(state, MessageState.None, keywords, [], false),
            '-' => new FlagChange(MessageState.None, state, [], keywords, false),
            _ => new FlagChange(state, MessageState.None, keywords, [], true),
        };
        return _unchangedSince is { } since ? change with { UnchangedSince = since } : change;
    }

    /// <summary>The new flags of every message of the set, under the numbers that the client knows.</summary>
    private async ValueTask<bool> WriteFlagsAsync(ImapSession session, SelectedFolder folder, Selection selection)
    {
        var newer = folder.View.Current;
        List<FetchItem> items = byUid && !session.IsUidOnly ? [FetchItem.Uid] : [];
        if (!_isSilent)
            items.Add(FetchItem.Flags);
        if (session.TellsModSeq)
            items.Add(FetchItem.ModSeq);
        folder.TellKeywords(session);
        var row = new FetchRow([.. items], session.Transport.Output, session.Engine.Converter, folder.FlagTexts(session, newer), session.IsUidOnly);
        var ranges = selection.Ranges.ToArray();
        foreach (var (first, last) in ranges)
        {
            for (var position = first; position <= last; position++)
            {
                var at = newer.PositionOfUid(folder.Seen[position].Uid);
                if (at < 0)
                    continue;
                row.Write(position, newer[at], default);
                if (session.Transport.Output.UnflushedBytes >= session.Options.FlushSize && !await session.FlushAsync())
                    return false;
            }
        }
        return true;
    }
}
