// [MS-OXCMAIL] 2.2.3.1 (addressees), 2.2.3.2 (envelope elements): what a list of messages shows and sorts by.
using System.Text;

using Rialto.Content.Bodies;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>A recipient with the field it came from. [MS-OXOMSG] 2.2.3.1: PidTagRecipientType.</summary>
public enum MailRecipientKind
{
    To = 1,
    Cc = 2,
    Bcc = 3,
}

public readonly record struct MailRecipient(MailRecipientKind Kind, MailAddress Address);

/// <summary>
/// Everything that the summary row of a message holds, from one parse. Strings are decoded and free of control characters; they are empty where the
/// message says nothing.
/// </summary>
public sealed class MessageFacts
{
    private const int MaxRecipients = 10_000;
    private const int PreviewLength = 255;

    /// <summary>Made when it is asked for: whoever wants a message's properties has no use for it.</summary>
    private string? _preview;

    private MessageFacts(MimeContent content) => Content = content;

    /// <summary>Body, attachments and calendar as they were told apart.</summary>
    public MimeContent Content { get; }

    /// <summary>At most 253 characters. [MS-OXCMSG] 2.2.1.9.</summary>
    public string Subject { get; private init; } = "";

    /// <summary>"RE: " and such; empty where there is none.</summary>
    public string SubjectPrefix { get; private init; } = "";

    public string NormalizedSubject { get; private init; } = "";

    /// <summary>PidTagSender…: the Sender field, else From. Null where the message has neither.</summary>
    public MailAddress? Sender { get; private init; }

    /// <summary>PidTagSentRepresenting…: the first mailbox of From, else Sender.</summary>
    public MailAddress? From { get; private init; }

    public IReadOnlyList<MailAddress> ReplyTo { get; private init; } = [];

    /// <summary>To, Cc and Bcc in that order, the first 10,000.</summary>
    public IReadOnlyList<MailRecipient> Recipients { get; private init; } = [];

    /// <summary>Names (else addresses) with "; " between them. [MS-OXOMSG] 2.2.1.7 and following.</summary>
    public string DisplayTo { get; private init; } = "";

    public string DisplayCc { get; private init; } = "";

    public string DisplayBcc { get; private init; } = "";

    /// <summary>The Date field; null where it lacks or cannot be read.</summary>
    public DateTimeOffset? Date { get; private init; }

    /// <summary>With its angle brackets, as PidTagInternetMessageId holds it.</summary>
    public string MessageId { get; private init; } = "";

    public string InReplyTo { get; private init; } = "";

    public string References { get; private init; } = "";

    /// <summary>0 low, 1 normal, 2 high. [MS-OXCMAIL] 2.2.3.2.5.</summary>
    public int Importance { get; private init; } = 1;

    /// <summary>0 normal, 1 personal, 2 private, 3 confidential. [MS-OXCMSG] 2.2.1.13.</summary>
    public int Sensitivity { get; private init; }

    public string MessageClass { get; private init; } = "IPM.Note";

    /// <summary>Attachments that a reader would call so: no inline pictures, no signatures.</summary>
    public bool HasAttachments { get; private init; }

    /// <summary>The first 255 characters of readable text, white space collapsed.</summary>
    public string Preview => _preview ??= Content.Body.Count == 0 && Tnef is not null ? PreviewOf(TnefContent.TextOf(Tnef)) : PreviewOf(Content);

    public string ConversationTopic { get; private init; } = "";

    /// <summary>Never empty; made from References where the message has no Thread-Index.</summary>
    public byte[] ConversationIndex { get; private init; } = [];

    /// <summary>The conversation of <see cref="ConversationIndex"/>.</summary>
    public Guid ConversationId => Mail.ConversationIndex.ConversationOf(ConversationIndex);

    /// <summary>Disposition-Notification-To is there. RFC 8098 2.1.</summary>
    public bool ReadReceiptRequested { get; private init; }

    /// <summary>UID of the calendar part; null where there is none.</summary>
    public string? CalendarUid { get; private init; }

    /// <summary>What the calendar part is; null where there is none.</summary>
    public CalendarGlance? Calendar { get; private init; }

    /// <summary>What a delivery report says; null for all other mail. Its recipients are then those of the message.</summary>
    public DeliveryStatus? Delivery { get; private init; }

    /// <summary>What a receipt says; null for all other mail.</summary>
    public DispositionNotification? Notification { get; private init; }

    /// <summary>The message that came in transport-neutral encapsulation with this mail and belongs to it; null where there is none.</summary>
    public PropertyMessage? Tnef { get; private init; }

    public static MessageFacts Of(MimeMessage message) => Of(message.Root);

