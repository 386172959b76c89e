namespace Rialto.Store.Sqlite.Search;

/// <summary>Reads one field of a segment: its dictionary and, chunk by chunk, the lists of places.</summary>
internal sealed class SegmentFieldReader(SegmentTables tables, Segment segment, SegmentDictionary dictionary, SegmentField field)
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
            (_length, _chunk) = (tables.ReadChunk(segment, field, chunk, ref _bytes), chunk);
        return (uint)offset < (uint)_length ? offset : throw Varint.Damaged();
    }

    /// <summary>The list there, in the chunk at hand.</summary>
    public ReadOnlySpan<byte> Next(scoped ref int at)
    {
        var chunk = _bytes.AsSpan(0, _length);
        return Varint.Take(chunk, ref at, Varint.Read(chunk, ref at));
    }
}
