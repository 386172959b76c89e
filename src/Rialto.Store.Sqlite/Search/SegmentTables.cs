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

    public static long ChunkId(long segment, int field, int number) => segment << 24 | (long)field << 23 | (long)number;

    /// <summary>A new segment of documents whose fields the two write.</summary>
    public Segment Add(ReadOnlySpan<long> messages, Action<SegmentFieldWriter> writeHead, Action<SegmentFieldWriter> writeBody)
    {
        var id = NextId;
        var (head, headSize) = WriteField(id, 0, writeHead);
        var (body, bodySize) = WriteField(id, 1, writeBody);
        var segment = new Segment(id, messages.Length, headSize + bodySize);
        _connection.Prepare("INSERT INTO segment(id, documents, size, messages, head, body) VALUES(?1, ?2, ?3, ?4, ?5, ?6)").Bind(1, id).Bind(2, messages.Length).Bind(3, segment.Size)
            .Bind(4, MemoryMarshal.AsBytes(messages)).Bind(5, head).Bind(6, body).Execute();
        _segments.Add(segment);
        return segment;
    }

    public void Remove(Segment segment)
    {
        _connection.Prepare("DELETE FROM segment WHERE id=?1").Bind(1, segment.Id).Execute();
        _connection.Prepare("DELETE FROM chunk WHERE id BETWEEN ?1 AND ?2").Bind(1, ChunkId(segment.Id, 0, 0)).Bind(2, ChunkId(segment.Id + 1, 0, 0) - 1).Execute();
        _connection.Prepare("DELETE FROM gone WHERE segment=?1").Bind(1, segment.Id).Execute();
        _segments.Remove(segment);
    }

    /// <summary>A later document takes the place of the message's one.</summary>
    public void Replace(long message)
    {
        foreach (var segment in _segments)
        {
            Load(segment);
            var document = Array.IndexOf(segment.Messages, message);
            if (document < 0)
                continue;
            segment.Messages[document] = 0;
            _connection.Prepare("INSERT INTO gone(segment, document) VALUES(?1, ?2)").Bind(1, segment.Id).Bind(2, document).Execute();
            return;
        }
    }

    public Segment Load(Segment segment)
    {
        if (segment.IsLoaded)
            return segment;
        using (var s = _connection.Prepare("SELECT messages, head, body FROM segment WHERE id=?1").Bind(1, segment.Id))
        {
            if (!s.Step() || s.Bytes(0).Length != segment.Documents * sizeof(long))
                throw Varint.Damaged();
            segment.Messages = MemoryMarshal.Cast<byte, long>(s.Bytes(0)).ToArray();
            segment.Body = new SegmentDictionary(s.Bytes(2).ToArray());
            segment.Head = new SegmentDictionary(s.Bytes(1).ToArray());
        }
        using (var s = _connection.Prepare("SELECT document FROM gone WHERE segment=?1").Bind(1, segment.Id))
        {
            while (s.Step())
            {
                if ((ulong)s.Int64(0) >= (ulong)segment.Documents)
                    throw Varint.Damaged();
                segment.Messages[s.Int32(0)] = 0;
            }
        }
        return segment;
    }

    public SegmentFieldReader HeadOf(Segment segment) => new(_connection, segment, Load(segment).Head!, 0);

    public SegmentFieldReader BodyOf(Segment segment) => new(_connection, segment, Load(segment).Body!, 1);

    private (byte[] Dictionary, long Size) WriteField(long segment, int field, Action<SegmentFieldWriter> write)
    {
        var insert = _connection.Prepare("INSERT INTO chunk(id, bytes) VALUES(?1, ?2)");
        using var writer = new SegmentFieldWriter((number, chunk) => insert.Bind(1, ChunkId(segment, field, number)).Bind(2, chunk).Execute());
        write(writer);
        var dictionary = writer.Finish();
        return (dictionary, writer.Size);
    }
}
