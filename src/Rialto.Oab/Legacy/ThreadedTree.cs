// [MS-OXOAB] 2.4.2, 2.5.2: records are nodes of a threaded tree; the root is the first.
using System.Buffers.Binary;

namespace Rialto.Oab.Legacy;

/// <summary>A key of an index.</summary>
/// <param name="Key">Its bytes, without the null.</param>
/// <param name="Browse">Place of its browse record.</param>
/// <param name="Flags">Bits beside that.</param>
/// <param name="ParentDn">Offset of what the key is completed with, in the RDN index.</param>
internal readonly record struct IndexKey(byte[] Key, int Browse, uint Flags, uint ParentDn);

/// <summary>
/// Lays sorted keys out as a balanced tree, level by level, so that a search reads the front of the file: each record has its children, its neighbours in order, and
/// the number of its browse record.
/// </summary>
internal static class ThreadedTree
{
    /// <summary>Browse records are counted from here. [MS-OXOAB] 2.4.2: 0 to 2 are reserved.</summary>
    private const uint FirstBrowse = 3;

    /// <summary>Writes the records at the stream's end and gives the offset of each key, in the keys' order.</summary>
    /// <param name="stream">The file so far; offsets count from its start.</param>
    /// <param name="keys">Sorted.</param>
    /// <param name="hasParent">Whether records name their parent: those of the RDN index do.</param>
    public static uint[] Write(MemoryStream stream, IReadOnlyList<IndexKey> keys, bool hasParent)
    {
        var order = new int[keys.Count];
        var left = new int[keys.Count];
        var right = new int[keys.Count];
        var ranges = new Queue<(int Low, int High)>();
        if (keys.Count > 0)
            ranges.Enqueue((0, keys.Count - 1));
        for (var n = 0; ranges.Count > 0; n++)
        {
            var (low, high) = ranges.Dequeue();
            var middle = (low + high) / 2;
            order[n] = middle;
            left[middle] = low < middle ? (low + middle - 1) / 2 : -1;
            right[middle] = middle < high ? (middle + 1 + high) / 2 : -1;
            if (low < middle)
                ranges.Enqueue((low, middle - 1));
            if (middle < high)
                ranges.Enqueue((middle + 1, high));
        }

        var size = hasParent ? 24 : 20;
        var offsets = new uint[keys.Count];
        var at = (uint)stream.Length;
        foreach (var index in order)
        {
            offsets[index] = at;
            at += (uint)(size + keys[index].Key.Length + 1);
        }
        Span<byte> head = stackalloc byte[24];
        foreach (var index in order)
        {
            var key = keys[index];
            BinaryPrimitives.WriteUInt32LittleEndian(head, left[index] < 0 ? 0 : offsets[left[index]]);
            BinaryPrimitives.WriteUInt32LittleEndian(head[4..], right[index] < 0 ? 0 : offsets[right[index]]);
            BinaryPrimitives.WriteUInt32LittleEndian(head[8..], (uint)key.Browse + FirstBrowse | key.Flags);
            BinaryPrimitives.WriteUInt32LittleEndian(head[12..], index == 0 ? 0 : offsets[index - 1]);
            BinaryPrimitives.WriteUInt32LittleEndian(head[16..], index == keys.Count - 1 ? 0 : offsets[index + 1]);
            BinaryPrimitives.WriteUInt32LittleEndian(head[20..], key.ParentDn);
            stream.Write(head[..size]);
            stream.Write(key.Key);
            stream.WriteByte(0);
        }
        return offsets;
    }
}
