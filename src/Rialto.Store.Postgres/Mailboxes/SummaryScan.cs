using System.Buffers;
using Npgsql;
using Rialto.Store.Backend;
using Rialto.Wire;

namespace Rialto.Store.Postgres;

/// <summary>A scan over hot columns: the statement selects what is asked for, and the texts of a row lie in one reused buffer.</summary>
internal sealed class SummaryScan : IDisposable
{
    private readonly SummaryColumns _columns;
    private readonly List<string> _selected = ["s.id", "s.uid"];
    private readonly int _prefix, _subject, _fromName, _fromAddress, _to, _cc, _bcc, _sent, _class, _importance, _topic, _messageId, _preview, _content, _range, _sensitivity, _modified;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(4096);
    private int _used;

    public SummaryScan(SummaryColumns columns)
    {
        _columns = columns;
        // The topic is null where it is the subject.
        var topic = SummaryColumns.ConversationTopic;
        _prefix = Select(SummaryColumns.Subject, "m.subject_prefix");
        _subject = Select(SummaryColumns.Subject | topic, "m.subject");
        _fromName = Select(SummaryColumns.From, "m.from_name");
        _fromAddress = Select(SummaryColumns.From, "m.from_address");
        _to = Select(SummaryColumns.To, "m.display_to");
        _cc = Select(SummaryColumns.Cc, "m.display_cc");
        _bcc = Select(SummaryColumns.Bcc, "m.display_bcc");
        _sent = Select(SummaryColumns.Sent, "m.sent");
        _class = Select(SummaryColumns.MessageClass, "m.class");
        _importance = Select(SummaryColumns.Importance, "m.importance");
        _topic = Select(topic, "m.topic");
        _messageId = Select(SummaryColumns.InternetMessageId, "m.message_id");
        _preview = Select(SummaryColumns.Preview, "m.preview");
        _content = Select(SummaryColumns.Content, "m.kind");
        Select(SummaryColumns.Content, "coalesce(m.derived, m.content)");
        Select(SummaryColumns.Content, "coalesce(m.derived_length, m.content_length)");
        _range = Select(SummaryColumns.RangeStart, "m.range_start");
        _sensitivity = Select(SummaryColumns.Sensitivity, "m.sensitivity");
        _modified = Select(SummaryColumns.Modified, "m.modified");
    }

    public string Sql => $"""
        SELECT {string.Join(", ", _selected)} FROM message_state s JOIN message_summary m ON m.mailbox = s.mailbox AND m.id = s.id
        WHERE s.mailbox = $1 AND s.folder = $2 AND s.uid BETWEEN $3 AND $4 ORDER BY s.uid
        """;

    private int Select(SummaryColumns any, string column)
    {
        if ((_columns & any) == 0)
            return -1;
        _selected.Add(column);
        return _selected.Count - 1;
    }

    public void Read(NpgsqlDataReader r, ISummarySink sink)
    {
        _used = 0;
        // All texts first: the buffer may move while it grows.
        Range prefix = Text(r, _prefix), subject = Text(r, _subject), fromName = Text(r, _fromName), fromAddress = Text(r, _fromAddress), to = Text(r, _to), cc = Text(r, _cc), bcc = Text(r, _bcc),
            @class = Text(r, _class), topic = Text(r, _topic), messageId = Text(r, _messageId), preview = Text(r, _preview);
        ReadOnlySpan<byte> texts = _buffer;
        var row = new SummaryRow
        {
            Id = new MessageId(r.Int64(0)),
            Uid = (uint)r.Int64(1),
            SubjectPrefix = texts[prefix],
            NormalizedSubject = (_columns & SummaryColumns.Subject) == 0 ? default : texts[subject],
            FromName = texts[fromName],
            FromAddress = texts[fromAddress],
            DisplayTo = texts[to],
            DisplayCc = texts[cc],
            DisplayBcc = texts[bcc],
            MessageClass = _class >= 0 && r.IsDBNull(_class) ? "IPM.Note"u8 : texts[@class],
            ConversationTopic = _topic >= 0 && r.IsDBNull(_topic) ? texts[subject] : texts[topic],
            InternetMessageId = texts[messageId],
            Preview = texts[preview],
            SentTicks = Number(r, _sent),
            ModifiedTicks = Number(r, _modified),
            RangeStartTicks = Number(r, _range),
            Importance = _importance < 0 ? (byte)0 : (byte)r.GetInt32(_importance),
            Sensitivity = _sensitivity < 0 ? (byte)0 : (byte)r.GetInt32(_sensitivity),
            Kind = _content < 0 ? default : (ContentKind)r.GetInt32(_content),
            Mime = _content < 0 ? default : new BlobRef(r.Int64(_content + 1), r.Int64(_content + 2)),
        };
        sink.Add(in row);
    }

    private static long Number(NpgsqlDataReader r, int column) => column < 0 || r.IsDBNull(column) ? 0 : r.Int64(column);

    private Range Text(NpgsqlDataReader r, int column)
    {
        if (column < 0 || r.IsDBNull(column))
            return default(Index)..default(Index);
        var length = (int)r.GetBytes(column, 0, null, 0, 0);
        PooledArray.Reserve(ref _buffer, _used, length);
        r.GetBytes(column, 0, _buffer, _used, length);
        _used += length;
        return (_used - length).._used;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
