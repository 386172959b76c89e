using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>Read state in a public store: the principal's own set; the messages do not change.</summary>
internal static class ChangeReadSet
{
    /// <summary>The messages whose read state for the principal is another now.</summary>
    public static async ValueTask<List<MessageId>> ComputeAsync(
        Draft draft, FolderId folder, IReadOnlyList<MessageId> messages, bool read, Guid principal, CancellationToken cancel)
    {
        var set = (draft.ReadSets.GetValueOrDefault((principal, folder)) ?? await draft.Mailbox.ReadSets.ReadAsync(principal, folder, cancel)).Clone();
        var changed = new List<MessageId>();
        foreach (var entry in await draft.ReadEntriesAsync(folder, messages, cancel))
        {
            var id = (ulong)entry.Id.Value;
            if (set.Contains(id) == read)
                continue;
            if (read)
                set.Add(id);
            else
                set.Remove(id);
            changed.Add(entry.Id);
        }
        if (changed.Count > 0)
        {
            draft.Next();
            draft.ReadSets[(principal, folder)] = set;
            draft.Write(new PutReadSet(principal, folder, ReadSets.Encode(set)));
        }
        return changed;
    }
}
