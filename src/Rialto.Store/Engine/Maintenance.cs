using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Engine;

/// <summary>Forgets what is past its period: change log entries, marks of delivered queue entries, soft-deleted messages.</summary>
internal static class Maintenance
{
    private const int Page = 1000;

    /// <summary>The queue repeats a drain within minutes of a restart; a week outlasts any outage that somebody would not notice.</summary>
    private static readonly TimeSpan DeliveredPeriod = TimeSpan.FromDays(7);

    /// <summary>Deletes what is older than its folder keeps messages: like a deletion by a person, it can be recovered for a while.</summary>
    public static async Task ExpireAsync(Mailbox mailbox, CancellationToken cancel)
    {
        var time = mailbox.Engine.Time.GetUtcNow();
        var now = FileTime.From(time).Ticks;
        var purged = mailbox.Header.IsPublic ? DeletedPublicFolders.Before(mailbox.State.Folders, FileTime.From(time - mailbox.Engine.Options.DeletedItemRetention)).ToList() : [];
        foreach (var folder in purged)
            await mailbox.Writer.SubmitAsync((draft, token) => Operations.DeleteFolder.ComputeAsync(draft, folder.Id, recursive: true, keepContents: false, token));
        foreach (var folder in mailbox.State.Folders.All)
        {
            if (FolderLimits.Of(folder).Retention is not { } age || folder.Type == FolderType.Search)
                continue;
            var states = new Views.StateCollector(Views.Entries.IsOrdinary, mailbox.Keywords);
            await mailbox.Storage.ScanStatesAsync(folder.Id, 0, states, cancel);
            foreach (var some in states.Entries.Where(e => e.ReceivedTicks < now - age.Ticks).Select(e => e.Id).Chunk(Page))
            {
                cancel.ThrowIfCancellationRequested();
                await mailbox.Writer.SubmitAsync((draft, token) => Operations.SoftDeleteMessages.ComputeAsync(draft, folder.Id, some, token));
            }
        }
    }

    public static async Task TrimAsync(Mailbox mailbox, CancellationToken cancel)
    {
        var now = mailbox.Engine.Time.GetUtcNow();
        var before = now.UtcTicks - mailbox.Engine.Options.ChangeLogPeriod.Ticks;
        var oldest = mailbox.State.OldestChange;
        var upTo = oldest;
        while (true)
        {
            var changes = await mailbox.Storage.ReadChangesAsync(upTo, null, Page, cancel);
            var expired = changes.TakeWhile(c => c.TimeUtcTicks < before).LastOrDefault();
            if (expired is null)
                break;
            upTo = expired.Sequence;
            if (changes.Count < Page || changes[^1].TimeUtcTicks >= before)
                break;
        }
        await PurgeAsync(mailbox, now.UtcTicks - mailbox.Engine.Options.DeletedItemRetention.Ticks, cancel);
        if (upTo > oldest)
        {
            await mailbox.Writer.SubmitAsync<bool>((draft, _) =>
            {
                draft.TrimChanges(upTo);
                draft.Write(new TrimDelivered(now.UtcTicks - DeliveredPeriod.Ticks));
                return new(true);
            });
        }
    }

    /// <summary>
    /// Removes for good what was soft-deleted before the time. The change log says what that was, so that nothing is looked for: what was brought back since, or deleted
    /// again, has a later change.
    /// </summary>
    private static async Task PurgeAsync(Mailbox mailbox, long before, CancellationToken cancel)
    {
        var purges = SpecialFolders.IdOf(SpecialFolder.RecoverableItemsDeletions);
        var start = mailbox.State.LongSetting(SettingNames.PurgedUpTo, 0);
        var upTo = start;
        while (true)
        {
            var changes = await mailbox.Storage.ReadChangesAsync(upTo, null, Page, cancel);
            var expired = changes.TakeWhile(c => c.TimeUtcTicks < before).ToList();
            if (expired.Count == 0)
                break;
            upTo = expired[^1].Sequence;
            var deleted = expired.Where(c => c.Kind == ChangeKind.MessageSoftDeleted || (c.Kind is ChangeKind.MessageMoved && c.Folder == purges)).ToList();
            foreach (var inFolder in deleted.GroupBy(c => c.Folder))
            {
                var last = inFolder.GroupBy(c => c.Message).ToDictionary(g => g.Key, g => g.Max(c => c.Sequence));
                await mailbox.Writer.SubmitAsync<bool>(async (draft, token) =>
                {
                    var entries = await draft.ReadEntriesAsync(inFolder.Key, [.. last.Keys], token);
                    foreach (var entry in entries)
                    {
                        if (entry.Sequence == last[entry.Id])
                            draft.Delete(inFolder.Key, in entry);
                    }
                    return true;
                });
            }
            if (expired.Count < changes.Count || changes.Count < Page)
                break;
        }
        // Written when much was passed over, or together with something else: a mailbox that is only read is not to be written each time that it closes.
        if (upTo - start > Page)
        {
            await mailbox.Writer.SubmitAsync<bool>((draft, _) =>
            {
                draft.Set(SettingNames.PurgedUpTo, upTo.ToString(System.Globalization.CultureInfo.InvariantCulture));
                return new(true);
            });
        }
    }
}
