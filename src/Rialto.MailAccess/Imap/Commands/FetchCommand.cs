// RFC 3501 6.4.5, 6.4.8, 7.4.2; RFC 9394 3.2 PARTIAL; RFC 9586 3.3 UIDFETCH; RFC 7162 3.1.4.1 CHANGEDSINCE, 3.1.5 MODSEQ, 3.2.6 VANISHED.
using Rialto.MailAccess.Imap.Fetch;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class FetchCommand(bool byUid) : ImapCommand
{
    private SequenceSet _set;
    private FetchItem[] _items = [];
    private long? _changedSince;
    private bool _asksForUid;
    private bool _vanished;
    private PartialRange? _partial;
    private bool _isAmidUpdates;

    /// <summary>What a UID FETCH of these would tell, for messages that the client has not asked for: amid updates, which it leaves to who writes them.</summary>
    internal static FetchCommand Of(SequenceSet uids, IReadOnlyList<FetchItem> items) =>
        new(byUid: true) { _isAmidUpdates = true, _set = uids, _asksForUid = true, _items = items.Contains(FetchItem.Uid) ? [.. items] : [FetchItem.Uid, .. items] };

    /// <summary>fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _set = SequenceSet.Parse(ref parser);
        parser.Space();
        var items = FetchItem.ParseAll(ref parser);
        _asksForUid = items.Contains(FetchItem.Uid);
        if (byUid && !_asksForUid)
            items.Insert(0, FetchItem.Uid);
        if (parser.TryTake((byte)' '))
            ParseModifiers(ref parser);
        if (_changedSince is not null && !items.Contains(FetchItem.ModSeq))
            items.Add(FetchItem.ModSeq);
        _items = [.. items];
    }

    /// <summary>fetch-modifiers = "(" "CHANGEDSINCE" SP mod-sequence-value [SP "VANISHED"] ")"</summary>
    private void ParseModifiers(ref ImapParser parser)
    {
        parser.Expect((byte)'(', "Modifiers expected");
        do
        {
            if (parser.TryTakeWord("CHANGEDSINCE"u8))
            {
                parser.Space();
                _changedSince = ModSeq.Parse(ref parser);
            }
            else if (byUid && parser.TryTakeWord("PARTIAL"u8))
            {
                parser.Space();
                _partial = PartialRange.Parse(ref parser);
            }
            else if (byUid && parser.TryTakeWord("VANISHED"u8))
            {
                _vanished = true;
            }
            else
            {
                parser.Fail("Unknown modifier");
            }
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the modifiers expected");
        if (_vanished && _changedSince is null)
            parser.Fail("VANISHED goes with CHANGEDSINCE");
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var folder = session.Folder;
        if (_vanished && !session.TellsVanished)
            return ImapReply.Bad("ENABLE QRESYNC comes first");
        if (!folder.TryResolve(_set, byUid, out var selection))
            return session.BadSet;
        if (_items.Contains(FetchItem.ModSeq))
            session.EnableModSeq();
        if (_vanished && await new Resynchronization(folder.Mailbox, folder).WriteVanishedAsync(session, _changedSince!.Value, _set, cancel) is var problem and not StoreError.None)
            return ImapErrors.From(problem);
        var snapshot = folder.Seen;
        if (_changedSince is { } since)
            selection = selection.Where(snapshot, since);
        if (_partial is { } partial)
            selection = selection.Part(partial);
        if (session.IsUidOnly && !_asksForUid)
            _items = [.. _items.Where(i => i.Kind != FetchItemKind.Uid)];
        if (session.TellsModSeq && _items.Contains(FetchItem.Flags) && !_items.Contains(FetchItem.ModSeq))
            _items = [.. _items, FetchItem.ModSeq];
        var flags = folder.FlagTexts(session, snapshot);
        var row = new FetchRow(_items, session.Transport.Output, session.Engine.Converter, flags, session.IsUidOnly);
        int gone;
        var hasUnknownEncoding = false;
        StoreError error;
        if (_items.Any(i => i.NeedsContent || i.NeedsRow))
        {
            var (madeSeen, known) = await MarkSeenAsync(session, folder, selection, cancel);
            var fetch = new ContentFetch(session, folder, _items, row, flags) { MadeSeen = madeSeen };
            error = await fetch.RunAsync(selection, cancel);
            gone = fetch.Gone;
            hasUnknownEncoding = fetch.HasUnknownEncoding;
            if (known is not null && session.TellsSelected && !_isAmidUpdates)
                await folder.WriteUpdatesAsync(session, mayExpunge: byUid, known);
        }
        else if (row.NeedsDigest)
        {
            var fetch = new MetadataFetch(session, folder, selection, row);
            error = await fetch.RunAsync(cancel);
            gone = fetch.Gone;
        }
        else
        {
            await IndexFetch.RunAsync(session, snapshot, selection, row);
            (error, gone) = (StoreError.None, 0);
        }
        if (error != StoreError.None)
            return ImapErrors.From(error);
        if (hasUnknownEncoding)
            return ImapReply.No("UNKNOWN-CTE", "A part has an unknown transfer encoding");
        return gone > 0 && !byUid ? ImapErrors.Gone : ImapReply.Ok("FETCH completed");
    }

    /// <summary>Sections without PEEK set \Seen, on all messages at once, before the first is sent: rows show it, and no update repeats it.</summary>
    private async ValueTask<(HashSet<int> MadeSeen, KnownChange? Known)> MarkSeenAsync(ImapSession session, SelectedFolder folder, Selection selection, CancellationToken cancel)
    {
        var madeSeen = new HashSet<int>();
        if (folder.IsReadOnly || _items.All(i => i.Peek))
            return (madeSeen, null);
        var ids = new List<MessageId>();
        foreach (var (first, last) in selection.Ranges)
        {
            for (var position = first; position <= last; position++)
            {
                if ((folder.Seen[position].State & MessageState.Read) == 0 && madeSeen.Add(position))
                    ids.Add(folder.Seen[position].Id);
            }
        }
        if (ids.Count == 0)
            return (madeSeen, null);
        var change = new FlagChange(MessageState.Read, MessageState.None, [], [], false);
        var outcome = await folder.Mailbox.ChangeFlagsAsync(folder.Id, ids, change, cancel);
        if (outcome.TryGet(out var flags))
            return (madeSeen, new KnownChange(change, selection, flags));
        // Who may read but not change, or a full disk, still gets the message.
        madeSeen.Clear();
        return (madeSeen, null);
    }
}
