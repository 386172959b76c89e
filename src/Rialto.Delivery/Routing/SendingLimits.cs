using System.Collections.Concurrent;

namespace Rialto.Delivery;

/// <summary>How many recipients an account may send to: what a stolen password can do before somebody notices. Kept in memory; a restart begins anew.</summary>
public sealed class SendingLimits(DeliveryOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, Bucket> buckets = [];

    /// <summary>Takes room for recipients; false when the account has sent to too many for now.</summary>
    public bool TryTake(Guid account, int recipients)
    {
        var most = options.MaximumRecipientsPerHour;
        if (most <= 0) return true;
        var now = time.GetTimestamp();
        if (buckets.Count > 100_000) buckets.Clear();
        var bucket = buckets.GetOrAdd(account, static (_, s) => new Bucket { Left = s.most, Seen = s.now }, (most, now));
        lock (bucket)
        {
            // Filled as time goes by, up to an hour's worth.
            bucket.Left = Math.Min(most, bucket.Left + (time.GetElapsedTime(bucket.Seen, now).TotalHours * most));
            bucket.Seen = now;
            if (bucket.Left < recipients) return false;
            bucket.Left -= recipients;
            return true;
        }
    }

    private sealed class Bucket
    {
        public double Left { get; set; }

        public long Seen { get; set; }
    }
}
