using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>
/// The ordinary messages of a folder in UID order at one moment: position + 1 is IMAP's sequence number. Immutable; consecutive snapshots share
/// their blocks, so holding an old one costs only what changed since.
/// </summary>
public sealed class FolderSnapshot
{
    private static long s_last;

    private readonly KeywordSets _keywords;
    private readonly long _number = Interlocked.Increment(ref s_last);
    private int _firstUnread = -2;

    internal FolderSnapshot(BlockedArray<ViewEntry> items, KeywordSets keywords, uint uidValidity, uint uidNext, long highestSequence, int unread)
    {
        Items = items;
        _keywords = keywords;
        UidValidity = uidValidity;
        UidNext = uidNext;
        HighestSequence = highestSequence;
        UnreadCount = unread;
    }

    internal BlockedArray<ViewEntry> Items { get; }

    internal KeywordSets Keywords => _keywords;

    /// <summary>How it came from the snapshot before; null where more than flags changed, or few of them.</summary>
    internal StatesStep? Step { get; init; }

    public int Count => Items.Count;

    public uint UidValidity { get; }

    public uint UidNext { get; }

    /// <summary>HIGHESTMODSEQ.</summary>
    public long HighestSequence { get; }

    public int UnreadCount { get; }

    /// <summary>Position of the first unread message, or -1.</summary>
    public int FirstUnread
    {
        get
        {
            if (_firstUnread == -2)
                _firstUnread = UnreadCount == 0 ? -1 : FindUnread();
            return _firstUnread;
        }
    }

    public ref readonly ViewEntry this[int position] => ref Items[position];

    /// <summary>Position of the UID, or the complement of where it would stand.</summary>
    public int PositionOfUid(uint uid)
    {
        var probe = new UidProbe(uid);
        return Items.BinarySearch(ref probe);
    }

    /// <summary>The entries from a position on, block by block: the way to walk many.</summary>
    public ReadOnlySpan<ViewEntry> BlockAt(int position) => Items.SpanAt(position);

    /// <summary>
    /// Where the messages stand that are among these ids, ascending. Ids mostly rise with the UIDs, so this is one pass over both; where they do not,
    /// the place among the ids is searched for.
    /// </summary>
    /// <param name="ids">In ascending order.</param>
    public List<int> PositionsOf(IReadOnlyList<MessageId> ids)
    {
        var positions = new List<int>(Math.Min(ids.Count, Count));
        if (ids.Count == 0)
            return positions;
        var wanted = new long[ids.Count];
        for (var i = 0; i < wanted.Length; i++)
            wanted[i] = ids[i].Value;
        var next = 0;
        var previous = long.MinValue;
        for (var position = 0; position < Count;)
        {
            foreach (ref readonly var entry in BlockAt(position))
            {
                var id = entry.Id.Value;
                if (id < previous)
                {
                    next = Array.BinarySearch(wanted, id);
                    if (next < 0)
                        next = ~next;
                }
                previous = id;
                while (next < wanted.Length && wanted[next] < id)
                    next++;
                if (next < wanted.Length && wanted[next] == id)
                    positions.Add(position);
                position++;
            }
        }
        return positions;
    }

    /// <summary>Every keyword that the mailbox's messages have had since its folders were loaded, those of this folder among them. Grows at the end only.</summary>
    public IReadOnlyList<string> KnownKeywords => _keywords.Keywords;

    /// <summary>Keywords of an entry.</summary>
    public IReadOnlyList<string> KeywordsOf(in ViewEntry entry) => _keywords[entry.KeywordSet];

