// RFC 7162 3.2.5.1, 3.2.6: what happened to a mailbox since a modification sequence.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap;

/// <summary>
/// Finds what a client missed in the change log, so that the cost is that of the changes and not of the folder. Where the log has forgotten part of it, what
/// is not there any more counts as vanished, as RFC 7162 5.3 allows, and the folder's index is gone through for what changed.
/// </summary>
internal sealed class Resynchronization(MailboxSession mailbox, SelectedFolder folder)
{
    private const int Page = 4096;

    private readonly SortedSet<uint> _vanished = [];
    private readonly SortedSet<uint> _changed = [];
    private bool _isWhole;

    /// <summary>Writes VANISHED (EARLIER) for the known UIDs that are gone and FETCH for those that changed.</summary>
    public async ValueTask<StoreError> RunAsync(ImapSession session, long since, SequenceSet? known, CancellationToken cancel)
    {
        var error = await ReadLogAsync(since, cancel);
        if (error != StoreError.None)
            return error;
        var snapshot = folder.Seen;
        var ranges = Ranges(known, snapshot);
        UidSet.WriteVanished(session.Writer, Vanished(snapshot, ranges), earlier: true);
        var texts = folder.FlagTexts(session, snapshot);
        foreach (var position in Changed(snapshot, ranges, since))
        {
            SelectedFolder.WriteFlags(session, texts, snapshot, position, withModSeq: true);
            if (session.Transport.Output.UnflushedBytes >= session.Options.FlushSize && !await session.FlushAsync())
                return StoreError.None;
        }
        return StoreError.None;
    }

    /// <summary>Writes VANISHED (EARLIER) alone: UID FETCH with the VANISHED modifier. RFC 7162 3.2.6.</summary>
    public async ValueTask<StoreError> WriteVanishedAsync(ImapSession session, long since, SequenceSet set, CancellationToken cancel)
    {
        var error = await ReadLogAsync(since, cancel);
        if (error == StoreError.None)
            UidSet.WriteVanished(session.Writer, Vanished(folder.Seen, Ranges(set, folder.Seen)), earlier: true);
        return error;
    }

    private async ValueTask<StoreError> ReadLogAsync(long since, CancellationToken cancel)
    {
        var created = new HashSet<uint>();
        while (true)
        {
            var read = await mailbox.ReadChangesAsync(since, folder.Id, Page, cancel);
            if (read.Error == StoreError.NotFound)
            {
                _isWhole = true;
                return StoreError.None;
            }
            if (!read.TryGet(out var changes))
                return read.Error;
            foreach (var change in changes)
            {
                Add(change, created);
                since = change.Sequence;
            }
            if (changes.Count < Page)
                return StoreError.None;
        }
    }

    private void Add(Change change, HashSet<uint> created)
    {
        switch (change.Kind)
        {
            case ChangeKind.MessageCreated:
                Came(change.Uid);
                break;
            case ChangeKind.MessageModified when change.OldUid != change.Uid && change.OldUid != 0:
                Went(change.OldUid);
                Came(change.Uid);
                break;
            case ChangeKind.MessageMoved:
                if (change.OldFolder == folder.Id)
                    Went(change.OldUid);
                if (change.Folder == folder.Id)
                    Came(change.Uid);
                break;
            case ChangeKind.MessageDeleted or ChangeKind.MessageSoftDeleted:
                Went(change.Uid);
                break;
            case ChangeKind.MessageModified or ChangeKind.ReadStateChanged or ChangeKind.FlagsChanged:
                _changed.Add(change.Uid);
                break;
        }

        void Came(uint uid)
        {
            created.Add(uid);
            _changed.Add(uid);
        }

        void Went(uint uid)
        {
            // What came and went while the client was away it never knew.
            _changed.Remove(uid);
            if (!created.Contains(uid))
                _vanished.Add(uid);
        }
    }

    private IEnumerable<uint> Vanished(FolderSnapshot snapshot, List<(uint First, uint Last)> known)
    {
        if (!_isWhole)
        {
            // A message that the snapshot still shows goes with the updates that follow.
            foreach (var uid in _vanished)
            {
                if (snapshot.PositionOfUid(uid) < 0 && known.Exists(r => uid >= r.First && uid <= r.Last))
                    yield return uid;
            }
            yield break;
        }
        foreach (var (first, last) in known)
        {
            var position = snapshot.PositionOfUid(first);
            position = position < 0 ? ~position : position;
            for (var uid = (long)first; uid <= last; uid++)
            {
                if (position < snapshot.Count && snapshot[position].Uid == uid)
                    position++;
                else
                    yield return (uint)uid;
            }
        }
    }

    private IEnumerable<int> Changed(FolderSnapshot snapshot, List<(uint First, uint Last)> known, long since)
    {
        if (!_isWhole)
        {
            foreach (var uid in _changed)
            {
                var position = snapshot.PositionOfUid(uid);
                if (position >= 0 && known.Exists(r => uid >= r.First && uid <= r.Last))
                    yield return position;
            }
            yield break;
        }
        foreach (var (first, last) in known)
        {
            var position = snapshot.PositionOfUid(first);
            for (position = position < 0 ? ~position : position; position < snapshot.Count && snapshot[position].Uid <= last; position++)
            {
                if (snapshot[position].Sequence > since)
                    yield return position;
            }
        }
    }

    /// <summary>The set as ascending ranges of UIDs that were given so far.</summary>
    private static List<(uint First, uint Last)> Ranges(SequenceSet? set, FolderSnapshot snapshot)
    {
        var highest = Math.Max(snapshot.UidNext, 1) - 1;
        if (highest == 0)
            return [];
        if (set is not { } known)
            return [(1, highest)];
        var ranges = new List<(uint First, uint Last)>(known.Ranges.Length);
        foreach (var range in known.Ranges)
        {
            // "*" is the highest UID in use, of which the client cannot know more than was given.
            var (first, last) = (range.First == 0 ? highest : range.First, range.Last == 0 ? highest : range.Last);
            if (first > last)
                (first, last) = (last, first);
            if (first <= highest)
                ranges.Add((first, Math.Min(last, highest)));
        }
        ranges.Sort();
        var merged = new List<(uint First, uint Last)>(ranges.Count);
        foreach (var range in ranges)
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last)
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            else
                merged.Add(range);
        }
        return merged;
    }
}
