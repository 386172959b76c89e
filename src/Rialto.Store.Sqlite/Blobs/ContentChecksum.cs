using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Rialto.Store.Sqlite.Blobs;

/// <summary>
/// 128 bits by which a damaged content is known, and by which an equal one is looked for (and then compared byte by byte): four CRC-32C, each over every fourth
/// word of 8 bytes, so that the processor works on them side by side; the last words filled up with zeros, the length mixed into the first. Some 20 times as fast
/// as a cryptographic hash, and nothing here needs one: who can write a content can write its checksum.
/// </summary>
internal struct ContentChecksum()
{
    public const int Size = 16;

    private const int BlockSize = 32;

    private uint _a = 0x5249_414C, _b = 0x544F_4243, _c = 0x9E37_79B9, _d = 0x7F4A_7C15;
    private TailBuffer _tail;
    private int _tailLength;
    private long _length;

    [System.Runtime.CompilerServices.InlineArray(BlockSize)]
    private struct TailBuffer
    {
        private byte _first;
    }

    public static void Of(in ReadOnlySequence<byte> bytes, Span<byte> checksum)
    {
        var sum = new ContentChecksum();
        foreach (var segment in bytes)
            sum.Append(segment.Span);
        sum.Finish(checksum);
    }

    public static void Of(ReadOnlySpan<byte> bytes, Span<byte> checksum)
    {
        var sum = new ContentChecksum();
        sum.Append(bytes);
        sum.Finish(checksum);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _length += bytes.Length;
        Span<byte> tail = _tail;
        if (_tailLength > 0)
        {
            var missing = Math.Min(BlockSize - _tailLength, bytes.Length);
            bytes[..missing].CopyTo(tail[_tailLength..]);
            _tailLength += missing;
            bytes = bytes[missing..];
            if (_tailLength < BlockSize)
                return;
            Blocks(tail);
            _tailLength = 0;
        }
        var whole = bytes.Length & -BlockSize;
        Blocks(bytes[..whole]);
        bytes[whole..].CopyTo(tail);
        _tailLength = bytes.Length - whole;
    }

    public void Finish(Span<byte> checksum)
    {
        if (_tailLength > 0)
        {
            Span<byte> tail = _tail;
            tail[_tailLength..].Clear();
            Blocks(tail);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, BitOperations.Crc32C(_a, (ulong)_length));
        BinaryPrimitives.WriteUInt32LittleEndian(checksum[4..], _b);
        BinaryPrimitives.WriteUInt32LittleEndian(checksum[8..], _c);
        BinaryPrimitives.WriteUInt32LittleEndian(checksum[12..], _d);
    }

    private void Blocks(ReadOnlySpan<byte> blocks)
    {
        var (a, b, c, d) = (_a, _b, _c, _d);
        var words = MemoryMarshal.Cast<byte, ulong>(blocks);
        while (words.Length >= 4)
        {
            a = BitOperations.Crc32C(a, words[0]);
            b = BitOperations.Crc32C(b, words[1]);
            c = BitOperations.Crc32C(c, words[2]);
            d = BitOperations.Crc32C(d, words[3]);
            words = words[4..];
        }
        (_a, _b, _c, _d) = (a, b, c, d);
    }
}
