using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rialto.Store.Sqlite.Blobs;

/// <summary>
/// The bytes of a pack and of a large blob's file. Numbers little-endian.
/// <code>
/// pack:    "RPAK" | version u32 (1) | count of moved records u32 | CRC-32C of the map u32
///          | count x (offset as in references u32, offset in this file u32), ascending
///          | records, each at a multiple of 8, zeros between and after
/// record:  "RBLC" | length u32 | checksum of the content (16 bytes) | content | "BEND"
///          "RBLB" | … the same with the first 16 bytes of its SHA-256: as early versions wrote
/// large:   one record
/// </code>
/// A record ends in bytes that are not zero, so the end of a pack is found from behind whatever its content: nothing has to be scanned at start.
/// A record that was being written when the power failed is just space that nothing refers to.
/// </summary>
internal static class PackFormat
{
    public const int FileHeaderSize = 16;
    public const int HeaderSize = 24;
    public const int TrailerSize = 4;
    public const int Overhead = HeaderSize + TrailerSize;
    public const int Alignment = 8;

    private const uint FileMagic = 0x4B41_5052;
    private const uint HashedRecordMagic = 0x424C_4252;
    private const uint RecordMagic = 0x434C_4252;
    private const uint TrailerMagic = 0x444E_4542;
    private const uint Version = 1;

    public static long Align(long offset) => (offset + (Alignment - 1)) & ~(long)(Alignment - 1);

    public static long RecordSize(long length) => Align(length + Overhead);

    public static void WriteFileHeader(Span<byte> header, int moved, uint mapChecksum)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, FileMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], moved);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], mapChecksum);
    }

    public static bool TryReadFileHeader(ReadOnlySpan<byte> header, out int moved, out uint mapChecksum)
    {
        moved = 0;
        mapChecksum = 0;
        if (header.Length < FileHeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(header) != FileMagic || BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != Version)
            return false;
        moved = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        mapChecksum = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        return moved >= 0;
    }

    public static void WriteHeader(Span<byte> header, int length, ReadOnlySpan<byte> checksum)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(header, RecordMagic);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], length);
        checksum[..ContentChecksum.Size].CopyTo(header[8..]);
    }

    public static void WriteTrailer(Span<byte> trailer) => BinaryPrimitives.WriteUInt32LittleEndian(trailer, TrailerMagic);

    /// <summary>Bytes of the content behind a record's header.</summary>
    public static int Length(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32LittleEndian(header[4..]);

    /// <summary>Whether a record of that length begins here.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> header, long length) =>
        header.Length >= HeaderSize && BinaryPrimitives.ReadUInt32LittleEndian(header) is RecordMagic or HashedRecordMagic && BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == length;

    /// <summary>Whether the record holds what was written.</summary>
    public static bool Verify(ReadOnlySpan<byte> record, long length)
    {
        if (length < 0 || !IsHeader(record, length) || record.Length < length + Overhead)
            return false;
        var content = record.Slice(HeaderSize, (int)length);
        Span<byte> sum = stackalloc byte[SHA256.HashSizeInBytes];
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) == RecordMagic)
            ContentChecksum.Of(content, sum);
        else
            SHA256.HashData(content, sum);
        return sum[..ContentChecksum.Size].SequenceEqual(record.Slice(8, 16)) && BinaryPrimitives.ReadUInt32LittleEndian(record[(HeaderSize + (int)length)..]) == TrailerMagic;
    }
}
