namespace Rialto.Store.Views;

/// <summary>
/// An immutable list in blocks. A change copies the block that it touches and the list of blocks, so that consecutive versions share everything else;
/// many changes at once go through an <see cref="Editor"/>, which copies each touched block once.
/// </summary>
internal sealed class BlockedArray<T> where T : struct
{
    /// <summary>Entries a block: small enough to copy in a microsecond, large enough that the list of blocks stays short.</summary>
    public const int BlockSize = 256;

    public static readonly BlockedArray<T> Empty = new([], []);

    private readonly Block[] _blocks;
    private readonly int[] _ends;

    private BlockedArray(Block[] blocks, int[] ends)
    {
        _blocks = blocks;
        _ends = ends;
    }

    public int Count => _ends.Length == 0 ? 0 : _ends[^1];

    public int BlockCount => _blocks.Length;

    public Block BlockNumber(int number) => _blocks[number];

    /// <summary>The position of a block's first entry.</summary>
    public int StartOf(int number) => number == 0 ? 0 : _ends[number - 1];

    public ref readonly T this[int position]
    {
        get
        {
            var number = Locate(position);
            return ref _blocks[number].Items[position - StartOf(number)];
        }
    }

    /// <summary>The rest of the block from a position on.</summary>
    public ReadOnlySpan<T> SpanAt(int position)
    {
        var number = Locate(position);
        var start = StartOf(number);
        return _blocks[number].Span[(position - start)..];
    }

