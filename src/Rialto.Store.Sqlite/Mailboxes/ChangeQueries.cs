using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>Reads the change log, of the whole mailbox or of one folder: what it has now or had before.</summary>
internal static class ChangeQueries
{
    private const string Columns = "kind, sequence, message, folder, old_folder, uid, old_uid, mid, old_mid, time, run";

    public static List<Change> Read(SqliteConnection connection, long afterSequence, FolderId? folder, int limit)
    {
        using var s = folder is null
            ? connection.Prepare($"SELECT {Columns} FROM change WHERE sequence>?1 ORDER BY sequence LIMIT ?2")
            : connection.Prepare($"""
                SELECT {Columns} FROM change WHERE sequence IN (
                    SELECT * FROM (SELECT sequence FROM change WHERE folder=?3 AND sequence>?1 ORDER BY sequence LIMIT ?2)
                    UNION SELECT * FROM (SELECT sequence FROM change WHERE old_folder=?3 AND sequence>?1 ORDER BY sequence LIMIT ?2))
                ORDER BY sequence LIMIT ?2
                """).Bind(3, folder.Value.Value);
        s.Bind(1, afterSequence).Bind(2, limit);
        var changes = new List<Change>();
        while (s.Step())
        {
            var (kind, parts) = Change.FromStored(s.Int32(0));
            var change = new Change
            {
                Kind = kind,
                Parts = parts,
                Sequence = s.Int64(1),
                Message = new MessageId(s.Int64(2)),
                Folder = new FolderId(s.Int64(3)),
                OldFolder = new FolderId(s.Int64(4)),
                Uid = (uint)s.Int64(5),
                OldUid = (uint)s.Int64(6),
                Mid = s.Int64(7),
                OldMid = s.Int64(8),
                TimeUtcTicks = s.Int64(9),
            };
            if (s.IsNull(10))
                changes.Add(change);
            else
                changes.AddRange(StateRun.Expand(change, s.Array(10)!).Where(c => c.Sequence > afterSequence).Take(limit - changes.Count));
            if (changes.Count >= limit)
                break;
        }
        return changes;
    }
}
