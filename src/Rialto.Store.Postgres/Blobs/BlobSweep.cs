using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>
/// Removes contents that nothing refers to and that nobody wrote, again or for the first time, since the grace period began. Ids are dense, so the marks are a bitmap:
/// ten million contents take a little more than a megabyte.
/// </summary>
internal static class BlobSweep
{
    private const int Page = 2000;

    public static async ValueTask<long> RunAsync(Database database, IAsyncEnumerable<BlobRef> marked, TimeSpan grace, CancellationToken cancel)
    {
        var now = database.NowTicks;
        var before = now - grace.Ticks;
        var marks = new Marks();
        await foreach (var blob in marked.WithCancellation(cancel))
            marks.Add(blob.Key);
        long freed = 0;
        for (long after = 0; ;)
        {
            // What the queue refers to is ours to know; what is being written has its own, longer period.
            var some = await database.ListAsync("""
                SELECT id, hash IS NULL FROM blob WHERE id > $1 AND (CASE WHEN hash IS NULL THEN created < $4 ELSE created < $2 END)
                    AND NOT EXISTS (SELECT 1 FROM mail_queue q WHERE q.content = blob.id) ORDER BY id LIMIT $3
                """, p => p.With(after).With(before).With(Page).With(now - database.Options.UnfinishedPeriod.Ticks), r => (Id: r.Int64(0), IsUnfinished: r.GetBoolean(1)), cancel);
            if (some.Count == 0)
                return freed;
            after = some[^1].Id;
            long[] unused = [.. some.Where(b => b.IsUnfinished || !marks.Contains(b.Id)).Select(b => b.Id)];
            if (unused.Length > 0)
                freed += await DeleteAsync(database, unused, now - database.Options.UnfinishedPeriod.Ticks, before, cancel);
        }
    }

    private static async Task<long> DeleteAsync(Database database, long[] ids, long unfinishedBefore, long before, CancellationToken cancel)
    {
        // The times are compared again under the row's lock: a content written again meanwhile stays.
        return await database.FirstAsync("""
            WITH gone AS (DELETE FROM blob WHERE id = ANY($1::bigint[]) AND created < (CASE WHEN hash IS NULL THEN $3 ELSE $2 END) RETURNING id, length),
                chunks AS (DELETE FROM blob_chunk WHERE blob IN (SELECT id FROM gone) RETURNING 1)
            SELECT coalesce(sum(length), 0)::bigint FROM gone
            """, p => p.With(ids).With(before).With(unfinishedBefore), r => r.Int64(0), cancel);
    }

    private sealed class Marks
    {
        private const int BitsOfPage = 1 << 16;
        private readonly Dictionary<long, ulong[]> _pages = [];

        public void Add(long id)
        {
            if (!_pages.TryGetValue(id / BitsOfPage, out var page))
                _pages.Add(id / BitsOfPage, page = new ulong[BitsOfPage / 64]);
            page[id % BitsOfPage / 64] |= 1UL << (int)(id % 64);
        }

        public bool Contains(long id) => _pages.TryGetValue(id / BitsOfPage, out var page) && (page[id % BitsOfPage / 64] & 1UL << (int)(id % 64)) != 0;
    }
}
