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
            || PlacesOf(index, before, messages) is not { } places)
            return null;
        var collector = new Collector(draft, folder, before, change);
        foreach (var (first, last) in places)
        {
            for (var position = first; position <= last;)
            {
                var block = before.BlockAt(position);
                block = block[..Math.Min(block.Length, last + 1 - position)];
                foreach (ref readonly var entry in block)
                    collector.Add(in entry);
                position += block.Length;
            }
        }
        return collector.Finish();
    }

    /// <summary>Where the messages stand, as ranges of positions; null unless all of them do, in the order asked for, which is what clients ask for.</summary>
    private static IReadOnlyList<(int First, int Last)>? PlacesOf(FolderIndex index, FolderSnapshot snapshot, IReadOnlyList<MessageId> wanted)
    {
        if (wanted is SnapshotMessages known && ReferenceEquals(known.Snapshot, snapshot))
            return known.Ranges;
        var messages = wanted switch
        {
            MessageId[] array => array,
            SnapshotMessages older => older.ToArray(),
            _ => [.. wanted],
        };
        var places = new List<(int First, int Last)>();
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
                    i++;
                    next++;
                }
            }
        Ended:
            places.Add((first, next - 1));
        }
        return places;
    }

    /// <summary>Puts messages that change in the same way together.</summary>
    private sealed class Collector(Draft draft, FolderId folder, FolderSnapshot before, FlagChange change)
    {
        private readonly MessageState _touched = change.Replace ? MessageState.Settable : change.Set | change.Clear;
        private readonly long _unchangedSince = change.UnchangedSince;
        private readonly Dictionary<int, int> _keywordSets = [];
        private readonly List<(Way Way, List<MessageRun> Runs, int Count)> _groups = [];
        private List<MessageId>? _conflicts;
        private List<MessageRun> _runs = [];
        private Way _way;
        private MessageRun _run;
        private MessageState _states;
        private int _keywordsBefore = -1;
        private int _keywordsAfter;

        public void Add(in ViewEntry old)
        {
            if (old.Sequence > _unchangedSince)
            {
                (_conflicts ??= []).Add(old.Id);
                return;
            }
            var state = (old.State & ~_touched) | (change.Set & _touched);
            var keywords = old.KeywordSet == _keywordsBefore ? _keywordsAfter : KeywordsAfter(old.KeywordSet);
            var status = (old.Status & ~change.StatusMask) | (change.Status & change.StatusMask);
            if (state == old.State && keywords == old.KeywordSet && status == old.Status)
                return;
            var flipped = state ^ old.State;
            var isContent = (flipped & ChangeFlags.Content) != 0 || keywords != old.KeywordSet;
            if (isContent)
                _states |= old.State;
            var way = new Way(keywords, status, isContent, (flipped & MessageState.Read) != 0);
            if (way != _way)
            {
                EndGroup();
                _way = way;
            }
            if (_run.Uid + _run.Length == old.Uid && _run.Id.Value + _run.Length == old.Id.Value && _run.Mid + _run.Length == old.Mid && _run.Length > 0)
            {
                _run = _run with { Length = _run.Length + 1 };
            }
            else
            {
                EndRun();
                _run = new MessageRun(old.Uid, old.Id, old.Mid, 1);
            }
        }

        /// <summary>Null where a message with keys of its own would need a new version: those are taken one by one.</summary>
        public FlagsOutcome? Finish()
        {
            if ((_states & MessageState.HasForeignKeys) != 0)
                return null;
            EndGroup();
            var sets = new SetMessageStates[_groups.Count];
            for (var i = 0; i < sets.Length; i++)
                sets[i] = Write(_groups[i].Way, _groups[i].Runs, _groups[i].Count);
            var changed = new ChangedMessages(sets);
            return new FlagsOutcome(changed, _conflicts ?? [], changed.Count == 0 ? draft.CountersOf(folder).HighestSequence : draft.Sequence) { Sets = sets };
        }

        private void EndRun()
        {
            if (_run.Length > 0)
                _runs.Add(_run);
            _run = default;
        }

        private void EndGroup()
        {
            EndRun();
            if (_runs.Count == 0)
                return;
            var count = 0;
            foreach (var run in _runs)
                count += run.Length;
            _groups.Add((_way, _runs, count));
            _runs = [];
        }

        private SetMessageStates Write(Way way, List<MessageRun> runs, int count)
        {
            var set = new SetMessageStates(folder, runs)
            {
                Touched = _touched,
                State = change.Set & _touched,
                Keywords = draft.Mailbox.Keywords[way.Keywords],
                Status = way.Status,
                FirstSequence = draft.Next(count),
                IsContent = way.IsContent,
                IsReadState = way.IsReadState,
                TimeUtcTicks = draft.NowUtcTicks,
            };
            draft.SetStates(new StatesDelta(before, set, way.Keywords), !way.IsReadState ? 0 : (change.Set & MessageState.Read) != 0 ? -count : count);
            return set;
        }

        /// <summary>Most messages have the same few sets: each is recomputed once.</summary>
        private int KeywordsAfter(int set)
        {
            if (!_keywordSets.TryGetValue(set, out var after))
                _keywordSets.Add(set, after = draft.Mailbox.Keywords.Intern(ChangeFlags.KeywordsAfter(draft.Mailbox.Keywords[set], change)));
            (_keywordsBefore, _keywordsAfter) = (set, after);
            return after;
        }

        private readonly record struct Way(int Keywords, int Status, bool IsContent, bool IsReadState);
    }
}
