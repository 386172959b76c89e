using Rialto.Model;

namespace Rialto.Store.Engine;

/// <summary>The counters of a folder as a batch in the making leaves them so far.</summary>
internal sealed class CounterDraft(FolderCounters from)
{
    public uint UidNext = from.UidNext;
    public long HighestSequence = from.HighestSequence;
    public int Count = from.Count;
    public int Unread = from.Unread;
    public int AssociatedCount = from.AssociatedCount;
    public long Size = from.Size;
    public bool Dirty;
    private readonly FileTime _newest = from.NewestChange;

    public FolderCounters ToCounters(FileTime now) => new()
    {
        UidNext = UidNext,
        HighestSequence = HighestSequence,
        Count = Count,
        Unread = Unread,
        AssociatedCount = AssociatedCount,
        Size = Size,
        NewestChange = Dirty ? now : _newest,
    };
}
