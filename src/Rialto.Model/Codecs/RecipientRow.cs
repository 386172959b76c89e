// [MS-OXCDATA] 2.8.3 RecipientRow; [MS-OXCROPS] 2.2.6.1.2.1 OpenRecipientRow, 2.2.6.5.1.1 ModifyRecipientRow, 2.2.6.6.2.1 ReadRecipientRow.
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>[MS-OXCDATA] 2.8.3.1. The low three bits are the <see cref="RecipientAddressKind"/>.</summary>
[Flags]
public enum RecipientFlags : ushort
{
    None = 0,
    KindMask = 0x0007,
    HasEmailAddress = 0x0008,
    HasDisplayName = 0x0010,
    HasTransmittableDisplayName = 0x0020,

    /// <summary>The transmittable display name is the display name.</summary>
    SameTransmittableDisplayName = 0x0040,

    /// <summary>Another transport delivers to this recipient.</summary>
    Responsible = 0x0080,
    NoRichText = 0x0100,
    Unicode = 0x0200,
    HasSimpleDisplayName = 0x0400,

    /// <summary>With NoType: the address type follows as a string.</summary>
    HasAddressType = 0x8000,
}

/// <summary>What kind of address a recipient has. [MS-OXCDATA] 2.8.3.1.</summary>
public enum RecipientAddressKind : byte
{
    NoType = 0,
    X500Dn = 1,
    MsMail = 2,
    Smtp = 3,
    Fax = 4,
    ProfessionalOfficeSystem = 5,
    PersonalDistributionList1 = 6,
    PersonalDistributionList2 = 7,
}

/// <summary>
/// A recipient in the form that ROPs carry: standard properties in fields of their own, any others as a row over the columns that the buffer names.
/// Null strings are absent.
/// </summary>
public struct RecipientRow
{
    public RecipientFlags Flags;
    public byte AddressPrefixUsed;
    public byte DisplayType;
    public string X500Dn;
    public byte[] EntryId;
    public byte[] SearchKey;
    public string? AddressType;
    public string? EmailAddress;
    public string? DisplayName;
    public string? SimpleDisplayName;
    public string? TransmittableDisplayName;

    /// <summary>Values of the first columns; may be fewer than there are columns.</summary>
    public PropertyValue[] Properties;

    public readonly RecipientAddressKind Kind => (RecipientAddressKind)(Flags & RecipientFlags.KindMask);

