// [MS-OXCDATA] 2.3.3 FlatEntryList, 2.2.5.1 One-Off EntryID: PidTagReplyRecipientEntries, [MS-OXOMSG] 2.2.1.43.
using System.Buffers.Binary;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>
/// <code>
/// count (4) | size of the rest (4) | for each entry: size (4), EntryID, padding to a multiple of four
/// </code>
/// </summary>
internal static class FlatEntryList
{
    public static byte[] Write(IReadOnlyList<byte[]> entries)
    {
        var size = entries.Sum(e => 4 + Padded(e.Length));
        var result = new byte[8 + size];
        BinaryPrimitives.WriteInt32LittleEndian(result, entries.Count);
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(4), size);
        var position = 8;
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(position), entry.Length);
            entry.CopyTo(result, position + 4);
            position += 4 + Padded(entry.Length);
        }
        return result;
    }

    /// <summary>The entries of a list, at most 1,000; broken ones are left out.</summary>
    public static List<EntryId> Read(ReadOnlySpan<byte> list)
    {
        var result = new List<EntryId>();
        if (list.Length < 8)
            return result;
        list = list[8..];
        while (list.Length >= 4 && result.Count < 1000)
        {
            var size = BinaryPrimitives.ReadInt32LittleEndian(list);
            if (size < 0 || size > list.Length - 4)
                break;
            if (EntryId.Parse(list.Slice(4, size)) is { } entry)
                result.Add(entry);
            list = list[Math.Min(list.Length, 4 + Padded(size))..];
        }
        return result;
    }

    private static int Padded(int length) => (int)Math.Min(int.MaxValue - 4, (long)length + 3 & ~3);
}
