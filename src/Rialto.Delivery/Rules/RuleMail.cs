// [MS-OXORULE] 3.2.5.1 OP_REPLY, OP_OOF_REPLY, OP_FORWARD, OP_DELEGATE; RFC 3834 3 (form of automatic answers), RFC 5322 3.6.6 (resent fields).
using System.Buffers;
using System.Text;
using Rialto.Content.Bodies;
using Rialto.Content.Mime;
using Rialto.Directory;
using Rialto.Model;

namespace Rialto.Delivery;

/// <summary>Makes the messages that rules send.</summary>
internal static class RuleMail
{
    private const int ToRecipient = 1;

    /// <summary>Characters of one text message: what telephones take in one piece.</summary>
    private const int TextMessageLength = 160;

    private const int AttachEmbeddedMessage = 5;

    /// <summary>Prefix of the message class of out-of-office replies. [MS-OXORULE] 3.2.5.1.</summary>
    private const string OutOfOfficeClass = "IPM.Note.rules.OOFTemplate";

    /// <summary>What a reply takes from its template.</summary>
    private static readonly ushort[] FromTemplate =
    [
        PropertyIds.Body, PropertyIds.Html, PropertyIds.RtfCompressed, PropertyIds.NativeBody, PropertyIds.InternetCodepage, PropertyIds.Importance, PropertyIds.Sensitivity,
    ];

    /// <summary>An answer by template; its properties before MIME. Without a template the server's own text.</summary>
    public static PropertyMessage Reply(IncomingMessage incoming, PropertyMessage? template, MailboxRecipient owner, IReadOnlyList<string> recipients, bool outOfOffice, DateTimeOffset now, string messageId)
    {
        var original = incoming.Properties.Properties;
        var subject = template?.Properties.GetString(PropertyTags.Subject);
        if (string.IsNullOrWhiteSpace(subject)) subject = (outOfOffice ? "Automatic reply: " : "Re: ") + (original.GetString(PropertyTags.NormalizedSubject) ?? "");
        var reply = New(owner, subject, recipients, now, messageId);
        if (template is null)
        {
            reply.Properties.Set(PropertyValue.Of(PropertyTags.Body, outOfOffice ? "I am out of office at the moment.\r\n" : "Your message has been received.\r\n"));
        }
        else
        {
            foreach (var id in FromTemplate)
            {
                if (template.Properties.TryGet(id, out var value)) reply.Properties.Set(value);
            }

            reply.Attachments.AddRange(template.Attachments);
        }

        if (original.GetString(PropertyTags.InternetMessageId) is { Length: > 0 } id0)
        {
            reply.Properties.Set(PropertyValue.Of(PropertyTags.InReplyToId, id0));
            var references = original.GetString(PropertyTags.InternetReferences);
            reply.Properties.Set(PropertyValue.Of(PropertyTags.InternetReferences, string.IsNullOrEmpty(references) ? id0 : references + " " + id0));
        }

        Copy(original, reply.Properties, PropertyIds.ConversationTopic);
        return reply;
    }

    /// <summary>The class that the recipient's copy of an out-of-office reply has: the template's own where it is one of theirs.</summary>
    public static string OutOfOfficeClassOf(PropertyMessage? template) =>
        template?.Properties.GetString(PropertyTags.MessageClass) is { } own && own.StartsWith(OutOfOfficeClass, StringComparison.OrdinalIgnoreCase) ? own : OutOfOfficeClass;

