using Rialto.Store.Backend;

namespace Rialto.Store.Engine;

/// <summary>Forgets what is past its period: change log entries and marks of delivered queue entries.</summary>
internal static class Maintenance
{
    private const int Page = 1000;

    /// <summary>The queue repeats a drain within minutes of a restart; a week outlasts any outage that somebody would not notice.</summary>
    private static readonly TimeSpan DeliveredPeriod = TimeSpan.FromDays(7);

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
}
