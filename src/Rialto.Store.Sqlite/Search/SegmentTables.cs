using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Search;

/// <summary>
/// The segments of one full-text index in its database, by one connection. Writes belong to the caller's transaction, which ends with <see cref="Save"/>.
/// What is read is held against its checksum when it is read, each thing for itself: a search costs what it looks at.
/// </summary>
internal sealed class SegmentTables
{
    private const string Creation = """
        CREATE TABLE root(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
        CREATE TABLE segment(id INTEGER PRIMARY KEY, messages BLOB NOT NULL, head BLOB NOT NULL, body BLOB NOT NULL);
        -- segment << 24 | field << 23 | number
        CREATE TABLE chunk(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
        -- Documents that later ones of the same message took the place of.
        CREATE TABLE gone(segment INTEGER PRIMARY KEY, documents BLOB NOT NULL);
        """;

    /// <summary>Chunks of a field.</summary>
    private const int MostChunks = 1 << 23;

    /// <summary>Bytes of the checksum that a chunk begins with.</summary>
    private const int SumLength = 4;

    private readonly SqliteConnection _connection;
    private readonly List<Segment> _segments = [];

    /// <exception cref="InvalidDataException">What the index hangs on is damaged.</exception>
    public SegmentTables(SqliteConnection connection)
    {
        _connection = connection;
        using var s = connection.Prepare("SELECT bytes FROM root WHERE id=1");
        UpTo = s.Step() ? SegmentRoot.Read(s.Bytes(0), _segments) : throw Varint.Damaged();
    }

    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>The highest message that there is something of in the index.</summary>
    public long UpTo { get; private set; }

    private long NextId => _segments.Count == 0 ? 1 : _segments[^1].Id + 1;

    /// <summary>Makes the tables of an index with nothing in it.</summary>
    public static void Create(SqliteConnection connection)
    {
        connection.Execute(Creation);
        connection.Prepare("INSERT INTO root(id, bytes) VALUES(1, ?1)").Bind(1, SegmentRoot.Write(0, [])).Execute();
    }