    /// <summary>The row over the columns of its buffer.</summary>
    public static void Fields<TIo>(ref TIo io, scoped ref RecipientRow value, scoped ReadOnlySpan<PropertyTag> columns, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.Enum(ref value.Flags);
        if (value.Kind == RecipientAddressKind.X500Dn)
        {
            io.U8(ref value.AddressPrefixUsed);
            io.U8(ref value.DisplayType);
            io.AsciiZ(ref value.X500Dn);
        }
        else if (value.Kind is RecipientAddressKind.PersonalDistributionList1 or RecipientAddressKind.PersonalDistributionList2)
        {
            io.Bytes(ref value.EntryId, CountWidth.UInt16);
            io.Bytes(ref value.SearchKey, CountWidth.UInt16);
        }
        else if (value.Kind == RecipientAddressKind.NoType && (value.Flags & RecipientFlags.HasAddressType) != 0)
        {
            var type = value.AddressType ?? "";
            io.AsciiZ(ref type, "AddressType");
            value.AddressType = type;
        }
        Text(ref io, ref value.EmailAddress, value.Flags, RecipientFlags.HasEmailAddress, form, "EmailAddress");
        Text(ref io, ref value.DisplayName, value.Flags, RecipientFlags.HasDisplayName, form, "DisplayName");
        Text(ref io, ref value.SimpleDisplayName, value.Flags, RecipientFlags.HasSimpleDisplayName, form, "SimpleDisplayName");
        Text(ref io, ref value.TransmittableDisplayName, value.Flags, RecipientFlags.HasTransmittableDisplayName, form, "TransmittableDisplayName");
        var count = value.Properties?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt16, "RecipientColumnCount");
        if (count > columns.Length)
        {
            io.Fail();
            return;
        }
        if (io.IsReading)
            value.Properties = new PropertyValue[count];
        PropertyRowCodec.Row(ref io, columns[..count], value.Properties, form);
    }

    private static void Text<TIo>(ref TIo io, scoped ref string? value, RecipientFlags flags, RecipientFlags wanted, ValueForm form, string name)
        where TIo : struct, IWireIo, allows ref struct
    {
        if ((flags & wanted) == 0)
            return;
        var text = value ?? "";
        if ((flags & RecipientFlags.Unicode) != 0)
            io.Utf16Z(ref text, name);
        else
            io.EncodedZ(ref text, form.String8, name);
        value = text;
    }

    /// <summary>The row of a recipient's properties, with cells for the columns asked for.</summary>
    public static RecipientRow From(PropertyBag recipient, ReadOnlySpan<PropertyTag> columns)
    {
        var type = recipient.GetString(PropertyTags.AddressType);
        var email = recipient.GetString(PropertyTags.EmailAddress);
        var row = new RecipientRow
        {
            Flags = RecipientFlags.Unicode,
            DisplayName = recipient.GetString(PropertyTags.DisplayName),
            SimpleDisplayName = recipient.GetString(PropertyTags.AddressBookDisplayNamePrintable),
            TransmittableDisplayName = recipient.GetString(PropertyTags.TransmittableDisplayName),
            X500Dn = "",
            EntryId = [],
            SearchKey = [],
            Properties = new PropertyValue[columns.Length],
        };
        if (type is "EX" && email is not null)
        {
            row.Flags |= (RecipientFlags)RecipientAddressKind.X500Dn;
            row.X500Dn = email;
            row.DisplayType = (byte)recipient.GetInt32(PropertyTags.DisplayType);
        }
        else
        {
            if (type is "SMTP")
                row.Flags |= (RecipientFlags)RecipientAddressKind.Smtp;
            else if (type is not null)
                row.Flags |= RecipientFlags.HasAddressType;
            row.AddressType = type;
            row.EmailAddress = email;
        }
        row.Flags |= (row.EmailAddress is null ? 0 : RecipientFlags.HasEmailAddress)
            | (row.DisplayName is null ? 0 : RecipientFlags.HasDisplayName)
            | (row.SimpleDisplayName is null ? 0 : RecipientFlags.HasSimpleDisplayName);
        if (row.TransmittableDisplayName is not null)
        {
            row.Flags |= row.TransmittableDisplayName == row.DisplayName
                ? RecipientFlags.SameTransmittableDisplayName
                : RecipientFlags.HasTransmittableDisplayName;
        }
        if (!recipient.GetBoolean(PropertyTags.SendRichInfo) && recipient.TryGet(PropertyIds.SendRichInfo, out _))
            row.Flags |= RecipientFlags.NoRichText;
        if (recipient.GetBoolean(PropertyTags.Responsibility))
            row.Flags |= RecipientFlags.Responsible;
        for (var i = 0; i < columns.Length; i++)
        {
            row.Properties[i] = recipient.TryGet(columns[i].Id, out var value)
                ? value
                : PropertyValue.OfError(columns[i], ErrorCode.NotFound);
        }
        return row;
    }

    /// <summary>The recipient's properties of a row: what its fields say, then its columns. Error cells set nothing.</summary>
    public readonly void To(PropertyBag recipient, ReadOnlySpan<PropertyTag> columns)
    {
        switch (Kind)
        {
            case RecipientAddressKind.X500Dn:
                Set(recipient, PropertyTags.AddressType, "EX");
                Set(recipient, PropertyTags.EmailAddress, X500Dn);
                recipient.Set(PropertyValue.Of(PropertyTags.DisplayType, (int)DisplayType));
                break;
            case RecipientAddressKind.PersonalDistributionList1 or RecipientAddressKind.PersonalDistributionList2:
                Set(recipient, PropertyTags.AddressType, "MAPIPDL");
                recipient.Set(PropertyValue.Of(PropertyTags.EntryId, EntryId ?? []));
                recipient.Set(PropertyValue.Of(PropertyTags.SearchKey, SearchKey ?? []));
                break;
            case RecipientAddressKind.Smtp:
                Set(recipient, PropertyTags.AddressType, "SMTP");
                break;
            case RecipientAddressKind.MsMail:
                Set(recipient, PropertyTags.AddressType, "MS");
                break;
            case RecipientAddressKind.Fax:
                Set(recipient, PropertyTags.AddressType, "FAX");
                break;
            case RecipientAddressKind.ProfessionalOfficeSystem:
                Set(recipient, PropertyTags.AddressType, "PROFS");
                break;
            default:
                Set(recipient, PropertyTags.AddressType, AddressType);
                break;
        }
        Set(recipient, PropertyTags.EmailAddress, EmailAddress);
        Set(recipient, PropertyTags.DisplayName, DisplayName);
        Set(recipient, PropertyTags.AddressBookDisplayNamePrintable, SimpleDisplayName);
        Set(recipient, PropertyTags.TransmittableDisplayName,
            (Flags & RecipientFlags.SameTransmittableDisplayName) != 0 ? DisplayName : TransmittableDisplayName);
        recipient.Set(PropertyValue.Of(PropertyTags.SendRichInfo, (Flags & RecipientFlags.NoRichText) == 0));
        if ((Flags & RecipientFlags.Responsible) != 0)
            recipient.Set(PropertyValue.Of(PropertyTags.Responsibility, true));
        for (var i = 0; i < columns.Length && i < (Properties?.Length ?? 0); i++)
        {
            if (!Properties![i].IsAbsent && !Properties[i].IsError)
                recipient.Set(Properties[i]);
        }
    }

    private static void Set(PropertyBag recipient, PropertyTag tag, string? value)
    {
        if (value is not null)
            recipient.Set(PropertyValue.Of(tag, value));
    }
}

