// [MS-OXCMSG] 2.2.3.1.2, 2.2.3.5; [MS-OXCDATA] 2.8.3: recipients as rows.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Properties;

/// <summary>Recipients as rows over columns.</summary>
internal static class RecipientRows
{
    /// <summary>The bits of PidTagRecipientType that tell To, Cc and Bcc; the others are marks. 2.2.3.1.2.</summary>
    public const int TypeMask = 0x0F;

    private const int ResendWanted = 0x1000_0000;
    private const int ResendReceived = unchecked((int)0x8000_0000);
    private const byte RowWanted = 0x10;
    private const byte RowReceived = 0x80;

    /// <summary>Columns of one message's recipients: beyond it clients lose sight of the rarest.</summary>
    private const int MaximumColumns = 100;

    /// <summary>Properties beside those that a recipient row has fields for which clients look for first.</summary>
    private static readonly PropertyTag[] s_columns =
    [
        PropertyTags.EntryId, PropertyTags.ObjectType, PropertyTags.DisplayType, PropertyTags.SmtpAddress, PropertyTags.RecipientDisplayName,
        PropertyTags.RecipientEntryId, PropertyTags.RecipientFlags, PropertyTags.RecipientTrackStatus,
    ];

    /// <summary>What the recipients have beside the fields of their rows, the usual columns first: rows of recipients that are alike have no holes.</summary>
    public static PropertyTag[] ColumnsOf(IEnumerable<PropertyRecipient> recipients)
    {
        var seen = new Dictionary<ushort, PropertyTag>();
        foreach (var recipient in recipients)
        {
            foreach (ref readonly var value in recipient.Properties.Span)
            {
                if (!HasField(value.Tag.Id) && seen.Count < MaximumColumns)
                    seen.TryAdd(value.Tag.Id, value.Tag);
            }
        }
        var columns = new List<PropertyTag>(seen.Count);
        foreach (var usual in s_columns)
        {
            if (seen.Remove(usual.Id))
                columns.Add(usual);
        }
        columns.AddRange(seen.Values);
        return [.. columns];
    }

    public static RecipientEntry EntryOf(PropertyRecipient recipient, uint rowId, PropertyTag[] columns) => new()
    {
        RowId = rowId,
        RecipientType = TypeOf(recipient.Properties.GetInt32(PropertyTags.RecipientType, 1)),
        Row = RecipientRow.From(recipient.Properties, columns),
    };

    /// <summary>The row's byte: the marks of a resend stand in the property's highest bits ([MS-OXOMSG] 2.2.3.1) and in the byte's; whom it still goes to has no other type then.</summary>
    private static byte TypeOf(int property) => (property & ResendWanted) != 0 ? RowWanted
        : (byte)(property | ((property & ResendReceived) != 0 ? RowReceived : 0));

    /// <summary>The recipient that a row describes. <paramref name="columns"/> are those of the row's buffer.</summary>
    public static PropertyRecipient From(RecipientEntry entry, PropertyTag[] columns)
    {
        var bag = new PropertyBag();
        entry.Row!.Value.To(bag, columns);
        var recipient = new PropertyRecipient();
        foreach (var value in bag)
            recipient.Properties.Set(PropertyRules.Normalise(value));
        recipient.Properties.Set(PropertyValue.Of(PropertyTags.RecipientType, (int)entry.RecipientType));
        recipient.Properties.Set(PropertyValue.Of(PropertyTags.Rowid, (int)entry.RowId));
        return recipient;
    }

    /// <summary>Bytes of a ReadRecipientRow, which is the larger form.</summary>
    public static int SizeOf(RecipientEntry row, PropertyTag[] columns, ValueForm form)
    {
        var sizer = new WireSizer();
        RecipientEntry.Read(ref sizer, ref row, columns, form);
        return sizer.Position;
    }

    /// <summary>What the row's own fields, and those around it, say.</summary>
    private static bool HasField(ushort id) => id is PropertyIds.AddressType or PropertyIds.EmailAddress or PropertyIds.DisplayName
        or PropertyIds.AddressBookDisplayNamePrintable or PropertyIds.TransmittableDisplayName or PropertyIds.SendRichInfo or PropertyIds.Responsibility
        or PropertyIds.RecipientType or PropertyIds.Rowid or PropertyIds.SearchKey;
}
