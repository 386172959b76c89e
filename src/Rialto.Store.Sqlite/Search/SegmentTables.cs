using System.Runtime.InteropServices;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Search;

/// <summary>The segments of one full-text index in its database, by one connection. Writes belong to the caller's transaction.</summary>
internal sealed class SegmentTables
{
    public const string Creation = """
        CREATE TABLE segment(id INTEGER PRIMARY KEY, documents INTEGER NOT NULL, size INTEGER NOT NULL, messages BLOB NOT NULL, head BLOB NOT NULL, body BLOB NOT NULL);
        -- segment << 24 | field << 23 | number
        CREATE TABLE chunk(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
        -- Documents that later ones of the same message took the place of.
        CREATE TABLE gone(segment INTEGER NOT NULL, document INTEGER NOT NULL, PRIMARY KEY(segment, document)) WITHOUT ROWID;
        """;

    /// <summary>Chunks of a field.</summary>
    private const int MostChunks = 1 << 23;

    private readonly SqliteConnection _connection;
    private readonly List<Segment> _segments = [];

    public SegmentTables(SqliteConnection connection)
    {
        _connection = connection;
        using var s = connection.Prepare("SELECT id, documents, size FROM segment ORDER BY id");
        while (s.Step())
            _segments.Add(new Segment(s.Int64(0), s.Int32(1), s.Int64(2)));
    }

    public IReadOnlyList<Segment> Segments => _segments;

    private long NextId => _segments.Count == 0 ? 1 : _segments[^1].Id + 1;

    /// <summary>A new segment of documents whose fields the two write.</summary>
    public Segment Add(ReadOnlySpan<long> messages, Action<SegmentFieldWriter> writeHead, Action<SegmentFieldWriter> writeBody)
    {
        var id = NextId;
        var (head, headSize) = WriteField(id, SegmentField.Header, writeHead);
        var (body, bodySize) = WriteField(id, SegmentField.Body, writeBody);
        var segment = new Segment(id, messages.Length, headSize + bodySize);
        _connection.Prepare("INSERT INTO segment(id, documents, size, messages, head, body) VALUES(?1, ?2, ?3, ?4, ?5, ?6)").Bind(1, id).Bind(2, messages.Length).Bind(3, segment.Size)
            .Bind(4, MemoryMarshal.AsBytes(messages)).Bind(5, head).Bind(6, body).Execute();
        _segments.Add(segment);
        return segment;
    }

    public void Remove(Segment segment)
    {
        _connection.Prepare("DELETE FROM segment WHERE id=?1").Bind(1, segment.Id).Execute();
        _connection.Prepare("DELETE FROM chunk WHERE id BETWEEN ?1 AND ?2").Bind(1, ChunkId(segment.Id, SegmentField.Header, 0)).Bind(2, ChunkId(segment.Id + 1, SegmentField.Header, 0) - 1).Execute();
        _connection.Prepare("DELETE FROM gone WHERE segment=?1").Bind(1, segment.Id).Execute();
        _segments.Remove(segment);
    }

    /// <summary>A later document takes the place of the message's one.</summary>
    public void Replace(long message)
    {
        foreach (var segment in _segments)
        {
            var messages = MessagesOf(segment);
            var document = Array.IndexOf(messages, message);
            if (document < 0)
                continue;
            messages[document] = 0;
            _connection.Prepare("INSERT INTO gone(segment, document) VALUES(?1, ?2)").Bind(1, segment.Id).Bind(2, document).Execute();
            return;
        }
    }

    /// <summary>The messages by the numbers of their documents.</summary>
    /// <exception cref="InvalidDataException">The segment is damaged.</exception>
    public long[] MessagesOf(Segment segment)
    {
        if (segment.Messages is { } known)
            return known;
        long[] messages;
        using (var s = _connection.Prepare("SELECT messages FROM segment WHERE id=?1").Bind(1, segment.Id))
        {
            if (!s.Step() || s.Bytes(0).Length != (long)segment.Documents * sizeof(long))
                throw Varint.Damaged();
            messages = MemoryMarshal.Cast<byte, long>(s.Bytes(0)).ToArray();
        }
        using (var s = _connection.Prepare("SELECT document FROM gone WHERE segment=?1").Bind(1, segment.Id))
        {
            while (s.Step())
            {
                if ((ulong)s.Int64(0) >= (ulong)messages.Length)
                    throw Varint.Damaged();
                messages[s.Int32(0)] = 0;
            }
        }
        return segment.Messages = messages;
    }

    /// <summary>Reads one field of a segment.</summary>
    /// <exception cref="InvalidDataException">The segment is damaged.</exception>
    public SegmentFieldReader Open(Segment segment, SegmentField field) => new(this, segment, segment.Dictionaries[(int)field] ??= ReadDictionary(segment, field), field);

    /// <summary>Reads a chunk of a field's lists into an array, a larger one where it is too short; its length.</summary>
    /// <exception cref="InvalidDataException">There is none of that number.</exception>
    public int ReadChunk(Segment segment, SegmentField field, int number, ref byte[] into)
    {
        if ((uint)number >= MostChunks)
            throw Varint.Damaged();
        using var s = _connection.Prepare("SELECT bytes FROM chunk WHERE id=?1").Bind(1, ChunkId(segment.Id, field, number));
        if (!s.Step())
            throw Varint.Damaged();
        var bytes = s.Bytes(0);
        if (into.Length < bytes.Length)
            into = new byte[bytes.Length + bytes.Length / 4];
        bytes.CopyTo(into);
        return bytes.Length;
    }

    private SegmentDictionary ReadDictionary(Segment segment, SegmentField field)
    {
        using var s = _connection.Prepare(field == SegmentField.Header ? "SELECT head FROM segment WHERE id=?1" : "SELECT body FROM segment WHERE id=?1").Bind(1, segment.Id);
        return s.Step() ? new SegmentDictionary(s.Bytes(0).ToArray()) : throw Varint.Damaged();
    }

    private static long ChunkId(long segment, SegmentField field, int number) => segment << 24 | (long)field << 23 | (long)number;

    private (byte[] Dictionary, long Size) WriteField(long segment, SegmentField field, Action<SegmentFieldWriter> write)
    {
        var insert = _connection.Prepare("INSERT INTO chunk(id, bytes) VALUES(?1, ?2)");
        using var writer = new SegmentFieldWriter((number, chunk) => insert.Bind(1, ChunkId(segment, field, number)).Bind(2, chunk).Execute());
        write(writer);
        var dictionary = writer.Finish();
        return (dictionary, writer.Size);
    }
}
