// [MS-PATCH] 2.2 to 2.7, reading.
using System.Buffers;
using System.Buffers.Binary;

namespace Rialto.Content.Lzx;

/// <summary>Why packed data could not be read.</summary>
public enum LzxError
{
    None,

    /// <summary>The packed data end too early.</summary>
    Truncated,

    /// <summary>A block type, code or length that there is not, or a match that reaches before the data or over a chunk's end.</summary>
    Malformed,
}

/// <summary>Reads LZX DELTA. Any bytes give data or an error; memory is the window and the trees, time is by the length of the output.</summary>
public sealed class LzxDecoder
{
    private readonly byte[] mainLengths = new byte[LzxFormat.MaxMainSymbols];
    private readonly byte[] lengthLengths = new byte[LzxFormat.LengthSymbols];
    private readonly byte[] alignedLengths = new byte[LzxFormat.AlignedSymbols];
    private readonly byte[] pretreeLengths = new byte[LzxFormat.PretreeSymbols];
    private readonly LzxDecodeTable main = new(LzxFormat.MaxMainSymbols);
    private readonly LzxDecodeTable length = new(LzxFormat.LengthSymbols);
    private readonly LzxDecodeTable aligned = new(LzxFormat.AlignedSymbols);
    private readonly LzxDecodeTable pretree = new(LzxFormat.PretreeSymbols);

    private int mainSymbols;
    private int blockType;
    private int blockLength;
    private int blockLeft;
    private uint translationSize;
    private LzxRepeats repeats;

