namespace Rialto.Store.Operations;

/// <summary>Keys of other replicas that an ICS import left with a message. They belong to its place and its version: a move drops them. [MS-OXCFXICS] 3.1.5.3.</summary>
internal static class ForeignKeys
{
    public static MessageState Mark(MessageState state, byte[]? changeKey, byte[]? predecessors, byte[]? sourceKey) =>
        changeKey is null && predecessors is null && sourceKey is null ? state & ~MessageState.HasForeignKeys : state | MessageState.HasForeignKeys;
}
