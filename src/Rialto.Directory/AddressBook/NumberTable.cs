namespace Rialto.Directory.AddressBook;

/// <summary>
/// The numbers of objects and lists, given once and kept: ids by number, and a table of hashes that finds a number by its id, at 24 to 32 bytes each. One writes
/// at a time; any number read meanwhile.
/// </summary>
internal sealed class NumberTable
{
    private const int MinSlots = 64;

    private State state = new(new Guid[MinSlots / 2], new uint[MinSlots]);
    private int count;

    /// <summary>The number of the id; 0 where it has none.</summary>
    public uint Find(Guid id)
    {
        var (ids, slots) = Volatile.Read(ref state);
        for (var at = id.GetHashCode() & (slots.Length - 1); ; at = (at + 1) & (slots.Length - 1))
        {
            var number = Volatile.Read(ref slots[at]);
            if (number == 0 || ids[number - EntryTable.FirstNumber] == id) return number;
        }
    }

    /// <summary>The id's number, a new one where it has none yet; by one writer at a time.</summary>
    public uint Give(Guid id)
    {
        if (Find(id) is > 0 and var known) return known;
        if (count == state.Ids.Length) Grow(count * 2);
        var number = EntryTable.FirstNumber + (uint)count;
        state.Ids[count++] = id;
        Put(state.Slots, id, number);
        return number;
    }

    /// <summary>Makes room for so many more, so that the table grows once.</summary>
    public void Reserve(int more)
    {
        if (count + more > state.Ids.Length) Grow(count + more);
    }

    private void Grow(int capacity)
    {
        var slots = new uint[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(MinSlots, capacity + (capacity / 2)))];
        var ids = new Guid[Math.Max(capacity, MinSlots / 2)];
        state.Ids.AsSpan(0, count).CopyTo(ids);
        for (var i = 0; i < count; i++) Put(slots, ids[i], EntryTable.FirstNumber + (uint)i);
        Volatile.Write(ref state, new(ids, slots));
    }

    /// <summary>The id is in place before the number that leads to it.</summary>
    private static void Put(uint[] slots, Guid id, uint number)
    {
        var at = id.GetHashCode() & (slots.Length - 1);
        while (slots[at] != 0) at = (at + 1) & (slots.Length - 1);
        Volatile.Write(ref slots[at], number);
    }

    private sealed record State(Guid[] Ids, uint[] Slots);
}
