using Rialto.Store.Engine;
using Rialto.Store.Views;

namespace Rialto.Store.Operations;

/// <summary>Moves within a mailbox: the same items elsewhere, with new UID, MID and stamps; content and summary are not touched.</summary>
internal static class MoveMessages
{
    public static async ValueTask<StoreResult<IReadOnlyList<MovedMessage>>> ComputeAsync(
        Draft draft, FolderId from, IReadOnlyList<MessageId> messages, FolderId to, CancellationToken cancel)
    {
        var entries = await draft.ReadEntriesAsync(from, messages, cancel);
        return await MoveAsync(draft, from, entries, to, cancel);
    }

    public static async ValueTask<StoreResult<IReadOnlyList<MovedMessage>>> MoveAsync(Draft draft, FolderId from, List<ViewEntry> entries, FolderId to, CancellationToken cancel)
    {
        var foreign = await ForeignAsync(draft, from, entries, cancel);
        if (!draft.Folders.TryGet(from, out _) || !draft.Folders.TryGet(to, out var target))
            return StoreError.NotFound;
        if (target.Type == FolderType.Search)
            return StoreError.NotSupported;
        // What moves is in the mailbox already: the folder's own limits alone count.
        if (from != to && target.Properties is not null
            && FolderLimits.Of(target).Refuse(target with { Counters = draft.CountersOf(to) }, entries.Sum(e => e.MimeSize), entries.Count == 0 ? 0 : entries.Max(e => e.MimeSize)) is var refused and not StoreError.None)
        {
            return refused;
        }
        var moved = new List<MovedMessage>(entries.Count);
        foreach (var old in entries)
        {
            var number = draft.Next();
            var entry = old with { Uid = draft.NextUid(to), Mid = number, Sequence = number, Cn = number, State = StateAfter(old.State) };
            if (foreign is not null && foreign.TryGetValue(old.Id, out var row))
                draft.Relocate(row, Placed(row, to, entry.Uid, number, number, null, null));
            else
                draft.Relocate(from, in old, to, in entry);
            moved.Add(new MovedMessage(entry.Id, old.Uid, entry.Uid, target.UidValidity));
        }
        return moved;
    }

    /// <summary>A client's own move, with the MID and the version it gave the message. [MS-OXCFXICS] 3.2.5.9.4.4.</summary>
    public static async ValueTask<StoreResult<MovedMessage>> ImportAsync(
        Draft draft, FolderId from, MessageId message, FolderId to, ImportedMove import, CancellationToken cancel)
    {
        var rows = await draft.ReadRowsAsync(from, [message], cancel);
        var unusable = await AppendMessages.CheckMidAsync(draft, import.Mid, to, cancel);
        if (rows is not [var row] || !draft.Folders.TryGet(to, out var target))
            return StoreError.NotFound;
        if (unusable != StoreError.None)
            return unusable;
        if (import.ExpectedCn is { } expected && row.Cn != expected)
            return StoreError.Conflict;
        if (target.Type == FolderType.Search)
            return StoreError.NotSupported;
        var number = draft.Next();
        draft.TakeId(import.Mid);
        var placed = Placed(row, to, draft.NextUid(to), import.Mid, number, import.ChangeKey, import.PredecessorChangeList);
        // The client will not download the message again, and may have seen the old number pass by in its new folder: a read state that it does not know needs a new one.
        placed = placed with { PredecessorChangeList = ForeignKeys.WithOwn(draft.Mailbox.Header, placed), ReadCn = row.ReadCn == 0 ? 0 : number };
        draft.Relocate(row, placed);
        return new MovedMessage(message, row.Uid, placed.Uid, target.UidValidity) { Cn = number };
    }

    /// <summary>A message that waits to be sent is looked for where it was submitted: elsewhere it is a draft again. [MS-OXOMSG] 3.2.5.2.</summary>
    internal static MessageState StateAfter(MessageState state)
    {
        state &= ~MessageState.SoftDeleted;
        return (state & MessageState.Submitted) == 0 ? state : (state & ~MessageState.Submitted) | MessageState.Draft;
    }

    private static MessageRow Placed(MessageRow row, FolderId to, uint uid, long mid, long number, byte[]? changeKey, byte[]? predecessors) => row with
    {
        Folder = to,
        Uid = uid,
        Mid = mid,
        Sequence = number,
        Cn = number,
        ChangeKey = changeKey,
        PredecessorChangeList = predecessors,
        SourceKey = null,
        State = ForeignKeys.Mark(StateAfter(row.State), changeKey, predecessors, null),
    };

    private static async ValueTask<Dictionary<MessageId, MessageRow>?> ForeignAsync(Draft draft, FolderId folder, List<ViewEntry> entries, CancellationToken cancel)
    {
        var ids = entries.Where(e => (e.State & MessageState.HasForeignKeys) != 0).Select(e => e.Id).ToList();
        return ids.Count == 0 ? null : (await draft.ReadRowsAsync(folder, ids, cancel)).ToDictionary(r => r.Id);
    }
}
