using Npgsql;
using Rialto.Model;

namespace Rialto.Store.Postgres;

/// <summary>The summary rows of messages: many written at once as arrays, one array a column; read back as whole message rows.</summary>
internal sealed class SummaryColumnArrays
{
    public const string UsualClass = "IPM.Note";

    private readonly List<long> _id = [], _content = [], _contentLength = [], _created = [], _modified = [];
    private readonly List<int> _kind = [], _converter = [], _importance = [], _sensitivity = [];
    private readonly List<long?> _derived = [], _derivedLength = [], _sent = [], _messageIdHash = [], _urlNameHash = [], _calendarUidHash = [], _rangeStart = [], _rangeEnd = [];
    private readonly List<byte[]?> _class = [], _subjectPrefix = [], _subject = [], _fromName = [], _fromAddress = [], _displayTo = [], _displayCc = [], _displayBcc = [], _topic = [],
        _messageId = [], _urlName = [], _calendarUid = [], _preview = [], _rest = [];

    private static readonly (string Name, string Type)[] Columns =
    [
        ("id", "bigint"), ("kind", "integer"), ("content", "bigint"), ("content_length", "bigint"), ("derived", "bigint"), ("derived_length", "bigint"), ("converter", "integer"),
        ("sent", "bigint"), ("created", "bigint"), ("modified", "bigint"), ("class", "bytea"), ("subject_prefix", "bytea"), ("subject", "bytea"), ("from_name", "bytea"), ("from_address", "bytea"),
        ("display_to", "bytea"), ("display_cc", "bytea"), ("display_bcc", "bytea"), ("importance", "integer"), ("sensitivity", "integer"), ("topic", "bytea"),
        ("message_id", "bytea"), ("message_id_hash", "bigint"), ("url_name", "bytea"), ("url_name_hash", "bigint"), ("calendar_uid", "bytea"), ("calendar_uid_hash", "bigint"),
        ("range_start", "bigint"), ("range_end", "bigint"), ("preview", "bytea"), ("rest", "bytea"),
    ];

    /// <summary>Inserts, or replaces by id.</summary>
    public static string Put { get; } = $"""
        INSERT INTO message_summary(mailbox, {string.Join(", ", Columns.Select(c => c.Name))})
        SELECT $1, {string.Join(", ", Columns.Select(c => "v." + c.Name))}
        FROM unnest({string.Join(", ", Columns.Select((c, i) => $"${i + 2}::{c.Type}[]"))}) AS v({string.Join(", ", Columns.Select(c => c.Name))})
        ON CONFLICT (mailbox, id) DO UPDATE SET {string.Join(", ", Columns.Skip(1).Select(c => $"{c.Name} = excluded.{c.Name}"))}
        """;

    /// <summary>Whole rows by id: the columns of <see cref="StateColumns.Read"/>, the folder, then what <see cref="ReadRow"/> expects.</summary>
    public const string ReadRows = $"""
        SELECT {StateColumns.Read}, s.folder, m.kind, m.content, m.content_length, m.derived, m.derived_length, m.converter, m.sent, m.created, m.modified, m.class, m.subject_prefix, m.subject,
            m.from_name, m.from_address, m.display_to, m.display_cc, m.display_bcc, m.importance, m.sensitivity, m.topic, m.message_id, m.url_name, m.calendar_uid, m.range_start, m.range_end,
            m.preview, m.rest
        FROM message_summary m JOIN message_state s ON s.mailbox = m.mailbox AND s.id = m.id
        WHERE m.mailbox = $1 AND m.id = ANY($2::bigint[])
        """;

