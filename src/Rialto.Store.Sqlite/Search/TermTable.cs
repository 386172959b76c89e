using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Rialto.Store.Sqlite.Search;

/// <summary>The different terms of some documents, numbered in the order in which they came: a hash table with open addressing over their bytes, which stand in one array.</summary>
internal sealed class TermTable : IDisposable
{
    private readonly ByteList _bytes = new();
    private readonly List<Entry> _entries = [];
    private int[] _slots = new int[4096];

    private readonly record struct Entry(int Start, int Length, uint Hash);

    public int Count => _entries.Count;

    public ReadOnlySpan<byte> this[int term] => _bytes.Span.Slice(_entries[term].Start, _entries[term].Length);

    /// <summary>The term's number, old or new.</summary>
    public int Add(ReadOnlySpan<byte> term)
    {
        var hash = HashOf(term);
        var mask = _slots.Length - 1;
        var entries = CollectionsMarshal.AsSpan(_entries);
        for (var at = (int)hash & mask; ; at = (at + 1) & mask)
        {
            var number = _slots[at] - 1;
            if (number < 0)
            {
                _entries.Add(new Entry(_bytes.Length, term.Length, hash));
                _bytes.Add(term);
                _slots[at] = _entries.Count;
                if (_entries.Count > _slots.Length / 2)
                    Grow();
                return _entries.Count - 1;
            }
            ref readonly var entry = ref entries[number];
            if (entry.Hash == hash && entry.Length == term.Length && term.SequenceEqual(_bytes.Span.Slice(entry.Start, entry.Length)))
                return number;
        }
    }

    /// <summary>The terms' numbers in the order of their bytes.</summary>
    public int[] Sort()
    {
        var numbers = new int[Count];
        var keys = ArrayPool<ulong>.Shared.Rent(Count);
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = i;
            keys[i] = KeyOf(this[i]);
        }
        keys.AsSpan(0, Count).Sort(numbers.AsSpan());
        // Those whose first bytes are the same.
        for (var start = 0; start < numbers.Length;)
        {
            var end = start + 1;
            while (end < numbers.Length && keys[end] == keys[start])
                end++;
            if (end - start > 1)
                numbers.AsSpan(start, end - start).Sort((a, b) => this[a].SequenceCompareTo(this[b]));
            start = end;
        }
        ArrayPool<ulong>.Shared.Return(keys);
        return numbers;
    }

    /// <summary>The first eight bytes as a number, in whose order they are; no term holds a byte of zero.</summary>
    public static ulong KeyOf(ReadOnlySpan<byte> term)
    {
        if (term.Length >= sizeof(ulong))
            return BinaryPrimitives.ReadUInt64BigEndian(term);
        ulong key = 0;
        foreach (var b in term)
            key = key << 8 | b;
        return key << 8 * (sizeof(ulong) - term.Length);
    }

    public void Dispose() => _bytes.Dispose();

    private static uint HashOf(ReadOnlySpan<byte> term)
    {
        const ulong multiplier = 0x9E3779B97F4A7C15;
        var hash = (ulong)term.Length * multiplier;
        while (term.Length >= sizeof(ulong))
        {
            hash = BitOperations.RotateLeft((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(term)) * multiplier, 29);
            term = term[sizeof(ulong)..];
        }
        if (!term.IsEmpty)
            hash = (hash ^ KeyOf(term)) * multiplier;
        return (uint)(hash >> 32 ^ hash >> 15);
    }

    private void Grow()
    {
        var slots = new int[_slots.Length * 2];
        var mask = slots.Length - 1;
        for (var number = 0; number < _entries.Count; number++)
        {
            var at = (int)_entries[number].Hash & mask;
            while (slots[at] != 0)
                at = (at + 1) & mask;
            slots[at] = number + 1;
        }
        _slots = slots;
    }
}
