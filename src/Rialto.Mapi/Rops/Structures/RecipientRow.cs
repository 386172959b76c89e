// [MS-OXCDATA] 2.8.3.1 RecipientFlags, 2.8.3.2 RecipientRow.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Which standard properties a recipient row holds, and how. Low byte first on the wire.</summary>
[Flags]
public enum RecipientFlags : ushort
{
    TypeMask = 0x0007,
    TypeNone = 0x0000,
    TypeX500Dn = 0x0001,
    TypeMsMail = 0x0002,
    TypeSmtp = 0x0003,
    TypeFax = 0x0004,
    TypeProfessionalOfficeSystem = 0x0005,
    TypePersonalDistributionList1 = 0x0006,
    TypePersonalDistributionList2 = 0x0007,
    HasEmailAddress = 0x0008,
    HasDisplayName = 0x0010,
    HasTransmittableDisplayName = 0x0020,
    TransmittableIsDisplayName = 0x0040,
    Responsible = 0x0080,
    NoRichText = 0x0100,
    Unicode = 0x0200,
    HasSimpleDisplayName = 0x0400,

    /// <summary>With <see cref="TypeNone"/>: the address type is spelt out.</summary>
    HasAddressType = 0x8000,
}

/// <summary>A recipient: flags, the standard properties that they announce, and further ones in the message's recipient columns.</summary>
public struct RecipientRow
{
    public RecipientFlags Flags;
    public byte AddressPrefixUsed;
    public byte DisplayType;
    public string? X500Dn;
    public byte[]? EntryId;
    public byte[]? SearchKey;
    public string? AddressType;
    public string? EmailAddress;
    public string? DisplayName;
    public string? SimpleDisplayName;
    public string? TransmittableDisplayName;

    /// <summary>Values of the first columns; fewer than there are columns where the last are missing.</summary>
    public PropertyValue[]? Properties;

    public static void Fields<TIo>(ref TIo io, scoped ref RecipientRow row, PropertyTag[] columns, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.Enum(ref row.Flags, "RecipientFlags");
        var type = row.Flags & RecipientFlags.TypeMask;
        var unicode = (row.Flags & RecipientFlags.Unicode) != 0;
        if (type == RecipientFlags.TypeX500Dn)
        {
            io.U8(ref row.AddressPrefixUsed);
            io.U8(ref row.DisplayType);
            row.X500Dn ??= "";
            io.AsciiZ(ref row.X500Dn);
        }
        else if (type is RecipientFlags.TypePersonalDistributionList1 or RecipientFlags.TypePersonalDistributionList2)
        {
            row.EntryId ??= [];
            row.SearchKey ??= [];
            io.Bytes(ref row.EntryId, CountWidth.UInt16);
            io.Bytes(ref row.SearchKey, CountWidth.UInt16);
        }
        else if (type == RecipientFlags.TypeNone && (row.Flags & RecipientFlags.HasAddressType) != 0)
        {
            row.AddressType ??= "";
            io.AsciiZ(ref row.AddressType);
        }
        Text(ref io, ref row.EmailAddress, (row.Flags & RecipientFlags.HasEmailAddress) != 0, unicode, form);
        Text(ref io, ref row.DisplayName, (row.Flags & RecipientFlags.HasDisplayName) != 0, unicode, form);
        Text(ref io, ref row.SimpleDisplayName, (row.Flags & RecipientFlags.HasSimpleDisplayName) != 0, unicode, form);
        Text(ref io, ref row.TransmittableDisplayName, (row.Flags & RecipientFlags.HasTransmittableDisplayName) != 0, unicode, form);
        var count = row.Properties?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt16, "RecipientColumnCount");
        if (count > columns.Length)
        {
            io.Fail();
            return;
        }
        if (io.IsReading)
            row.Properties = new PropertyValue[count];
        PropertyRowCodec.Row(ref io, columns.AsSpan(0, count), row.Properties ?? [], form);
    }

    private static void Text<TIo>(ref TIo io, scoped ref string? value, bool present, bool unicode, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        if (!present)
            return;
        value ??= "";
        RopText.Text(ref io, ref value, unicode, form);
    }
}