    /// <summary>Facts of a message or of one embedded in it.</summary>
    public static MessageFacts Of(MimePart message)
    {
        var subject = SubjectText.Limit(Text(message, MimeHeaderId.Subject));
        var (prefix, normalized) = SubjectText.Split(subject);
        var from = MailAddress.ParseAll(message, MimeHeaderId.From, 1);
        var sender = MailAddress.ParseAll(message, MimeHeaderId.Sender, 1);
        var recipients = new List<MailRecipient>();
        var to = Add(message, MimeHeaderId.To, MailRecipientKind.To, recipients);
        var cc = Add(message, MimeHeaderId.Cc, MailRecipientKind.Cc, recipients);
        var bcc = Add(message, MimeHeaderId.Bcc, MailRecipientKind.Bcc, recipients);
        var date = message.TryFindHeader(MimeHeaderId.Date, out var dateField) ? MailDate.Parse(message.RawValue(dateField)) : null;
        var messageId = Text(message, MimeHeaderId.MessageId);
        var inReplyTo = Text(message, MimeHeaderId.InReplyTo);
        var references = Text(message, MimeHeaderId.References);
        var topic = Text(message, MimeHeaderId.ThreadTopic);
        var content = MimeContent.Of(message);
        var (delivery, notification) = ReportOf(message, content);
        if (delivery is { Recipients.Count: > 0 })
        {
            // Those that the report is about, in place of whom it was sent to. [MS-OXCMAIL] 2.2.3.7.1.
            recipients.RemoveAll(r => r.Kind == MailRecipientKind.To);
            recipients.InsertRange(0, delivery.Recipients.Take(MaxRecipients).Select(r => new MailRecipient(MailRecipientKind.To, new MailAddress(r.Name, r.Address))));
            to = string.Join("; ", delivery.Recipients.Select(r => r.Name.Length > 0 ? r.Name : r.Address));
        }
        var tnef = content.Tnef is { } winmail ? TnefContent.Read(message, winmail) : null;
        var calendar = content.Calendar is { } part ? CalendarGlance.Read(MimeText.Decode(part, 1 << 20)) : null;
        return new MessageFacts(content)
        {
            Subject = subject,
            SubjectPrefix = prefix,
            NormalizedSubject = normalized,
            From = from.Count > 0 ? from[0] : sender.Count > 0 ? sender[0] : null,
            Sender = sender.Count > 0 ? sender[0] : from.Count > 0 ? from[0] : null,
            ReplyTo = message.HasHeader(MimeHeaderId.ReplyTo) ? MailAddress.ParseAll(message, MimeHeaderId.ReplyTo, 1000) : [],
            Recipients = recipients,
            DisplayTo = to,
            DisplayCc = cc,
            DisplayBcc = bcc,
            Date = date,
            MessageId = messageId,
            InReplyTo = inReplyTo,
            References = references,
            Importance = ImportanceOf(message),
            Sensitivity = SensitivityOf(message),
            MessageClass = TnefContent.ClassOf(tnef) ?? MimeMessageClass.Of(message, content, calendar, delivery, notification),
            HasAttachments = tnef is not null
                ? tnef.Attachments.Exists(a => !a.Properties.GetBoolean(PropertyTags.AttachmentHidden)) || content.Attachments.Exists(a => !a.IsInline && !ReferenceEquals(a.Part, content.Tnef))
                : content.HasRealAttachments && !(message.Type == "application" && MimeMessageClass.IsOpaqueSecureMime(message)),
            ConversationTopic = topic.Length > 0 ? topic : normalized,
            ConversationIndex = IndexOf(message, references, inReplyTo, messageId, subject, date),
            ReadReceiptRequested = message.HasHeader(MimeHeaderId.DispositionNotificationTo),
            Calendar = calendar,
            CalendarUid = calendar is { Uid.Length: > 0 } ? calendar.Uid : null,
            Delivery = delivery,
            Notification = notification,
            Tnef = tnef,
        };
    }

    private static (DeliveryStatus?, DispositionNotification?) ReportOf(MimePart message, MimeContent content)
    {
        if (content.Report is not { } report || !message.IsMultipart || message.Subtype != "report")
            return default;
        var body = TransferDecoder.Decode(report.Encoding, report.RawBody);
        if (report.Subtype.EndsWith("disposition-notification", StringComparison.Ordinal))
            return (null, DispositionNotification.Parse(body));
        return report.Subtype.EndsWith("delivery-status", StringComparison.Ordinal) ? (DeliveryStatus.Parse(body, MaxRecipients), null) : default;
    }

    private static string PreviewOf(string text)
    {
        var preview = new StringBuilder(PreviewLength + 1);
        Collapse(text, preview);
        return preview.ToString().TrimEnd();
    }

    internal static string Text(MimePart message, MimeHeaderId id)
    {
        var raw = message.RawValue(id);
        return raw.IsEmpty ? "" : MailAddress.Clean(HeaderText.Decode(raw));
    }

