using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Search;

/// <summary>Reads one field of a segment: its dictionary and, chunk by chunk, the lists of places.</summary>
internal sealed class SegmentFieldReader(SqliteConnection connection, Segment segment, SegmentDictionary dictionary, int field)
{
    private byte[] _bytes = [];
    private int _length;
    private int _chunk = -1;

    public SegmentDictionary Dictionary => dictionary;

    public int Documents => segment.Documents;

    /// <summary>A term's list; valid until the next one is asked for.</summary>
    public ReadOnlySpan<byte> ListOf(int term)
    {
        var at = Seek(term / SegmentDictionary.Group);
        for (var before = term % SegmentDictionary.Group; before > 0; before--)
            Next(ref at);
        return Next(ref at);
    }

    /// <summary>Makes the group's chunk the one at hand: where its first list begins.</summary>
    public int Seek(int group)
    {
        var (_, chunk, offset) = dictionary.GroupAt(group);
        if (chunk != _chunk)
            Read(chunk);
        return (uint)offset < (uint)_length ? offset : throw Varint.Damaged();
    }

    /// <summary>The list there, in the chunk at hand.</summary>
    public ReadOnlySpan<byte> Next(scoped ref int at)
    {
        var chunk = _bytes.AsSpan(0, _length);
        return Varint.Take(chunk, ref at, Varint.Read(chunk, ref at));
    }

    private void Read(int chunk)
    {
        using var s = connection.Prepare("SELECT bytes FROM chunk WHERE id=?1").Bind(1, SegmentTables.ChunkId(segment.Id, field, chunk));
        if (!s.Step())
            throw Varint.Damaged();
        var bytes = s.Bytes(0);
        if (_bytes.Length < bytes.Length)
            _bytes = new byte[bytes.Length + bytes.Length / 4];
        bytes.CopyTo(_bytes);
        _length = bytes.Length;
        _chunk = chunk;
    }
}
