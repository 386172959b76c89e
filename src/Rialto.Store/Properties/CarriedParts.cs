// [MS-OXCMSG] 2.2.1.38, 2.2.2 recipients and attachments; [MS-OXPROPS] 1.3.3 (ranges): what of theirs a mail has no place for.
using Rialto.Model;

namespace Rialto.Store;

/// <summary>
/// Properties of recipients and attachments that the MIME form of a message cannot say: they travel beside it, as one value of its carried properties, and are put where they
/// belong when the message is opened. A recipient is known by its address, an attachment by its name and content id.
/// </summary>
public static class CarriedParts
{
    /// <summary>Of the range that is the server's own and not transmitted.</summary>
    public static readonly PropertyTag Tag = new(0x67FB, PropertyType.Binary);

    /// <summary>Bytes of them: they stand in the message's row.</summary>
    private const int MaximumBytes = 8 * 1024;

    private const int BlindCopy = 3;

    /// <summary>What is to be carried, under the ids and with the names of the message; absent where there is nothing, or too much.</summary>
    public static PropertyValue Of(PropertyMessage message)
    {
        var parts = new PropertyMessage();
        foreach (var recipient in message.Recipients)
        {
            // Nobody is to learn of those from what is kept with the message.
            if ((recipient.Properties.GetInt32(PropertyTags.RecipientType, 1) & 0x0F) == BlindCopy || recipient.Properties.GetString(PropertyTags.SmtpAddress) is not { Length: > 0 } address)
                continue;
            var carried = Some(recipient.Properties, message, parts, IsOfRecipient);
            if (carried.Count == 0)
                continue;
            carried.Set(PropertyValue.Of(PropertyTags.SmtpAddress, address));
            parts.Recipients.Add(new PropertyRecipient { Properties = carried });
        }
        foreach (var attachment in message.Attachments)
        {
            var carried = Some(attachment.Properties, message, parts, IsOfAttachment);
            if (carried.Count == 0)
                continue;
            foreach (var tag in (ReadOnlySpan<PropertyTag>)[PropertyTags.AttachLongFilename, PropertyTags.AttachFilename, PropertyTags.AttachContentId])
            {
                if (attachment.Properties.TryGet(tag.Id, out var value))
                    carried.Set(value);
            }
            parts.Attachments.Add(new PropertyAttachment { Properties = carried });
        }
        if (parts.Recipients.Count + parts.Attachments.Count == 0)
            return default;
        var bytes = PropertyBagCodec.Write(parts);
        return bytes.Length <= MaximumBytes ? PropertyValue.Of(Tag, bytes) : default;
    }

    /// <summary>Puts what was carried into a message that was made of its MIME form. Ids of named properties come from <paramref name="idOf"/>; 0 leaves one out.</summary>
    public static void Apply(PropertyMessage message, Func<PropertyName, ushort> idOf)
    {
        if (!message.Properties.TryGet(Tag.Id, out var carried))
            return;
        message.Properties.Remove(Tag.Id);
        if (carried.Reference is not byte[] bytes || !PropertyBagCodec.TryRead(bytes, out PropertyMessage parts))
            return;
        foreach (var part in parts.Recipients)
        {
            var address = part.Properties.GetString(PropertyTags.SmtpAddress);
            foreach (var recipient in message.Recipients)
            {
                if (string.Equals(recipient.Properties.GetString(PropertyTags.SmtpAddress), address, StringComparison.OrdinalIgnoreCase))
                    Put(part.Properties, recipient.Properties);
            }
        }
        var left = message.Attachments.ToList();
        foreach (var part in parts.Attachments)
        {
            if (left.Find(a => KeyOf(a.Properties) == KeyOf(part.Properties)) is not { } attachment)
                continue;
            left.Remove(attachment);
            Put(part.Properties, attachment.Properties);
        }

        void Put(PropertyBag from, PropertyBag to)
        {
            foreach (var value in from)
            {
                if (!value.Tag.IsNamed)
                {
                    if (IsOfRecipient(value.Tag.Id) || IsOfAttachment(value.Tag.Id))
                        to.Set(value);
                }
                else if (parts.NamedProperties.TryGetValue(value.Tag.Id, out var name) && idOf(name) is not 0 and var id)
                {
                    to.Set(value.WithTag(new PropertyTag(id, value.Tag.Type)));
                }
            }
        }
    }

    /// <summary>The names that carried parts use.</summary>
    public static IEnumerable<PropertyName> NamesOf(PropertyBag properties) =>
        properties.GetBinary(Tag) is { } bytes && PropertyBagCodec.TryRead(bytes, out PropertyMessage parts) ? parts.NamedProperties.Values : [];

    private static PropertyBag Some(PropertyBag properties, PropertyMessage message, PropertyMessage parts, Func<ushort, bool> isWanted)
    {
        var some = new PropertyBag();
        foreach (var value in properties)
        {
            if (value.IsError || value.Type is PropertyType.Null or PropertyType.Object || value.Reference is ExternalValue)
                continue;
            if (!value.Tag.IsNamed)
            {
                if (isWanted(value.Tag.Id))
                    some.Set(value);
            }
            else if (message.NamedProperties.TryGetValue(value.Tag.Id, out var name))
            {
                parts.NamedProperties[value.Tag.Id] = name;
                some.Set(value);
            }
        }
        return some;
    }

    private static (string Name, string ContentId) KeyOf(PropertyBag properties) =>
        (properties.GetString(PropertyTags.AttachLongFilename) ?? properties.GetString(PropertyTags.AttachFilename) ?? "", properties.GetString(PropertyTags.AttachContentId) ?? "");

    /// <summary>PidTagRecipientFlags and its neighbours, but for the name and the entry id, which the mail tells; how it is sent; what message classes define for themselves.</summary>
    private static bool IsOfRecipient(ushort id) => id is (>= 0x5FD0 and <= 0x5FFF and not (PropertyIds.RecipientDisplayName or PropertyIds.RecipientEntryId or PropertyIds.RecipientOrder))
        or PropertyIds.SendInternetEncoding or (>= 0x6800 and <= 0x7BFF);

    /// <summary>How and where it is shown, when it was made and changed, what calendars say of it; what message classes define for themselves.</summary>
    private static bool IsOfAttachment(ushort id) => id is PropertyIds.DisplayName or PropertyIds.CreationTime or PropertyIds.LastModificationTime or PropertyIds.RenderingPosition
        or (>= 0x7FF0 and <= 0x7FFF) or (>= 0x6800 and <= 0x7BFF);
}
