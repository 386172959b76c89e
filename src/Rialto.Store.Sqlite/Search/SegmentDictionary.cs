using System.Buffers.Binary;

namespace Rialto.Store.Sqlite.Search;

/// <summary>
/// The terms of one field of a segment, in memory as they are stored: one after the other in UTF-8 in the order of their bytes, so that those with a text somewhere in them are found
/// at several gigabytes a second.
/// </summary>
internal sealed class SegmentDictionary
{
    public const byte Separator = (byte)'\n';

    /// <summary>Terms of which one's place is noted down.</summary>
    public const int Group = 16;

    public const int HeaderLength = 8;
    public const int GroupLength = 12;

    private readonly byte[] _bytes;
    private readonly int _namesLength;
    private readonly int _groups;

    public SegmentDictionary(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length < HeaderLength)
            throw Varint.Damaged();
        Count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        _namesLength = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        _groups = Count < 0 ? 0 : (int)(((long)Count + Group - 1) / Group);
        if (Count < 0 || _namesLength < 0 || HeaderLength + _namesLength + (long)_groups * GroupLength != bytes.Length)
            throw Varint.Damaged();
    }

    public int Count { get; }

    /// <summary>How many chunks hold the lists of its terms.</summary>
    public int Chunks => _groups == 0 ? 0 : GroupAt(_groups - 1).Chunk + 1;

    private ReadOnlySpan<byte> Names => _bytes.AsSpan(HeaderLength, _namesLength);

    /// <summary>Of a group: where its first term begins, in which chunk its first list stands, and where in it.</summary>
    public (int Name, int Chunk, int Offset) GroupAt(int group)
    {
        var at = _bytes.AsSpan(HeaderLength + _namesLength + group * GroupLength);
        var name = BinaryPrimitives.ReadInt32LittleEndian(at);
        if ((uint)name >= (uint)_namesLength)
            throw Varint.Damaged();
        return (name, BinaryPrimitives.ReadInt32LittleEndian(at[4..]), BinaryPrimitives.ReadInt32LittleEndian(at[8..]));
    }

    /// <summary>The term that begins there.</summary>
    public ReadOnlySpan<byte> NameAt(int start)
    {
        var rest = Names[start..];
        var end = rest.IndexOf(Separator);
        return end < 0 ? throw Varint.Damaged() : rest[..end];
    }

    /// <summary>The terms that the part belongs to, by their numbers, ascending, with their lengths.</summary>
    /// <param name="part">UTF-8, folded; of more than a whole term, with nothing but the characters of a word.</param>
    /// <param name="isEnd">It may stand behind other characters.</param>
    /// <param name="isBeginning">Other characters may stand behind it.</param>
    /// <param name="found">Takes them; empty.</param>
    public void Find(ReadOnlySpan<byte> part, bool isEnd, bool isBeginning, List<(int Term, int Length)> found)
    {
        if (Count == 0)
            return;
        if (isEnd)
            Scan(part, isBeginning, found);
        else
            Walk(part, isBeginning, found);
    }

    /// <summary>From the first term that is not before the part.</summary>
    private void Walk(ReadOnlySpan<byte> part, bool isBeginning, List<(int Term, int Length)> found)
    {
        int low = 0, high = _groups - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (NameAt(GroupAt(middle).Name).SequenceCompareTo(part) <= 0)
                low = middle;
            else
                high = middle - 1;
        }
        var at = GroupAt(low).Name;
        for (var term = low * Group; term < Count; term++)
        {
            var name = NameAt(at);
            at += name.Length + 1;
            if (isBeginning && name.StartsWith(part) || name.SequenceEqual(part))
                found.Add((term, name.Length));
            else if (name.SequenceCompareTo(part) > 0)
                return;
        }
    }

    private void Scan(ReadOnlySpan<byte> part, bool isBeginning, List<(int Term, int Length)> found)
    {
        Span<byte> sought = stackalloc byte[part.Length + 1];
        part.CopyTo(sought);
        sought[^1] = Separator;
        if (isBeginning)
            sought = sought[..^1];
        var names = Names;
        int group = 0, term = 0, name = GroupAt(0).Name;
        for (var at = name; at < names.Length;)
        {
            var next = names[at..].IndexOf(sought);
            if (next < 0)
                return;
            at += next;
            // The group that it is in: mostly the next one.
            var last = LastGroupAt(at, group);
            if (last != group)
            {
                group = last;
                term = group * Group;
                name = GroupAt(group).Name;
            }
            while (true)
            {
                var length = NameAt(name).Length;
                if (at < name + length)
                {
                    found.Add((term, length));
                    at = name + length + 1;
                    break;
                }
                name += length + 1;
                if (++term >= Count || name > at)
                    throw Varint.Damaged();
            }
        }
    }

    private int LastGroupAt(int name, int from)
    {
        int low = from, high = _groups - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (GroupAt(middle).Name <= name)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
