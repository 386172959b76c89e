using Microsoft.Win32.SafeHandles;

namespace Rialto.Content.Mime;

/// <summary>Where the bytes of a message lie that is not held in memory: any range of it can be read, at any time.</summary>
internal abstract class MimeSource
{
    public abstract int Length { get; }

    /// <summary>Reads up to the buffer's length; less than that only at the end.</summary>
    public int Read(int offset, Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var count = ReadSome(offset + total, buffer[total..]);
            if (count == 0)
                break;
            total += count;
        }
        return total;
    }

    protected abstract int ReadSome(int offset, Span<byte> buffer);

    /// <summary>A range of a file, read without moving any position of it.</summary>
    public sealed class OfFile(SafeFileHandle file, long start, int length) : MimeSource
    {
        public override int Length => length;

        protected override int ReadSome(int offset, Span<byte> buffer) =>
            offset >= length ? 0 : RandomAccess.Read(file, buffer[..Math.Min(buffer.Length, length - offset)], start + offset);
    }

    /// <summary>A seekable stream from its current position on. One read at a time.</summary>
    public sealed class OfStream : MimeSource
    {
        private readonly Lock _lock = new();
        private readonly Stream _stream;
        private readonly long _start;

        public OfStream(Stream stream)
        {
            _stream = stream;
            _start = stream.Position;
            Length = MessageLength(stream.Length - _start);
        }

        public override int Length { get; }

        protected override int ReadSome(int offset, Span<byte> buffer)
        {
            lock (_lock)
            {
                _stream.Position = _start + offset;
                return _stream.Read(buffer[..Math.Min(buffer.Length, Math.Max(0, Length - offset))]);
            }
        }
    }

    /// <summary>Offsets are 32 bits wide; no mail system carries a message of 2 GB.</summary>
    public static int MessageLength(long length) =>
        length is >= 0 and <= int.MaxValue - 64 ? (int)length : throw new ArgumentOutOfRangeException(nameof(length), length, "A message is shorter than 2 GB.");
}