/// <summary>A recipient row with what the ROP puts before it.</summary>
public struct RecipientEntry
{
    /// <summary>The recipient's number in the message; not part of an OpenRecipientRow.</summary>
    public uint RowId;

    /// <summary>1 to, 2 cc, 3 bcc, with flags 0x10 and 0x80. [MS-OXCMSG] 2.2.3.1.2.</summary>
    public byte RecipientType;
    public ushort CodePageId;

    /// <summary>Null in a ModifyRecipientRow that deletes the recipient.</summary>
    public RecipientRow? Row;

    /// <summary>OpenRecipientRow. [MS-OXCROPS] 2.2.6.1.2.1.</summary>
    public static void Open<TIo>(ref TIo io, scoped ref RecipientEntry value, scoped ReadOnlySpan<PropertyTag> columns, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        ushort reserved = 0;
        io.U8(ref value.RecipientType);
        io.U16(ref value.CodePageId);
        io.U16(ref reserved, "Reserved");
        Sized(ref io, ref value.Row, columns, form);
    }

    /// <summary>ReadRecipientRow. [MS-OXCROPS] 2.2.6.6.2.1.</summary>
    public static void Read<TIo>(ref TIo io, scoped ref RecipientEntry value, scoped ReadOnlySpan<PropertyTag> columns, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U32(ref value.RowId);
        Open(ref io, ref value, columns, form);
    }

    /// <summary>ModifyRecipientRow. [MS-OXCROPS] 2.2.6.5.1.1.</summary>
    public static void Modify<TIo>(ref TIo io, scoped ref RecipientEntry value, scoped ReadOnlySpan<PropertyTag> columns, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U32(ref value.RowId);
        io.U8(ref value.RecipientType);
        Sized(ref io, ref value.Row, columns, form);
    }

    private static void Sized<TIo>(ref TIo io, scoped ref RecipientRow? value, scoped ReadOnlySpan<PropertyTag> columns, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var region = io.BeginSized(CountWidth.UInt16, "RecipientRowSize");
        if (io.IsReading ? io.Remaining > 0 : value is not null)
        {
            var row = value ?? default;
            RecipientRow.Fields(ref io, ref row, columns, form);
            value = row;
        }
        else
        {
            value = null;
        }
        io.EndSized(region, CountWidth.UInt16);
    }
}
