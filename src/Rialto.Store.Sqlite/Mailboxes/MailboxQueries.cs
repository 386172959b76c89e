using System.Text;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Codec;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>The reading side of a mailbox's database. A folder is found by its id in the same snapshot that its rows are read from.</summary>
internal static class MailboxQueries
{
    public static MailboxImage Load(SqliteConnection connection, MailboxHeader header)
    {
        var folders = new List<Folder>();
        using (var s = connection.Prepare("SELECT f.id, f.body, l.value FROM folder f JOIN live l ON l.slot=f.slot"))
        {
            while (s.Step())
            {
                var counters = new RecordReader(s.Bytes(2));
                var body = new RecordReader(s.Bytes(1));
                folders.Add(FolderCodec.Read(ref body, new FolderId(s.Int64(0)), FolderCodec.ReadCounters(ref counters)));
            }
        }
        var names = new List<(ushort, PropertyName)>();
        using (var s = connection.Prepare("SELECT id, property_set, lid, name FROM named_property ORDER BY id"))
        {
            while (s.Step())
                names.Add(((ushort)s.Int64(0), new PropertyName(s.Guid(1), (uint)s.Int64(2), s.IsNull(3) ? null : s.Text(3))));
        }
        var settings = new Dictionary<string, string>();
        using (var s = connection.Prepare("SELECT name, value FROM setting"))
        {
            while (s.Step())
                settings.Add(s.Text(0), s.Text(1));
        }
        using var live = connection.Prepare("SELECT z.a, o.a FROM live z, live o WHERE z.slot=0 AND o.slot=-1");
        live.Step();
        return new MailboxImage
        {
            Header = header,
            Folders = folders,
            NamedProperties = names,
            Settings = settings,
            Sequence = live.Int64(0),
            OldestChange = live.Int64(1),
        };
    }

    public static bool ScanStates(SqliteConnection connection, FolderId folder, long afterSequence, IStateSink sink)
    {
        if (!TryGetRange(connection, folder, out var first, out var last))
            return false;
        // Every row has a sequence above 0: the whole folder needs no look at it.
        using var s = afterSequence <= 0
            ? connection.Prepare($"SELECT {MessageTable.StateColumns} FROM state s WHERE s.place BETWEEN ?1 AND ?2 ORDER BY s.place").Bind(1, first).Bind(2, last)
            : connection.Prepare($"SELECT {MessageTable.StateColumns} FROM state s WHERE s.place BETWEEN ?1 AND ?2 AND s.sequence>?3 ORDER BY s.place")
                .Bind(1, first).Bind(2, last).Bind(3, afterSequence);
        while (s.Step())
            sink.Add(ReadState(s));
        return true;
    }

    public static bool ScanNewest(SqliteConnection connection, FolderId folder, int limit, IStateSink sink)
    {
        if (!TryGetRange(connection, folder, out var first, out _))
            return false;
        using var s = connection.Prepare($"SELECT {MessageTable.StateColumns} FROM state s INDEXED BY state_newest WHERE s.place>>32=?1 AND s.flags & 320=0 ORDER BY s.received DESC, s.place DESC LIMIT ?2")
            .Bind(1, first >> 32).Bind(2, limit);
        while (s.Step())
            sink.Add(ReadState(s));
        return true;
    }

    public static bool ScanPage(SqliteConnection connection, FolderId folder, StatePage page, IStateSink sink)
    {
        if (!TryGetRange(connection, folder, out var first, out var last))
            return false;
        using var s = page.NewestFirst
            ? connection.Prepare($"""
                SELECT {MessageTable.StateColumns} FROM state s INDEXED BY state_newest WHERE s.place>>32=?1 AND s.flags & 320=0 AND s.received<=?2 AND (s.received<?2 OR s.place<?3)
                ORDER BY s.received DESC, s.place DESC LIMIT ?4
                """).Bind(1, first >> 32).Bind(2, page.AfterReceived).Bind(3, first | page.AfterUid).Bind(4, page.Limit)
            : connection.Prepare($"SELECT {MessageTable.StateColumns} FROM state s WHERE s.place>?1 AND s.place<=?2 ORDER BY s.place LIMIT ?3")
                .Bind(1, first | page.AfterUid).Bind(2, last).Bind(3, page.Limit);
        while (s.Step())
            sink.Add(ReadState(s));
        return true;
    }

