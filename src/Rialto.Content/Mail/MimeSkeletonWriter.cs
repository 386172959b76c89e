// [MS-OXCMAIL] 2.1.3.5.1: mail made again from PidTagMimeSkeleton and what the message holds.
using System.Buffers;
using System.Text;
using Rialto.Content.Bodies;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>
/// Writes mail in the shape and with the header that it came with. The skeleton is believed only as long as it says the same as the properties: who wrote to whom, when, about
/// what; which forms its text has; which attachments it has. Otherwise nothing is written, and the message is made anew.
/// </summary>
internal static class MimeSkeletonWriter
{
    /// <summary>Properties that the header of the skeleton has to give again as they are.</summary>
    private static readonly PropertyTag[] Same =
    [
        PropertyTags.Subject, PropertyTags.ClientSubmitTime, PropertyTags.InternetMessageId, PropertyTags.InReplyToId, PropertyTags.InternetReferences, PropertyTags.Sensitivity,
        PropertyTags.SenderSmtpAddress, PropertyTags.SenderName, PropertyTags.SentRepresentingSmtpAddress, PropertyTags.SentRepresentingName, PropertyTags.ReplyRecipientNames,
        PropertyTags.ReadReceiptRequested, PropertyTags.OriginatorDeliveryReportRequested, PropertyTags.ReplyTime, PropertyTags.ExpiryTime, PropertyTags.DeferredDeliveryTime,
    ];

    private static readonly string[] Mutable = ["keywords", "importance", "priority", "x-msmail-priority", "x-priority", "x-message-flag"];

    /// <summary>False where there is no skeleton to be used.</summary>
    public static bool TryWrite(PropertyMessage message, MimeWriting writing, MimePieces output)
    {
        if (message.Properties.GetBinary(PropertyTags.MimeSkeleton) is not { Length: > 0 } bytes || writing.Depth > writing.Options.MaxDepth)
            return false;
        var skeleton = MimeMessage.Parse(bytes);
        var root = skeleton.Root;
        if (root.HeaderCount == 0)
            return false;
        var was = MimeToProperties.Convert(skeleton);
        if (!SaysTheSame(was, message))
            return false;
        var edits = new List<Edit>();
        EditHeader(root, was, message, writing, edits);
        if (PropertiesToMime.IsSecure(message))
        {
            WriteEdited(bytes, root.BodyOffset, edits, output);
            WriteSecure(message, output, root.Encoding);
            return true;
        }
        if (!EditParts(root, message, writing, edits))
            return false;
        WriteEdited(bytes, bytes.Length, edits, output);
        return true;
    }

    private readonly record struct Edit(int Offset, int Length, Action<MimePieces>? Write);

    private static void WriteEdited(byte[] bytes, int end, List<Edit> edits, MimePieces output)
    {
        var at = 0;
        foreach (var edit in edits.OrderBy(e => e.Offset).ThenBy(e => e.Length))
        {
            if (edit.Offset < at || edit.Offset > end)
                continue;
            output.Write(bytes.AsSpan(at..edit.Offset));
            edit.Write?.Invoke(output);
            at = edit.Offset + edit.Length;
        }
        output.Write(bytes.AsSpan(at..end));
    }

    private static bool SaysTheSame(PropertyMessage was, PropertyMessage now)
    {
        foreach (var tag in Same)
        {
            var (a, b) = (was.Properties.Get(tag), now.Properties.Get(tag));
            if (!(Empty(a) && Empty(b)) && !(a.Reference is string text ? text == b.Reference as string : PropertyComparer.TryCompare(a, b, out var order) && order == 0))
                return false;
        }
        // Those of a delivery report are in the part that the skeleton keeps.
        if (was.Recipients.Count != now.Recipients.Count)
            return false;
        for (var i = 0; i < was.Recipients.Count; i++)
        {
            var (a, b) = (was.Recipients[i].Properties, now.Recipients[i].Properties);
            if ((a.GetInt32(PropertyTags.RecipientType) & 0xF) != (b.GetInt32(PropertyTags.RecipientType) & 0xF) || a.GetString(PropertyTags.SmtpAddress) != b.GetString(PropertyTags.SmtpAddress))
                return false;
        }
        return true;
    }

