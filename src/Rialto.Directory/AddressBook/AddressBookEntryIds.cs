// [MS-OXNSPI] 2.2.9.2 EphemeralEntryID, 2.2.9.3 PermanentEntryID.
using System.Buffers.Binary;
using Rialto.Model;

namespace Rialto.Directory.AddressBook;

/// <summary>EntryIDs of the address book's objects: permanent ones by distinguished name, ephemeral ones by number.</summary>
public static class AddressBookEntryIds
{
    private const uint EphemeralFlags = 0x87;
    private const int EphemeralSize = 32;
    private const int HeadSize = 28;
    private const uint Version = 1;

    /// <summary>The permanent EntryID of what has that distinguished name.</summary>
    public static byte[] Permanent(DisplayType type, string dn)
    {
        var bytes = new byte[HeadSize + dn.Length + 1];
        Head(bytes, 0, EntryIdProviders.AddressBook, type);
        for (var i = 0; i < dn.Length; i++) bytes[HeadSize + i] = dn[i] <= '\u00FF' ? (byte)dn[i] : (byte)'?';
        return bytes;
    }

    /// <summary>The ephemeral EntryID of the object of that number.</summary>
    public static byte[] Ephemeral(Guid server, DisplayType type, uint number)
    {
        var bytes = new byte[EphemeralSize];
        Head(bytes, EphemeralFlags, server, type);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(HeadSize), number);
        return bytes;
    }

    /// <summary>The number of the object that either form names; 0 where it names none, or was given out by another server.</summary>
    public static uint NumberOf(ReadOnlySpan<byte> bytes, AddressBookSnapshot book)
    {
        if (bytes.Length < EphemeralSize && bytes.Length <= HeadSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]) != Version) return 0;
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var provider = new Guid(bytes[4..20]);
        if (flags == EphemeralFlags)
            return bytes.Length == EphemeralSize && provider == book.ServerGuid ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[HeadSize..]) : 0;
        if (flags != 0 || provider != EntryIdProviders.AddressBook) return 0;
        var dn = bytes[HeadSize..];
        var end = dn.IndexOf((byte)0);
        if (end >= 0) dn = dn[..end];
        return NumberOf(System.Text.Encoding.Latin1.GetString(dn), book);
    }

    /// <summary>The number of what has that distinguished name, a list's <c>/guid=</c> too; 0 where there is none.</summary>
    public static uint NumberOf(string dn, AddressBookSnapshot book)
    {
        if (book.FindByDn(dn) is { } recipient) return book.NumberOf(recipient.Id);
        const string guid = "/guid=";
        return dn.StartsWith(guid, StringComparison.OrdinalIgnoreCase) && Guid.TryParseExact(dn.AsSpan(guid.Length), "N", out var id) ? book.NumberOf(id) : 0;
    }

    private static void Head(Span<byte> bytes, uint flags, Guid provider, DisplayType type)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, flags);
        provider.TryWriteBytes(bytes[4..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], (uint)type);
    }
}
