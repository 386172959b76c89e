using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>The table of <see cref="SavedTimes"/>.</summary>
internal static class SavedTable
{
    public static void Apply(SqliteConnection connection, WriteBatch batch)
    {
        foreach (var (message, time) in SavedTimes.Of(batch))
        {
            if (time == 0)
                connection.Prepare("DELETE FROM saved WHERE id=?1").Bind(1, message.Value).Execute();
            else
                connection.Prepare("INSERT OR REPLACE INTO saved(id, time) VALUES(?1, ?2)").Bind(1, message.Value).Bind(2, time).Execute();
        }
        // Folders go with their messages in one range; their times go when the change log is trimmed, since nobody meets them.
        if (batch.Mutations.Exists(static m => m is TrimChanges))
            connection.Prepare("DELETE FROM saved WHERE id NOT IN (SELECT id FROM message)").Execute();
    }

    public static IReadOnlyDictionary<MessageId, long> Read(SqliteConnection connection, ReadOnlySpan<MessageId> ids)
    {
        var times = new Dictionary<MessageId, long>();
        foreach (var id in ids)
        {
            using var s = connection.Prepare("SELECT time FROM saved WHERE id=?1").Bind(1, id.Value);
            if (s.Step())
                times.Add(id, s.Int64(0));
        }
        return times;
    }
}
