using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Operations;

/// <summary>Keys of other replicas that an ICS import left with a message. They belong to its place and its version: a move drops them. [MS-OXCFXICS] 3.1.5.3.</summary>
internal static class ForeignKeys
{
    public static MessageState Mark(MessageState state, byte[]? changeKey, byte[]? predecessors, byte[]? sourceKey) =>
        changeKey is null && predecessors is null && sourceKey is null ? state & ~MessageState.HasForeignKeys : state | MessageState.HasForeignKeys;

    /// <summary>
    /// The predecessors after a change made here: what other replicas contributed stays known, so that they see no conflict in it. Null while there were none.
    /// [MS-OXCFXICS] 3.1.5.6.1.
    /// </summary>
    public static byte[]? After(MailboxHeader mailbox, MessageRow old, long cn)
    {
        if (old.ChangeKey is null && old.PredecessorChangeList is null)
            return null;
        var list = PredecessorChangeList.Parse(StoreKeys.PredecessorsOf(mailbox, old.PredecessorChangeList, old.ChangeKey, old.Cn)) ?? new PredecessorChangeList();
        list.Add(Xid.Of(StoreKeys.Global(mailbox, cn)));
        return list.ToArray();
    }
}
