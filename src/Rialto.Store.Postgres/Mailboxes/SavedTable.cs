using Npgsql;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>The table of <see cref="SavedTimes"/>.</summary>
internal sealed class SavedTable
{
    public const string Schema = """
        -- When messages came into their folders, where that is not when they were created.
        CREATE TABLE message_saved(mailbox uuid NOT NULL, id bigint NOT NULL, time bigint NOT NULL, PRIMARY KEY(mailbox, id));
        """;

    private readonly Dictionary<(Guid Mailbox, long Id), long> _times = [];

    public void Add(Guid mailbox, IEnumerable<Mutation> mutations)
    {
        foreach (var (message, time) in SavedTimes.Of(mutations))
            _times[(mailbox, message.Value)] = time;
    }

    public void WriteTo(NpgsqlBatch batch)
    {
        if (_times.Count == 0)
            return;
        var kept = _times.Where(t => t.Value != 0).ToList();
        if (kept.Count > 0)
        {
            batch.Add("""
                INSERT INTO message_saved(mailbox, id, time) SELECT v.mailbox, v.id, v.time FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS v(mailbox, id, time)
                ON CONFLICT (mailbox, id) DO UPDATE SET time = excluded.time
                """).With(kept.Select(t => t.Key.Mailbox)).With(kept.Select(t => t.Key.Id)).With(kept.Select(t => t.Value));
        }
        foreach (var gone in _times.Where(t => t.Value == 0).GroupBy(t => t.Key.Mailbox, t => t.Key.Id))
            batch.Add("DELETE FROM message_saved WHERE mailbox = $1 AND id = ANY($2::bigint[])").With(gone.Key).With((IEnumerable<long>)gone);
    }
}
