// [MS-OXCRPC] 2.2.2.1 RPC_HEADER_EXT; 3.1.4.1.1.2 compression, 3.1.4.1.1.3 obfuscation; 3.1.4.2.1 extended buffers.
using System.Buffers.Binary;

namespace Rialto.Mapi.Wire;

/// <summary>[MS-OXCRPC] 2.2.2.1.</summary>
[Flags]
public enum ExtendedBufferFlags : ushort
{
    None = 0x0000,
    Compressed = 0x0001,
    XorMagic = 0x0002,
    Last = 0x0004,
}

/// <summary>
/// A payload behind its header:
/// <code>
/// Version 2 | Flags 2 | Size 2 | SizeActual 2 | Size bytes
/// </code>
/// Compressed first, then obfuscated.
/// </summary>
public static class ExtendedBuffer
{
    public const int HeaderSize = 8;
    private const byte Magic = 0xA5;

    /// <summary>
    /// Reads the buffer at the start of <paramref name="input"/> and moves past it. The payload is the input's own bytes where they stand plainly, otherwise
    /// a new array. False when malformed.
    /// </summary>
    public static bool TryRead(ref ReadOnlyMemory<byte> input, out ReadOnlyMemory<byte> payload, out ExtendedBufferFlags flags)
    {
        payload = default;
        flags = default;
        var bytes = input.Span;
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt16LittleEndian(bytes) != 0)
            return false;
        flags = (ExtendedBufferFlags)BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        int actual = BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]);
        if (size > bytes.Length - HeaderSize)
            return false;
        payload = input.Slice(HeaderSize, size);
        input = input[(HeaderSize + size)..];
        var isCompressed = (flags & ExtendedBufferFlags.Compressed) != 0;
        if (isCompressed ? size >= actual : size != actual)
            return false;
        if ((flags & ExtendedBufferFlags.XorMagic) != 0)
        {
            var plain = payload.ToArray();
            Obfuscate(plain);
            payload = plain;
        }
        if (isCompressed)
        {
            var plain = new byte[actual];
            if (!LzXpress.TryDecompress(payload.Span, plain))
                return false;
            payload = plain;
        }
        return true;
    }

    /// <summary>
    /// Writes header and payload into <paramref name="output"/>, which has room for both, and returns their size. Compresses where asked to and where it pays.
    /// </summary>
    public static int Write(ReadOnlySpan<byte> payload, Span<byte> output, ExtendedBufferFlags flags)
    {
        var size = payload.Length;
        var body = output.Slice(HeaderSize, size);
        if ((flags & ExtendedBufferFlags.Compressed) != 0)
        {
            var compressed = LzXpress.Compress(payload, body);
            if (compressed < 0)
                flags &= ~ExtendedBufferFlags.Compressed;
            else
                size = compressed;
        }
        if ((flags & ExtendedBufferFlags.Compressed) == 0)
            payload.CopyTo(body);
        if ((flags & ExtendedBufferFlags.XorMagic) != 0)
            Obfuscate(body[..size]);
        BinaryPrimitives.WriteUInt16LittleEndian(output, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(output[2..], (ushort)flags);
        BinaryPrimitives.WriteUInt16LittleEndian(output[4..], (ushort)size);
        BinaryPrimitives.WriteUInt16LittleEndian(output[6..], (ushort)payload.Length);
        return HeaderSize + size;
    }

    /// <summary>Says of a buffer written before that another one follows it.</summary>
    public static void ClearLast(Span<byte> buffer) =>
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[2..], (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(buffer[2..]) & ~(ushort)ExtendedBufferFlags.Last));

    /// <summary>Its own inverse.</summary>
    public static void Obfuscate(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] ^= Magic;
    }
}
