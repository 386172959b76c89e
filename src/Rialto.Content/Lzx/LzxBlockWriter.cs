// [MS-PATCH] 2.3 block headers, 2.5 trees, 2.7 matches.
namespace Rialto.Content.Lzx;

/// <summary>Writes blocks: makes their codes, stores the codes as differences from the block before, then the symbols.</summary>
internal sealed class LzxBlockWriter(LzxBitWriter writer)
{
    private readonly LzxCodeBuilder builder = new();
    private readonly byte[] main = new byte[LzxFormat.MaxMainSymbols];
    private readonly byte[] mainBefore = new byte[LzxFormat.MaxMainSymbols];
    private readonly ushort[] mainCodes = new ushort[LzxFormat.MaxMainSymbols];
    private readonly byte[] lengths = new byte[LzxFormat.LengthSymbols];
    private readonly byte[] lengthsBefore = new byte[LzxFormat.LengthSymbols];
    private readonly ushort[] lengthCodes = new ushort[LzxFormat.LengthSymbols];
    private readonly byte[] aligned = new byte[LzxFormat.AlignedSymbols];
    private readonly ushort[] alignedCodes = new ushort[LzxFormat.AlignedSymbols];
    private readonly byte[] pretree = new byte[LzxFormat.PretreeSymbols];
    private readonly ushort[] pretreeCodes = new ushort[LzxFormat.PretreeSymbols];
    private readonly int[] pretreeCounts = new int[LzxFormat.PretreeSymbols];
    private readonly List<(byte Symbol, byte Extra)> runs = [];

    private int mainSymbols;
    private bool isAligned;

    /// <summary>Starts a stream.</summary>
    public void Begin(int slots)
    {
        mainSymbols = LzxFormat.Literals + slots * 8;
        Array.Clear(main);
        Array.Clear(lengths);
    }

    public void WriteHeader(LzxBlock block)
    {
        builder.Lengths(block.Aligned, aligned, 7);
        isAligned = AlignedPays(block.Aligned);
        writer.Write(isAligned ? LzxFormat.Aligned : (uint)LzxFormat.Verbatim, 3);
        writer.Write((uint)block.Length, 24);
        if (isAligned)
        {
            LzxCodeBuilder.Codes(aligned, alignedCodes);
            foreach (var length in aligned)
                writer.Write(length, 3);
        }

        main.CopyTo(mainBefore, 0);
        lengths.CopyTo(lengthsBefore, 0);
        builder.Lengths(block.Main.AsSpan(0, mainSymbols), main.AsSpan(0, mainSymbols), LzxFormat.MaxCodeLength);
        builder.Lengths(block.Lengths, lengths, LzxFormat.MaxCodeLength);
        LzxCodeBuilder.Codes(main.AsSpan(0, mainSymbols), mainCodes);
        LzxCodeBuilder.Codes(lengths, lengthCodes);
        WriteTree(main.AsSpan(0, LzxFormat.Literals), mainBefore);
        WriteTree(main.AsSpan(LzxFormat.Literals, mainSymbols - LzxFormat.Literals), mainBefore.AsSpan(LzxFormat.Literals));
        WriteTree(lengths, lengthsBefore);
    }

    public void WriteToken(int length, uint value)
    {
        if (length == 1)
        {
            writer.Write(mainCodes[value], main[value]);
            return;
        }
        var slot = LzxFormat.Slot(value);
        var rest = Math.Min(length, LzxFormat.LongMatch) - LzxFormat.MinMatch;
        var symbol = LzxFormat.Literals + slot * 8 + Math.Min(rest, LzxFormat.PrimaryLengths);
        writer.Write(mainCodes[symbol], main[symbol]);
        if (rest >= LzxFormat.PrimaryLengths)
            writer.Write(lengthCodes[rest - LzxFormat.PrimaryLengths], lengths[rest - LzxFormat.PrimaryLengths]);
        var extra = LzxFormat.ExtraBits(slot);
        if (extra > 0)
        {
            var footer = value - LzxFormat.SlotBase(slot);
            if (isAligned && extra >= 3)
            {
                if (extra > 3)
                    writer.Write(footer >> 3, extra - 3);
                writer.Write(alignedCodes[footer & 7], aligned[footer & 7]);
            }
            else
            {
                writer.Write(footer, extra);
            }
        }
        if (length >= LzxFormat.LongMatch)
            LzxLongLength.Write(writer, length);
    }

    private bool AlignedPays(ReadOnlySpan<int> counts)
    {
        long with = 3 * LzxFormat.AlignedSymbols;
        long without = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            with += (long)counts[i] * aligned[i];
            without += counts[i] * 3L;
        }
        return without > with;
    }

    private void WriteTree(ReadOnlySpan<byte> now, ReadOnlySpan<byte> before)
    {
        runs.Clear();
        for (var i = 0; i < now.Length;)
        {
            var same = 1;
            while (i + same < now.Length && now[i + same] == now[i])
                same++;
            if (now[i] == 0 && same >= 4)
            {
                var run = Math.Min(same, 51);
                runs.Add(run < 20 ? ((byte)17, (byte)(run - 4)) : ((byte)18, (byte)(run - 20)));
                i += run;
            }
            else if (same >= 4)
            {
                var run = Math.Min(same, 5);
                runs.Add((19, (byte)(run - 4)));
                runs.Add((Difference(before[i], now[i]), 0));
                i += run;
            }
            else
            {
                runs.Add((Difference(before[i], now[i]), 0));
                i++;
            }
        }

        Array.Clear(pretreeCounts);
        foreach (var (symbol, _) in runs)
            pretreeCounts[symbol]++;
        builder.Lengths(pretreeCounts, pretree, 15);
        LzxCodeBuilder.Codes(pretree, pretreeCodes);
        foreach (var length in pretree)
            writer.Write(length, 4);
        foreach (var (symbol, extra) in runs)
        {
            writer.Write(pretreeCodes[symbol], pretree[symbol]);
            switch (symbol)
            {
                case 17:
                    writer.Write(extra, 4);
                    break;
                case 18:
                    writer.Write(extra, 5);
                    break;
                case 19:
                    writer.Write(extra, 1);
                    break;
            }
        }
    }

    private static byte Difference(byte before, byte now) => (byte)((before - now + 17) % 17);
}
