// [MS-OXOAB] 2.8: compressed OAB version 2 and version 3 files; [MS-MCI] 2: the packing, which is RFC 1951 behind "CK".
//
//   MDI_HDR: | ulVersionHi 2 | ulVersionLo 1 | ulBlockMax | ulTargetSize |
//   MDI_BLK: | ulFlags: 1 packed | ulCompSize | ulUncompSize | bytes |
using System.Buffers.Binary;
using System.IO.Compression;

namespace Rialto.Oab.Wire;

/// <summary>Packs and unpacks the files of versions 2 and 3.</summary>
public static class MsZipFile
{
    /// <summary>Bytes of a block: MSZIP knows no larger ones.</summary>
    public const int BlockSize = 32_768;

    private const int HeaderLength = 16;
    private const int BlockHeaderLength = 12;

    public static byte[] Pack(ReadOnlySpan<byte> raw)
    {
        using var packed = new MemoryStream();
        Span<byte> head = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(head, 2);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], BlockSize);
        BinaryPrimitives.WriteUInt32LittleEndian(head[12..], (uint)raw.Length);
        packed.Write(head);
        while (raw.Length > 0)
        {
            var block = raw[..Math.Min(BlockSize, raw.Length)];
            using var bytes = new MemoryStream();
            bytes.Write("CK"u8);
            using (var deflate = new DeflateStream(bytes, CompressionLevel.SmallestSize, leaveOpen: true))
                deflate.Write(block);
            // A block that does not get shorter goes as it is.
            var isPacked = bytes.Length < block.Length;
            BinaryPrimitives.WriteUInt32LittleEndian(head, isPacked ? 1u : 0u);
            BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)(isPacked ? bytes.Length : block.Length));
            BinaryPrimitives.WriteUInt32LittleEndian(head[8..], (uint)block.Length);
            packed.Write(head[..BlockHeaderLength]);
            packed.Write(isPacked ? bytes.GetBuffer().AsSpan(0, (int)bytes.Length) : block);
            raw = raw[block.Length..];
        }
        return packed.ToArray();
    }

    /// <summary>Unpacks a file of at most that length.</summary>
    public static OabFileError Unpack(ReadOnlySpan<byte> packed, out byte[] raw, int maxLength = 64 << 20)
    {
        raw = [];
        if (packed.Length < HeaderLength)
            return OabFileError.Truncated;
        if (BinaryPrimitives.ReadUInt32LittleEndian(packed) != 2 || BinaryPrimitives.ReadUInt32LittleEndian(packed[4..]) != 1)
            return OabFileError.NotThisKind;
        var blockMax = BinaryPrimitives.ReadUInt32LittleEndian(packed[8..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(packed[12..]);
        packed = packed[HeaderLength..];
        if (size > maxLength || blockMax > 1 << 20)
            return OabFileError.TooLarge;
        using var output = new MemoryStream();
        while (output.Length < size)
        {
            if (packed.Length < BlockHeaderLength)
                return OabFileError.Truncated;
            var flags = BinaryPrimitives.ReadUInt32LittleEndian(packed);
            var packedSize = BinaryPrimitives.ReadUInt32LittleEndian(packed[4..]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(packed[8..]);
            packed = packed[BlockHeaderLength..];
            if (length == 0 || length > blockMax || length > size - output.Length || flags > 1 || (flags == 0 && packedSize != length))
                return OabFileError.Malformed;
            if (packedSize > (uint)packed.Length)
                return OabFileError.Truncated;
            var bytes = packed[..(int)packedSize];
            packed = packed[(int)packedSize..];
            if (flags == 0)
            {
                output.Write(bytes);
                continue;
            }
            if (!bytes.StartsWith("CK"u8) || !TryInflate(bytes[2..].ToArray(), (int)length, output))
                return OabFileError.Malformed;
        }
        raw = output.ToArray();
        return OabFileError.None;
    }

    private static bool TryInflate(byte[] bytes, int length, MemoryStream output)
    {
        var block = new byte[length];
        try
        {
            using var inflate = new DeflateStream(new MemoryStream(bytes), CompressionMode.Decompress);
            if (inflate.ReadAtLeast(block, length, throwOnEndOfStream: false) < length)
                return false;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        output.Write(block);
        return true;
    }
}
