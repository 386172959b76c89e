// [MS-OXCFXICS] 2.2.4.1: a stream is split between two atoms, or at any point inside a value of variable size.
using System.Buffers;
using System.Buffers.Binary;

namespace Rialto.Mapi.FastTransfer;

/// <summary>
/// What a stream's producer has written and its consumer has not taken yet. Long values are referred to, not copied. The consumer takes as much as it has room
/// for, cut where streams may be cut: the bytes are read once more for that, which costs less than to remember the places.
/// </summary>
/// <param name="chunkSize">Bytes of a pooled chunk.</param>
internal sealed class FxBuffer(int chunkSize = FxBuffer.ChunkSize) : IDisposable
{
    /// <summary>A buffer that clients ask for, twice.</summary>
    private const int ChunkSize = 64 * 1024;

    /// <summary>Values from this size on are referred to.</summary>
    private const int ReferFrom = 16 * 1024;

    private readonly List<Segment> _segments = [];
    private int _first;
    private int _read;

    // Where the consumer stands within an element.
    private long _valueLeft;
    private int _elementsLeft;
    private int _elementSize;

    /// <summary>Bytes to be taken.</summary>
    public long Length { get; private set; }

    public bool IsEmpty => Length == 0;

    /// <summary>Room for bytes that belong together, counted as written.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_segments.Count == _first || !_segments[^1].HasRoomFor(count))
            _segments.Add(new Segment(ArrayPool<byte>.Shared.Rent(Math.Max(chunkSize, count))));
        Length += count;
        return _segments[^1].Take(count);
    }

    /// <summary>The bytes of a value, after the length that announces them.</summary>
    public void Value(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < ReferFrom)
        {
            if (!bytes.IsEmpty)
                bytes.Span.CopyTo(Reserve(bytes.Length));
            return;
        }
        _segments.Add(new Segment(bytes));
        Length += bytes.Length;
    }

    /// <summary>The place written up to.</summary>
    public Mark Here => new(_segments.Count, _segments.Count > _first ? _segments[^1].Length : 0, Length);

    /// <summary>Takes back what was written since; nothing of it may have been taken.</summary>
    public void Return(Mark mark)
    {
        while (_segments.Count > mark.Segments)
        {
            _segments[^1].Free();
            _segments.RemoveAt(_segments.Count - 1);
        }
        if (_segments.Count > _first)
            _segments[^1].Length = mark.LastLength;
        Length = mark.Length;
    }

    /// <summary>Everything goes behind what the other one holds, without being copied; nothing of it may have been taken.</summary>
    public void MoveTo(FxBuffer other)
    {
        other._segments.AddRange(_segments);
        other.Length += Length;
        _segments.Clear();
        Length = 0;
    }

    /// <summary>Moves bytes to the destination, as many as fit and may go together.</summary>
    public int Take(Span<byte> destination)
    {
        var taken = 0;
        while (_first < _segments.Count && taken < destination.Length)
        {
            var segment = _segments[_first];
            var there = segment.Span[_read..];
            var count = there.IsEmpty ? 0 : Fit(there, destination.Length - taken);
            there[..count].CopyTo(destination[taken..]);
            taken += count;
            _read += count;
            if (_read < segment.Length)
                break;
            segment.Free();
            _first++;
            _read = 0;
        }
        if (_first == _segments.Count)
        {
            _segments.Clear();
            _first = 0;
        }
        else if (_first > 64)
        {
            _segments.RemoveRange(0, _first);
            _first = 0;
        }
        Length -= taken;
        return taken;
    }

    public void Dispose()
    {
        for (var i = _first; i < _segments.Count; i++)
            _segments[i].Free();
        _segments.Clear();
        _first = 0;
        Length = 0;
    }

    /// <summary>How many of these bytes may go into the room.</summary>
    private int Fit(ReadOnlySpan<byte> bytes, int room)
    {
        var at = 0;
        while (at < bytes.Length && at < room)
        {
            if (_valueLeft > 0)
            {
                var part = (int)Math.Min(_valueLeft, Math.Min(bytes.Length, room) - at);
                at += part;
                _valueLeft -= part;
                continue;
            }
            int unit;
            if (_elementsLeft > 0)
            {
                unit = _elementSize > 0 ? _elementSize : sizeof(uint);
                if (at + unit > room)
                    break;
                if (_elementSize == 0)
                    _valueLeft = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
                _elementsLeft--;
                at += unit;
                continue;
            }
            var rest = bytes[at..];
            var tag = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            if (FxTags.IsMarker(tag))
            {
                if (at + sizeof(uint) > room)
                    break;
                at += sizeof(uint);
                continue;
            }
            var head = FxLexicon.HeadSize(rest);
            var shape = FxLexicon.ShapeOfTag(tag, out var size);
            unit = head + (shape == FxShape.Fixed ? size : sizeof(uint));
            if (at + unit > room)
                break;
            var count = shape == FxShape.Fixed ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(rest[head..]);
            if (shape == FxShape.Variable)
                _valueLeft = count;
            else if (shape != FxShape.Fixed)
                (_elementsLeft, _elementSize) = ((int)count, shape == FxShape.MultipleFixed ? size : 0);
            at += unit;
        }
        return at;
    }

    /// <param name="Segments">How many there were.</param>
    /// <param name="LastLength">What the last of them held.</param>
    /// <param name="Length">What all held.</param>
    public readonly record struct Mark(int Segments, int LastLength, long Length);

    /// <summary>A chunk that is written into, or a value of someone else's.</summary>
    private sealed class Segment
    {
        private readonly ReadOnlyMemory<byte> _value;
        private byte[]? _chunk;

        public Segment(byte[] chunk) => _chunk = chunk;

        public Segment(ReadOnlyMemory<byte> value) => (_value, Length) = (value, value.Length);

        public int Length { get; set; }

        public ReadOnlySpan<byte> Span => _chunk is null ? _value.Span : _chunk.AsSpan(0, Length);

        public bool HasRoomFor(int count) => _chunk is not null && _chunk.Length - Length >= count;

        public Span<byte> Take(int count)
        {
            var space = _chunk.AsSpan(Length, count);
            Length += count;
            return space;
        }

        public void Free()
        {
            if (_chunk is { } chunk)
                ArrayPool<byte>.Shared.Return(chunk);
            _chunk = null;
        }
    }
}
