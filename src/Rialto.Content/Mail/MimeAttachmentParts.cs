// [MS-OXCMAIL] 2.1.3.4.1.2 inline attachments; where the attachments of a message go in its MIME structure.
using System.Text;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal sealed class MimeAttachmentParts
{
    private const int RenderedInBody = 4;

    /// <summary>Pictures of the page.</summary>
    public List<PropertyAttachment> Inline { get; } = [];

    /// <summary>Further forms of the text: the calendar of a meeting and its like.</summary>
    public List<PropertyAttachment> Alternatives { get; } = [];

    public List<PropertyAttachment> Attached { get; } = [];

    /// <summary>The machine's half of a report, kept as it came.</summary>
    public PropertyAttachment? Machine { get; private set; }

    /// <summary>The message, or header, that a report returns.</summary>
    public PropertyAttachment? Returned { get; private set; }

    public static MimeAttachmentParts Of(PropertyMessage message, byte[]? html)
    {
        var parts = new MimeAttachmentParts();
        foreach (var attachment in message.Attachments)
        {
            var tag = (attachment.Properties.GetString(PropertyTags.AttachMimeTag) ?? "").ToLowerInvariant();
            var hidden = attachment.Embedded is null && attachment.Properties.GetBoolean(PropertyTags.AttachmentHidden);
            if (hidden && parts.Machine is null && MimeReportWriter.IsMachinePart(tag))
                parts.Machine = attachment;
            else if (hidden && tag == "text/rfc822-headers")
                parts.Returned ??= attachment;
            else if (html is not null && IsInline(attachment, html))
                parts.Inline.Add(attachment);
            else if (hidden && tag.StartsWith("text/", StringComparison.Ordinal))
                parts.Alternatives.Add(attachment);
            else
                parts.Attached.Add(attachment);
        }
        if (parts.Returned is null && (parts.Machine is not null || MimeReportWriter.IsReport(message)))
            parts.Returned = parts.Attached.Find(a => a.Embedded is not null);
        return parts;
    }

    /// <summary>2.1.3.4.1.2: what the page refers to, by an id or by a place. The flag alone is not to be relied on, and an id that is referred to needs none.</summary>
    private static bool IsInline(PropertyAttachment attachment, byte[] html)
    {
        var bag = attachment.Properties;
        if (attachment.Embedded is not null)
            return false;
        var id = bag.GetString(PropertyTags.AttachContentId)?.Trim('<', '>', ' ');
        if (!string.IsNullOrEmpty(id))
            return Has(html, "cid:" + id) || id.AsSpan().ContainsAnyExcept(Plain) && Has(html, "cid:" + Uri.EscapeDataString(id));
        return (bag.GetInt32(PropertyTags.AttachFlags) & RenderedInBody) != 0 && bag.GetString(PropertyTags.AttachContentLocation) is { Length: > 0 } location && Has(html, location);
    }

    private static readonly System.Buffers.SearchValues<char> Plain = System.Buffers.SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._~");

    private static bool Has(byte[] html, string reference) => html.AsSpan().IndexOf(Encoding.UTF8.GetBytes(reference)) >= 0;
}