    /// <summary>
    /// What happened between this snapshot and a newer one: positions that went (of this snapshot, ascending), positions in the newer one whose
    /// flags changed, and how many were added at the end. Skips blocks that both share, so the cost is that of the changes.
    /// </summary>
    public SnapshotDifference DifferenceTo(FolderSnapshot newer)
    {
        var removed = new List<int>();
        var changed = new List<int>();
        var added = 0;
        int oldBlock = 0, oldOffset = 0, newBlock = 0, newOffset = 0;
        while (true)
        {
            if (oldBlock < Items.BlockCount && oldOffset == Items.BlockNumber(oldBlock).Count)
            {
                oldBlock++;
                oldOffset = 0;
                continue;
            }
            if (newBlock < newer.Items.BlockCount && newOffset == newer.Items.BlockNumber(newBlock).Count)
            {
                newBlock++;
                newOffset = 0;
                continue;
            }
            if (newBlock == newer.Items.BlockCount)
            {
                for (var position = oldBlock < Items.BlockCount ? Items.StartOf(oldBlock) + oldOffset : Count; position < Count; position++)
                    removed.Add(position);
                break;
            }
            if (oldBlock == Items.BlockCount)
            {
                added = newer.Count - (newer.Items.StartOf(newBlock) + newOffset);
                break;
            }
            var before = Items.BlockNumber(oldBlock);
            var after = newer.Items.BlockNumber(newBlock);
            if (oldOffset == newOffset && ReferenceEquals(before.Items, after.Items))
            {
                // The same array: the common part is the same, and only the newer one may have more behind it.
                var common = Math.Min(before.Count, after.Count);
                oldOffset = newOffset = common;
                continue;
            }
            var unmoved = CompareUnmoved(before.Span[oldOffset..], after.Span[newOffset..], newer.Items.StartOf(newBlock) + newOffset, changed);
            if (unmoved > 0)
            {
                oldOffset += unmoved;
                newOffset += unmoved;
                continue;
            }
            ref readonly var was = ref before.Items[oldOffset];
            ref readonly var now = ref after.Items[newOffset];
            if (was.Uid < now.Uid)
            {
                removed.Add(Items.StartOf(oldBlock) + oldOffset++);
            }
            else
            {
                // UIDs are given in order, so an older one cannot appear: this snapshot came from a load that the message had not reached. Report it as changed.
                changed.Add(newer.Items.StartOf(newBlock) + newOffset++);
            }
        }
        return new SnapshotDifference(removed, changed, added);
    }

    /// <summary>As long as the same messages stand on both sides: those that changed. How many there are.</summary>
    private static int CompareUnmoved(ReadOnlySpan<ViewEntry> before, ReadOnlySpan<ViewEntry> after, int position, List<int> changed)
    {
        var i = 0;
        for (; i < before.Length && i < after.Length; i++)
        {
            ref readonly var was = ref before[i];
            ref readonly var now = ref after[i];
            if (was.Uid != now.Uid)
                break;
            if (was.Sequence != now.Sequence || was.State != now.State || was.KeywordSet != now.KeywordSet)
                changed.Add(position + i);
        }
        return i;
    }

    /// <summary>The messages of this snapshot, each as a newer one has it, those that went since included: for who may not hear yet of what came and went.</summary>
    /// <param name="newer">Of the same folder.</param>
    /// <param name="changed">Positions in the newer one.</param>
    public FolderSnapshot WithStatesOf(FolderSnapshot newer, IReadOnlyList<int> changed)
    {
        var editor = Items.Edit();
        var unread = UnreadCount;
        foreach (var position in changed)
        {
            ref readonly var entry = ref newer[position];
            var probe = new UidProbe(entry.Uid);
            if (editor.BinarySearch(ref probe) is not (var at and >= 0))
                continue;
            unread += (Entries.IsUnread(entry.State) ? 1 : 0) - (Entries.IsUnread(editor[at].State) ? 1 : 0);
            editor.Replace(at, in entry);
        }
        return new FolderSnapshot(editor.Freeze(), _keywords, UidValidity, UidNext, HighestSequence, unread);
    }

    /// <summary>Whether an older snapshot and what a change of flags has done give this one: nobody else has changed anything in between.</summary>
    public bool IsOnly(FlagsOutcome outcome, FolderSnapshot older)
    {
        if (Step is not { } step || step.From != older._number || step.Sets.Count != outcome.Sets.Count)
            return false;
        for (var i = 0; i < step.Sets.Count; i++)
        {
            if (!ReferenceEquals(step.Sets[i], outcome.Sets[i]))
                return false;
        }
        return true;
    }

    /// <summary>The step from this snapshot by the flags of many messages.</summary>
    internal StatesStep StepBy(IReadOnlyList<SetMessageStates> sets) => new(_number, sets);

    private int FindUnread()
    {
        for (var position = 0; position < Count;)
        {
            var block = BlockAt(position);
            for (var i = 0; i < block.Length; i++)
            {
                if ((block[i].State & MessageState.Read) == 0)
                    return position + i;
            }
            position += block.Length;
        }
        return -1;
    }
}

public sealed record SnapshotDifference(IReadOnlyList<int> Removed, IReadOnlyList<int> Changed, int Added);

/// <summary>One message in a folder's index.</summary>
public readonly struct ViewEntry
{
    public MessageId Id { get; init; }

    public long Mid { get; init; }

    public long Sequence { get; init; }

    public long Cn { get; init; }

    /// <summary>Read-state CN; 0 while the read state was never changed by itself.</summary>
    public long ReadCn { get; init; }

    public long ReceivedTicks { get; init; }

    public long MimeSize { get; init; }

    public uint Uid { get; init; }

    public MessageState State { get; init; }

    /// <summary>Index into the mailbox's interned keyword sets; 0: none.</summary>
    public int KeywordSet { get; init; }

    public int Status { get; init; }
}