    private static bool Empty(PropertyValue value) => value.IsAbsent || value.Reference is "" || value.Type == PropertyType.Boolean && !value.AsBoolean() || value.Type == PropertyType.Integer32 && value.AsInt32() == 0;

    /// <summary>Fields that change after a message has come are made anew where they have; what is not to go out goes.</summary>
    private static void EditHeader(MimePart root, PropertyMessage was, PropertyMessage message, MimeWriting writing, List<Edit> edits)
    {
        var changed = was.Properties.GetInt32(PropertyTags.Importance, 1) != message.Properties.GetInt32(PropertyTags.Importance, 1)
            || !string.Join(';', Keywords(was, MessageNames.Of(was, null))).Equals(string.Join(';', Keywords(message, writing.Names)), StringComparison.Ordinal)
            || MessageNames.Of(was, null).GetString(was.Properties, PropertyNames.PidLidFlagRequest) != writing.Names.GetString(message.Properties, PropertyNames.PidLidFlagRequest);
        foreach (ref readonly var field in root.Headers)
        {
            var name = Encoding.Latin1.GetString(root.Name(field)).ToLowerInvariant();
            if (changed && Mutable.Contains(name) || !writing.Options.IncludeBcc && name == "bcc" || !writing.Options.IncludeOrganizationHeaders && MailFields.IsReserved(name))
                edits.Add(new Edit(field.Offset, field.End - field.Offset, null));
        }
        if (!changed)
            return;
        var fields = new StringBuilder();
        MimeHeaderWriter.WriteMutable(fields, message.Properties, writing.Names);
        var end = root.RawHeader.EndsWith("\r\n\r\n"u8) ? root.BodyOffset - 2 : root.BodyOffset;
        edits.Add(new Edit(end, 0, o => o.Text(fields)));
    }

    private static string[] Keywords(PropertyMessage message, MessageNames names) => names.TryGet(message.Properties, PropertyNames.PidNameKeywords, out var value) ? value.AsArray<string>() : [];

