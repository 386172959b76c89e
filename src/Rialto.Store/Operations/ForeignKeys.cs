using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Operations;

/// <summary>Keys of other replicas that an ICS import left with a message. They belong to its place and its version: a move drops them. [MS-OXCFXICS] 3.1.5.3.</summary>
internal static class ForeignKeys
{
    public static MessageState Mark(MessageState state, byte[]? changeKey, byte[]? predecessors, byte[]? sourceKey) =>
        changeKey is null && predecessors is null && sourceKey is null ? state & ~MessageState.HasForeignKeys : state | MessageState.HasForeignKeys;

    /// <summary>A list that comes without a change key is of a version made here out of others: its own change number belongs to it.</summary>
    public static byte[]? WithOwn(MailboxHeader mailbox, MessageRow row)
    {
        if (row.ChangeKey is not null || row.PredecessorChangeList is not { } brought)
            return row.PredecessorChangeList;
        var list = PredecessorChangeList.Parse(brought) ?? new PredecessorChangeList();
        list.Add(Xid.Of(StoreKeys.Global(mailbox, row.Cn)));
        return list.ToArray();
    }

    /// <summary>
    /// The predecessors after a change made here: what other replicas contributed stays known, so that they see no conflict in it. Null while there were none.
    /// [MS-OXCFXICS] 3.1.5.6.1.
    /// </summary>
    public static byte[]? After(MailboxHeader mailbox, MessageRow old, long cn) => After(mailbox, old.ChangeKey, old.PredecessorChangeList, old.Cn, cn);

    public static byte[]? After(MailboxHeader mailbox, Folder old, long cn) => After(mailbox, old.ChangeKey, old.PredecessorChangeList, old.Cn, cn);

    private static byte[]? After(MailboxHeader mailbox, byte[]? changeKey, byte[]? predecessors, long old, long cn)
    {
        if (changeKey is null && predecessors is null)
            return null;
        var list = PredecessorChangeList.Parse(StoreKeys.PredecessorsOf(mailbox, predecessors, changeKey, old)) ?? new PredecessorChangeList();
        list.Add(Xid.Of(StoreKeys.Global(mailbox, cn)));
        return list.ToArray();
    }
}
