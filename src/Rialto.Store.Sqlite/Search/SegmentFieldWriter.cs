using System.Buffers.Binary;

namespace Rialto.Store.Sqlite.Search;

/// <summary>
/// Writes one field of a segment, term by term in the order of their bytes. Lists of places go into chunks, the terms into the dictionary, and of every
/// <see cref="SegmentDictionary.Group"/>th term the dictionary says where it and its list stand. The forms: docs/adr/0008-text-segments.md.
/// </summary>
/// <param name="keep">Takes a chunk in, by its number.</param>
internal sealed class SegmentFieldWriter(Action<int, ReadOnlySpan<byte>> keep) : IDisposable
{
    /// <summary>A chunk ends at the first group beyond this: large enough for few rows, small enough that one word costs little to read.</summary>
    private const int ChunkSize = 16 * 1024;

    private readonly ByteList _names = new();
    private readonly ByteList _groups = new();
    private readonly ByteList _chunk = new();
    private int _chunks;

    public int Terms { get; private set; }

    public long Size { get; private set; }

    public void Add(ReadOnlySpan<byte> term, ReadOnlySpan<byte> list)
    {
        if (Terms == 0)
            _names.Add(SegmentDictionary.Separator);
        if (Terms % SegmentDictionary.Group == 0)
        {
            if (_chunk.Length >= ChunkSize)
                EndChunk();
            Span<byte> group = stackalloc byte[SegmentDictionary.GroupLength];
            BinaryPrimitives.WriteInt32LittleEndian(group, _names.Length);
            BinaryPrimitives.WriteInt32LittleEndian(group[4..], _chunks);
            BinaryPrimitives.WriteInt32LittleEndian(group[8..], _chunk.Length);
            _groups.Add(group);
        }
        Terms++;
        _names.Add(term);
        _names.Add(SegmentDictionary.Separator);
        _chunk.Add((uint)list.Length);
        _chunk.Add(list);
    }

    /// <summary>The dictionary, when all terms are there.</summary>
    public byte[] Finish()
    {
        if (_chunk.Length > 0)
            EndChunk();
        var bytes = new byte[SegmentDictionary.HeaderLength + _names.Length + _groups.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Terms);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), _names.Length);
        _names.Span.CopyTo(bytes.AsSpan(SegmentDictionary.HeaderLength));
        _groups.Span.CopyTo(bytes.AsSpan(SegmentDictionary.HeaderLength + _names.Length));
        Size += bytes.Length;
        return bytes;
    }

    public void Dispose()
    {
        _names.Dispose();
        _groups.Dispose();
        _chunk.Dispose();
    }

    private void EndChunk()
    {
        keep(_chunks++, _chunk.Span);
        Size += _chunk.Length;
        _chunk.Clear();
    }
}
