using System.Numerics;
using System.Text;
using Rialto.Model;
using Rialto.Store.Sqlite.Codec;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>The message row on the tables state and message: which columns stay null for the usual value, and what is packed into `rest`.</summary>
internal static class MessageTable
{
    private const byte RestVersion = 1;
    private const string UsualClass = "IPM.Note";

    public const string PutState =
        "INSERT OR REPLACE INTO state(place, id, mid, sequence, cn, read_cn, flags, status, size, received, keywords) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

    public const string PutMessage = """
        INSERT OR REPLACE INTO message(id, place, kind, content, content_length, converter, sent, created, modified, class, subject_prefix, subject, from_name, from_address,
            display_to, display_cc, display_bcc, importance, sensitivity, topic, conversation, message_id, message_id_hash, url_name, calendar_uid, range_start, range_end, preview, rest)
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29)
        """;

    /// <summary>Columns of the narrow row.</summary>
    public const string StateColumns = "s.place, s.id, s.mid, s.sequence, s.cn, s.read_cn, s.flags, s.status, s.size, s.received, s.keywords";

    public const string ReadRow = $"""
        SELECT {StateColumns}, m.kind, m.content, m.content_length, m.converter, m.sent, m.created, m.modified, m.class, m.subject_prefix, m.subject, m.from_name, m.from_address,
            m.display_to, m.display_cc, m.display_bcc, m.importance, m.sensitivity, m.topic, m.conversation, m.message_id, m.url_name, m.calendar_uid, m.range_start, m.range_end, m.preview, m.rest
        FROM message m JOIN state s ON s.place = m.place WHERE m.id = ?1
        """;

    /// <summary>32 bits of a key text, of its bytes as they are.</summary>
    public static long Hash(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        uint a = 0x9747_B28C;
        foreach (var b in bytes)
            a = BitOperations.Crc32C(a, b);
        return a;
    }

    public static void WriteState(SqliteConnection connection, long place, MessageRow row) => connection.Prepare(PutState)
        .Bind(1, place)
        .Bind(2, row.Id.Value)
        .BindUnless(3, row.Mid, row.Id.Value)
        .Bind(4, row.Sequence)
        .BindUnless(5, row.Cn, row.Sequence)
        .BindUnless(6, row.ReadCn, 0)
        .Bind(7, (int)row.State)
        .BindUnless(8, row.Status, 0)
        .Bind(9, row.MimeSize)
        .Bind(10, row.Received.Ticks)
        .BindUnless(11, JoinKeywords(row.Keywords))
        .Execute();

    public static void WriteMessage(SqliteConnection connection, long place, MessageRow row)
    {
        var statement = connection.Prepare(PutMessage)
            .Bind(1, row.Id.Value)
            .Bind(2, place)
            .Bind(3, (byte)row.Kind)
            .Bind(4, row.Content.Key)
            .BindUnless(5, row.Content.Length, row.MimeSize)
            .Bind(6, row.ConverterVersion);
        BindTime(statement, 7, row.Sent);
        statement
            .BindUnless(8, row.Created.Ticks, row.Received.Ticks)
            .BindUnless(9, row.Modified.Ticks, row.Created.Ticks)
            .BindUnless(10, row.MessageClass, UsualClass)
            .BindUnless(11, row.SubjectPrefix)
            .BindUnless(12, row.NormalizedSubject)
            .BindUnless(13, row.FromName)
            .BindUnless(14, row.FromAddress)
            .BindUnless(15, row.DisplayTo)
            .BindUnless(16, row.DisplayCc)
            .BindUnless(17, row.DisplayBcc)
            .BindUnless(18, row.Importance, 1)
            .BindUnless(19, row.Sensitivity, 0)
            .BindUnless(20, row.ConversationTopic, row.NormalizedSubject);
        if (row.ConversationId == Guid.Empty)
            statement.BindNull(21);
        else
            statement.Bind(21, row.ConversationId);
        statement.BindUnless(22, row.InternetMessageId);
        if (row.InternetMessageId.Length == 0)
            statement.BindNull(23);
        else
            statement.Bind(23, Hash(row.InternetMessageId));
        statement
            .BindUnless(24, row.UrlName)
            .BindUnless(25, row.CalendarUid);
        BindTime(statement, 26, row.RangeStart);
        BindTime(statement, 27, row.RangeEnd);
        statement.BindUnless(28, row.Preview);
        BindRest(statement, 29, row);
        statement.Execute();
    }

