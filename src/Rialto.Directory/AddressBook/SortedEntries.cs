using System.Diagnostics.CodeAnalysis;

namespace Rialto.Directory.AddressBook;

/// <summary>
/// The numbers of a list's entries in one order. Immutable, in blocks: a change copies one block and the list of blocks, whatever the size.
/// </summary>
public sealed class SortedEntries
{
    private const int BlockSize = 512;

    private readonly uint[][] blocks;
    private readonly int[] starts;

    private SortedEntries(uint[][] blocks)
    {
        this.blocks = blocks;
        starts = new int[blocks.Length];
        for (var i = 0; i < blocks.Length; i++)
        {
            starts[i] = Count;
            Count += blocks[i].Length;
        }
    }

    public static SortedEntries Empty { get; } = new([]);

    public int Count { get; }

    /// <summary>The number at a position, which is in range.</summary>
    [SuppressMessage("Design", "CA1043", Justification = "A position.")]
    public uint this[int position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)Count, nameof(position));
            var block = BlockOf(position);
            return blocks[block][position - starts[block]];
        }
    }

    /// <summary>The first position whose entry is not below what is looked for; <see cref="Count"/> where there is none.</summary>
    /// <param name="compare">How the entry of a number stands to what is looked for: negative where it is below.</param>
    public int LowerBound(Func<uint, int> compare)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (compare(this[middle]) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Numbers from a position on, as many as there are and fit.</summary>
    public int CopyTo(int position, Span<uint> into)
    {
        var copied = 0;
        if ((uint)position >= (uint)Count) return 0;
        for (var block = BlockOf(position); block < blocks.Length && copied < into.Length; block++)
        {
            var from = blocks[block].AsSpan(position + copied - starts[block]);
            var take = Math.Min(from.Length, into.Length - copied);
            from[..take].CopyTo(into[copied..]);
            copied += take;
        }

        return copied;
    }

    public IEnumerable<uint> All() => blocks.SelectMany(static b => b);

    internal static SortedEntries Of(ReadOnlySpan<uint> numbers)
    {
        if (numbers.IsEmpty) return Empty;
        var blocks = new uint[(numbers.Length + BlockSize - 1) / BlockSize][];
        for (var i = 0; i < blocks.Length; i++) blocks[i] = numbers.Slice(i * BlockSize, Math.Min(BlockSize, numbers.Length - (i * BlockSize))).ToArray();
        return new(blocks);
    }

    internal SortedEntries Insert(int position, uint number)
    {
        if (blocks.Length == 0) return new([[number]]);
        var at = position == Count ? blocks.Length - 1 : BlockOf(position);
        var block = blocks[at];
        var within = position - starts[at];
        var larger = new uint[block.Length + 1];
        block.AsSpan(0, within).CopyTo(larger);
        larger[within] = number;
        block.AsSpan(within).CopyTo(larger.AsSpan(within + 1));
        if (larger.Length <= BlockSize * 2) return new([.. blocks[..at], larger, .. blocks[(at + 1)..]]);
        return new([.. blocks[..at], larger[..BlockSize], larger[BlockSize..], .. blocks[(at + 1)..]]);
    }

    internal SortedEntries RemoveAt(int position)
    {
        var at = BlockOf(position);
        var block = blocks[at];
        var within = position - starts[at];
        if (block.Length == 1) return new([.. blocks[..at], .. blocks[(at + 1)..]]);
        uint[] smaller = [.. block.AsSpan(0, within), .. block.AsSpan(within + 1)];
        return new([.. blocks[..at], smaller, .. blocks[(at + 1)..]]);
    }

    private int BlockOf(int position)
    {
        var found = Array.BinarySearch(starts, position);
        return found >= 0 ? found : ~found - 1;
    }
}
