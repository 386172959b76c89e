// [MS-PATCH] 2.1 to 2.7: LZX DELTA: window sizes, position slots, trees, chunks.
using System.Numerics;

namespace Rialto.Content.Lzx;

/// <summary>
/// The numbers of LZX DELTA. A stream is a row of chunks: each stands for 32,768 bytes of data (the last one for what is left) and starts with the 16-bit count of
/// its packed bytes. Inside the chunks run the bits of blocks; a block may go on in the next chunk, a match may not.
/// </summary>
public static class LzxFormat
{
    /// <summary>Bytes of data that a chunk stands for.</summary>
    public const int ChunkSize = 32_768;

    /// <summary>Smallest and largest window: 128 KB and 32 MB.</summary>
    public const int MinWindowBits = 17;

    /// <inheritdoc cref="MinWindowBits"/>
    public const int MaxWindowBits = 25;

    /// <summary>Most data and reference data together, as far as the largest window reaches.</summary>
    public const int MaxWindow = 1 << MaxWindowBits;

    internal const int MinMatch = 2;

    /// <summary>This length in the length tree says that more length bits follow.</summary>
    internal const int LongMatch = 257;

    internal const int Literals = 256;
    internal const int PrimaryLengths = 7;
    internal const int LengthSymbols = 249;
    internal const int AlignedSymbols = 8;
    internal const int PretreeSymbols = 20;
    internal const int MaxCodeLength = 16;
    internal const int MaxMainSymbols = Literals + 290 * 8;

    internal const int Verbatim = 1;
    internal const int Aligned = 2;
    internal const int Uncompressed = 3;

    /// <summary>Extra bits of slots 36 and up, which are all 131,072 bytes wide.</summary>
    private const int MaxExtraBits = 17;

    private static readonly byte[] s_slots = [34, 36, 38, 42, 50, 66, 98, 162];

    /// <summary>Bits of the window that data of this length over that much reference data needs: the reference data counts in whole chunks.</summary>
    public static int WindowBits(int referenceLength, int length)
    {
        var size = (long)(referenceLength + ChunkSize - 1) / ChunkSize * ChunkSize + length;
        var bits = MinWindowBits;
        while (bits < MaxWindowBits && 1L << bits < size)
            bits++;
        return bits;
    }

    /// <summary>Position slots of a window.</summary>
    internal static int SlotCount(int windowBits) => windowBits == MaxWindowBits ? 290 : s_slots[windowBits - MinWindowBits];

    /// <summary>The slot of a formatted offset: 0, 1, 2 are the last three offsets, others are the offset plus 2.</summary>
    internal static int Slot(uint formatted)
    {
        if (formatted < 4)
            return (int)formatted;
        if (formatted >= 1 << 18)
            return 34 + (int)(formatted >> MaxExtraBits);
        var log = BitOperations.Log2(formatted);
        return 2 * log + (int)((formatted >> (log - 1)) & 1);
    }

    /// <summary>Bits of the offset that follow the slot.</summary>
    internal static int ExtraBits(int slot) => slot < 4 ? 0 : slot < 36 ? slot / 2 - 1 : MaxExtraBits;

    /// <summary>The first formatted offset of a slot.</summary>
    internal static uint SlotBase(int slot) =>
        slot < 4 ? (uint)slot : slot < 36 ? (2u + ((uint)slot & 1)) << (slot / 2 - 1) : ((uint)slot - 34) << MaxExtraBits;
}