    public void Add(MessageRow row)
    {
        _id.Add(row.Id.Value);
        _kind.Add((int)row.Kind);
        _content.Add(row.Content.Key);
        _contentLength.Add(row.Content.Length);
        _derived.Add(row.DerivedMime.IsNone ? null : row.DerivedMime.Key);
        _derivedLength.Add(row.DerivedMime.IsNone ? null : row.DerivedMime.Length);
        _converter.Add(row.ConverterVersion);
        _sent.Add(row.Sent?.Ticks);
        _created.Add(row.Created.Ticks);
        _modified.Add(row.Modified.Ticks);
        _class.Add(row.MessageClass == UsualClass ? null : System.Text.Encoding.UTF8.GetBytes(row.MessageClass));
        _subjectPrefix.Add(Keys.Utf8(row.SubjectPrefix));
        _subject.Add(Keys.Utf8(row.NormalizedSubject));
        _fromName.Add(Keys.Utf8(row.FromName));
        _fromAddress.Add(Keys.Utf8(row.FromAddress));
        _displayTo.Add(Keys.Utf8(row.DisplayTo));
        _displayCc.Add(Keys.Utf8(row.DisplayCc));
        _displayBcc.Add(Keys.Utf8(row.DisplayBcc));
        _importance.Add(row.Importance);
        _sensitivity.Add(row.Sensitivity);
        _topic.Add(row.ConversationTopic == row.NormalizedSubject ? null : System.Text.Encoding.UTF8.GetBytes(row.ConversationTopic));
        _messageId.Add(Keys.Utf8(row.InternetMessageId));
        _messageIdHash.Add(Keys.Of(row.InternetMessageId));
        _urlName.Add(Keys.Utf8(row.UrlName));
        _urlNameHash.Add(Keys.Of(row.UrlName));
        _calendarUid.Add(Keys.Utf8(row.CalendarUid));
        _calendarUidHash.Add(Keys.Of(row.CalendarUid));
        _rangeStart.Add(row.RangeStart?.Ticks);
        _rangeEnd.Add(row.RangeEnd?.Ticks);
        _preview.Add(Keys.Utf8(row.Preview));
        _rest.Add(RecordCodec.WriteRest(row));
    }

    public void Bind(Guid mailbox, NpgsqlParameterCollection to) => to
        .With(mailbox).With(_id).With(_kind).With(_content).With(_contentLength).With(_derived).With(_derivedLength).With(_converter)
        .With(_sent).With(_created).With(_modified).With(_class).With(_subjectPrefix).With(_subject).With(_fromName).With(_fromAddress)
        .With(_displayTo).With(_displayCc).With(_displayBcc).With(_importance).With(_sensitivity).With(_topic)
        .With(_messageId).With(_messageIdHash).With(_urlName).With(_urlNameHash).With(_calendarUid).With(_calendarUidHash)
        .With(_rangeStart).With(_rangeEnd).With(_preview).With(_rest);

    public static MessageRow ReadRow(NpgsqlDataReader r)
    {
        var state = StateColumns.ReadState(r);
        const int at = StateColumns.Count;
        var subject = r.Utf8(at + 12);
        var row = new MessageRow
        {
            Id = state.Id,
            Folder = new(r.Int64(at)),
            Uid = state.Uid,
            Mid = state.Mid,
            Sequence = state.Sequence,
            Cn = state.Cn,
            ReadCn = state.ReadCn,
            State = state.State,
            Status = state.Status,
            MimeSize = state.MimeSize,
            Received = new(state.ReceivedTicks),
            Keywords = state.Keywords is null ? [] : state.Keywords.Split('\n'),
            Kind = (ContentKind)r.GetInt32(at + 1),
            Content = new BlobRef(r.Int64(at + 2), r.Int64(at + 3)),
            DerivedMime = r.IsDBNull(at + 4) ? BlobRef.None : new BlobRef(r.Int64(at + 4), r.Int64(at + 5)),
            ConverterVersion = r.GetInt32(at + 6),
            Sent = Time(r, at + 7),
            Created = new(r.Int64(at + 8)),
            Modified = new(r.Int64(at + 9)),
            MessageClass = r.Utf8(at + 10, UsualClass),
            SubjectPrefix = r.Utf8(at + 11),
            NormalizedSubject = subject,
            FromName = r.Utf8(at + 13),
            FromAddress = r.Utf8(at + 14),
            DisplayTo = r.Utf8(at + 15),
            DisplayCc = r.Utf8(at + 16),
            DisplayBcc = r.Utf8(at + 17),
            Importance = (byte)r.GetInt32(at + 18),
            Sensitivity = (byte)r.GetInt32(at + 19),
            ConversationTopic = r.Utf8(at + 20, subject),
            InternetMessageId = r.Utf8(at + 21),
            UrlName = r.Utf8(at + 22),
            CalendarUid = r.Utf8(at + 23),
            RangeStart = Time(r, at + 24),
            RangeEnd = Time(r, at + 25),
            Preview = r.Utf8(at + 26),
        };
        return r.OptionalBytes(at + 27) is { } rest ? RecordCodec.WithRest(row, rest) : row;
    }

    private static FileTime? Time(NpgsqlDataReader r, int column) => r.OptionalInt64(column) is { } ticks ? new FileTime(ticks) : null;
}
