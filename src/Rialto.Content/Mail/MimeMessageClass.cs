// [MS-OXCMAIL] 2.1.3.2.1 and 2.2.3.2.15 message class and Content-Class; [MS-OXOSMIME] 2.1.3; [MS-OXCICAL] 2.1.3.1.1.1 METHOD; RFC 3464, RFC 8098 reports.
using Rialto.Content.Mime;

namespace Rialto.Content.Mail;

/// <summary>The message class that a MIME message gets.</summary>
public static class MimeMessageClass
{
    internal static string Of(MimePart message, MimeContent content, CalendarGlance? calendar, DeliveryStatus? delivery, DispositionNotification? notification)
    {
        // Whatever the protocol: PGP's signatures are kept whole the same way as S/MIME's.
        if (message.IsMultipart && message.Subtype == "signed")
            return OfForm(message, ".SMIME.MultipartSigned") ?? MultipartSigned;
        if (!message.IsMultipart && IsOpaqueSecureMime(message))
            return IsReceipt(message) ? Receipt : OfForm(message, ".SMIME") ?? Opaque;
        if (delivery is not null)
            return OfReport(delivery.MessageClass, content);
        if (notification is not null)
            return OfReport(notification.MessageClass, content);
        if (calendar is not null && OfMeeting(calendar) is { } meeting)
            return meeting;
        return message.HasHeader(MimeHeaderId.ContentClass) ? OfContentClass(HeaderText.Decode(message.RawValue(MimeHeaderId.ContentClass)), content) : Note;
    }

    internal const string Note = "IPM.Note";

    internal const string MultipartSigned = "IPM.Note.SMIME.MultipartSigned";

    internal const string Opaque = "IPM.Note.SMIME";

    /// <summary>A receipt that its reader has signed. [MS-ASEMAIL] 2.2.2.49; RFC 2634 2.</summary>
    internal const string Receipt = "IPM.Note.Receipt.SMIME";

    private const string FormMark = "InfoPathForm.";

    private const string CustomMark = "urn:content-class:custom.";