    private static string Add(MimePart message, MimeHeaderId id, MailRecipientKind kind, List<MailRecipient> recipients)
    {
        if (!message.HasHeader(id))
            return "";
        var addresses = MailAddress.ParseAll(message, id, MaxRecipients - recipients.Count);
        foreach (var address in addresses)
            recipients.Add(new MailRecipient(kind, address));
        if (addresses.Count == 1)
            return addresses[0].Display;
        var display = new StringBuilder();
        foreach (var address in addresses)
            display.Append(display.Length > 0 ? "; " : "").Append(address.Display);
        return display.ToString();
    }

    private static byte[] IndexOf(MimePart message, string references, string inReplyTo, string messageId, string subject, DateTimeOffset? date)
    {
        if (Mail.ConversationIndex.FromThreadIndex(message.RawValue(MimeHeaderId.ThreadIndex)) is { } index)
            return index;
        var root = FirstId(references);
        if (root.Length == 0)
            root = FirstId(inReplyTo);
        if (root.Length == 0)
            root = messageId.Length > 0 ? messageId : subject;
        return Mail.ConversationIndex.Derive(root, date);
    }

    private static string FirstId(string ids)
    {
        var start = ids.IndexOf('<', StringComparison.Ordinal);
        var end = start < 0 ? -1 : ids.IndexOf('>', start);
        return end < 0 ? "" : ids[start..(end + 1)];
    }

    private static int ImportanceOf(MimePart message)
    {
        if (message.HasHeader(MimeHeaderId.Importance))
            return Text(message, MimeHeaderId.Importance).ToUpperInvariant() switch { "LOW" => 0, "HIGH" => 2, _ => 1 };
        var number = message.RawValue(MimeHeaderId.XPriority);
        if (!number.IsEmpty)
            return number[0] switch { (byte)'1' or (byte)'2' => 2, (byte)'4' or (byte)'5' => 0, _ => 1 };
        if (message.HasHeader(MimeHeaderId.XMsMailPriority))
            return Text(message, MimeHeaderId.XMsMailPriority).ToUpperInvariant() switch { "LOW" => 0, "HIGH" => 2, _ => 1 };
        if (message.HasHeader(MimeHeaderId.Priority))
            return Text(message, MimeHeaderId.Priority).ToUpperInvariant() switch { "NON-URGENT" => 0, "URGENT" => 2, _ => 1 };
        return 1;
    }

    private static int SensitivityOf(MimePart message) => !message.HasHeader(MimeHeaderId.Sensitivity) ? 0 : Text(message, MimeHeaderId.Sensitivity).ToUpperInvariant() switch
    {
        "PERSONAL" => 1,
        "PRIVATE" => 2,
        "COMPANY-CONFIDENTIAL" => 3,
        _ => 0,
    };

    private static string PreviewOf(MimeContent content)
    {
        var text = new StringBuilder(PreviewLength + 1);
        // Most texts fill it with their first lines; decoding more costs more than all the rest.
        if (content.Body.Count > 0 && content.Body[0].Plain is [{ Subtype: "plain" } first, ..] && Collapse(MimeText.Decode(first, 1024), text))
            return text.ToString().TrimEnd();
        text.Clear();
        foreach (var piece in content.Body)
        {
            var plain = piece.Plain.Count > 0;
            foreach (var part in plain ? piece.Plain : piece.Html)
            {
                // Much of an HTML page is its style sheet; plain text is text from its first byte.
                var decoded = MimeText.Decode(part, plain ? 4 * 1024 : 128 * 1024);
                if (part.Subtype is "enriched" or "richtext")
                    decoded = EnrichedText.ToText(decoded, part.Subtype == "richtext");
                else if (!plain)
                {
                    var stripped = new StringBuilder();
                    HtmlText.Strip(decoded, stripped, PreviewLength * 2);
                    decoded = stripped.ToString();
                }
                if (Collapse(decoded, text))
                    return text.ToString().TrimEnd();
            }
        }
        return text.ToString().TrimEnd();
    }

    /// <summary>Appends with white space collapsed; true once the preview is full.</summary>
    private static bool Collapse(string decoded, StringBuilder text)
    {
        var last = text.Length > 0 ? text[^1] : ' ';
        foreach (var c in decoded)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c) || c is '\u200B' or '\u200C' or '\u200D' or '\uFEFF' or '\u034F' or '\u00AD')
            {
                if (last != ' ')
                    text.Append(last = ' ');
            }
            else
            {
                text.Append(last = c);
            }
            if (text.Length < PreviewLength)
                continue;
            if (char.IsHighSurrogate(last))
                text.Length--;
            return true;
        }
        if (last != ' ')
            text.Append(' ');
        return false;
    }
}