    /// <summary>Fills the output, whose length is known from the container, from packed data and the reference data they were made over.</summary>
    public LzxError Decode(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> reference, Span<byte> output)
    {
        if (output.Length == 0)
            return LzxError.None;
        if ((long)reference.Length + output.Length > LzxFormat.MaxWindow)
            return LzxError.Malformed;
        var size = reference.Length + output.Length;
        var rented = reference.Length == 0 ? null : ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var window = rented is null ? output : rented.AsSpan(0, size);
            reference.CopyTo(window);
            var error = Decode(packed, window, reference.Length, LzxFormat.SlotCount(LzxFormat.WindowBits(reference.Length, output.Length)));
            if (error != LzxError.None)
                return error;
            if (rented is not null)
                window[reference.Length..].CopyTo(output);
            if (translationSize != 0)
                Translate(output);
            return LzxError.None;
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private LzxError Decode(ReadOnlySpan<byte> packed, Span<byte> window, int start, int slots)
    {
        mainSymbols = LzxFormat.Literals + slots * 8;
        Array.Clear(mainLengths);
        Array.Clear(lengthLengths);
        repeats = LzxRepeats.Initial;
        (blockType, blockLength, blockLeft, translationSize) = (0, 0, 0, 0);
        for (var at = start; at < window.Length; at += LzxFormat.ChunkSize)
        {
            if (packed.Length < 2)
                return LzxError.Truncated;
            var size = BinaryPrimitives.ReadUInt16LittleEndian(packed);
            if (packed.Length - 2 < size)
                return LzxError.Truncated;
            var reader = new LzxBitReader(packed.Slice(2, size));
            if (at == start && reader.Read(1) == 1)
                translationSize = reader.Read(16) << 16 | reader.Read(16);
            var error = DecodeChunk(ref reader, window, at, Math.Min(at + LzxFormat.ChunkSize, window.Length));
            if (error != LzxError.None)
                return error;
            packed = packed[(2 + size)..];
        }
        return LzxError.None;
    }

    private LzxError DecodeChunk(ref LzxBitReader reader, Span<byte> window, int at, int end)
    {
        Span<byte> padding = stackalloc byte[1];
        while (at < end)
        {
            if (blockLeft == 0)
            {
                var error = ReadHeader(ref reader);
                if (error != LzxError.None)
                    return error;
            }
            var run = Math.Min(blockLeft, end - at);
            if (blockType == LzxFormat.Uncompressed)
            {
                if (!reader.TryBytes(window.Slice(at, run)))
                    return LzxError.Truncated;
                at += run;
                blockLeft -= run;
                if (blockLeft == 0 && (blockLength & 1) == 1 && reader.Remaining > 0)
                    reader.TryBytes(padding);
                continue;
            }
            var reached = ReadSymbols(ref reader, window, at, at + run);
            if (reader.IsOverrun)
                return LzxError.Truncated;
            if (reached < 0)
                return LzxError.Malformed;
            blockLeft -= run;
            at += run;
        }
        return LzxError.None;
    }

    private LzxError ReadHeader(ref LzxBitReader reader)
    {
        blockType = (int)reader.Read(3);
        blockLength = blockLeft = (int)(reader.Read(16) << 8 | reader.Read(8));
        if (reader.IsOverrun)
            return LzxError.Truncated;
        if (blockLength == 0)
            return LzxError.Malformed;
        switch (blockType)
        {
            case LzxFormat.Uncompressed:
                reader.SkipToWord();
                Span<byte> last = stackalloc byte[12];
                if (!reader.TryBytes(last))
                    return LzxError.Truncated;
                repeats = new LzxRepeats
                {
                    R0 = BinaryPrimitives.ReadUInt32LittleEndian(last),
                    R1 = BinaryPrimitives.ReadUInt32LittleEndian(last[4..]),
                    R2 = BinaryPrimitives.ReadUInt32LittleEndian(last[8..]),
                };
                return LzxError.None;
            case LzxFormat.Aligned:
                for (var i = 0; i < alignedLengths.Length; i++)
                    alignedLengths[i] = (byte)reader.Read(3);
                if (!aligned.TryBuild(alignedLengths) || aligned.IsEmpty)
                    return LzxError.Malformed;
                break;
            case LzxFormat.Verbatim:
                break;
            default:
                return LzxError.Malformed;
        }

        var read = ReadTree(ref reader, mainLengths.AsSpan(0, LzxFormat.Literals))
            && ReadTree(ref reader, mainLengths.AsSpan(LzxFormat.Literals, mainSymbols - LzxFormat.Literals))
            && main.TryBuild(mainLengths.AsSpan(0, mainSymbols)) && !main.IsEmpty
            && ReadTree(ref reader, lengthLengths)
            && length.TryBuild(lengthLengths);
        return reader.IsOverrun ? LzxError.Truncated : read ? LzxError.None : LzxError.Malformed;
    }

    private bool ReadTree(ref LzxBitReader reader, Span<byte> lengths)
    {
        for (var i = 0; i < pretreeLengths.Length; i++)
            pretreeLengths[i] = (byte)reader.Read(4);
        if (reader.IsOverrun || !pretree.TryBuild(pretreeLengths) || pretree.IsEmpty)
            return false;
        for (var i = 0; i < lengths.Length;)
        {
            var symbol = pretree.Read(ref reader);
            var run = symbol switch
            {
                17 => (int)reader.Read(4) + 4,
                18 => (int)reader.Read(5) + 20,
                19 => (int)reader.Read(1) + 4,
                _ => 1,
            };
            if (run > lengths.Length - i || reader.IsOverrun)
                return false;
            byte value = 0;
            if (symbol is not (17 or 18))
            {
                if (symbol == 19 && (symbol = pretree.Read(ref reader)) > 16)
                    return false;
                value = (byte)((lengths[i] - symbol + 17) % 17);
            }
            lengths.Slice(i, run).Fill(value);
            i += run;
        }
        return true;
    }

    /// <summary>Where the symbols end: at the end, or -1 for what is malformed.</summary>
    private int ReadSymbols(ref LzxBitReader reader, Span<byte> window, int at, int end)
    {
        while (at < end)
        {
            var symbol = main.Read(ref reader);
            if (symbol < LzxFormat.Literals)
            {
                window[at++] = (byte)symbol;
                continue;
            }
            if (reader.IsOverrun)
                return -1;
            symbol -= LzxFormat.Literals;
            var matchLength = symbol & 7;
            if (matchLength == LzxFormat.PrimaryLengths)
            {
                if (length.IsEmpty)
                    return -1;
                matchLength += length.Read(ref reader);
            }
            matchLength += LzxFormat.MinMatch;
            var offset = ReadOffset(ref reader, symbol >> 3);
            if (matchLength == LzxFormat.LongMatch)
                matchLength = LzxLongLength.Read(ref reader);
            if (offset == 0 || offset > (uint)at || matchLength > end - at)
                return -1;
            Copy(window, at, (int)offset, matchLength);
            at += matchLength;
        }
        return at;
    }

    private uint ReadOffset(ref LzxBitReader reader, int slot)
    {
        if (slot < 3)
        {
            repeats.Use((uint)slot);
            return repeats.R0;
        }
        var extra = LzxFormat.ExtraBits(slot);
        var formatted = LzxFormat.SlotBase(slot);
        if (extra >= 3 && blockType == LzxFormat.Aligned)
        {
            if (extra > 3)
                formatted += reader.Read(extra - 3) << 3;
            formatted += (uint)aligned.Read(ref reader);
        }
        else if (extra > 0)
        {
            formatted += reader.Read(extra);
        }
        repeats.Use(formatted);
        return repeats.R0;
    }

    private static void Copy(Span<byte> window, int at, int offset, int count)
    {
        if (offset >= count)
        {
            window.Slice(at - offset, count).CopyTo(window[at..]);
            return;
        }
        for (var i = 0; i < count; i++)
            window[at + i] = window[at - offset + i];
    }

    /// <summary>[MS-PATCH] 2.1.3: turns the targets of x86 CALL instructions back, chunk by chunk. Address books have none; writers of other data may.</summary>
    private void Translate(Span<byte> output)
    {
        var size = (int)translationSize;
        for (var chunk = 0; chunk < output.Length && chunk < LzxFormat.ChunkSize * 32_768L; chunk += LzxFormat.ChunkSize)
        {
            var end = Math.Min(chunk + LzxFormat.ChunkSize, output.Length) - 10;
            for (var i = chunk; i < end; i++)
            {
                if (output[i] != 0xE8)
                    continue;
                var target = BinaryPrimitives.ReadInt32LittleEndian(output[(i + 1)..]);
                if (target >= -i && target < size)
                    BinaryPrimitives.WriteInt32LittleEndian(output[(i + 1)..], target >= 0 ? target - i : target + size);
                i += 4;
            }
        }
    }
}