    public int Locate(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
        int low = 0, high = _ends.Length - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_ends[middle] > position)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    /// <summary>The position of the entry that compares equal, or the complement of where it would stand.</summary>
    public int BinarySearch<TProbe>(ref TProbe probe) where TProbe : struct, IBlockProbe<T>, allows ref struct
    {
        int low = 0, high = _blocks.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var block = _blocks[middle];
            if (probe.Compare(in block.Items[block.Count - 1]) < 0)
            {
                low = middle + 1;
                continue;
            }
            if (probe.Compare(in block.Items[0]) <= 0)
            {
                var inside = SearchBlock(block, ref probe);
                return inside >= 0 ? StartOf(middle) + inside : ~(StartOf(middle) + ~inside);
            }
            high = middle - 1;
        }
        return ~(low == 0 ? 0 : _ends[low - 1]);
    }

    private static int SearchBlock<TProbe>(Block block, ref TProbe probe) where TProbe : struct, IBlockProbe<T>, allows ref struct
    {
        int low = 0, high = block.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = probe.Compare(in block.Items[middle]);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }

    public static BlockedArray<T> From(ReadOnlySpan<T> items)
    {
        var blocks = new Block[(items.Length + BlockSize - 1) / BlockSize];
        var ends = new int[blocks.Length];
        for (var i = 0; i < blocks.Length; i++)
        {
            var part = items[(i * BlockSize)..Math.Min(items.Length, (i + 1) * BlockSize)];
            // Room behind the last entries for what comes next, unless the list is a small one.
            var entries = new T[items.Length <= 16 ? 16 : BlockSize];
            part.CopyTo(entries);
            blocks[i] = new Block(entries, part.Length, null);
            ends[i] = i * BlockSize + part.Length;
        }
        return blocks.Length == 0 ? Empty : new BlockedArray<T>(blocks, ends);
    }

    public Editor Edit() => new(this);

    /// <summary>A run of entries. Entries below <see cref="Count"/> never change once the block is shared; the array may have room behind them for one later version.</summary>
    public sealed class Block(T[] items, int count, object? owner)
    {
        public T[] Items { get; internal set; } = items;

        public int Count { get; internal set; } = count;

        internal object? Owner { get; set; } = owner;

        /// <summary>What a user of the frozen list has found out about the block, to be found again while later versions share it.</summary>
        internal object? Note { get; set; }

        /// <summary>How far the array has been filled by any version: only the version that stands there may append in place.</summary>
        internal StrongFill Fill { get; set; } = new(count);

        public ReadOnlySpan<T> Span => Items.AsSpan(0, Count);
    }

    internal sealed class StrongFill(int filled)
    {
        public int Filled = filled;
    }

    /// <summary>Several changes in one go. One thread; done with after <see cref="Freeze"/>.</summary>
    public sealed class Editor
    {
        private readonly List<Block> _blocks;
        private readonly object _token = new();
        private BlockedArray<T> _original;
        private int[]? _ends;
        private bool _changed;

        internal Editor(BlockedArray<T> original)
        {
            _original = original;
            _blocks = [.. original._blocks];
            _ends = original._ends;
            Count = original.Count;
        }

        public int Count { get; private set; }

        public void Append(in T item)
        {
            _changed = true;
            _ends = null;
            Count++;
            if (_blocks.Count > 0)
            {
                var last = _blocks[^1];
                if (last.Count < BlockSize)
                {
                    if (last.Items.Length > last.Count && last.Fill.Filled == last.Count)
                    {
                        // The slot behind the last entry is nobody's yet: fill it, and let older versions keep their count.
                        last.Items[last.Count] = item;
                        last.Fill.Filled = last.Count + 1;
                        if (last.Owner == _token)
                            last.Count++;
                        else
                            _blocks[^1] = new Block(last.Items, last.Count + 1, null) { Fill = last.Fill };
                        return;
                    }
                    var grown = Own(_blocks.Count - 1, BlockSize);
                    grown.Items[grown.Count++] = item;
                    grown.Fill.Filled = grown.Count;
                    return;
                }
            }
            var items = new T[Count <= 16 ? 16 : BlockSize];
            items[0] = item;
            _blocks.Add(new Block(items, 1, _token));
        }

        public void Insert(int position, in T item)
        {
            if (position == Count)
            {
                Append(in item);
                return;
            }
            var number = Locate(position, out var offset);
            var block = Own(number, BlockSize);
            if (block.Count == BlockSize)
            {
                const int half = BlockSize / 2;
                var right = new T[BlockSize];
                block.Items.AsSpan(half, BlockSize - half).CopyTo(right);
                block.Count = half;
                block.Fill.Filled = half;
                _blocks.Insert(number + 1, new Block(right, BlockSize - half, _token));
                if (offset > half)
                {
                    offset -= half;
                    block = _blocks[number + 1];
                }
            }
            block.Items.AsSpan(offset, block.Count - offset).CopyTo(block.Items.AsSpan(offset + 1));
            block.Items[offset] = item;
            block.Count++;
            block.Fill.Filled = block.Count;
            Count++;
            _ends = null;
        }

        public void RemoveAt(int position)
        {
            var number = Locate(position, out var offset);
            var block = Own(number, 0);
            block.Items.AsSpan(offset + 1, block.Count - offset - 1).CopyTo(block.Items.AsSpan(offset));
            block.Count--;
            block.Fill.Filled = block.Count;
            Count--;
            _ends = null;
            if (block.Count == 0)
            {
                _blocks.RemoveAt(number);
                return;
            }
            if (block.Count < BlockSize / 4 && number + 1 < _blocks.Count && _blocks[number + 1].Count + block.Count <= BlockSize / 2)
            {
                var next = _blocks[number + 1];
                var merged = Own(number, BlockSize);
                next.Span.CopyTo(merged.Items.AsSpan(merged.Count));
                merged.Count += next.Count;
                merged.Fill.Filled = merged.Count;
                _blocks.RemoveAt(number + 1);
            }
        }

        public void Replace(int position, in T item)
        {
            var number = Locate(position, out var offset);
            Own(number, 0).Items[offset] = item;
        }

        /// <summary>The rest of the block from a position on, to be changed in place.</summary>
        public Span<T> Change(int position)
        {
            var number = Locate(position, out var offset);
            var block = Own(number, 0);
            return block.Items.AsSpan(offset, block.Count - offset);
        }

        public ref readonly T this[int position]
        {
            get
            {
                var number = Locate(position, out var offset);
                return ref _blocks[number].Items[offset];
            }
        }

        /// <summary>As <see cref="BlockedArray{T}.BinarySearch"/>, over the edited list.</summary>
        public int BinarySearch<TProbe>(ref TProbe probe) where TProbe : struct, IBlockProbe<T>, allows ref struct
        {
            int low = 0, high = _blocks.Count - 1;
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                var block = _blocks[middle];
                if (probe.Compare(in block.Items[block.Count - 1]) < 0)
                {
                    low = middle + 1;
                    continue;
                }
                if (probe.Compare(in block.Items[0]) <= 0)
                {
                    var inside = SearchBlock(block, ref probe);
                    var start = Start(middle);
                    return inside >= 0 ? start + inside : ~(start + ~inside);
                }
                high = middle - 1;
            }
            return ~Start(low);
        }

        public BlockedArray<T> Freeze()
        {
            if (!_changed)
                return _original;
            var blocks = _blocks.ToArray();
            foreach (var block in blocks)
            {
                if (block.Owner == _token)
                    block.Owner = null;
            }
            _original = new BlockedArray<T>(blocks, [.. Ends()]);
            return _original;
        }

        private int Start(int number) => number == 0 ? 0 : Ends()[number - 1];

        private int[] Ends()
        {
            if (_ends is not null)
                return _ends;
            var ends = new int[_blocks.Count];
            var total = 0;
            for (var i = 0; i < ends.Length; i++)
                ends[i] = total += _blocks[i].Count;
            return _ends = ends;
        }

        private int Locate(int position, out int offset)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(position);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
            var ends = Ends();
            var found = Array.BinarySearch(ends, position + 1);
            if (found < 0)
                found = ~found;
            // Equal ends cannot occur: empty blocks are removed.
            offset = position - (found == 0 ? 0 : ends[found - 1]);
            return found;
        }

        private Block Own(int number, int capacity)
        {
            _changed = true;
            var block = _blocks[number];
            if (block.Owner == _token && block.Items.Length >= capacity)
                return block;
            // What lies behind the entries is nobody's until it is written.
            var items = GC.AllocateUninitializedArray<T>(Math.Max(capacity, block.Count));
            block.Span.CopyTo(items);
            var owned = new Block(items, block.Count, _token);
            _blocks[number] = owned;
            return owned;
        }
    }
}

/// <summary>Compares entries with what is looked for: negative when the entry stands before it, positive when behind, 0 when it is it.</summary>
internal interface IBlockProbe<T> where T : struct
{
    int Compare(in T entry);
}
