// [MS-PATCH] 2.2: bits go into 16-bit words from the top, words are little-endian.
using System.Buffers.Binary;

namespace Rialto.Content.Lzx;

/// <summary>Writes bits into a buffer that grows.</summary>
internal sealed class LzxBitWriter
{
    private byte[] buffer = new byte[64 * 1024];
    private ulong bits;
    private int count;

    /// <summary>Whole bytes written so far.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    public void Clear()
    {
        Length = 0;
        bits = 0;
        count = 0;
    }

    /// <summary>Writes the low bits of a value, at most 32.</summary>
    public void Write(uint value, int width)
    {
        bits = (bits << width) | value;
        count += width;
        while (count >= 16)
        {
            count -= 16;
            WriteWord((ushort)(bits >> count));
        }
    }

    /// <summary>Fills the word that was begun with zeros.</summary>
    public void Align()
    {
        if (count > 0)
            Write(0, 16 - count);
    }

    /// <summary>Whole bytes, at a word's start.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    public void WriteWord(ushort word)
    {
        Reserve(2);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(Length), word);
        Length += 2;
    }

    public void WriteInt32(uint value)
    {
        Reserve(4);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(Length), value);
        Length += 4;
    }

    /// <summary>Puts a word where one was written before.</summary>
    public void SetWord(int at, ushort word) => BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(at), word);

    private void Reserve(int more)
    {
        if (Length + more > buffer.Length)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, Length + more));
    }
}
