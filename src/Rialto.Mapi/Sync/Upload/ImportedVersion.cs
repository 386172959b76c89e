// [MS-OXCFXICS] 2.2.1.2.7 PidTagChangeKey, 2.2.1.2.8 PidTagPredecessorChangeList, 2.2.3.2.4.2.1, 2.2.3.2.4.3.1; 3.1.5.3, 3.1.5.6.1 conflict detection.
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Mapi.Sync.Upload;

/// <summary>How a client's version of an object stands to the server's.</summary>
internal enum VersionOrder
{
    /// <summary>It includes all that the server's does, and more.</summary>
    Newer,

    /// <summary>The server's is it, or includes it.</summary>
    Older,

    /// <summary>Each has what the other does not know of.</summary>
    Conflict,
}

/// <summary>A version of an object as a client brings it.</summary>
internal sealed class ImportedVersion
{
    /// <summary>2.2.2.2: an id of one to eight bytes in its namespace.</summary>
    private const int MaxXid = 24;

    private ImportedVersion(byte[] changeKey, PredecessorChangeList predecessors, FileTime modified)
    {
        ChangeKey = changeKey;
        Predecessors = predecessors;
        Modified = modified;
    }

    public byte[] ChangeKey { get; }

    /// <summary>All that the version includes, itself among it.</summary>
    public PredecessorChangeList Predecessors { get; }

    public FileTime Modified { get; }

    /// <summary>
    /// Null for what no client could have: a change key in the server's namespace (3.3.5.2.3), or predecessors in it that the server has not made yet, by which an object
    /// would pass for newer than all that ever happens to it here.
    /// </summary>
    public static ImportedVersion? Read(MailboxSession mailbox, byte[] changeKey, byte[] predecessors, FileTime modified)
    {
        if (changeKey.Length > MaxXid || Xid.Parse(changeKey) is not { } change || change.Namespace == mailbox.Header.ReplicaGuid)
            return null;
        if (ReadPredecessors(mailbox, predecessors) is not { } list)
            return null;
        list.Add(change);
        return new ImportedVersion(changeKey, list, modified);
    }

    public static PredecessorChangeList? ReadPredecessors(MailboxSession mailbox, byte[] bytes)
    {
        if (PredecessorChangeList.Parse(bytes) is not { } list)
            return null;
        foreach (var entry in list.Entries)
        {
            if (entry.LocalId.Length > MaxXid - 16)
                return null;
            if (entry.Namespace == mailbox.Header.ReplicaGuid && (!GlobalId.TryRead(entry.ToArray(), out var own) || own.Counter > (ulong)mailbox.Sequence))
                return null;
        }
        return list;
    }

    public static PredecessorChangeList PredecessorsOf(MailboxHeader mailbox, MessageRow row) =>
        PredecessorChangeList.Parse(StoreKeys.PredecessorsOf(mailbox, row.PredecessorChangeList, row.ChangeKey, row.Cn)) ?? new PredecessorChangeList();

    public VersionOrder CompareTo(MailboxHeader mailbox, MessageRow row)
    {
        var own = PredecessorsOf(mailbox, row);
        if (own.Includes(Predecessors))
            return IsReused(row) ? VersionOrder.Conflict : VersionOrder.Older;
        return Predecessors.Includes(own) ? VersionOrder.Newer : VersionOrder.Conflict;
    }

    /// <summary>
    /// 3.1.5.6.2.2: the later one wins; of two of the same time the one whose namespace is the larger, and the server's where even that is the same.
    /// </summary>
    public bool WinsOver(MailboxHeader mailbox, MessageRow row)
    {
        if (Modified.Ticks != row.Modified.Ticks)
            return Modified.Ticks > row.Modified.Ticks;
        var theirs = StoreKeys.ChangeKeyOf(mailbox, row.ChangeKey, row.Cn);
        return ChangeKey.AsSpan(0, 16).SequenceCompareTo(theirs.AsSpan(0, Math.Min(16, theirs.Length))) > 0;
    }

    /// <summary>
    /// [MS-OXCSYNC] 3.1.3.1.1.1: a client that was put back to an earlier time gives numbers a second time. The same change at another time is another change: taken for the
    /// one that is here already it would be lost.
    /// </summary>
    private bool IsReused(MessageRow row) => row.ChangeKey is { } key && key.AsSpan().SequenceEqual(ChangeKey) && row.Modified != Modified;
}