    public static MessageRow Read(SqliteStatement s, FolderId folder)
    {
        var id = s.Int64(1);
        var size = s.Int64(8);
        var received = s.Int64(9);
        var created = s.Int64(16, received);
        var subject = s.Text(20);
        var row = new MessageRow
        {
            Id = new(id),
            Folder = folder,
            Uid = (uint)s.Int64(0),
            Mid = s.Int64(2, id),
            Sequence = s.Int64(3),
            Cn = s.Int64(4, s.Int64(3)),
            ReadCn = s.Int64(5, 0),
            State = (MessageState)s.Int32(6),
            Status = (int)s.Int64(7, 0),
            MimeSize = size,
            Received = new(received),
            Keywords = SplitKeywords(s, 10),
            Kind = (ContentKind)s.Int32(11),
            Content = new BlobRef(s.Int64(12), s.Int64(13, size)),
            ConverterVersion = s.Int32(14),
            Sent = Time(s, 15),
            Created = new(created),
            Modified = new(s.Int64(17, created)),
            MessageClass = s.Text(18, UsualClass),
            SubjectPrefix = s.Text(19),
            NormalizedSubject = subject,
            FromName = s.Text(21),
            FromAddress = s.Text(22),
            DisplayTo = s.Text(23),
            DisplayCc = s.Text(24),
            DisplayBcc = s.Text(25),
            Importance = (byte)s.Int64(26, 1),
            Sensitivity = (byte)s.Int64(27, 0),
            ConversationTopic = s.Text(28, subject),
            ConversationId = s.IsNull(29) ? Guid.Empty : s.Guid(29),
            InternetMessageId = s.Text(30),
            UrlName = s.Text(31),
            CalendarUid = s.Text(32),
            RangeStart = Time(s, 33),
            RangeEnd = Time(s, 34),
            Preview = s.Text(35),
        };
        return s.IsNull(36) ? row : WithRest(row, s.Bytes(36));
    }

    public static string JoinKeywords(IReadOnlyList<string> keywords) => keywords.Count switch
    {
        0 => "",
        1 => keywords[0],
        _ => string.Join('\n', keywords),
    };

    private static IReadOnlyList<string> SplitKeywords(SqliteStatement s, int column) => s.IsNull(column) ? [] : s.Text(column).Split('\n');

    private static void BindTime(SqliteStatement statement, int index, FileTime? time)
    {
        if (time is { } t)
            statement.Bind(index, t.Ticks);
        else
            statement.BindNull(index);
    }

    private static FileTime? Time(SqliteStatement s, int column) => s.IsNull(column) ? null : new FileTime(s.Int64(column));

    private static void BindRest(SqliteStatement statement, int index, MessageRow row)
    {
        if (row.ChangeKey is null && row.PredecessorChangeList is null && row.SourceKey is null && row.SenderName.Length == 0 && row.SenderAddress.Length == 0
            && row.InReplyTo.Length == 0 && row.ConversationIndex is null && row.DerivedMime == BlobRef.None && row.Overlay is null
            && row.Creator == Guid.Empty)
        {
            statement.BindNull(index);
            return;
        }
        using var rest = new RecordWriter();
        rest.Byte(RestVersion);
        rest.OptionalBytes(row.ChangeKey);
        rest.OptionalBytes(row.PredecessorChangeList);
        rest.OptionalBytes(row.SourceKey);
        rest.Text(row.SenderName);
        rest.Text(row.SenderAddress);
        rest.Text(row.InReplyTo);
        rest.OptionalBytes(row.ConversationIndex);
        MessageRowCodec.WriteBlob(rest, row.DerivedMime);
        rest.OptionalBytes(row.Overlay);
        rest.Guid(row.Creator);
        statement.Bind(index, rest.Written);
    }

    private static MessageRow WithRest(MessageRow row, ReadOnlySpan<byte> bytes)
    {
        var rest = new RecordReader(bytes);
        if (rest.Byte() != RestVersion)
            throw new InvalidDataException("A stored message was written by a newer version.");
        return row with
        {
            ChangeKey = rest.OptionalBytes(),
            PredecessorChangeList = rest.OptionalBytes(),
            SourceKey = rest.OptionalBytes(),
            SenderName = rest.Text(),
            SenderAddress = rest.Text(),
            InReplyTo = rest.Text(),
            ConversationIndex = rest.OptionalBytes(),
            DerivedMime = MessageRowCodec.ReadBlob(ref rest),
            Overlay = rest.OptionalBytes(),
            Creator = rest.Guid(),
        };
    }

    /// <summary>The derived MIME's reference alone, out of `rest`.</summary>
    public static BlobRef DerivedMime(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return BlobRef.None;
        var rest = new RecordReader(bytes);
        rest.Byte();
        rest.OptionalBytes();
        rest.OptionalBytes();
        rest.OptionalBytes();
        rest.Bytes();
        rest.Bytes();
        rest.Bytes();
        rest.OptionalBytes();
        return MessageRowCodec.ReadBlob(ref rest);
    }
}
