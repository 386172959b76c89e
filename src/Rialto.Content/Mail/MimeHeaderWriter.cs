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
    public static void Write(StringBuilder target, PropertyMessage message, MimeWriting writing, MimePieces content)
    {
        var bag = message.Properties;
        var options = writing.Options;
        if (options.UseSkeleton)
            WriteReceived(target, bag);
        var from = WritePeople(target, message, writing);
        WriteSubject(target, bag, writing.Names);
        if (bag.GetBinary(PropertyTags.ConversationIndex) is { Length: >= ConversationIndex.HeaderLength and < 1000 } index)
            HeaderEncoder.Raw(target, "Thread-Index", Wrapped(System.Convert.ToBase64String(index)));
        TimeIfAny(target, "Date", bag.GetTime(PropertyTags.ClientSubmitTime));
        var messageId = MessageId(bag, from, options, content);
        HeaderEncoder.Raw(target, "Message-ID", messageId);
        RawIfAny(target, "In-Reply-To", bag.GetString(PropertyTags.InReplyToId));
        RawIfAny(target, "References", bag.GetString(PropertyTags.InternetReferences));
        Priorities(target, bag);
        WriteReceipts(target, bag, from, options);
        TimeIfAny(target, "Reply-By", bag.GetTime(PropertyTags.ReplyTime));
        TimeIfAny(target, "Expires", bag.GetTime(PropertyTags.ExpiryTime));
        TimeIfAny(target, "Deferred-Delivery", bag.GetTime(PropertyTags.DeferredDeliveryTime));
        RawIfAny(target, "List-Help", bag.GetString(PropertyTags.ListHelp));
        RawIfAny(target, "List-Subscribe", bag.GetString(PropertyTags.ListSubscribe));
        RawIfAny(target, "List-Unsubscribe", bag.GetString(PropertyTags.ListUnsubscribe));
        if (bag.TryGet(PropertyTags.AutoResponseSuppress.Id, out var suppress) && suppress.AsInt32() is not 0 and var bits)
            HeaderEncoder.Raw(target, "X-Auto-Response-Suppress", AutoResponseSuppress.Format(bits));
        WriteNamed(target, message, writing.Names);
        WriteUnifiedMessaging(target, bag, writing.Names);
        if (options.IncludeOrganizationHeaders)
            WriteOrganization(target, bag);
        if (writing.IsTnef)
            HeaderEncoder.Raw(target, "X-MS-TNEF-Correlator", messageId);
        else if (bag.GetBinary(PropertyTags.TnefCorrelationKey) is { Length: > 0 and < 1000 } key)
            // Tells a winmail.dat that came along from another message from one that is this message.
            RawIfAny(target, "X-MS-TNEF-Correlator", Encoding.ASCII.GetString(key).TrimEnd('\0'));
        if (HasVisibleAttachment(message))
            target.Append("X-MS-Has-Attach: yes\r\n");
        WriteArbitrary(target, bag, writing.Names, options);
        target.Append("MIME-Version: 1.0\r\n");
    }

    /// <summary>2.1.3.2.27: the stations of mail that is read here; never of mail that is sent on.</summary>
    private static void WriteReceived(StringBuilder target, PropertyBag bag)
    {
        if (bag.GetString(PropertyTags.TransportMessageHeaders) is not { Length: > 0 } text || !text.Contains("Received:", StringComparison.OrdinalIgnoreCase))
            return;
        var header = MimeMessage.Parse(Encoding.UTF8.GetBytes(text.TrimStart('\r', '\n') + "\r\n\r\n")).Root;
        foreach (ref readonly var field in header.Headers)
        {
            if (Ascii.EqualsIgnoreCase(header.Name(field), "Received"u8))
                HeaderEncoder.Raw(target, "Received", Mime.HeaderText.Decode(header.RawValue(field)));
        }
    }

    private static bool HasVisibleAttachment(PropertyMessage message) => message.Attachments.Exists(a => !a.Properties.GetBoolean(PropertyTags.AttachmentHidden));

    private static MailAddress? WritePeople(StringBuilder target, PropertyMessage message, MimeWriting writing)
    {
        var bag = message.Properties;
        var options = writing.Options;
        var sender = MimeAddresses.Of(bag, PartyTags.Sender, options);
        var from = MimeAddresses.Of(bag, PartyTags.SentRepresenting, options) ?? sender;
        if (from is not null)
            HeaderEncoder.Addresses(target, "From", Authors(bag, writing.Names, from));
        if (sender is not null && !sender.Address.Equals(from!.Address, StringComparison.OrdinalIgnoreCase))
            HeaderEncoder.Addresses(target, "Sender", [sender]);
        HeaderEncoder.Addresses(target, "Reply-To", MimeAddresses.ReplyTo(bag, options));
        // The recipients of a delivery report are those that it is about; it goes to whoever sent the original.
        if (DeliveryStatus.ActionOf(bag.GetString(PropertyTags.MessageClass) ?? "") is not null
            && (MimeAddresses.Of(bag, PartyTags.OriginalSender, options) ?? MimeAddresses.Of(bag, PartyTags.ReceivedBy, options)) is { } receiver)
        {
            HeaderEncoder.Addresses(target, "To", [receiver]);
        }
        else
        {
            HeaderEncoder.Addresses(target, "To", MimeAddresses.Recipients(message, 1, options));
        }
        HeaderEncoder.Addresses(target, "Cc", MimeAddresses.Recipients(message, 2, options));
        if (options.IncludeBcc)
            HeaderEncoder.Addresses(target, "Bcc", MimeAddresses.Recipients(message, 3, options));
        return from;
    }

    /// <summary>PidNameFrom tells further authors, if the first is still the same.</summary>
    private static List<MailAddress> Authors(PropertyBag bag, MessageNames names, MailAddress from)
    {
        if (names.GetString(bag, PropertyNames.PidNameFrom) is { Length: > 0 } all && MailAddress.ParseList(Encoding.UTF8.GetBytes(all), 100) is { Count: > 1 } authors
            && authors[0].Address.Equals(from.Address, StringComparison.OrdinalIgnoreCase))
        {
            return authors;
        }
        return [from];
    }

    private static void WriteSubject(StringBuilder target, PropertyBag bag, MessageNames names)
    {
        var subject = bag.GetString(PropertyTags.Subject) ?? bag.GetString(PropertyTags.SubjectPrefix) + bag.GetString(PropertyTags.NormalizedSubject);
        // PidNameInternetSubject is what the subject was before it was cut.
        if (names.GetString(bag, PropertyNames.PidNameInternetSubject) is { } whole && whole.Length > subject.Length && subject.Length > 200 && whole.StartsWith(subject, StringComparison.Ordinal))
            subject = whole;
        HeaderEncoder.Unstructured(target, "Subject", subject);
        var topic = bag.GetString(PropertyTags.ConversationTopic);
        if (!string.IsNullOrEmpty(topic))
            HeaderEncoder.Unstructured(target, "Thread-Topic", topic);
    }

    private static void WriteReceipts(StringBuilder target, PropertyBag bag, MailAddress? from, PropertiesToMimeOptions options)
    {
        if (bag.GetBoolean(PropertyTags.ReadReceiptRequested) && (MimeAddresses.Of(bag, PartyTags.ReadReceipt, options) ?? from) is { } reader)
            HeaderEncoder.Addresses(target, "Disposition-Notification-To", [reader]);
        if (bag.GetBoolean(PropertyTags.OriginatorDeliveryReportRequested) && from is not null)
            HeaderEncoder.Addresses(target, "Return-Receipt-To", [from]);
    }

    /// <summary>Fields of what changes after a message has come. 2.1.3.5.1.</summary>
    public static void WriteMutable(StringBuilder target, PropertyBag bag, MessageNames names)
    {
        WriteImportance(target, bag);
        WriteMarks(target, bag, names);
    }

    private static void WriteMarks(StringBuilder target, PropertyBag bag, MessageNames names)
    {
        if (names.TryGet(bag, PropertyNames.PidNameKeywords, out var keywords) && keywords.AsArray<string>() is { Length: > 0 } words)
            HeaderEncoder.Unstructured(target, "Keywords", string.Join(", ", words));
        TextIfAny(target, "X-Message-Flag", names.GetString(bag, PropertyNames.PidLidFlagRequest));
    }

    /// <summary>Named properties that have fields of their own. 2.1.3.2.13, .17, .25.</summary>
    private static void WriteNamed(StringBuilder target, PropertyMessage message, MessageNames names)
    {
        var bag = message.Properties;
        WriteMarks(target, bag, names);
        if (!names.TryGet(bag, PropertyNames.PidLidClassified, out var classified) || !classified.AsBoolean())
            return;
        target.Append("X-Microsoft-Classified: true\r\n");
        TextIfAny(target, "X-Microsoft-Classification", names.GetString(bag, PropertyNames.PidLidClassification));
        TextIfAny(target, "X-Microsoft-ClassDesc", names.GetString(bag, PropertyNames.PidLidClassificationDescription));
        TextIfAny(target, "X-Microsoft-ClassID", names.GetString(bag, PropertyNames.PidLidClassificationGuid));
        if (names.TryGet(bag, PropertyNames.PidLidClassificationKeep, out var keep))
            target.Append("X-Microsoft-ClassKeep: ").Append(keep.AsBoolean() ? "true" : "false").Append("\r\n");
    }

    /// <summary>2.1.3.2.3: from the properties with ids, else from the named ones that some clients set in their place.</summary>
    private static void WriteUnifiedMessaging(StringBuilder target, PropertyBag bag, MessageNames names)
    {
        TextIfAny(target, "X-CallingTelephoneNumber", bag.GetString(PropertyTags.SenderTelephoneNumber) ?? names.GetString(bag, PropertyNames.PidNameXSenderTelephoneNumber));
        NumberIfAny(target, "X-VoiceMessageDuration", bag, PropertyTags.VoiceMessageDuration, names, PropertyNames.PidNameXVoiceMessageDuration);
        TextIfAny(target, "X-VoiceMessageSenderName", bag.GetString(PropertyTags.VoiceMessageSenderName) ?? names.GetString(bag, PropertyNames.PidNameXVoiceMessageSenderName));
        NumberIfAny(target, "X-FaxNumberOfPages", bag, PropertyTags.FaxNumberOfPages, names, PropertyNames.PidNameXFaxNumberOfPages);
        TextIfAny(target, "X-AttachmentOrder", bag.GetString(PropertyTags.VoiceMessageAttachmentOrder) ?? names.GetString(bag, PropertyNames.PidNameXVoiceMessageAttachmentOrder));
        TextIfAny(target, "X-CallID", bag.GetString(PropertyTags.CallId) ?? names.GetString(bag, PropertyNames.PidNameXCallId));
    }

    private static void NumberIfAny(StringBuilder target, string name, PropertyBag bag, PropertyTag tag, MessageNames names, PropertyName otherwise)
    {
        if (bag.TryGet(tag.Id, out _))
            NumberIfAny(target, name, bag, tag);
        else if (names.TryGet(bag, otherwise, out var value) && value.Type is PropertyType.Integer16 or PropertyType.Integer32 && value.AsInt32() >= 0)
            HeaderEncoder.Raw(target, name, value.AsInt32().ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteOrganization(StringBuilder target, PropertyBag bag)
    {
        if (bag.TryGet(PropertyIds.ContentFilterSpamConfidenceLevel, out var scl) && scl.Type == PropertyType.Integer32)
            HeaderEncoder.Raw(target, SpamConfidenceLevel.Header, SpamConfidenceLevel.Format(scl.AsInt32()));
        NumberIfAny(target, "X-MS-Exchange-Organization-PCL", bag, PropertyTags.ContentFilterPhishingConfidenceLevel);
        if (bag.TryGet(PropertyTags.SenderIdStatus.Id, out var status) && SenderIdStatus.Format(status.AsInt32()) is { } result)
            HeaderEncoder.Raw(target, "X-MS-Exchange-Organization-SenderIdResult", result);
        TextIfAny(target, "X-MS-Exchange-Organization-PRD", bag.GetString(PropertyTags.PurportedSenderDomain));
        if (bag.GetBoolean(PropertyTags.AutoForwarded))
            target.Append("X-MS-Exchange-Organization-AutoForwarded: true\r\n");
    }

    /// <summary>2.1.3.2.4: every string of PS_INTERNET_HEADERS whose field nothing else writes.</summary>
    private static void WriteArbitrary(StringBuilder target, PropertyBag bag, MessageNames names, PropertiesToMimeOptions options)
    {
        var headers = names.InternetHeaders(bag);
        if (!headers.Exists(h => h.Key == "content-class") && MimeMessageClass.ContentClassOf(bag.GetString(PropertyTags.MessageClass) ?? "") is { } contentClass)
            HeaderEncoder.Unstructured(target, "Content-Class", contentClass);
        if (!headers.Exists(h => h.Key == "content-language") && MessageLocale.NameOf(bag.GetInt32(PropertyTags.MessageLocaleId)) is { } language)
            HeaderEncoder.Raw(target, "Content-Language", language);
        foreach (var (name, value) in headers)
        {
            if (name.Length is > 0 and <= MailFields.MaxNameLength && MailFields.Of(name) == MailField.Arbitrary && !name.AsSpan().ContainsAnyExceptInRange('!', '~') && !name.Contains(':', StringComparison.Ordinal)
                && (options.IncludeOrganizationHeaders || !MailFields.IsReserved(name)))
            {
                HeaderEncoder.Unstructured(target, MailFields.Spelling(name), value);
            }
        }
    }

    private static string MessageId(PropertyBag bag, MailAddress? from, PropertiesToMimeOptions options, MimePieces content)
    {
        if (bag.GetString(PropertyTags.InternetMessageId) is { Length: > 0 } id)
            return id;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{from?.Address}\n{bag.GetString(PropertyTags.Subject)}\n{bag.GetTime(PropertyTags.ClientSubmitTime)?.Ticks}\n"));
        hash.AppendData(bag.GetBinary(PropertyTags.ConversationIndex) ?? []);
        foreach (var chunk in content.Chunks())
            hash.AppendData(chunk.Span);
        var domain = from is not null && from.Address.LastIndexOf('@') is >= 0 and var at ? from.Address[(at + 1)..] : options.Domain;
        return $"<{System.Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 16))}@{domain}>";
    }

    private static void WriteImportance(StringBuilder target, PropertyBag bag)
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
    }

    private static void Priorities(StringBuilder target, PropertyBag bag)
    {
        WriteImportance(target, bag);
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

    private static void TextIfAny(StringBuilder target, string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
            HeaderEncoder.Unstructured(target, name, value);
    }

    private static void NumberIfAny(StringBuilder target, string name, PropertyBag bag, PropertyTag tag)
    {
        if (bag.TryGet(tag.Id, out var value) && value.Type == PropertyType.Integer32 && value.AsInt32() >= 0)
            HeaderEncoder.Raw(target, name, value.AsInt32().ToString(CultureInfo.InvariantCulture));
    }

    private static void TimeIfAny(StringBuilder target, string name, FileTime? time)
    {
        if (time is { } value)
            HeaderEncoder.Raw(target, name, MailDate.Format(value.ToDateTimeOffset()));
    }
}
