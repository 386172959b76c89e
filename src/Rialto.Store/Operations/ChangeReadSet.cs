using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Views;

namespace Rialto.Store.Operations;

/// <summary>Read state in a public store: the principal's own set of change numbers; the messages do not change. [MS-OXCSTOR] 3.2.5.12.1.</summary>
internal static class ChangeReadSet
{
    /// <summary>The messages whose read state for the principal is another now.</summary>
    public static async ValueTask<List<MessageId>> ComputeAsync(
        Draft draft, FolderId folder, IReadOnlyList<MessageId> messages, bool read, Guid principal, CancellationToken cancel)
    {
        var set = await SetOfAsync(draft, folder, principal, cancel);
        var changed = new List<MessageId>();
        var deltas = new List<EntryDelta>();
        foreach (var entry in await draft.ReadEntriesAsync(folder, messages, cancel))
        {
            var cn = (ulong)entry.Cn;
            if (set.Contains(cn) == read)
                continue;
            if (read)
                set.Add(cn);
            else
                set.Remove(cn);
            changed.Add(entry.Id);
            deltas.Add(new EntryDelta(DeltaKind.StateChanged, entry, null));
        }
        if (changed.Count > 0)
        {
            Put(draft, folder, principal, set);
            Tell(draft, folder, principal, deltas);
        }
        return changed;
    }

    /// <summary>A message that the principal wrote: its change is one that it has read.</summary>
    public static async ValueTask MarkAsync(Draft draft, FolderId folder, IReadOnlyList<long> changeNumbers, Principal principal, CancellationToken cancel)
    {
        if (changeNumbers.Count == 0 || principal.Kind == PrincipalKind.System)
            return;
        var set = await SetOfAsync(draft, folder, principal.Id, cancel);
        var before = set.Cardinality;
        foreach (var cn in changeNumbers)
            set.Add((ulong)cn);
        if (set.Cardinality == before)
            return;
        Put(draft, folder, principal.Id, set);
    }

    /// <summary>The whole set becomes another one. Everything that the folder shows may have changed with it.</summary>
    public static async ValueTask ReplaceAsync(Draft draft, FolderId folder, IdSet set, Guid principal, CancellationToken cancel)
    {
        var before = await SetOfAsync(draft, folder, principal, cancel);
        var states = new StateCollector(Entries.IsOrdinary, draft.Mailbox.Keywords);
        await draft.Mailbox.Storage.ScanStatesAsync(folder, 0, states, cancel);
        var deltas = new List<EntryDelta>();
        foreach (var entry in draft.WithPending(folder, states.Entries))
        {
            if (before.Contains((ulong)entry.Cn) != set.Contains((ulong)entry.Cn))
                deltas.Add(new EntryDelta(DeltaKind.StateChanged, entry, null));
        }
        Put(draft, folder, principal, set);
        if (deltas.Count > 0)
            Tell(draft, folder, principal, deltas);
    }

    /// <summary>The set as the batch leaves it so far, to be changed.</summary>
    public static async ValueTask<IdSet> SetOfAsync(Draft draft, FolderId folder, Guid principal, CancellationToken cancel) =>
        (draft.ReadSets.GetValueOrDefault((principal, folder)) ?? await draft.Mailbox.ReadSets.ReadAsync(principal, folder, cancel)).Clone();

    private static void Put(Draft draft, FolderId folder, Guid principal, IdSet set)
    {
        draft.Next();
        draft.ReadSets[(principal, folder)] = set;
        draft.Write(new PutReadSet(principal, folder, ReadSets.Encode(set)));
    }

    /// <summary>The principal's own views and subscribers hear of it, nobody else's: the folder has not changed.</summary>
    private static void Tell(Draft draft, FolderId folder, Guid principal, List<EntryDelta> deltas)
    {
        for (var i = 0; i < deltas.Count; i++)
            deltas[i] = deltas[i] with { Entry = deltas[i].Entry with { Sequence = draft.Sequence } };
        if (!draft.ReadDeltas.TryGetValue((principal, folder), out var all))
            draft.ReadDeltas.Add((principal, folder), all = []);
        all.AddRange(deltas);
        foreach (var delta in deltas)
        {
            draft.Changes.Add(new Change
            {
                Kind = ChangeKind.ReadStateChanged, Sequence = draft.Sequence, Message = delta.Entry.Id, Folder = folder, Uid = delta.Entry.Uid, Mid = delta.Entry.Mid,
                TimeUtcTicks = draft.NowUtcTicks, Reader = principal,
            });
        }
    }
}