    /// <summary>What was signed is in the attachment; its own header has gone before.</summary>
    private static void WriteSecure(PropertyMessage message, MimePieces output, MimeTransferEncoding encoding)
    {
        var data = message.Attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary) ?? [];
        if (!MimeMessageClass.IsMultipartSigned(message.Properties.GetString(PropertyTags.MessageClass) ?? ""))
        {
            output.Data(encoding is MimeTransferEncoding.QuotedPrintable or MimeTransferEncoding.Base64 ? encoding : MimeTransferEncoding.SevenBit, data);
            return;
        }
        var blank = data.AsSpan().StartsWith("\r\n"u8) ? 2 : data.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        output.Data(MimeTransferEncoding.SevenBit, data.AsMemory(blank));
    }

    private static bool EditParts(MimePart root, PropertyMessage message, MimeWriting writing, List<Edit> edits)
    {
        var content = MimeContent.Of(root);
        if (content.Body.Count > 1 || content.Tnef is not null)
            return false;
        var unused = new Dictionary<string, PropertyAttachment>(StringComparer.Ordinal);
        foreach (var attachment in message.Attachments)
        {
            if (attachment.Properties.GetString(PropertyTags.AttachContentId) is { Length: > 0 } id && unused.TryAdd(id.Trim('<', '>', ' '), attachment))
                continue;
            // The skeleton holds what it hides.
            if (!attachment.Properties.GetBoolean(PropertyTags.AttachmentHidden))
                return false;
        }
        foreach (var part in content.Attachments.Select(a => a.Part).Concat(content.Hidden))
        {
            var isOurs = part.TryFindHeader("X-Exchange-MIME-Skeleton-Content-Id"u8, out var field);
            var id = isOurs ? HeaderText.Decode(part.RawValue(field)).Trim('<', '>', ' ') : MimeContent.ContentId(part);
            if (isOurs)
                edits.Add(new Edit(field.Offset, field.End - field.Offset, null));
            if (!unused.Remove(id, out var attachment))
            {
                if (IsEmpty(part))
                    return false;
                continue;
            }
            if (IsEmpty(part) && !EditAttachment(part, attachment, writing, edits))
                return false;
        }
        return unused.Values.All(a => a.Properties.GetBoolean(PropertyTags.AttachmentHidden)) && EditBody(content, message, edits);
    }

    /// <summary>Whether the content was taken out; the line ends behind base64 stay.</summary>
    private static bool IsEmpty(MimePart part) => part.RawBody.TrimStart("\r\n"u8).IsEmpty;

    private static bool EditAttachment(MimePart part, PropertyAttachment attachment, MimeWriting writing, List<Edit> edits)
    {
        if (part.Type == "message" && attachment.Embedded is { } embedded)
        {
            if (part.Encoding is MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable)
                return false;
            edits.Add(new Edit(part.BodyOffset, 0, o => PropertiesToMime.Write(embedded, new MimeWriting(writing.Options, embedded, writing.Names, writing.Depth + 1), o)));
            return true;
        }
        if (attachment.Embedded is not null)
            return false;
        if (attachment.OpenData is { } open)
        {
            if (part.Encoding != MimeTransferEncoding.Base64)
                return false;
            edits.Add(new Edit(part.BodyOffset, 0, o => o.Data(open)));
            return true;
        }
        var data = attachment.Properties.GetBinary(PropertyTags.AttachDataBinary) ?? [];
        if (part.Encoding is not (MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable) && TransferEncoder.Domain(data) == MimeTransferEncoding.Binary)
            return false;
        edits.Add(new Edit(part.BodyOffset, 0, o => WriteData(o, part.Encoding, data)));
        return true;
    }

    /// <summary>Data as the encoder writes it, without the line end behind base64: the skeleton has those that there were.</summary>
    private static void WriteData(MimePieces output, MimeTransferEncoding encoding, byte[] data)
    {
        const int line = 57;
        var whole = encoding != MimeTransferEncoding.Base64 || data.Length == 0 ? data.Length : (data.Length - 1) / line * line;
        output.Data(encoding, data.AsMemory(0, whole));
        output.Text(System.Convert.ToBase64String(data.AsSpan(whole)));
    }

    /// <summary>The text, in every form that the skeleton has a place for, and in no other.</summary>
    private static bool EditBody(MimeContent content, PropertyMessage message, List<Edit> edits)
    {
        var bodies = MessageBodies.Of(message.Properties);
        if (content.Body.Count == 0)
            return bodies.Best is BodyKind.Undefined or BodyKind.PlainText && bodies.Text.Length == 0;
        var piece = content.Body[0];
        if (piece.Html.Count > 0 != bodies.Best is BodyKind.Html or BodyKind.Rtf || piece.Plain.Count > 1 || piece.Html.Count > 1)
            return false;
        foreach (var part in piece.Plain)
            EditText(part, bodies.Text, null, 0, edits);
        foreach (var part in piece.Html)
            EditText(part, HtmlCharset.Decode(bodies.Html, bodies.CodePage), bodies.Html, bodies.CodePage, edits);
        return true;
    }

    /// <summary>Whether text can stand in a part without a transformation, under what the part says of it.</summary>
    private static bool Stands(byte[] text, MimePart part) => TransferEncoder.Domain(text) switch
    {
        MimeTransferEncoding.SevenBit => true,
        MimeTransferEncoding.EightBit => part.Encoding != MimeTransferEncoding.SevenBit,
        _ => false,
    };

    private static void EditText(MimePart part, string text, byte[]? bytes, int codePage, List<Edit> edits)
    {
        var declared = MimeText.DeclaredCodePage(part);
        if ((bytes is null || declared != codePage) && MailCharset.Find(declared < 0 ? 20127 : declared) is { } encoding)
        {
            bytes = encoding.GetBytes(text);
            if (encoding.GetString(bytes) != text)
                bytes = null;
        }
        var plain = part.Encoding is MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable;
        if (bytes is not null && !FlowedText.IsFlowed(part, out _) && (plain || Stands(bytes, part)))
        {
            var fits = bytes;
            edits.Add(new Edit(part.BodyOffset, 0, o => WriteData(o, part.Encoding, fits)));
            return;
        }
        // What the fields say of it can no longer be: they are those of text that is made here.
        foreach (ref readonly var field in part.Headers)
        {
            if (field.Id is MimeHeaderId.ContentType or MimeHeaderId.ContentTransferEncoding)
                edits.Add(new Edit(field.Offset, field.End - field.Offset, null));
        }
        edits.Add(new Edit(part.BodyOffset - 2, 2, o => MimeContentWriter.WriteText(o, part.Subtype, "utf-8", Encoding.UTF8.GetBytes(text))));
    }
}
