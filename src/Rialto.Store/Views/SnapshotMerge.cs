using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>A snapshot on its way to the next one. A delta that it has taken in before, or that the scan behind it had seen, changes nothing.</summary>
/// <param name="uids">The messages' UIDs where they are kept; brought up to date as well.</param>
internal sealed class SnapshotMerge(FolderSnapshot old, KeywordSets keywords, Dictionary<MessageId, uint>? uids)
{
    private readonly BlockedArray<ViewEntry>.Editor _editor = old.Items.Edit();
    private int _unread = old.UnreadCount;
    private uint _uidNext = old.UidNext;
    private long _highest = old.HighestSequence;
    private List<SetMessageStates>? _sets;
    private bool _hasSingles;

    public void Take(ReadOnlySpan<EntryDelta> deltas)
    {
        if (deltas.IsEmpty)
            return;
        _hasSingles = true;
        _sets = null;
        foreach (ref readonly var delta in deltas)
            Take(in delta);
    }

    private void Take(in EntryDelta delta)
    {
        var entry = delta.Entry;
        _uidNext = Math.Max(_uidNext, entry.Uid + 1);
        _highest = Math.Max(_highest, entry.Sequence);
        var probe = new UidProbe(entry.Uid);
        var at = _editor.Count > 0 && _editor[_editor.Count - 1].Uid < entry.Uid ? ~_editor.Count : _editor.BinarySearch(ref probe);
        if (at >= 0)
        {
            _unread -= Entries.IsUnread(_editor[at].State) ? 1 : 0;
            if (delta.Kind == DeltaKind.Removed || !Entries.IsOrdinary(entry.State))
            {
                _editor.RemoveAt(at);
                if (uids is not null && uids.TryGetValue(entry.Id, out var known) && known == entry.Uid)
                    uids.Remove(entry.Id);
                return;
            }
            var newest = _editor[at].Sequence > entry.Sequence ? _editor[at] : entry;
            _editor.Replace(at, in newest);
            _unread += Entries.IsUnread(newest.State) ? 1 : 0;
        }
        else if (Entries.IsOrdinary(entry.State) && delta.Kind != DeltaKind.Removed)
        {
            _editor.Insert(~at, in entry);
            _unread += Entries.IsUnread(entry.State) ? 1 : 0;
            if (uids is not null)
                uids[entry.Id] = entry.Uid;
        }
    }

    /// <summary>Many messages at once, block by block. One that is not there was expunged by what the scan had seen.</summary>
    public void Take(StatesDelta states)
    {
        if (!_hasSingles)
            (_sets ??= []).Add(states.Set);
        var number = 0;
        foreach (var run in states.Set.Messages)
        {
            for (var done = 0; done < run.Length;)
            {
                var probe = new UidProbe(run.Uid + (uint)done);
                var at = _editor.BinarySearch(ref probe);
                if (at < 0)
                {
                    done++;
                    continue;
                }
                foreach (ref var entry in _editor.Change(at))
                {
                    if (done == run.Length || entry.Uid != run.Uid + (uint)done)
                        break;
                    Take(ref entry, states, number + done++);
                }
            }
            number += run.Length;
        }
        _highest = Math.Max(_highest, states.Set.FirstSequence + number - 1);
    }

    private void Take(ref ViewEntry entry, StatesDelta states, int number)
    {
        if (entry.Sequence > states.Set.FirstSequence + number)
            return;
        _unread -= Entries.IsUnread(entry.State) ? 1 : 0;
        entry = states.After(in entry, number);
        _unread += Entries.IsUnread(entry.State) ? 1 : 0;
    }

    public FolderSnapshot Finish(long highestSequence) =>
        new(_editor.Freeze(), keywords, old.UidValidity, _uidNext, Math.Max(_highest, highestSequence), _unread) { Step = _sets is null ? null : old.StepBy(_sets) };
}
