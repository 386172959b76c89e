using System.Buffers;

namespace Rialto.Content.CompoundFiles;

/// <summary>A stream's bytes as runs of the file's: neighbouring sectors become one run.</summary>
internal sealed class ByteRuns(ReadOnlyMemory<byte> bytes)
{
    private readonly List<(int Offset, int Length)> _runs = [];

    public long Length { get; private set; }

    /// <summary>Adds bytes of the file, as far as they are there.</summary>
    public void Add(long offset, int length)
    {
        length = (int)Math.Clamp(bytes.Length - offset, 0, length);
        if (length == 0)
            return;
        Length += length;
        if (_runs.Count > 0 && _runs[^1] is var last && last.Offset + last.Length == offset)
            _runs[^1] = (last.Offset, last.Length + length);
        else
            _runs.Add(((int)offset, length));
    }

    public ReadOnlySequence<byte> ToSequence()
    {
        if (_runs.Count == 0)
            return ReadOnlySequence<byte>.Empty;
        if (_runs is [var only])
            return new ReadOnlySequence<byte>(bytes.Slice(only.Offset, only.Length));
        var first = new Segment(bytes.Slice(_runs[0].Offset, _runs[0].Length), null);
        var last = first;
        for (var i = 1; i < _runs.Count; i++)
            last = new Segment(bytes.Slice(_runs[i].Offset, _runs[i].Length), last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
