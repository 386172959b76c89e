using Rialto.Model;
using Rialto.Store.Engine;
using Rialto.Store.Views;

namespace Rialto.Store.Operations;

/// <summary>
/// Flags, keywords and read state. A changed read bit draws a read-state CN and leaves the message CN ([MS-OXCFXICS] 3.2.5.6); marks and keywords are properties of the
/// message like any other for MAPI, and draw one. IMAP's \Deleted is nobody else's, and neither is a table's row status.
/// </summary>
internal static class ChangeFlags
{
    internal const MessageState Content = MessageState.Answered | MessageState.Flagged | MessageState.Forwarded | MessageState.Draft;

    public static async ValueTask<StoreResult<FlagsOutcome>> ComputeAsync(
        Draft draft, FolderId folder, IReadOnlyList<MessageId> messages, FlagChange change, CancellationToken cancel)
    {
        if ((change.Set & ~MessageState.Settable) != 0 || (change.Clear & ~(MessageState.Settable | MessageState.Receipts)) != 0 || !KeywordSets.AreValid(change.AddKeywords))
            return StoreError.InvalidArgument;
        if (ChangeManyFlags.TryCompute(draft, folder, messages, change) is { } many)
            return many;
        var entries = await draft.ReadEntriesAsync(folder, messages, cancel);
        if (!draft.Folders.TryGet(folder, out _))
            return StoreError.NotFound;
        var changed = new List<MessageId>(entries.Count);
        List<MessageId>? conflicts = null;
        var keywords = draft.Mailbox.Keywords;
        // Most messages have the same few sets: each is recomputed once.
        var sets = new Dictionary<int, int>();
        long sequence = 0;
        var foreign = await ForeignAsync(draft, folder, entries, cancel);
        foreach (var old in entries)
        {
            if (old.Sequence > change.UnchangedSince)
            {
                (conflicts ??= []).Add(old.Id);
                continue;
            }
            var state = change.Replace
                ? (old.State & ~MessageState.Settable) | change.Set
                : (old.State & ~change.Clear) | change.Set;
            if (!sets.TryGetValue(old.KeywordSet, out var keywordSet))
                sets.Add(old.KeywordSet, keywordSet = keywords.Intern(KeywordsAfter(keywords[old.KeywordSet], change)));
            var status = (old.Status & ~change.StatusMask) | (change.Status & change.StatusMask);
            if (state == old.State && keywordSet == old.KeywordSet && status == old.Status)
                continue;
            sequence = draft.Next();
            var readState = ((state ^ old.State) & MessageState.Read) != 0;
            var content = ((state ^ old.State) & Content) != 0 || keywordSet != old.KeywordSet;
            changed.Add(old.Id);
            if (content && foreign is not null && foreign.TryGetValue(old.Id, out var row))
            {
                var predecessors = ForeignKeys.After(draft.Mailbox.Header, row, sequence);
                draft.Replace(row, row with
                {
                    State = ForeignKeys.Mark(state, null, predecessors, row.SourceKey),
                    Keywords = keywords[keywordSet],
                    Status = status,
                    Sequence = sequence,
                    Cn = sequence,
                    ReadCn = readState ? sequence : row.ReadCn,
                    ChangeKey = null,
                    PredecessorChangeList = predecessors,
                    Modified = draft.Now,
                }, null, MessageParts.State);
                continue;
            }
            var entry = old with
            {
                State = state, KeywordSet = keywordSet, Status = status, Sequence = sequence, Cn = content ? sequence : old.Cn, ReadCn = readState ? sequence : old.ReadCn,
            };
            draft.SetState(folder, in old, in entry, readState);
        }
        return new FlagsOutcome(changed, conflicts ?? [], sequence == 0 ? draft.CountersOf(folder).HighestSequence : sequence);
    }

    /// <summary>The rows of messages with keys of their own, which a new version has to give up.</summary>
    private static async ValueTask<Dictionary<MessageId, MessageRow>?> ForeignAsync(Draft draft, FolderId folder, List<ViewEntry> entries, CancellationToken cancel)
    {
        List<MessageId>? ids = null;
        foreach (var entry in entries)
        {
            if ((entry.State & MessageState.HasForeignKeys) != 0)
                (ids ??= []).Add(entry.Id);
        }
        return ids is null ? null : (await draft.ReadRowsAsync(folder, ids, cancel)).ToDictionary(r => r.Id);
    }

    internal static IReadOnlyList<string> KeywordsAfter(IReadOnlyList<string> before, FlagChange change)
    {
        if (change.AddKeywords.Count == 0 && change.RemoveKeywords.Count == 0 && !change.Replace)
            return before;
        var after = new List<string>(before.Count + change.AddKeywords.Count);
        if (!change.Replace)
        {
            foreach (var keyword in before)
            {
                if (!change.RemoveKeywords.Contains(keyword, StringComparer.OrdinalIgnoreCase))
                    after.Add(keyword);
            }
        }
        foreach (var keyword in change.AddKeywords)
        {
            if (!after.Contains(keyword, StringComparer.OrdinalIgnoreCase))
                after.Add(keyword);
        }
        return after;
    }
}
