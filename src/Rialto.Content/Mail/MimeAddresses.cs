// [MS-OXCMAIL] 2.1.3.1 address elements, 2.1.3.1.8 IMCEA; [MS-OXOMSG] 2.2.3.1 PidTagRecipientType.
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>The parties of a message as mail addresses.</summary>
internal static class MimeAddresses
{
    /// <summary>A property group as an address; null where it has none.</summary>
    public static MailAddress? Of(PropertyBag bag, PartyTags tags, PropertiesToMimeOptions options)
    {
        var smtp = tags.Smtp is { } tag ? bag.GetString(tag) : null;
        var address = Smtp(smtp, bag.GetString(tags.AddressType), bag.GetString(tags.EmailAddress), bag.GetBinary(tags.EntryId), options);
        return address is null ? null : new MailAddress(bag.GetString(tags.Name) ?? "", address);
    }

    public static List<MailAddress> Recipients(PropertyMessage message, int kind, PropertiesToMimeOptions options)
    {
        var result = new List<MailAddress>();
        foreach (var recipient in message.Recipients)
        {
            // The low bits are the kind; the high ones mark recipients of a resend.
            if ((recipient.Properties.GetInt32(PropertyTags.RecipientType, 1) & 0xF) == kind && OfRecipient(recipient.Properties, options) is { } address)
                result.Add(address);
        }
        return result;
    }

    public static MailAddress? OfRecipient(PropertyBag bag, PropertiesToMimeOptions options)
    {
        var name = bag.GetString(PropertyTags.DisplayName) ?? bag.GetString(PropertyTags.RecipientDisplayName) ?? "";
        var address = Smtp(bag.GetString(PropertyTags.SmtpAddress), bag.GetString(PropertyTags.AddressType), bag.GetString(PropertyTags.EmailAddress),
            bag.GetBinary(PropertyTags.EntryId) ?? bag.GetBinary(PropertyTags.RecipientEntryId), options);
        return address is null ? null : new MailAddress(name, address);
    }

    public static List<MailAddress> ReplyTo(PropertyBag bag, PropertiesToMimeOptions options)
    {
        var result = new List<MailAddress>();
        foreach (var entry in FlatEntryList.Read(bag.GetBinary(PropertyTags.ReplyRecipientEntries)))
        {
            var (name, type, email) = entry switch
            {
                OneOffEntryId oneOff => (oneOff.DisplayName, oneOff.AddressType, oneOff.EmailAddress),
                AddressBookEntryId book => ("", "EX", book.X500Dn),
                _ => ("", "", ""),
            };
            if (Smtp(null, type, email, null, options) is { } address)
                result.Add(new MailAddress(name, address));
        }
        return result;
    }

    private static string? Smtp(string? smtp, string? type, string? email, byte[]? entryId, PropertiesToMimeOptions options)
    {
        if (!string.IsNullOrEmpty(smtp))
            return smtp;
        if (string.IsNullOrEmpty(email) && entryId is not null)
        {
            (type, email) = EntryId.Parse(entryId) switch
            {
                OneOffEntryId oneOff => (oneOff.AddressType, oneOff.EmailAddress),
                AddressBookEntryId book => ("EX", book.X500Dn),
                _ => (type, email),
            };
        }
        if (string.IsNullOrEmpty(email))
            return null;
        if (string.IsNullOrEmpty(type) || type.Equals("SMTP", StringComparison.OrdinalIgnoreCase))
            return email;
        return options.ResolveAddress?.Invoke(type, email) ?? EncapsulatedAddress.Write(type, email, options.Domain);
    }
}
