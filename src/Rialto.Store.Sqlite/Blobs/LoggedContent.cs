using System.Buffers.Binary;
using Rialto.Store.Sqlite.Log;

namespace Rialto.Store.Sqlite.Blobs;

/// <summary>
/// A content's record in the commit log. Numbers little-endian.
/// <code>
/// payload: number of the pack u32 | offset in it u32 | the pack's record, header and padding included
/// </code>
/// Built in one array with room for the log's own headers before it, so that the bytes are copied once for both files.
/// </summary>
internal static class LoggedContent
{
    /// <summary>Bytes before the pack's record.</summary>
    public const int Prefix = LogFormat.RecordHeaderSize + LogFormat.BodyHeaderSize + PlaceSize;

    /// <summary>Bytes before the content itself.</summary>
    public const int ContentStart = Prefix + PackFormat.HeaderSize;

    private const int PlaceSize = 8;

    public static void WritePlace(Span<byte> buffer, int pack, long offset)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer[(Prefix - PlaceSize)..], pack);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[(Prefix - PlaceSize + 4)..], (uint)offset);
    }

    /// <summary>Whether a whole record of the log holds the content that was written.</summary>
    public static bool Verify(ReadOnlySpan<byte> record) =>
        record.Length >= Prefix + PackFormat.Overhead && PackFormat.Verify(record[Prefix..], PackFormat.Length(record[Prefix..]));

    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> payload, out int pack, out long offset)
    {
        pack = BinaryPrimitives.ReadInt32LittleEndian(payload);
        offset = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]);
        return payload[PlaceSize..];
    }
}
