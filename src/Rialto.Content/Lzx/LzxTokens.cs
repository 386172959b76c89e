namespace Rialto.Content.Lzx;

/// <summary>A parse: literals and matches in order, cut into chunks of data, with the last three offsets as they stand at each chunk's end.</summary>
internal sealed class LzxTokens
{
    private ushort[] lengths = new ushort[1 << 16];
    private uint[] values = new uint[1 << 16];
    private readonly List<int> chunkEnds = [];
    private readonly List<(uint R0, uint R1, uint R2)> repeats = [];

    public int Count { get; private set; }

    /// <summary>Chunks of data.</summary>
    public int Chunks => chunkEnds.Count;

    public void Clear()
    {
        Count = 0;
        chunkEnds.Clear();
        repeats.Clear();
    }

    /// <summary>1 for a literal.</summary>
    public int LengthAt(int index) => lengths[index];

    /// <summary>A literal's byte; a match's formatted offset.</summary>
    public uint ValueAt(int index) => values[index];

    /// <summary>The tokens of a chunk.</summary>
    public (int First, int End) Chunk(int index) => (index == 0 ? 0 : chunkEnds[index - 1], chunkEnds[index]);

    /// <summary>The last three offsets behind a chunk.</summary>
    public (uint R0, uint R1, uint R2) RepeatsBehind(int chunk) => repeats[chunk];

    public void EndChunk(in LzxRepeats last)
    {
        chunkEnds.Add(Count);
        repeats.Add((last.R0, last.R1, last.R2));
    }

    public void Add(int length, uint value)
    {
        if (Count == lengths.Length)
        {
            Array.Resize(ref lengths, Count * 2);
            Array.Resize(ref values, Count * 2);
        }
        lengths[Count] = (ushort)length;
        values[Count++] = value;
    }
}

/// <summary>The last three offsets, which short codes repeat. [MS-PATCH] 2.6.</summary>
internal struct LzxRepeats
{
    public uint R0;
    public uint R1;
    public uint R2;

    public static LzxRepeats Initial => new() { R0 = 1, R1 = 1, R2 = 1 };

    public readonly uint this[int index] => index == 0 ? R0 : index == 1 ? R1 : R2;

    /// <summary>What stands after a match of that formatted offset.</summary>
    public void Use(uint formatted)
    {
        switch (formatted)
        {
            case 0:
                break;
            case 1:
                (R0, R1) = (R1, R0);
                break;
            case 2:
                (R0, R2) = (R2, R0);
                break;
            default:
                (R0, R1, R2) = (formatted - 2, R0, R1);
                break;
        }
    }
}