    public static List<MessageRow> ReadRows(SqliteConnection connection, ReadOnlySpan<MessageId> ids)
    {
        var rows = new List<MessageRow>(ids.Length);
        using var s = connection.Prepare(MessageTable.ReadRow);
        using var f = connection.Prepare("SELECT id FROM folder WHERE slot=?1");
        var (slot, folder) = (-1L, default(FolderId));
        foreach (var id in ids)
        {
            s.Bind(1, id.Value);
            if (s.Step())
            {
                if (s.Int64(0) >> 32 != slot)
                {
                    slot = s.Int64(0) >> 32;
                    f.Bind(1, slot);
                    folder = new FolderId(f.Step() ? f.Int64(0) : 0);
                    f.Reset();
                }
                rows.Add(MessageTable.Read(s, folder));
            }
            s.Reset();
        }
        return rows;
    }

    public static bool ScanDigests(SqliteConnection connection, FolderId folder, uint firstUid, uint lastUid, IDigestSink sink)
    {
        if (!TryGetRange(connection, folder, out var first, out _))
            return false;
        using var s = connection.Prepare("SELECT place, digest FROM digest WHERE place BETWEEN ?1 AND ?2 ORDER BY place").Bind(1, first | firstUid).Bind(2, first | lastUid);
        while (s.Step() && sink.Add((uint)s.Int64(0), s.Bytes(1)))
        {
        }
        return true;
    }

    public static MessageId? FindByUrlName(SqliteConnection connection, FolderId folder, string urlName)
    {
        if (!TryGetRange(connection, folder, out var first, out _))
            return null;
        using var s = connection.Prepare("SELECT id FROM message WHERE place>>32=?1 AND url_name=?2 LIMIT 1").Bind(1, first >> 32).Bind(2, urlName.AsSpan());
        return s.Step() ? new MessageId(s.Int64(0)) : null;
    }

    public static List<MessageId> FindByCalendarUid(SqliteConnection connection, string uid)
    {
        using var s = connection.Prepare("SELECT id FROM message WHERE calendar_uid=?1 ORDER BY id").Bind(1, uid.AsSpan());
        return ReadIds(s);
    }

    public static List<MessageId> FindByInternetMessageId(SqliteConnection connection, string messageId)
    {
        using var s = connection.Prepare("SELECT id FROM message WHERE message_id_hash=?1 AND message_id=?2 ORDER BY id").Bind(1, MessageTable.Hash(messageId)).Bind(2, messageId.AsSpan());
        return ReadIds(s);
    }

    public static List<MessageId> FindInTimeRange(SqliteConnection connection, FolderId folder, FileTime start, FileTime end)
    {
        if (!TryGetRange(connection, folder, out var first, out _))
            return [];
        // Open at the end as RFC 4791 9.9 has it; an item without duration is in the range that its moment is in.
        using var s = connection.Prepare("""
            SELECT id FROM message WHERE place>>32=?1 AND range_start IS NOT NULL AND range_start<?3
                AND (coalesce(range_end, range_start)>?2 OR (coalesce(range_end, range_start)<=range_start AND range_start>=?2)) ORDER BY range_start, id
            """).Bind(1, first >> 32).Bind(2, start.Ticks).Bind(3, end.Ticks);
        return ReadIds(s);
    }

    public static MessageId? FindByMid(SqliteConnection connection, long mid)
    {
        using (var s = connection.Prepare("SELECT id FROM state WHERE mid=?1").Bind(1, mid))
        {
            if (s.Step())
                return new MessageId(s.Int64(0));
        }
        using var same = connection.Prepare("SELECT m.id FROM message m JOIN state s ON s.place=m.place WHERE m.id=?1 AND s.mid IS NULL").Bind(1, mid);
        return same.Step() ? new MessageId(mid) : null;
    }

    public static List<MessageId> ReadIds(SqliteStatement s)
    {
        var ids = new List<MessageId>();
        while (s.Step())
            ids.Add(new MessageId(s.Int64(0)));
        return ids;
    }

    public static bool TryGetRange(SqliteConnection connection, FolderId folder, out long first, out long last)
    {
        using var s = connection.Prepare("SELECT slot FROM folder WHERE id=?1").Bind(1, folder.Value);
        var found = s.Step();
        (first, last) = found ? FolderSlots.Range(s.Int32(0)) : default;
        return found;
    }

    private static StateRow ReadState(SqliteStatement s)
    {
        var id = s.Int64(1);
        var sequence = s.Int64(3);
        return new StateRow(new MessageId(id), (uint)s.Int64(0), s.Int64(2, id), sequence, s.Int64(4, sequence), s.Int64(5, 0), (MessageState)s.Int32(6), (int)s.Int64(7, 0),
            s.Int64(8), s.Int64(9), s.IsNull(10) ? null : Encoding.UTF8.GetString(s.Bytes(10)));
    }
}