    /// <summary>The message passed on in a new one: its text below a head that says whose it was, or whole as an attachment.</summary>
    public static PropertyMessage Forward(IncomingMessage incoming, MailboxRecipient owner, IReadOnlyList<string> recipients, bool asAttachment, DateTimeOffset now, string messageId)
    {
        var original = incoming.Properties;
        var bag = original.Properties;
        var forward = New(owner, "FW: " + (bag.GetString(PropertyTags.NormalizedSubject) ?? ""), recipients, now, messageId);
        Copy(bag, forward.Properties, PropertyIds.Importance);
        Copy(bag, forward.Properties, PropertyIds.Sensitivity);
        Copy(bag, forward.Properties, PropertyIds.ConversationTopic);
        if (asAttachment)
        {
            forward.Properties.Set(PropertyValue.Of(PropertyTags.Body, ""));
            forward.Attachments.Add(new PropertyAttachment
            {
                Properties = new PropertyBag(
                [
                    PropertyValue.Of(PropertyTags.AttachMethod, AttachEmbeddedMessage),
                    PropertyValue.Of(PropertyTags.DisplayName, bag.GetString(PropertyTags.Subject) is { Length: > 0 } subject ? subject : "message"),
                ]),
                Embedded = original,
            });
            return forward;
        }

        var head = new (string Name, string? Value)[]
        {
            ("From", PersonOf(bag)),
            ("Sent", bag.GetTime(PropertyTags.ClientSubmitTime) is { } sent ? MailDate.Format(sent.ToDateTimeOffset()) : null),
            ("To", bag.GetString(PropertyTags.DisplayTo)),
            ("Cc", bag.GetString(PropertyTags.DisplayCc)),
            ("Subject", bag.GetString(PropertyTags.Subject)),
        };
        if (bag.GetString(PropertyTags.Body) is { } text)
        {
            var plain = new StringBuilder("\r\n\r\n________________________________\r\n");
            foreach (var (name, value) in head)
            {
                if (!string.IsNullOrEmpty(value)) plain.Append(name).Append(": ").Append(value).Append("\r\n");
            }

            forward.Properties.Set(PropertyValue.Of(PropertyTags.Body, plain.Append("\r\n").Append(text).ToString()));
        }

        if (bag.GetBinary(PropertyTags.Html) is { } html)
        {
            forward.Properties.Set(PropertyValue.Of(PropertyTags.Html, WithHead(html, head)));
            Copy(bag, forward.Properties, PropertyIds.InternetCodepage);
            Copy(bag, forward.Properties, PropertyIds.NativeBody);
        }

        forward.Attachments.AddRange(original.Attachments);
        return forward;
    }

    /// <summary>The message as a text message: who it is from, its subject and the beginning of its text. [MS-OXOSMMS] 2.2.2.</summary>
    public static PropertyMessage ForwardText(IncomingMessage incoming, MailboxRecipient owner, IReadOnlyList<string> recipients, DateTimeOffset now, string messageId)
    {
        var bag = incoming.Properties.Properties;
        var subject = bag.GetString(PropertyTags.Subject) ?? "";
        var text = $"{PersonOf(bag)}: {subject}\r\n{MessageBodies.Of(bag).Text.Trim()}";
        if (text.Length > TextMessageLength) text = text[..(char.IsHighSurrogate(text[TextMessageLength - 1]) ? TextMessageLength - 1 : TextMessageLength)];
        var forward = New(owner, subject, recipients, now, messageId);
        forward.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note.Mobile.SMS"));
        forward.Properties.Set(PropertyValue.Of(PropertyTags.Body, text));
        return forward;
    }

    /// <summary>Header fields that are put before a message made here, or before the message itself when it is passed on as it came.</summary>
    public static ReadOnlySequence<byte> WithFields(string fields, ReadOnlyMemory<byte> message)
    {
        var first = new Segment(Encoding.UTF8.GetBytes(fields), null);
        var second = new Segment(message, first);
        return new(first, 0, second, message.Length);
    }

    /// <summary>The message without the Return-Path that its delivery put before it: the new delivery's is another.</summary>
    public static ReadOnlyMemory<byte> WithoutReturnPath(ReadOnlyMemory<byte> message)
    {
        if (message.Length < 12 || !Ascii.EqualsIgnoreCase(message.Span[..12], "Return-Path:"u8)) return message;
        var at = 0;
        while (true)
        {
            var end = message.Span[at..].IndexOf((byte)'\n');
            if (end < 0) return message;
            at += end + 1;
            if (at >= message.Length || message.Span[at] is not ((byte)' ' or (byte)'\t')) return message[at..];
        }
    }

