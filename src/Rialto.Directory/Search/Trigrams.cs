using System.Runtime.InteropServices;

namespace Rialto.Directory;

/// <summary>For each three bytes in a row which recipients have them in any text: ranks as differences of 7 bits a byte, so that a common one costs a byte a recipient.</summary>
internal sealed class Trigrams
{
    private readonly int[] keys;
    private readonly int[] starts;
    private readonly byte[] postings;

    private Trigrams(int[] keys, int[] starts, byte[] postings)
    {
        this.keys = keys;
        this.starts = starts;
        this.postings = postings;
    }

    private sealed class Growing
    {
        public byte[] Bytes = new byte[4];
        public int Used;
        public int Last = -1;

        public void Add(int rank)
        {
            if (rank == Last) return;
            var difference = (uint)(rank - Last);
            Last = rank;
            if (Bytes.Length - Used < 5) Array.Resize(ref Bytes, Bytes.Length * 2 + 4);
            while (difference >= 0x80)
            {
                Bytes[Used++] = (byte)(difference | 0x80);
                difference >>= 7;
            }

            Bytes[Used++] = (byte)difference;
        }
    }

    public static Trigrams Build(ReadOnlySpan<byte> text, ReadOnlySpan<int> starts)
    {
        var all = new Dictionary<int, Growing>();
        for (var rank = 0; rank + 1 < starts.Length; rank++)
        {
            var entry = text[starts[rank]..starts[rank + 1]];
            var window = 0;
            var run = 0;
            foreach (var b in entry)
            {
                // A field's number or the end of a text.
                if (b < ' ')
                {
                    run = 0;
                    continue;
                }

                window = (window << 8 | b) & 0xFFFFFF;
                if (++run < 3) continue;
                ref var posting = ref CollectionsMarshal.GetValueRefOrAddDefault(all, window, out _);
                (posting ??= new()).Add(rank);
            }
        }

        var keys = all.Keys.Order().ToArray();
        var offsets = new int[keys.Length + 1];
        for (var i = 0; i < keys.Length; i++) offsets[i + 1] = offsets[i] + all[keys[i]].Used;
        var postings = new byte[offsets[^1]];
        for (var i = 0; i < keys.Length; i++) all[keys[i]].Bytes.AsSpan(0, all[keys[i]].Used).CopyTo(postings.AsSpan(offsets[i]));
        return new(keys, offsets, postings);
    }

    /// <summary>The postings of the rarest trigram of a pattern of at least three bytes, as a range for <see cref="Next"/>; empty when one of them occurs nowhere.</summary>
    public (int At, int End) Rarest(ReadOnlySpan<byte> pattern)
    {
        var best = -1;
        for (var i = 0; i + 3 <= pattern.Length; i++)
        {
            var at = Array.BinarySearch(keys, pattern[i] << 16 | pattern[i + 1] << 8 | pattern[i + 2]);
            if (at < 0) return default;
            if (best < 0 || Length(at) < Length(best)) best = at;
        }

        return (starts[best], starts[best + 1]);
    }

    /// <summary>The next rank of postings, from -1 on.</summary>
    public int Next(ref int at, int last)
    {
        var difference = 0;
        var shift = 0;
        for (; postings[at] >= 0x80; at++, shift += 7) difference |= (postings[at] & 0x7F) << shift;
        return last + (difference | postings[at++] << shift);
    }

    private int Length(int at) => starts[at + 1] - starts[at];
}
