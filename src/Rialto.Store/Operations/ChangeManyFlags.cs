using System.Runtime.InteropServices;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Views;

namespace Rialto.Store.Operations;

/// <summary>
/// What <see cref="ChangeFlags"/> does, for many messages that stand in an order of their folder that is in memory: block by block, and written as a few ranges in place of a mutation,
/// an entry of the log and a delta a message.
/// </summary>
internal static class ChangeManyFlags
{
    /// <summary>Fewer are as quick one by one.</summary>
    private const int Few = 32;

    /// <summary>Null where the messages have to be taken one by one.</summary>
    public static FlagsOutcome? TryCompute(Draft draft, FolderId folder, IReadOnlyList<MessageId> messages, FlagChange change)
    {
        if (messages.Count < Few || !draft.HasNoMessages || !draft.Folders.TryGet(folder, out _) || draft.Mailbox.Views.FindIndex(folder) is not { Applied: { } before } index
            || PlacesOf(index, before, messages as MessageId[] ?? [.. messages], out var states) is not { } places)
            return null;
        // Messages with keys of their own get a new version each where what MAPI has as properties changes.
        if ((states & MessageState.HasForeignKeys) != 0 && (change.Replace || ((change.Set | change.Clear) & ChangeFlags.Content) != 0 || change.AddKeywords.Count + change.RemoveKeywords.Count > 0))
            return null;
        var collector = new Collector(draft, folder, before, change, messages.Count);
        foreach (var (first, length) in places)
        {
            for (var position = first; position < first + length;)
            {
                var block = before.BlockAt(position);
                if (block.Length > first + length - position)
                    block = block[..(first + length - position)];
                foreach (ref readonly var entry in block)
                    collector.Add(in entry);
                position += block.Length;
            }
        }
        return collector.Finish();
    }

    /// <summary>Where the messages stand, as ranges of positions; null unless all of them do, in the order asked for, which is what clients ask for.</summary>
    /// <param name="states">The bits that any of them has.</param>
    private static List<(int First, int Length)>? PlacesOf(FolderIndex index, FolderSnapshot snapshot, MessageId[] messages, out MessageState states)
    {
        states = MessageState.None;
        var places = new List<(int First, int Length)>();
        var next = 0;
        for (var i = 0; i < messages.Length;)
        {
            if (next >= snapshot.Count || snapshot[next].Id != messages[i])
            {
                if (!index.TryGetApplied(messages[i], out var entry) || snapshot.PositionOfUid(entry.Uid) is var at && (at < next || snapshot[at].Id != messages[i]))
                    return null;
                next = at;
            }
            var first = next;
            while (i < messages.Length && next < snapshot.Count)
            {
                foreach (ref readonly var entry in snapshot.BlockAt(next))
                {
                    if (i == messages.Length || entry.Id != messages[i])
                        goto Ended;
                    states |= entry.State;
                    i++;
                    next++;
                }
            }
        Ended:
            places.Add((first, next - first));
        }
        return places;
    }

    /// <summary>Puts messages that change in the same way together.</summary>
    private sealed class Collector(Draft draft, FolderId folder, FolderSnapshot before, FlagChange change, int most)
    {
        private readonly MessageState _touched = change.Replace ? MessageState.Settable : change.Set | change.Clear;
        private readonly List<MessageId> _changed = new(most);
        private readonly Dictionary<int, int> _sets = [];
        private List<MessageId>? _conflicts;
        private List<MessageRun> _runs = [];
        private Way _way;
        private int _count;
        private int _keywordsBefore = -1;
        private int _keywordsAfter;

        public void Add(in ViewEntry old)
        {
            if (old.Sequence > change.UnchangedSince)
            {
                (_conflicts ??= []).Add(old.Id);
                return;
            }
            var state = (old.State & ~_touched) | (change.Set & _touched);
            var keywords = KeywordsAfter(old.KeywordSet);
            var status = (old.Status & ~change.StatusMask) | (change.Status & change.StatusMask);
            if (state == old.State && keywords == old.KeywordSet && status == old.Status)
                return;
            var flipped = state ^ old.State;
            var way = new Way(keywords, status, (flipped & ChangeFlags.Content) != 0 || keywords != old.KeywordSet, (flipped & MessageState.Read) != 0);
            if (way != _way)
            {
                Write();
                _way = way;
            }
            _count++;
            _changed.Add(old.Id);
            var runs = CollectionsMarshal.AsSpan(_runs);
            if (runs.Length > 0 && runs[^1] is var last && last.Uid + last.Length == old.Uid && last.Id.Value + last.Length == old.Id.Value && last.Mid + last.Length == old.Mid)
                runs[^1] = last with { Length = last.Length + 1 };
            else
                _runs.Add(new MessageRun(old.Uid, old.Id, old.Mid, 1));
        }

        public FlagsOutcome Finish()
        {
            Write();
            return new FlagsOutcome(_changed, _conflicts ?? [], _changed.Count == 0 ? draft.CountersOf(folder).HighestSequence : draft.Sequence);
        }

        private void Write()
        {
            if (_count == 0)
                return;
            var set = new SetMessageStates(folder, _runs)
            {
                Touched = _touched,
                State = change.Set & _touched,
                Keywords = draft.Mailbox.Keywords[_way.Keywords],
                Status = _way.Status,
                FirstSequence = draft.Next(_count),
                IsContent = _way.IsContent,
                IsReadState = _way.IsReadState,
                TimeUtcTicks = draft.NowUtcTicks,
            };
            draft.SetStates(new StatesDelta(before, set, _way.Keywords), !_way.IsReadState ? 0 : (change.Set & MessageState.Read) != 0 ? -_count : _count);
            _runs = [];
            _count = 0;
        }

        /// <summary>Most messages have the same few sets: each is recomputed once.</summary>
        private int KeywordsAfter(int set)
        {
            if (set == _keywordsBefore)
                return _keywordsAfter;
            if (!_sets.TryGetValue(set, out var after))
                _sets.Add(set, after = draft.Mailbox.Keywords.Intern(ChangeFlags.KeywordsAfter(draft.Mailbox.Keywords[set], change)));
            (_keywordsBefore, _keywordsAfter) = (set, after);
            return after;
        }

        private readonly record struct Way(int Keywords, int Status, bool IsContent, bool IsReadState);
    }
}