    /// <summary>RFC 5322 3.6.6: who sent it on, and to whom.</summary>
    public static string ResentFields(MailboxRecipient owner, IReadOnlyList<string> recipients, DateTimeOffset now, string messageId)
    {
        var text = new StringBuilder("Return-Path: <").Append(owner.PrimaryAddress).Append(">\r\nResent-From: <").Append(owner.PrimaryAddress).Append(">\r\nResent-To: ");
        text.AppendJoin(",\r\n ", recipients.Select(r => "<" + r + ">"));
        return text.Append("\r\nResent-Date: ").Append(MailDate.Format(now)).Append("\r\nResent-Message-ID: ").Append(messageId).Append("\r\n").ToString();
    }

    private static PropertyMessage New(MailboxRecipient owner, string subject, IReadOnlyList<string> recipients, DateTimeOffset now, string messageId)
    {
        var message = new PropertyMessage
        {
            Properties = new PropertyBag(
            [
                PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"),
                PropertyValue.Of(PropertyTags.Subject, subject),
                PropertyValue.Of(PropertyTags.SenderName, owner.DisplayName),
                PropertyValue.Of(PropertyTags.SenderAddressType, "SMTP"),
                PropertyValue.Of(PropertyTags.SenderEmailAddress, owner.PrimaryAddress),
                PropertyValue.Of(PropertyTags.SenderSmtpAddress, owner.PrimaryAddress),
                PropertyValue.Of(PropertyTags.SentRepresentingName, owner.DisplayName),
                PropertyValue.Of(PropertyTags.SentRepresentingAddressType, "SMTP"),
                PropertyValue.Of(PropertyTags.SentRepresentingEmailAddress, owner.PrimaryAddress),
                PropertyValue.Of(PropertyTags.SentRepresentingSmtpAddress, owner.PrimaryAddress),
                PropertyValue.Of(PropertyTags.ClientSubmitTime, FileTime.From(now)),
                PropertyValue.Of(PropertyTags.InternetMessageId, messageId),
            ]),
        };
        foreach (var recipient in recipients)
        {
            message.Recipients.Add(new PropertyRecipient
            {
                Properties = new PropertyBag(
                [
                    PropertyValue.Of(PropertyTags.RecipientType, ToRecipient),
                    PropertyValue.Of(PropertyTags.DisplayName, recipient),
                    PropertyValue.Of(PropertyTags.AddressType, "SMTP"),
                    PropertyValue.Of(PropertyTags.EmailAddress, recipient),
                    PropertyValue.Of(PropertyTags.SmtpAddress, recipient),
                ]),
            });
        }

        return message;
    }

    private static string? PersonOf(PropertyBag bag)
    {
        var name = bag.GetString(PropertyTags.SentRepresentingName);
        var address = bag.GetString(PropertyTags.SentRepresentingSmtpAddress);
        return address is null || address == name ? name : $"{name} <{address}>";
    }

    /// <summary>The head in ASCII, so that it fits whatever character set the text has.</summary>
    private static byte[] WithHead(byte[] html, IReadOnlyList<(string Name, string? Value)> head)
    {
        var text = new StringBuilder("<hr><p>");
        foreach (var (name, value) in head)
        {
            if (string.IsNullOrEmpty(value)) continue;
            text.Append("<b>").Append(name).Append(":</b> ");
            foreach (var rune in value.EnumerateRunes())
            {
                if (rune.Value is '<' or '>' or '&' or '"' || !rune.IsAscii) text.Append("&#").Append(rune.Value).Append(';');
                else text.Append((char)rune.Value);
            }

            text.Append("<br>");
        }

        var before = Encoding.ASCII.GetBytes(text.Append("</p>").ToString());
        var at = BodyStart(html);
        return [.. html.AsSpan(0, at), .. before, .. html.AsSpan(at)];
    }

    private static int BodyStart(ReadOnlySpan<byte> html)
    {
        for (var i = 0; i + 5 < html.Length; i++)
        {
            if (html[i] != '<' || !Ascii.EqualsIgnoreCase(html.Slice(i + 1, 4), "body"u8)) continue;
            var end = html[i..].IndexOf((byte)'>');
            return end < 0 ? 0 : i + end + 1;
        }

        return 0;
    }

    private static void Copy(PropertyBag from, PropertyBag to, ushort id)
    {
        if (from.TryGet(id, out var value)) to.Set(value);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null) return;
            RunningIndex = previous.Memory.Length;
            previous.Next = this;
        }
    }
}