    /// <summary>A new segment of documents whose fields the two write.</summary>
    public Segment Add(ReadOnlySpan<long> messages, Action<SegmentFieldWriter> writeHead, Action<SegmentFieldWriter> writeBody)
    {
        var id = NextId;
        var (head, headSize) = WriteField(id, SegmentField.Header, writeHead);
        var (body, bodySize) = WriteField(id, SegmentField.Body, writeBody);
        var list = MemoryMarshal.AsBytes(messages);
        var segment = new Segment(id, messages.Length, headSize + bodySize, new SegmentSums(SegmentRoot.SumOf(id, list), SegmentRoot.SumOf(id, head), SegmentRoot.SumOf(id, body)));
        _connection.Prepare("INSERT INTO segment(id, messages, head, body) VALUES(?1, ?2, ?3, ?4)").Bind(1, id).Bind(2, list).Bind(3, head).Bind(4, body).Execute();
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
            segment.Gone.Add(document);
            segment.IsGoneNew = true;
            return;
        }
    }

    /// <summary>Writes what changed since it was read.</summary>
    public void Save(long upTo)
    {
        UpTo = upTo;
        foreach (var segment in _segments.Where(static s => s.IsGoneNew))
        {
            var documents = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(segment.Gone));
            _connection.Prepare("INSERT OR REPLACE INTO gone(segment, documents) VALUES(?1, ?2)").Bind(1, segment.Id).Bind(2, documents).Execute();
            segment.GoneSum = SegmentRoot.SumOf(segment.Id, documents);
            segment.IsGoneNew = false;
        }
        _connection.Prepare("UPDATE root SET bytes=?1 WHERE id=1").Bind(1, SegmentRoot.Write(upTo, _segments)).Execute();
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
            messages = MemoryMarshal.Cast<byte, long>(Verified(s, segment.Id, segment.Sums.Messages)).ToArray();
            if (messages.Length != segment.Documents)
                throw Varint.Damaged();
        }
        if (segment.GoneSum != 0)
        {
            using var s = _connection.Prepare("SELECT documents FROM gone WHERE segment=?1").Bind(1, segment.Id);
            segment.Gone.Clear();
            segment.Gone.AddRange(MemoryMarshal.Cast<byte, int>(Verified(s, segment.Id, segment.GoneSum)));
            foreach (var document in segment.Gone)
                messages[document] = 0;
        }
        return segment.Messages = messages;
    }

    /// <summary>Reads one field of a segment.</summary>
    /// <exception cref="InvalidDataException">The segment is damaged.</exception>
    public SegmentFieldReader Open(Segment segment, SegmentField field) => new(this, segment, segment.Dictionaries[(int)field] ??= ReadDictionary(segment, field), field);

    /// <summary>Reads a chunk of a field's lists into an array, a larger one where it is too short; its length.</summary>
    /// <exception cref="InvalidDataException">There is none of that number, or it is damaged.</exception>
    public int ReadChunk(Segment segment, SegmentField field, int number, ref byte[] into)
    {
        if ((uint)number >= MostChunks)
            throw Varint.Damaged();
        var id = ChunkId(segment.Id, field, number);
        using var s = _connection.Prepare("SELECT bytes FROM chunk WHERE id=?1").Bind(1, id);
        if (!s.Step() || s.Bytes(0).Length < SumLength)
            throw Varint.Damaged();
        var bytes = s.Bytes(0)[SumLength..];
        if (SegmentRoot.SumOf(id, bytes) != BinaryPrimitives.ReadUInt32LittleEndian(s.Bytes(0)))
            throw Varint.Damaged();
        if (into.Length < bytes.Length)
            into = new byte[bytes.Length + bytes.Length / 4];
        bytes.CopyTo(into);
        return bytes.Length;
    }

    /// <summary>Reads all of a segment.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void Verify(Segment segment)
    {
        MessagesOf(segment);
        byte[] bytes = [];
        foreach (var field in (ReadOnlySpan<SegmentField>)[SegmentField.Header, SegmentField.Body])
        {
            var chunks = ReadDictionary(segment, field).Chunks;
            for (var i = 0; i < chunks; i++)
                ReadChunk(segment, field, i, ref bytes);
        }
    }

    private SegmentDictionary ReadDictionary(Segment segment, SegmentField field)
    {
        var isHeader = field == SegmentField.Header;
        using var s = _connection.Prepare(isHeader ? "SELECT head FROM segment WHERE id=?1" : "SELECT body FROM segment WHERE id=?1").Bind(1, segment.Id);
        return new SegmentDictionary(Verified(s, segment.Id, isHeader ? segment.Sums.Header : segment.Sums.Body).ToArray());
    }

    /// <summary>The only column of the only row; valid until the statement is reset.</summary>
    private static ReadOnlySpan<byte> Verified(SqliteStatement statement, long row, uint sum)
    {
        if (!statement.Step())
            throw Varint.Damaged();
        var bytes = statement.Bytes(0);
        return SegmentRoot.SumOf(row, bytes) == sum ? bytes : throw Varint.Damaged();
    }

    private static long ChunkId(long segment, SegmentField field, int number) => segment << 24 | (long)field << 23 | (long)number;

    private (byte[] Dictionary, long Size) WriteField(long segment, SegmentField field, Action<SegmentFieldWriter> write)
    {
        var insert = _connection.Prepare("INSERT INTO chunk(id, bytes) VALUES(?1, ?2)");
        using var row = new ByteList();
        using var writer = new SegmentFieldWriter((number, chunk) =>
        {
            var id = ChunkId(segment, field, number);
            Span<byte> sum = stackalloc byte[SumLength];
            BinaryPrimitives.WriteUInt32LittleEndian(sum, SegmentRoot.SumOf(id, chunk));
            row.Clear();
            row.Add(sum);
            row.Add(chunk);
            insert.Bind(1, id).Bind(2, row.Span).Execute();
        });
        write(writer);
        var dictionary = writer.Finish();
        return (dictionary, writer.Size);
    }
}
