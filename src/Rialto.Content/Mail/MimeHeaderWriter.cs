// [MS-OXCMAIL] 2.1.3.1 (addressees), 2.1.3.2 (envelope elements): properties to header fields.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rialto.Content.Junk;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal static class MimeHeaderWriter
{
    /// <summary>All fields but those of the content, which follow.</summary>
    public static void Write(StringBuilder target, PropertyMessage message, PropertiesToMimeOptions options, ReadOnlySpan<byte> content)
    {
        var bag = message.Properties;
        var sender = Person(bag, PropertyTags.SenderName, PropertyTags.SenderSmtpAddress, PropertyTags.SenderAddressType, PropertyTags.SenderEmailAddress, options);
        var from = Person(bag, PropertyTags.SentRepresentingName, PropertyTags.SentRepresentingSmtpAddress, PropertyTags.SentRepresentingAddressType,
            PropertyTags.SentRepresentingEmailAddress, options) ?? sender;
        if (from is not null)
            HeaderEncoder.Addresses(target, "From", [from]);
        if (sender is not null && !sender.Address.Equals(from!.Address, StringComparison.OrdinalIgnoreCase))
            HeaderEncoder.Addresses(target, "Sender", [sender]);
        HeaderEncoder.Addresses(target, "Reply-To", ReplyTo(bag, options));
        HeaderEncoder.Addresses(target, "To", Recipients(message, 1, options));
        HeaderEncoder.Addresses(target, "Cc", Recipients(message, 2, options));
        if (options.IncludeBcc)
            HeaderEncoder.Addresses(target, "Bcc", Recipients(message, 3, options));
        var subject = bag.GetString(PropertyTags.Subject) ?? bag.GetString(PropertyTags.SubjectPrefix) + bag.GetString(PropertyTags.NormalizedSubject);
        HeaderEncoder.Unstructured(target, "Subject", subject);
        var topic = bag.GetString(PropertyTags.ConversationTopic);
        if (!string.IsNullOrEmpty(topic))
            HeaderEncoder.Unstructured(target, "Thread-Topic", topic);
        if (bag.GetBinary(PropertyTags.ConversationIndex) is { Length: >= ConversationIndex.HeaderLength and < 1000 } index)
            HeaderEncoder.Raw(target, "Thread-Index", Wrapped(System.Convert.ToBase64String(index)));
        if (bag.GetTime(PropertyTags.ClientSubmitTime) is { } time)
            HeaderEncoder.Raw(target, "Date", MailDate.Format(time.ToDateTimeOffset()));
        HeaderEncoder.Raw(target, "Message-ID", MessageId(bag, from, options, content));
        RawIfAny(target, "In-Reply-To", bag.GetString(PropertyTags.InReplyToId));
        RawIfAny(target, "References", bag.GetString(PropertyTags.InternetReferences));
        Priorities(target, bag);
        if (bag.GetBoolean(PropertyTags.ReadReceiptRequested) && (from ?? sender) is { } reader)
            HeaderEncoder.Addresses(target, "Disposition-Notification-To", [reader]);
        if (bag.GetBoolean(PropertyTags.OriginatorDeliveryReportRequested) && (from ?? sender) is { } receiver)
            HeaderEncoder.Addresses(target, "Return-Receipt-To", [receiver]);
        TimeIfAny(target, "Reply-By", bag.GetTime(PropertyTags.ReplyTime));
        TimeIfAny(target, "Expires", bag.GetTime(PropertyTags.ExpiryTime));
        RawIfAny(target, "List-Help", bag.GetString(PropertyTags.ListHelp));
        RawIfAny(target, "List-Subscribe", bag.GetString(PropertyTags.ListSubscribe));
        RawIfAny(target, "List-Unsubscribe", bag.GetString(PropertyTags.ListUnsubscribe));
        Keywords(target, message);
        if (bag.TryGet(PropertyIds.ContentFilterSpamConfidenceLevel, out var scl) && scl.Type == PropertyType.Integer32)
            HeaderEncoder.Raw(target, SpamConfidenceLevel.Header, SpamConfidenceLevel.Format(scl.AsInt32()));
        target.Append("MIME-Version: 1.0\r\n");
    }

    private static MailAddress? Person(PropertyBag bag, PropertyTag name, PropertyTag smtp, PropertyTag type, PropertyTag email, PropertiesToMimeOptions options)
    {
        var address = Smtp(bag.GetString(smtp), bag.GetString(type), bag.GetString(email), options);
        return address is null ? null : new MailAddress(bag.GetString(name) ?? "", address);
    }

    private static List<MailAddress> Recipients(PropertyMessage message, int kind, PropertiesToMimeOptions options)
    {
        var result = new List<MailAddress>();
        foreach (var recipient in message.Recipients)
        {
            var bag = recipient.Properties;
            // The low bits are the kind; the high ones mark recipients of a resend. [MS-OXOMSG] 2.2.3.1.
            if ((bag.GetInt32(PropertyTags.RecipientType, 1) & 0xF) != kind)
                continue;
            var address = Smtp(bag.GetString(PropertyTags.SmtpAddress), bag.GetString(PropertyTags.AddressType), bag.GetString(PropertyTags.EmailAddress), options);
            var name = bag.GetString(PropertyTags.DisplayName) ?? bag.GetString(PropertyTags.RecipientDisplayName) ?? "";
            if (address is not null)
                result.Add(new MailAddress(name, address));
        }
        return result;
    }

    private static string? Smtp(string? smtp, string? type, string? email, PropertiesToMimeOptions options)
    {
        if (!string.IsNullOrEmpty(smtp))
            return smtp;
        if (string.IsNullOrEmpty(email))
            return null;
        if (string.IsNullOrEmpty(type) || type.Equals("SMTP", StringComparison.OrdinalIgnoreCase))
            return email;
        return options.ResolveAddress?.Invoke(type, email) ?? Encapsulate(type, email, options.Domain);
    }

    /// <summary>[MS-OXCMAIL] 2.1.3.1.9: IMCEA, the type, a hyphen and the address; "/" as "_", what is no letter, digit, "=" or "-" as "+" and two hex digits.</summary>
    private static string Encapsulate(string type, string address, string domain)
    {
        var result = new StringBuilder("IMCEA").Append(type).Append('-');
        foreach (var b in Encoding.UTF8.GetBytes(address))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'=' or (byte)'-')
                result.Append((char)b);
            else if (b == '/')
                result.Append('_');
            else
                result.Append('+').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return result.Append('@').Append(domain).ToString();
    }

    private static List<MailAddress> ReplyTo(PropertyBag bag, PropertiesToMimeOptions options)
    {
        var result = new List<MailAddress>();
        foreach (var entry in FlatEntryList.ReadOneOffs(bag.GetBinary(PropertyTags.ReplyRecipientEntries)))
        {
            if (Smtp(null, entry.AddressType, entry.EmailAddress, options) is { } address)
                result.Add(new MailAddress(entry.DisplayName, address));
        }
        return result;
    }

    private static string MessageId(PropertyBag bag, MailAddress? from, PropertiesToMimeOptions options, ReadOnlySpan<byte> content)
    {
        if (bag.GetString(PropertyTags.InternetMessageId) is { Length: > 0 } id)
            return id;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{from?.Address}\n{bag.GetString(PropertyTags.Subject)}\n{bag.GetTime(PropertyTags.ClientSubmitTime)?.Ticks}\n"));
        hash.AppendData(bag.GetBinary(PropertyTags.ConversationIndex) ?? []);
        hash.AppendData(content);
        var domain = from is not null && from.Address.LastIndexOf('@') is >= 0 and var at ? from.Address[(at + 1)..] : options.Domain;
        return $"<{System.Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 16))}@{domain}>";
    }

    private static void Priorities(StringBuilder target, PropertyBag bag)
    {
        switch (bag.GetInt32(PropertyTags.Importance, 1))
        {
            case 0:
                target.Append("Importance: low\r\nX-Priority: 5\r\n");
                break;
            case 2:
                target.Append("Importance: high\r\nX-Priority: 1\r\n");
                break;
        }
        switch (bag.GetInt32(PropertyTags.Sensitivity))
        {
            case 1:
                target.Append("Sensitivity: personal\r\n");
                break;
            case 2:
                target.Append("Sensitivity: private\r\n");
                break;
            case 3:
                target.Append("Sensitivity: company-confidential\r\n");
                break;
        }
    }

    private static void Keywords(StringBuilder target, PropertyMessage message)
    {
        foreach (var (id, name) in message.NamedProperties)
        {
            if (name.Name == "Keywords" && message.Properties.TryGet(id, out var value) && value.AsArray<string>() is { Length: > 0 } words)
                HeaderEncoder.Unstructured(target, "Keywords", string.Join(", ", words));
        }
    }

    private static string Wrapped(string base64)
    {
        var result = new StringBuilder();
        for (var i = 0; i < base64.Length; i += 60)
            result.Append(result.Length > 0 ? " " : "").Append(base64, i, Math.Min(60, base64.Length - i));
        return result.ToString();
    }

    private static void RawIfAny(StringBuilder target, string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
            HeaderEncoder.Raw(target, name, value);
    }

    private static void TimeIfAny(StringBuilder target, string name, FileTime? time)
    {
        if (time is { } value)
            HeaderEncoder.Raw(target, name, MailDate.Format(value.ToDateTimeOffset()));
    }
}
