using Rialto.Model;
using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>Moves within a mailbox: the same items elsewhere, with new UID, MID and stamps; content and summary are not touched.</summary>
internal static class MoveMessages
{
    public static async ValueTask<StoreResult<IReadOnlyList<MovedMessage>>> ComputeAsync(
        Draft draft, FolderId from, IReadOnlyList<MessageId> messages, FolderId to, MessageState set, MessageState clear, CancellationToken cancel)
    {
        var entries = await draft.ReadEntriesAsync(from, messages, cancel);
        if (!draft.Folders.TryGet(from, out _) || !draft.Folders.TryGet(to, out var target))
            return StoreError.NotFound;
        if (target.Type == FolderType.Search)
            return StoreError.NotSupported;
        var moved = new List<MovedMessage>(entries.Count);
        foreach (var old in entries)
        {
            var number = draft.Next();
            var entry = old with { Uid = draft.NextUid(to), Mid = number, Sequence = number, Cn = number, State = (old.State & ~clear) | set };
            draft.Relocate(from, in old, to, in entry);
            moved.Add(new MovedMessage(entry.Id, old.Uid, entry.Uid, target.UidValidity));
        }
        return moved;
    }
}
