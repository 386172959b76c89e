using System.Buffers.Binary;
using Rialto.Store.Sqlite.Codec;

namespace Rialto.Store.Sqlite.Search;

/// <summary>
/// What the whole index hangs on: up to which message there is something in it, and the segments with the checksums of their parts, under a checksum of its own. Whatever is read of the index is held
/// against it, so that nothing is missing unnoticed either. The form: docs/adr/0008-text-segments.md.
/// </summary>
internal static class SegmentRoot
{
    private const int HeaderLength = 12;
    private const int SegmentLength = 36;
    private const int SumLength = 4;

    public static byte[] Write(long upTo, IReadOnlyList<Segment> segments)
    {
        var bytes = new byte[HeaderLength + segments.Count * SegmentLength + SumLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, upTo);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), segments.Count);
        var at = bytes.AsSpan(HeaderLength);
        foreach (var segment in segments)
        {
            BinaryPrimitives.WriteInt64LittleEndian(at, segment.Id);
            BinaryPrimitives.WriteInt32LittleEndian(at[8..], segment.Documents);
            BinaryPrimitives.WriteInt64LittleEndian(at[12..], segment.Size);
            BinaryPrimitives.WriteUInt32LittleEndian(at[20..], segment.Sums.Messages);
            BinaryPrimitives.WriteUInt32LittleEndian(at[24..], segment.Sums.Header);
            BinaryPrimitives.WriteUInt32LittleEndian(at[28..], segment.Sums.Body);
            BinaryPrimitives.WriteUInt32LittleEndian(at[32..], segment.GoneSum);
            at = at[SegmentLength..];
        }
        BinaryPrimitives.WriteUInt32LittleEndian(at, Sum(bytes.AsSpan(..^SumLength)));
        return bytes;
    }

    /// <returns>Up to which message there is something in the index.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static long Read(ReadOnlySpan<byte> bytes, List<Segment> segments)
    {
        if (bytes.Length < HeaderLength + SumLength || Sum(bytes[..^SumLength]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[^SumLength..])
            || bytes.Length != HeaderLength + (long)BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) * SegmentLength + SumLength)
            throw Varint.Damaged();
        for (var at = bytes[HeaderLength..^SumLength]; at.Length > 0; at = at[SegmentLength..])
        {
            var sums = new SegmentSums(BinaryPrimitives.ReadUInt32LittleEndian(at[20..]), BinaryPrimitives.ReadUInt32LittleEndian(at[24..]), BinaryPrimitives.ReadUInt32LittleEndian(at[28..]));
            segments.Add(new Segment(BinaryPrimitives.ReadInt64LittleEndian(at), BinaryPrimitives.ReadInt32LittleEndian(at[8..]), BinaryPrimitives.ReadInt64LittleEndian(at[12..]), sums)
            {
                GoneSum = BinaryPrimitives.ReadUInt32LittleEndian(at[32..]),
            });
        }
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>Checksum of a part of the index, and of which one it is: of the row's number, so that no other stands in its place.</summary>
    public static uint SumOf(long row, ReadOnlySpan<byte> bytes)
    {
        Span<byte> key = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(key, row);
        return Crc32C.Append(Crc32C.Append(Crc32C.Start, key), bytes);
    }

    private static uint Sum(ReadOnlySpan<byte> bytes) => Crc32C.Append(Crc32C.Start, bytes);
}
