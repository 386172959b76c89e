using System.Buffers.Binary;
using System.Numerics;

namespace Rialto.Content.Lzx;

/// <summary>
/// Finds earlier occurrences: a table of the last place of each three bytes, and chains of the places that share a hash of four. For every position it keeps the
/// candidates that are worth a look, each longer and farther than the one before, so that the parser may go over the data twice.
/// </summary>
internal sealed class LzxMatchFinder
{
    /// <summary>Places looked at in a chain; twice as many find under one in a hundred less bytes in address books.</summary>
    private const int MaxChain = 40;

    /// <summary>A match this long is taken as it is, and positions inside it are not searched.</summary>
    public const int NiceLength = 96;

    private const int MaxCandidates = 10;
    private const int Hash3Bits = 15;
    private const int Hash4Bits = 16;

    private readonly int[] last3 = new int[1 << Hash3Bits];
    private readonly int[] last4 = new int[1 << Hash4Bits];
    private int[] previous = [];
    private int[] start = [];
    private ushort[] lengths = new ushort[1 << 18];
    private int[] offsets = new int[1 << 18];

    /// <summary>Searches data that stands behind reference bytes in one window; matches end at the chunk's end, counted from the data's start.</summary>
    public void Search(ReadOnlySpan<byte> window, int referenceLength, int maxOffset)
    {
        Array.Fill(last3, -1);
        Array.Fill(last4, -1);
        if (previous.Length < window.Length)
            previous = new int[window.Length];
        var count = window.Length - referenceLength;
        if (start.Length < count + 1)
            start = new int[count + 1];
        var used = 0;
        for (var i = 0; i < referenceLength; i++)
            Insert(window, i);
        var skipUntil = 0;
        for (var i = 0; i < count; i++)
        {
            start[i] = used;
            var at = referenceLength + i;
            var limit = Math.Min(LzxFormat.ChunkSize - i % LzxFormat.ChunkSize, count - i);
            if (i >= skipUntil && limit >= 3)
            {
                if (used + MaxCandidates > lengths.Length)
                {
                    Array.Resize(ref lengths, lengths.Length * 2);
                    Array.Resize(ref offsets, offsets.Length * 2);
                }
                var best = Candidates(window, at, limit, maxOffset, ref used);
                if (best >= NiceLength)
                    skipUntil = i + best;
            }
            Insert(window, at);
        }
        start[count] = used;
    }

    /// <summary>The lengths of a position's candidates, ascending.</summary>
    public ReadOnlySpan<ushort> LengthsAt(int position) => lengths.AsSpan(start[position], start[position + 1] - start[position]);

    /// <summary>How far back each of them lies.</summary>
    public ReadOnlySpan<int> OffsetsAt(int position) => offsets.AsSpan(start[position], start[position + 1] - start[position]);

    private int Candidates(ReadOnlySpan<byte> window, int at, int limit, int maxOffset, ref int used)
    {
        var here = window.Slice(at, limit);
        var best = 2;
        var first = used;
        var nearest = last3[Hash3(window, at)];
        if (nearest >= 0 && at - nearest <= maxOffset && window[nearest] == here[0] && window[nearest + 1] == here[1] && window[nearest + 2] == here[2])
        {
            best = Common(window, nearest, here);
            Add(best, at - nearest, ref used);
        }
        if (limit < 4 || best >= limit)
            return best;
        var place = last4[Hash4(window, at)];
        for (var chain = MaxChain; place >= 0 && chain > 0; chain--, place = previous[place])
        {
            if (at - place > maxOffset)
                break;
            if (window[place + best] != here[best] || BinaryPrimitives.ReadUInt32LittleEndian(window[place..]) != BinaryPrimitives.ReadUInt32LittleEndian(here))
                continue;
            var length = Common(window, place, here);
            if (length <= best)
                continue;
            best = length;
            if (used - first == MaxCandidates)
                used--;
            Add(best, at - place, ref used);
            if (best >= limit || best >= LzxFormat.LongMatch)
                break;
        }
        return best;
    }

    private void Add(int length, int offset, ref int used)
    {
        lengths[used] = (ushort)length;
        offsets[used++] = offset;
    }

    private static int Common(ReadOnlySpan<byte> window, int place, ReadOnlySpan<byte> here)
    {
        var there = window.Slice(place, here.Length);
        var i = 0;
        while (i + 8 <= here.Length)
        {
            var difference = BinaryPrimitives.ReadUInt64LittleEndian(here[i..]) ^ BinaryPrimitives.ReadUInt64LittleEndian(there[i..]);
            if (difference != 0)
                return i + (BitOperations.TrailingZeroCount(difference) >> 3);
            i += 8;
        }
        while (i < here.Length && here[i] == there[i])
            i++;
        return i;
    }

    private void Insert(ReadOnlySpan<byte> window, int at)
    {
        if (at + 4 > window.Length)
            return;
        last3[Hash3(window, at)] = at;
        ref var head = ref last4[Hash4(window, at)];
        previous[at] = head;
        head = at;
    }

    private static int Hash3(ReadOnlySpan<byte> window, int at) =>
        (int)(((window[at] | ((uint)window[at + 1] << 8) | ((uint)window[at + 2] << 16)) * 2_654_435_761u) >> (32 - Hash3Bits));

    private static int Hash4(ReadOnlySpan<byte> window, int at) =>
        (int)((BinaryPrimitives.ReadUInt32LittleEndian(window[at..]) * 2_654_435_761u) >> (32 - Hash4Bits));
}
