using System.Buffers.Binary;
using Rialto.Store.Sqlite.Blobs;
using Rialto.Store.Sqlite.Codec;

namespace Rialto.Store.Sqlite.Log;

/// <summary>
/// The bytes of a log segment. Numbers little-endian.
/// <code>
/// header (64): "RLOG" | version u32 (1) | epoch u64 | CRC-32C of the 16 bytes before u32 | zeros
/// record:      length of the body u32 | CRC-32C u32 | epoch's low half u32 | body
/// body:        LSN u64 | target kind u8 | target id (16) | payload
/// end:         a record with length 0xFFFFFFFF: the segment was filled and the log goes on in the next one
/// </code>
/// The record's CRC leaves out the bytes of a content, which have a checksum in the pack's record (<see cref="LoggedContent"/>): it covers that.
/// Segments are overwritten in place. The epoch, larger for each use, tells the records of this use from what an earlier one left behind;
/// the first record that does not check ends the log.
/// </summary>
internal static class LogFormat
{
    public const int SegmentHeaderSize = 64;
    public const int RecordHeaderSize = 12;
    public const int BodyHeaderSize = 25;
    public const uint EndLength = uint.MaxValue;

    private const uint Magic = 0x474F_4C52;
    private const uint Version = 1;

    public static void WriteSegmentHeader(Span<byte> header, ulong epoch)
    {
        header[..SegmentHeaderSize].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Crc32C.Append(Crc32C.Start, header[..16]));
    }

    public static bool TryReadSegmentHeader(ReadOnlySpan<byte> header, out ulong epoch)
    {
        epoch = 0;
        if (header.Length < SegmentHeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(header[16..]) != Crc32C.Append(Crc32C.Start, header[..16]))
            return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != Version)
            throw new InvalidDataException("The commit log was written by a newer version.");
        epoch = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        return true;
    }

    /// <summary>Fills in length, epoch and checksum of a record whose body stands behind the header's place.</summary>
    public static void Seal(Span<byte> record, ulong epoch)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - RecordHeaderSize);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], (uint)epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], RecordChecksum(record));
    }

    public static void WriteEnd(Span<byte> record, ulong epoch)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record, EndLength);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], (uint)epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], RecordChecksum(record[..RecordHeaderSize]));
    }

    /// <summary>The record at the start of the span: its whole length, the end mark's included; 0 when there is none.</summary>
    public static int TryRead(ReadOnlySpan<byte> span, ulong epoch, out bool isEnd)
    {
        isEnd = false;
        if (span.Length < RecordHeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(span[8..]) != (uint)epoch)
            return 0;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(span);
        isEnd = length == EndLength;
        if (!isEnd && (length < BodyHeaderSize || length > span.Length - RecordHeaderSize))
            return 0;
        var record = span[..(isEnd ? RecordHeaderSize : RecordHeaderSize + (int)length)];
        return RecordChecksum(record) == BinaryPrimitives.ReadUInt32LittleEndian(span[4..]) && (!IsContent(record) || LoggedContent.Verify(record)) ? record.Length : 0;
    }

    private static uint RecordChecksum(ReadOnlySpan<byte> record) => Crc32C.Append(Crc32C.Append(BinaryPrimitives.ReadUInt32LittleEndian(record), record[8..12]),
        IsContent(record) ? record[12..Math.Min(record.Length, LoggedContent.ContentStart)] : record[12..]);

    private static bool IsContent(ReadOnlySpan<byte> record) => record.Length >= RecordHeaderSize + BodyHeaderSize && record[RecordHeaderSize + 8] == (byte)LogTargetKind.Contents;
}
