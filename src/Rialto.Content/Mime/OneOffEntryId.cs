// [MS-OXCDATA] 2.2.5.1 One-Off EntryID Structure.
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>
/// <code>
/// flags (4, 0) | provider UID (16) | version (2, 0) | bits (2) | display name | address type | address: UTF-16LE, each ended by a NUL
/// </code>
/// </summary>
internal static class OneOffEntryId
{
    private static readonly byte[] Head =
    [
        0, 0, 0, 0,
        0x81, 0x2B, 0x1F, 0xA4, 0xBE, 0xA3, 0x10, 0x19, 0x9D, 0x6E, 0x00, 0xDD, 0x01, 0x0F, 0x54, 0x02,
        0, 0,
        // M: not to be sent as TNEF; U: Unicode strings; L: no look-up in a directory.
        0x01, 0x90,
    ];

    public static byte[] Write(string displayName, string addressType, string address)
    {
        var strings = displayName.Replace("\0", "", StringComparison.Ordinal) + "\0" + addressType + "\0" + address + "\0";
        var result = new byte[Head.Length + strings.Length * 2];
        Head.CopyTo(result, 0);
        Encoding.Unicode.GetBytes(strings, result.AsSpan(Head.Length));
        return result;
    }

    /// <summary>Name and address of a one-off entry of an SMTP address; null for any other bytes.</summary>
    public static MailAddress? Read(ReadOnlySpan<byte> entry)
    {
        if (entry.Length < Head.Length || !entry.Slice(4, 16).SequenceEqual(Head.AsSpan(4, 16)) || (entry[23] & 0x80) == 0)
            return null;
        var strings = Encoding.Unicode.GetString(entry[Head.Length..]).Split('\0');
        return strings.Length >= 3 && strings[1].Equals("SMTP", StringComparison.OrdinalIgnoreCase) ? new MailAddress(strings[0], strings[2]) : null;
    }

    /// <summary>[MS-OXCDATA] 2.3.3: FlatEntryList of PidTagReplyRecipientEntries: count, size, then each with its size, padded to four bytes.</summary>
    public static byte[] WriteFlatEntryList(IReadOnlyList<byte[]> entries)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(entries.Count);
        writer.Write(entries.Sum(e => 4 + (e.Length + 3 & ~3)));
        foreach (var entry in entries)
        {
            writer.Write(entry.Length);
            writer.Write(entry);
            for (var pad = entry.Length; pad % 4 != 0; pad++)
                writer.Write((byte)0);
        }
        writer.Flush();
        return stream.ToArray();
    }
}
