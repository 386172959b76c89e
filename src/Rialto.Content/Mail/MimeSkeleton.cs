// [MS-OXCMAIL] 2.4.3.1: PidTagMimeSkeleton, the message without what became its body and its attachments.
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>
/// Keeps the shape and the header of mail with its properties: the message's own bytes, of which the contents of its text and of its attachments are left out, each with an id by
/// which they are found again. Calendars, cards and the machine's half of a report stay.
/// </summary>
internal static class MimeSkeleton
{
    /// <summary>Names a part that has no Content-ID.</summary>
    public const string IdField = "X-Exchange-MIME-Skeleton-Content-Id";

    /// <summary>Parts that the ids of a skeleton are given to; mail of more keeps none.</summary>
    private const int MaxParts = 1000;

    private const int MaxLength = 1 << 20;

    /// <summary>A place in the message's bytes, what goes there, and how many bytes it takes away.</summary>
    internal readonly record struct Edit(int Offset, int Length, byte[] Insert);

    /// <summary>Sets PidTagMimeSkeleton and the ids of its parts; mail that could not be made again from it gets none.</summary>
    public static void Set(MimePart message, MessageFacts facts, PropertyMessage result)
    {
        if (facts.Tnef is not null || !message.Message.IsInMemory || !EndsWithBlankLine(message) || HasBareLineFeed(message.RawHeader))
            return;
        var skeleton = PropertiesToMime.IsSecure(result) ? message.RawHeader.ToArray() : OfParts(message, facts.Content, result);
        if (skeleton is { Length: <= MaxLength })
            result.Properties.Set(PropertyValue.Of(PropertyTags.MimeSkeleton, skeleton));
    }

    private static byte[]? OfParts(MimePart message, MimeContent content, PropertyMessage result)
    {
        // An aggregate body is not in one part; files of the text are in no part at all.
        if (content.Body.Count > 1 || content.Body.Exists(p => p.Plain.Count > 1 || p.Html.Count > 1 || p.Plain is [{ Subtype: not "plain" }]) || content.Uuencoded.Count > 0
            || content.Attachments.Count + content.Hidden.Count > MaxParts)
        {
            return null;
        }
        var parts = new List<(MimePart Part, PropertyAttachment? Attachment)>();
        foreach (var piece in content.Body)
            parts.AddRange(piece.Plain.Concat(piece.Html).Select(p => (p, (PropertyAttachment?)null)));
        for (var i = 0; i < content.Attachments.Count; i++)
            parts.Add((content.Attachments[i].Part, result.Attachments[i]));
        for (var i = 0; i < content.Hidden.Count; i++)
        {
            if (!IsKept(content.Hidden[i]))
                parts.Add((content.Hidden[i], result.Attachments[content.Attachments.Count + i]));
        }
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var edits = new List<Edit>();
        foreach (var (part, attachment) in parts)
        {
            // What was made into something else than it was cannot go back to its place.
            if (part.IsMultipart || part.Is("message", "external-body") || part.Is("application", "mac-binhex40") || !ReferenceEquals(part.Message, message.Message) || !EndsWithBlankLine(part))
                return null;
            var id = MimeContent.ContentId(part);
            byte[] field = [];
            if (attachment is not null && id.Length == 0)
            {
                id = $"part{parts.Count}.{ids.Count}@skeleton.invalid";
                field = System.Text.Encoding.ASCII.GetBytes($"{IdField}: <{id}>\r\n");
                attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachContentId, id));
            }
            if (attachment is not null && !ids.Add(id))
                return null;
            // In front of the blank line.
            if (field.Length > 0)
                edits.Add(new Edit(part.BodyOffset - 2, 0, field));
            if (attachment is null || !IsCard(part))
                edits.Add(new Edit(part.BodyOffset, ContentLength(part), []));
        }
        return Apply(message, edits);
    }

    /// <summary>The bytes of a message with edits.</summary>
    internal static byte[]? Apply(MimePart message, List<Edit> edits)
    {
        edits.Sort((a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.Length.CompareTo(b.Length));
        var bytes = message.Message.Bytes.Span;
        var end = message.HeaderOffset + message.Length;
        using var output = new MemoryStream();
        var at = message.HeaderOffset;
        foreach (var edit in edits)
        {
            if (edit.Offset < at || edit.Offset + edit.Length > end || output.Length > MaxLength)
                return null;
            output.Write(bytes[at..edit.Offset]);
            output.Write(edit.Insert);
            at = edit.Offset + edit.Length;
        }
        output.Write(bytes[at..end]);
        return output.ToArray();
    }

    /// <summary>Parts that no reader is shown and that a skeleton holds whole.</summary>
    private static bool IsKept(MimePart part) => part.Is("text", "calendar") || part.Type == "message" || IsCard(part);

    private static bool IsCard(MimePart part) => part.Type == "text" && part.Subtype is "vcard" or "x-vcard" or "directory";

    /// <summary>The line ends behind base64 are none of its content.</summary>
    internal static int ContentLength(MimePart part)
    {
        var length = part.BodyLength;
        if (part.Encoding == MimeTransferEncoding.Base64)
            length = part.RawBody.TrimEnd("\r\n"u8).Length;
        return length;
    }

    private static bool EndsWithBlankLine(MimePart part) => part.HeaderLength >= 2 && part.RawHeader.EndsWith("\r\n"u8) && (part.HeaderLength == 2 || part.RawHeader.EndsWith("\r\n\r\n"u8));

    private static bool HasBareLineFeed(ReadOnlySpan<byte> header)
    {
        for (int at; (at = header.IndexOf((byte)'\n')) >= 0; header = header[(at + 1)..])
        {
            if (at == 0 || header[at - 1] != '\r')
                return true;
        }
        return false;
    }
}
