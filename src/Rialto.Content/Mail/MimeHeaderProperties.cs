// [MS-OXCMAIL] 2.2.3.1 and 2.2.3.2: header fields to properties of the message.
using System.Globalization;
using System.Text;
using Rialto.Content.Junk;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal static class MimeHeaderProperties
{
    /// <summary>Longer values than any person writes stay in the header text alone.</summary>
    private const int MaxValueLength = 32 * 1024;

    public static void Set(MimePart message, MessageFacts facts, PropertyMessage result, ConversionScope scope)
    {
        var bag = result.Properties;
        bag.Set(PropertyValue.Of(PropertyTags.MessageClass, facts.MessageClass));
        bag.Set(PropertyValue.Of(PropertyTags.Subject, facts.Subject));
        bag.Set(PropertyValue.Of(PropertyTags.SubjectPrefix, facts.SubjectPrefix));
        bag.Set(PropertyValue.Of(PropertyTags.NormalizedSubject, facts.NormalizedSubject));
        bag.Set(PropertyValue.Of(PropertyTags.ConversationTopic, facts.ConversationTopic));
        bag.Set(PropertyValue.Of(PropertyTags.ConversationIndex, facts.ConversationIndex));
        bag.Set(PropertyValue.Of(PropertyTags.Importance, facts.Importance));
        // 2.2.3.2.4: -1 non-urgent, 0 normal, 1 urgent.
        bag.Set(PropertyValue.Of(PropertyTags.Priority, facts.Importance - 1));
        bag.Set(PropertyValue.Of(PropertyTags.Sensitivity, facts.Sensitivity));
        bag.Set(PropertyValue.Of(PropertyTags.DisplayTo, facts.DisplayTo));
        bag.Set(PropertyValue.Of(PropertyTags.DisplayCc, facts.DisplayCc));
        bag.Set(PropertyValue.Of(PropertyTags.DisplayBcc, facts.DisplayBcc));
        MimeToProperties.SetIfAny(bag, PropertyTags.InternetMessageId, facts.MessageId);
        MimeToProperties.SetIfAny(bag, PropertyTags.InReplyToId, facts.InReplyTo);
        MimeToProperties.SetIfAny(bag, PropertyTags.InternetReferences, facts.References);
        if (facts.Date is { } date)
            bag.Set(PropertyValue.Of(PropertyTags.ClientSubmitTime, FileTime.From(date)));
        SetPeople(facts, bag, scope);
        if (MimeMessageClass.FormNameOf(facts.MessageClass) is { } form)
            scope.Set(result, PropertyNames.PidLidInfoPathFormName, form);
        SetFields(message, facts, result, scope, out var concealed);
        bag.Set(PropertyValue.Of(PropertyTags.TransportMessageHeaders, HeaderText(message, concealed)));
    }

    private static void SetPeople(MessageFacts facts, PropertyBag bag, ConversionScope scope)
    {
        var from = facts.From is null ? null : scope.PartyOf(facts.From);
        if (facts.Sender is { } sender)
            PartyTags.Sender.Set(bag, sender == facts.From ? from! : scope.PartyOf(sender));
        if (from is not null)
            PartyTags.SentRepresenting.Set(bag, from);
        if (facts.ReplyTo.Count == 0)
            return;
        var parties = facts.ReplyTo.Select(scope.PartyOf).ToList();
        bag.Set(PropertyValue.Of(PropertyTags.ReplyRecipientNames, string.Join(";", parties.Select(p => p.Name))));
        bag.Set(PropertyValue.Of(PropertyTags.ReplyRecipientEntries, FlatEntryList.Write([.. parties.Select(p => p.EntryId)])));
    }

    /// <summary>Every field once, in its order; of fields of one name the first counts.</summary>
    private static void SetFields(MimePart message, MessageFacts facts, PropertyMessage result, ConversionScope scope, out bool concealed)
    {
        var bag = result.Properties;
        Span<char> name = stackalloc char[MailFields.MaxNameLength];
        var classified = false;
        var arbitrary = 0;
        concealed = false;
        foreach (ref readonly var field in message.Headers)
        {
            if (field.Id != MimeHeaderId.Other && SetKnown(message, field, facts, result, scope))
                continue;
            var raw = message.Name(field);
            if (raw.Length > name.Length || raw.ContainsAnyExceptInRange((byte)33, (byte)126))
                continue;
            var length = Encoding.ASCII.GetChars(raw, name);
            var lower = name[..length];
            for (var i = 0; i < length; i++)
                lower[i] = char.ToLowerInvariant(lower[i]);
            var use = MailFields.Of(lower);
            switch (use)
            {
                case MailField.Arbitrary:
                    if (arbitrary++ < scope.Options.MaxInternetHeaders)
                        SetArbitrary(lower, message.RawValue(field), result, scope);
                    break;
                case MailField.Trace:
                    concealed |= MailFields.IsConcealed(lower);
                    break;
                case MailField.Classified:
                    classified = Text(message, field).Equals("true", StringComparison.OrdinalIgnoreCase);
                    break;
                case MailField.Structure or MailField.Mapped:
                    SetListField(lower, Text(message, field), bag);
                    break;
                default:
                    SetOwn(use, Text(message, field), result, scope);
                    break;
            }
        }
        if (classified)
            scope.Set(result, PropertyNames.PidLidClassified, true);
        else
            RemoveClassification(result);
    }

    /// <summary>Fields that the reader knows by number. False for one that goes on as any other.</summary>
    private static bool SetKnown(MimePart message, in MimeHeaderField field, MessageFacts facts, PropertyMessage result, ConversionScope scope)
    {
        var bag = result.Properties;
        switch (field.Id)
        {
            case MimeHeaderId.ReplyBy:
                SetTime(message, field, PropertyTags.ReplyTime, bag);
                return true;
            case MimeHeaderId.DeferredDelivery:
                SetTime(message, field, PropertyTags.DeferredDeliveryTime, bag);
                return true;
            case MimeHeaderId.Expires or MimeHeaderId.ExpiryDate:
                SetTime(message, field, PropertyTags.ExpiryTime, bag);
                return true;
            case MimeHeaderId.DispositionNotificationTo:
                bag.Set(PropertyValue.Of(PropertyTags.ReadReceiptRequested, true));
                bag.Set(PropertyValue.Of(PropertyTags.NonReceiptNotificationRequested, true));
                if (MailAddress.ParseList(message.RawValue(field), 1) is [{ Address.Length: > 0 } reader] && !bag.TryGet(PropertyTags.ReadReceiptName.Id, out _))
                    PartyTags.ReadReceipt.Set(bag, scope.PartyOf(reader));
                return true;
            case MimeHeaderId.ReturnReceiptTo:
                bag.Set(PropertyValue.Of(PropertyTags.OriginatorDeliveryReportRequested, true));
                return true;
            case MimeHeaderId.ListHelp:
                MimeToProperties.SetIfAny(bag, PropertyTags.ListHelp, Text(message, field));
                return true;
            case MimeHeaderId.ListSubscribe:
                MimeToProperties.SetIfAny(bag, PropertyTags.ListSubscribe, Text(message, field));
                return true;
            case MimeHeaderId.ListUnsubscribe:
                MimeToProperties.SetIfAny(bag, PropertyTags.ListUnsubscribe, Text(message, field));
                return true;
            case MimeHeaderId.AutoResponseSuppress:
                bag.Set(PropertyValue.Of(PropertyTags.AutoResponseSuppress, Mail.AutoResponseSuppress.Parse(Text(message, field))));
                return true;
            case MimeHeaderId.Keywords:
                SetKeywords(Text(message, field), result, scope);
                return true;
            case MimeHeaderId.ContentLanguage:
                if (MessageLocale.Find(Text(message, field)) is > 0 and var locale)
                    bag.Set(PropertyValue.Of(PropertyTags.MessageLocaleId, locale));
                return false;
            case MimeHeaderId.From when message.RawValue(field).ContainsAny((byte)',', (byte)';'):
                // PidNameFrom keeps the other authors.
                if (MailAddress.ParseList(message.RawValue(field), 2).Count > 1)
                    SetArbitrary("from", message.RawValue(field), result, scope);
                return true;
            case MimeHeaderId.Subject when facts.Subject.Length >= SubjectText.MaxLength - 1:
                // PidNameInternetSubject keeps what the subject has no room for.
                SetArbitrary("subject", message.RawValue(field), result, scope);
                return true;
            case MimeHeaderId.ContentClass or MimeHeaderId.ContentBase or MimeHeaderId.ContentLocation or MimeHeaderId.ListId or MimeHeaderId.AutoSubmitted or MimeHeaderId.XUnsent
                or MimeHeaderId.DeliveryDate:
                return false;
            default:
                return true;
        }
    }

    private static void SetOwn(MailField use, string value, PropertyMessage result, ConversionScope scope)
    {
        var bag = result.Properties;
        if (value.Length == 0)
            return;
        switch (use)
        {
            case MailField.SpamConfidence:
                // Whoever accepts mail from outside takes such fields off: they are believed here.
                if (SpamConfidenceLevel.Parse(value) is { } level)
                    bag.Set(PropertyValue.Of(PropertyTags.ContentFilterSpamConfidenceLevel, level));
                break;
            case MailField.PhishingConfidence:
                SetNumber(bag, PropertyTags.ContentFilterPhishingConfidenceLevel, value);
                break;
            case MailField.SenderIdResult:
                if (SenderIdStatus.Parse(value) is { } status)
                    bag.Set(PropertyValue.Of(PropertyTags.SenderIdStatus, status));
                break;
            case MailField.PurportedDomain:
                bag.Set(PropertyValue.Of(PropertyTags.PurportedSenderDomain, value));
                break;
            case MailField.TnefCorrelator:
                bag.Set(PropertyValue.Of(PropertyTags.TnefCorrelationKey, Encoding.ASCII.GetBytes(value + "\0")));
                break;
            case MailField.FlagRequest:
                SetFlag(value, result, scope);
                break;
            case MailField.AcceptLanguage:
                SetArbitrary("accept-language", Encoding.UTF8.GetBytes(value), result, scope);
                break;
            case MailField.ClassificationKeep:
                scope.Set(result, PropertyNames.PidLidClassificationKeep, value.Equals("true", StringComparison.OrdinalIgnoreCase));
                break;
            case MailField.Classification:
                scope.Set(result, PropertyNames.PidLidClassification, value);
                break;
            case MailField.ClassificationDescription:
                scope.Set(result, PropertyNames.PidLidClassificationDescription, value);
                break;
            case MailField.ClassificationGuid:
                scope.Set(result, PropertyNames.PidLidClassificationGuid, value);
                break;
            case MailField.CallingNumber:
                bag.Set(PropertyValue.Of(PropertyTags.SenderTelephoneNumber, value));
                break;
            case MailField.VoiceDuration:
                SetNumber(bag, PropertyTags.VoiceMessageDuration, value);
                break;
            case MailField.VoiceSender:
                bag.Set(PropertyValue.Of(PropertyTags.VoiceMessageSenderName, value));
                break;
            case MailField.FaxPages:
                SetNumber(bag, PropertyTags.FaxNumberOfPages, value);
                break;
            case MailField.AttachmentOrder:
                bag.Set(PropertyValue.Of(PropertyTags.VoiceMessageAttachmentOrder, value));
                break;
            case MailField.CallId:
                bag.Set(PropertyValue.Of(PropertyTags.CallId, value));
                break;
            case MailField.AutoForwarded:
                bag.Set(PropertyValue.Of(PropertyTags.AutoForwarded, value.Equals("true", StringComparison.OrdinalIgnoreCase)));
                break;
        }
    }

    /// <summary>2.2.3.2.16: a message that somebody wants something done with is a task that is not started.</summary>
    private static void SetFlag(string request, PropertyMessage result, ConversionScope scope)
    {
        const int flagged = 2, recipientFlagged = 8;
        var bag = result.Properties;
        scope.Set(result, PropertyNames.PidLidFlagRequest, request);
        scope.Set(result, PropertyNames.PidLidToDoTitle, bag.GetString(PropertyTags.Subject) ?? "");
        scope.Set(result, PropertyNames.PidLidTaskComplete, false);
        bag.Set(PropertyValue.Of(scope.TagOf(result, PropertyNames.PidLidTaskStatus, PropertyType.Integer32), 0));
        bag.Set(PropertyValue.Of(scope.TagOf(result, PropertyNames.PidLidPercentComplete, PropertyType.Floating64), 0.0));
        bag.Set(PropertyValue.Of(PropertyTags.FlagStatus, flagged));
        bag.Set(PropertyValue.Of(PropertyTags.ToDoItemFlags, recipientFlagged));
    }

    /// <summary>The older spellings of the list fields. 2.2.3.2.17.</summary>
    private static void SetListField(ReadOnlySpan<char> name, string value, PropertyBag bag)
    {
        var tag = name switch
        {
            "x-list-help" => PropertyTags.ListHelp,
            "x-list-subscribe" => PropertyTags.ListSubscribe,
            "x-list-unsubscribe" => PropertyTags.ListUnsubscribe,
            _ => default,
        };
        if (tag.Value != 0 && !bag.TryGet(tag.Id, out _))
            MimeToProperties.SetIfAny(bag, tag, value);
    }

    private static void SetArbitrary(ReadOnlySpan<char> lowerName, ReadOnlySpan<byte> raw, PropertyMessage result, ConversionScope scope)
    {
        if (raw.Length > MaxValueLength)
            return;
        var tag = scope.TagOf(result, new PropertyName(PropertySets.InternetHeaders, lowerName.ToString()), PropertyType.String);
        if (!result.Properties.TryGet(tag.Id, out _))
            result.Properties.Set(PropertyValue.Of(tag, MailAddress.Clean(Mime.HeaderText.Decode(raw))));
    }

    private static void SetTime(MimePart message, in MimeHeaderField field, PropertyTag tag, PropertyBag bag)
    {
        if (MailDate.Parse(message.RawValue(field)) is { } time)
            bag.Set(PropertyValue.Of(tag, FileTime.From(time)));
    }

    private static void SetNumber(PropertyBag bag, PropertyTag tag, string value)
    {
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            bag.Set(PropertyValue.Of(tag, number));
    }

    private static void SetKeywords(string text, PropertyMessage result, ConversionScope scope)
    {
        var words = text.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 0)
            result.Properties.Set(PropertyValue.OfArray(scope.TagOf(result, PropertyNames.PidNameKeywords, PropertyType.MultipleString), words));
    }

    /// <summary>2.2.3.2.22: without X-Microsoft-Classified none of the five properties is set.</summary>
    private static void RemoveClassification(PropertyMessage result)
    {
        foreach (var (id, name) in result.NamedProperties)
        {
            if (name == PropertyNames.PidLidClassification || name == PropertyNames.PidLidClassificationDescription || name == PropertyNames.PidLidClassificationGuid
                || name == PropertyNames.PidLidClassificationKeep)
            {
                result.Properties.Remove(id);
            }
        }
    }

    /// <summary>PidTagTransportMessageHeaders: the header as it came, without what is nobody's business outside. 2.2.3.2.28.</summary>
    private static string HeaderText(MimePart message, bool concealed)
    {
        string text;
        if (!concealed)
        {
            text = MailCharset.DecodeUndeclared(message.RawHeader);
        }
        else
        {
            var kept = new StringBuilder(message.HeaderLength);
            foreach (ref readonly var field in message.Headers)
            {
                var raw = message.RawHeader[(field.Offset - message.HeaderOffset)..(field.End - message.HeaderOffset)];
                if (!MailFields.IsConcealed(Encoding.Latin1.GetString(message.Name(field))))
                    kept.Append(MailCharset.DecodeUndeclared(raw));
            }
            text = kept.Append("\r\n").ToString();
        }
        return text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : text;
    }

    private static string Text(MimePart message, in MimeHeaderField field) => MailAddress.Clean(Mime.HeaderText.Decode(message.RawValue(field)));
}
