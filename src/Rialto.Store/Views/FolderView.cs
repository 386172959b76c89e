namespace Rialto.Store.Views;

/// <summary>A user's hold on a folder's shared index. Dispose to let the index go idle.</summary>
public sealed class FolderView : IDisposable
{
    internal FolderView()
    {
    }

    public FolderId Folder => throw new NotImplementedException();

    /// <summary>The newest state: immutable, one reference read.</summary>
    public FolderSnapshot Current => throw new NotImplementedException();

    /// <summary>Called back, after the change is durable, whenever <see cref="Current"/> is replaced. Must return quickly and never wait.</summary>
    public IDisposable Subscribe(Action onChanged) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>
/// The ordinary messages of a folder in UID order at one moment: position + 1 is IMAP's sequence number. Immutable; consecutive snapshots share
/// their blocks, so holding an old one costs only what changed since.
/// </summary>
public sealed class FolderSnapshot
{
    public int Count => throw new NotImplementedException();

    public uint UidValidity => throw new NotImplementedException();

    public uint UidNext => throw new NotImplementedException();

    /// <summary>HIGHESTMODSEQ.</summary>
    public long HighestSequence => throw new NotImplementedException();

    public int UnreadCount => throw new NotImplementedException();

    /// <summary>Position of the first unread message, or -1.</summary>
    public int FirstUnread => throw new NotImplementedException();

    public ref readonly ViewEntry this[int position] => throw new NotImplementedException();

    /// <summary>Position of the UID, or the complement of where it would stand.</summary>
    public int PositionOfUid(uint uid) => throw new NotImplementedException();

    /// <summary>The entries from a position on, block by block: the way to walk many.</summary>
    public ReadOnlySpan<ViewEntry> BlockAt(int position) => throw new NotImplementedException();

    /// <summary>Keywords of an entry.</summary>
    public IReadOnlyList<string> KeywordsOf(in ViewEntry entry) => throw new NotImplementedException();

    /// <summary>
    /// What happened between this snapshot and a newer one: positions that went (of this snapshot, ascending), positions in the newer one whose
    /// flags changed, and how many were added at the end. Skips blocks that both share, so the cost is that of the changes.
    /// </summary>
    public SnapshotDifference DifferenceTo(FolderSnapshot newer) => throw new NotImplementedException();
}

public sealed record SnapshotDifference(IReadOnlyList<int> Removed, IReadOnlyList<int> Changed, int Added);

/// <summary>One message in a folder's index.</summary>
public readonly struct ViewEntry
{
    public MessageId Id { get; init; }

    public long Mid { get; init; }

    public long Sequence { get; init; }

    public long Cn { get; init; }

    public long ReceivedTicks { get; init; }

    public long MimeSize { get; init; }

    public uint Uid { get; init; }

    public MessageState State { get; init; }

    /// <summary>Index into the mailbox's interned keyword sets; 0: none.</summary>
    public int KeywordSet { get; init; }

    public int Status { get; init; }
}
