using System.Collections.Concurrent;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>
/// Summary columns of a folder in UID order. The message table is walked through the folder's state rows; a folder that was filled in order lies in order there too,
/// so the walk is sequential. Columns that are not asked for are not read.
/// </summary>
internal static class SummaryScan
{
    /// <summary>A statement a choice of columns: SQLite fetches what a statement names, read or not.</summary>
    private static readonly ConcurrentDictionary<SummaryColumns, string> s_statements = new();

    private static string StatementOf(SummaryColumns columns)
    {
        string[] names =
        [
            "s.place", "s.id",
            .. Of(SummaryColumns.Subject, "m.subject_prefix"), .. Of(SummaryColumns.Subject | SummaryColumns.ConversationTopic, "m.subject"),
            .. Of(SummaryColumns.From, "m.from_name", "m.from_address"), .. Of(SummaryColumns.To, "m.display_to"), .. Of(SummaryColumns.Cc, "m.display_cc"),
            .. Of(SummaryColumns.Bcc, "m.display_bcc"), .. Of(SummaryColumns.MessageClass, "m.class"), .. Of(SummaryColumns.ConversationTopic, "m.topic"),
            .. Of(SummaryColumns.InternetMessageId, "m.message_id"), .. Of(SummaryColumns.Preview, "m.preview"), .. Of(SummaryColumns.Sent, "m.sent"),
            .. Of(SummaryColumns.Modified, "m.modified", "m.created", "s.received"), .. Of(SummaryColumns.RangeStart, "m.range_start"),
            .. Of(SummaryColumns.Importance, "m.importance"), .. Of(SummaryColumns.Sensitivity, "m.sensitivity"),
            .. Of(SummaryColumns.Content, "m.kind", "m.content", "m.content_length", "s.size", "m.rest"),
        ];
        return $"SELECT {string.Join(", ", names)} FROM state s CROSS JOIN message m ON m.id=s.id WHERE s.place BETWEEN ?1 AND ?2 ORDER BY s.place";

        // The others keep their numbers.
        IEnumerable<string> Of(SummaryColumns any, params string[] of) => (columns & any) != 0 ? of : of.Select(_ => "NULL");
    }

    public static bool Run(SqliteConnection connection, FolderId folder, uint firstUid, uint lastUid, SummaryColumns columns, ISummarySink sink)
    {
        if (!MailboxQueries.TryGetRange(connection, folder, out var first, out var last))
            return false;
        // A place is the folder's slot and the UID.
        (first, last) = (Math.Max(first, first >> 32 << 32 | firstUid), Math.Min(last, first >> 32 << 32 | lastUid));
        using var s = connection.Prepare(s_statements.GetOrAdd(columns, StatementOf)).Bind(1, first).Bind(2, last);
        while (s.Step())
        {
            var row = new SummaryRow { Id = new MessageId(s.Int64(1)), Uid = (uint)s.Int64(0) };
            Fill(s, columns, ref row);
            sink.Add(row);
        }
        return true;
    }

    private static void Fill(SqliteStatement s, SummaryColumns columns, ref SummaryRow row)
    {
        if ((columns & SummaryColumns.Subject) != 0)
        {
            row.SubjectPrefix = s.Bytes(2);
            row.NormalizedSubject = s.Bytes(3);
        }
        if ((columns & SummaryColumns.From) != 0)
        {
            row.FromName = s.Bytes(4);
            row.FromAddress = s.Bytes(5);
        }
        if ((columns & SummaryColumns.To) != 0)
            row.DisplayTo = s.Bytes(6);
        if ((columns & SummaryColumns.Cc) != 0)
            row.DisplayCc = s.Bytes(7);
        if ((columns & SummaryColumns.Bcc) != 0)
            row.DisplayBcc = s.Bytes(8);
        if ((columns & SummaryColumns.MessageClass) != 0)
            row.MessageClass = s.IsNull(9) ? "IPM.Note"u8 : s.Bytes(9);
        if ((columns & SummaryColumns.ConversationTopic) != 0)
            row.ConversationTopic = s.IsNull(10) ? s.Bytes(3) : s.Bytes(10);
        if ((columns & SummaryColumns.InternetMessageId) != 0)
            row.InternetMessageId = s.Bytes(11);
        if ((columns & SummaryColumns.Preview) != 0)
            row.Preview = s.Bytes(12);
        if ((columns & SummaryColumns.Sent) != 0)
            row.SentTicks = s.Int64(13);
        if ((columns & SummaryColumns.Modified) != 0)
            row.ModifiedTicks = s.IsNull(14) ? s.Int64(15, s.Int64(16)) : s.Int64(14);
        if ((columns & SummaryColumns.RangeStart) != 0)
            row.RangeStartTicks = s.Int64(17);
        if ((columns & SummaryColumns.Importance) != 0)
            row.Importance = (byte)s.Int64(18, 1);
        if ((columns & SummaryColumns.Sensitivity) != 0)
            row.Sensitivity = (byte)s.Int64(19);
        if ((columns & SummaryColumns.Content) != 0)
        {
            row.Kind = (ContentKind)s.Int32(20);
            row.Mime = row.Kind == ContentKind.Mime ? new BlobRef(s.Int64(21), s.Int64(22, s.Int64(23))) : MessageTable.DerivedMime(s.Bytes(24));
        }
    }
}
