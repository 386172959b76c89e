namespace Rialto.Content.Lzx;

/// <summary>Reads bits; behind the end there are zeros, and <see cref="IsOverrun"/> says that some were taken.</summary>
internal ref struct LzxBitReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> source = source;
    private ulong bits;
    private int count;
    private int missing;

    /// <summary>The next byte that no bit was taken of.</summary>
    public int Position { get; private set; }

    /// <summary>Whether bits behind the end were taken.</summary>
    public readonly bool IsOverrun => missing > count;

    public readonly int Remaining => source.Length - Position;

    /// <summary>The next 16 bits.</summary>
    public uint Peek()
    {
        if (count < 16)
            Fill();
        return (uint)(bits >> (count - 16)) & 0xFFFF;
    }

    public void Skip(int width) => count -= width;

    /// <summary>The next bits, at most 17.</summary>
    public uint Read(int width)
    {
        if (count < width)
            Fill();
        count -= width;
        return (uint)(bits >> count) & ((1u << width) - 1);
    }

    /// <summary>Goes to the next word's start; at a word's start already, over a whole word. [MS-PATCH] 2.3.3: 1 to 16 bits.</summary>
    public void SkipToWord()
    {
        var odd = count & 15;
        Back(odd == 0 ? 16 : odd);
    }

    /// <summary>Bytes, when the bits stand at a word's start.</summary>
    public bool TryBytes(scoped Span<byte> destination)
    {
        if (Remaining < destination.Length)
            return false;
        source.Slice(Position, destination.Length).CopyTo(destination);
        Position += destination.Length;
        return true;
    }

    private void Back(int drop)
    {
        // Words that were taken into the buffer ahead of their time go back.
        if (count < drop)
            Fill();
        count -= drop;
        Position -= (count - missing) / 8;
        count = 0;
        missing = 0;
        bits = 0;
    }

    private void Fill()
    {
        while (count <= 32)
        {
            uint word = 0;
            if (Position + 1 < source.Length)
            {
                word = (uint)(source[Position] | source[Position + 1] << 8);
                Position += 2;
            }
            else
            {
                missing += 16;
            }
            bits = (bits << 16) | word;
            count += 16;
        }
    }
}