    /// <summary>Whether the whole message stands in one attachment as it was signed: by the end of its class, whatever it is otherwise. [MS-OXOSMIME] 2.1.3.1.2.2.</summary>
    public static bool IsMultipartSigned(string messageClass) => IsItem(messageClass) && messageClass.EndsWith(".SMIME.MultipartSigned", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the whole message is one attachment in cryptographic message syntax. [MS-OXOSMIME] 2.1.3.2.2.2.</summary>
    public static bool IsOpaque(string messageClass) => IsItem(messageClass) && messageClass.EndsWith(".SMIME", StringComparison.OrdinalIgnoreCase);

    private static bool IsItem(string messageClass) => messageClass.StartsWith("IPM.", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reports bear the class of the message that they are about, as far as its returned header tells: whether it was signed or encrypted. [MS-OXOMSG] 2.2.2.1.</summary>
    private static string OfReport(string report, MimeContent content)
    {
        const string plain = "REPORT.IPM.Note.";
        if (content.Returned is not { } returned || !report.StartsWith(plain, StringComparison.Ordinal))
            return report;
        var original = returned.Embedded ?? MimeMessage.Parse(TransferDecoder.Decode(returned.Encoding, returned.RawBody)).Root;
        // A header alone has no parts, so that its field has to tell.
        var declared = original.RawValue(MimeHeaderId.ContentType);
        var kind = declared.Length >= 16 && System.Text.Ascii.EqualsIgnoreCase(declared[..16], "multipart/signed"u8) ? "SMIME.MultipartSigned." : IsOpaqueSecureMime(original) ? "SMIME." : "";
        return plain + kind + report[plain.Length..];
    }

    /// <summary>By the smime-type that its sender wrote, else by what was signed.</summary>
    private static bool IsReceipt(MimePart message)
    {
        if (MimeParameters.Parse(message.RawValue(MimeHeaderId.ContentType)).Get("smime-type") is { Length: > 0 } type)
            return type.Equals(SecureMimeType.SignedReceipt, StringComparison.OrdinalIgnoreCase);
        using var body = message.OpenContent();
        Span<byte> head = stackalloc byte[512];
        return SecureMimeType.Of(head[..body.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]) == SecureMimeType.SignedReceipt;
    }

    /// <summary>[MS-OXCMAIL] 2.2.3.2.15: the name behind a form's id in its class, which is PidLidInfoPathFormName; null for classes without one.</summary>
    internal static string? FormNameOf(string messageClass)
    {
        if (!IsForm(messageClass))
            return null;
        var rest = messageClass[(4 + FormMark.Length)..];
        var dot = rest.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && dot < rest.Length - 1 && Guid.TryParse(rest[..dot], out _) ? rest[(dot + 1)..] : null;
    }

    private static bool IsForm(string messageClass) => messageClass.StartsWith("IPM." + FormMark, StringComparison.OrdinalIgnoreCase);

    /// <summary>A signed or encrypted form keeps its class in front of the suffix. [MS-OXCMAIL] 2.1.3.2.1.</summary>
    private static string? OfForm(MimePart message, string suffix)
    {
        var contentClass = MessageFacts.Text(message, MimeHeaderId.ContentClass);
        return contentClass.StartsWith(FormMark, StringComparison.OrdinalIgnoreCase) && contentClass.Length is > 13 and < 200 ? "IPM." + contentClass + suffix : null;
    }

    /// <summary>[MS-OXOSMIME] 2.1.3.2: application/pkcs7-mime under its old name too, and octet-stream by its file name.</summary>
    internal static bool IsOpaqueSecureMime(MimePart part)
    {
        if (part.Type != "application")
            return false;
        if (part.Subtype is "pkcs7-mime" or "x-pkcs7-mime")
            return true;
        var name = MimeContent.FileName(part);
        return part.Subtype == "octet-stream" && name.EndsWith(".p7m", StringComparison.OrdinalIgnoreCase);
    }

    private static string? OfMeeting(CalendarGlance calendar) => calendar.Component != "VEVENT" ? null : calendar.Method switch
    {
        "REQUEST" => "IPM.Schedule.Meeting.Request",
        "CANCEL" => "IPM.Schedule.Meeting.Canceled",
        "COUNTER" => "IPM.Schedule.Meeting.Resp.Tent",
        "REPLY" => calendar.ParticipationStatus switch
        {
            "ACCEPTED" => "IPM.Schedule.Meeting.Resp.Pos",
            "DECLINED" => "IPM.Schedule.Meeting.Resp.Neg",
            "TENTATIVE" => "IPM.Schedule.Meeting.Resp.Tent",
            _ => null,
        },
        _ => null,
    };

    /// <summary>[MS-OXCMAIL] 2.2.3.2.15: the class that a Content-Class stands for, if the message is of that kind otherwise too.</summary>
    private static string OfContentClass(string contentClass, MimeContent content)
    {
        if (contentClass.StartsWith(FormMark, StringComparison.OrdinalIgnoreCase) && contentClass.Length is > 13 and < 200)
            return "IPM." + contentClass;
        if (contentClass.StartsWith(CustomMark, StringComparison.OrdinalIgnoreCase) && contentClass.Length is > 25 and < 200)
            return "IPM.Note.Custom." + contentClass[CustomMark.Length..];
        foreach (var (value, messageClass, attachment) in ContentClasses)
        {
            if (contentClass.Equals(value, StringComparison.OrdinalIgnoreCase))
                return attachment.Length == 0 || content.Attachments.Exists(a => Is(a.Part, attachment)) ? messageClass : Note;
        }
        return Note;
    }

    /// <summary>Content-Class, message class, and the type of the attachment that such a message must have. [MS-OXCMAIL] 2.2.3.2.15.1 and .2, [MS-OXOUM] 2.2.1, [MS-OXOSMMS] 2.2.2.</summary>
    private static readonly (string ContentClass, string MessageClass, string Attachment)[] ContentClasses =
    [
        ("fax", "IPM.Note.Microsoft.Fax", "image/tiff"),
        ("fax-ca", "IPM.Note.Microsoft.Fax.CA", "image/tiff"),
        ("missedcall", "IPM.Note.Microsoft.Missed.Voice", ""),
        ("voice-uc", "IPM.Note.Microsoft.Conversation.Voice", "audio/"),
        ("voice-ca", "IPM.Note.Microsoft.Voicemail.UM.CA", "audio/"),
        ("voice", "IPM.Note.Microsoft.Voicemail.UM", "audio/"),
        ("MS-OMS-SMS", "IPM.Note.Mobile.SMS", ""),
        ("MS-OMS-MMS", "IPM.Note.Mobile.MMS", ""),
    ];

    /// <summary>The Content-Class that says a class again; null for classes that have none.</summary>
    public static string? ContentClassOf(string messageClass)
    {
        foreach (var (value, known, _) in ContentClasses)
        {
            if (messageClass.Equals(known, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        if (messageClass.StartsWith("IPM.Note.Custom.", StringComparison.OrdinalIgnoreCase))
            return CustomMark + messageClass[16..];
        if (!IsForm(messageClass))
            return null;
        var form = messageClass[4..];
        foreach (var suffix in (ReadOnlySpan<string>)[".SMIME.MultipartSigned", ".SMIME"])
        {
            if (form.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                return form[..^suffix.Length];
        }
        return form;
    }

    private static bool Is(MimePart part, string type)
    {
        var slash = type.IndexOf('/', StringComparison.Ordinal);
        return part.Type == type[..slash] && (slash == type.Length - 1 || part.Subtype == type[(slash + 1)..])
            || type == "image/tiff" && MimeContent.FileName(part) is var name && (name.EndsWith(".tif", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".tiff", StringComparison.OrdinalIgnoreCase));
    }
}
