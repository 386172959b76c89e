// [MS-OXCMAIL] 2.2.3.3 (message body), 2.2.3.4.1 (attachments), 2.2.3.4.1.4.1 (inline attachments), 2.2.3.4.2 (Apple files); [MS-OXOSMIME] 2.1.3.
using Rialto.Content.Mime;

namespace Rialto.Content.Mail;

/// <summary>One piece of the readable body: its plain and its HTML form, either of which may lack or come in several parts.</summary>
public sealed class MimeBodyPiece
{
    public List<MimePart> Plain { get; } = [];

    public List<MimePart> Html { get; } = [];
}

/// <summary>An attachment; inline ones are pictures of the HTML body and are not shown as attachments.</summary>
public readonly record struct MimeAttachment(MimePart Part, bool IsInline);

/// <summary>What of a message is body, what attachment, what neither (signatures, the machine's half of a report).</summary>
public sealed class MimeContent
{
    private static readonly Dictionary<MimePart, UuencodedText> NoUuencoded = [];

    private Dictionary<MimePart, UuencodedText>? _uuencoded;

    private MimeContent()
    {
    }

    /// <summary>Pieces of the body in their order: mailing lists append a footer as a part of its own.</summary>
    public List<MimeBodyPiece> Body { get; } = [];

    public List<MimeAttachment> Attachments { get; } = [];

    /// <summary>
    /// Parts that no reader is shown but that the message is not itself without: the calendar of a meeting, the machine's half of a report, further forms of the text,
    /// signatures of inner parts. They become hidden attachments and go back to their places when MIME is made again.
    /// </summary>
    public List<MimePart> Hidden { get; } = [];

    /// <summary>The first text/calendar part that is not an attachment.</summary>
    public MimePart? Calendar { get; private set; }

    /// <summary>message/delivery-status or message/disposition-notification of a report.</summary>
    public MimePart? Report { get; private set; }

    /// <summary>The message, or the header of it, that a report is about.</summary>
    public MimePart? Returned { get; private set; }

    /// <summary>The part in transport-neutral encapsulation (winmail.dat); null where there is none.</summary>
    public MimePart? Tnef { get; private set; }

    /// <summary>Plain parts with files in them, taken apart. Nearly always empty.</summary>
    public IReadOnlyDictionary<MimePart, UuencodedText> Uuencoded => _uuencoded ?? NoUuencoded;

    public bool HasHtml => Body.Exists(p => p.Html.Count > 0);

    /// <summary>Whether a list should show a paper clip.</summary>
    public bool HasRealAttachments => Attachments.Exists(a => !a.IsInline) || _uuencoded is not null;

    public static MimeContent Of(MimePart message)
    {
        var content = new MimeContent();
        content.Walk(message, null, related: false, report: false);
        content.MarkReferenced();
        content.FindUuencoded();
        return content;
    }

    /// <summary>Files between the lines of plain text, as mail carried them before MIME.</summary>
    private void FindUuencoded()
    {
        foreach (var piece in Body)
        {
            foreach (var part in piece.Plain)
            {
                if (part.Subtype != "plain" || part.Encoding == MimeTransferEncoding.Base64 || !UuencodedText.MayContain(part.RawBody))
                    continue;
                var text = UuencodedText.Split(TransferDecoder.Decode(part.Encoding, part.RawBody));
                if (text.Files.Count > 0)
                    (_uuencoded ??= [])[part] = text;
            }
        }
    }

    /// <summary>Pictures that stand beside the body instead of in a multipart/related are inline too where the page shows them by their Content-ID.</summary>
    private void MarkReferenced()
    {
        if (!HasHtml)
            return;
        string? html = null;
        for (var i = 0; i < Attachments.Count; i++)
        {
            var part = Attachments[i].Part;
            if (Attachments[i].IsInline || part.Type != "image" || ContentId(part) is not { Length: > 0 } id)
                continue;
            html ??= string.Concat(Body.SelectMany(piece => piece.Html).Select(p => MimeText.Decode(p, 1 << 20)));
            if (html.Contains("cid:" + id, StringComparison.OrdinalIgnoreCase))
                Attachments[i] = new MimeAttachment(part, true);
        }
    }

    private void Walk(MimePart part, MimeBodyPiece? alternative, bool related, bool report)
    {
        if (part.IsMultipart)
        {
            WalkMultipart(part, alternative, related, report);
            return;
        }
        // Text beside the root of a related is a style sheet or a frame.
        if (part.Type == "text" && !related && !IsAttachment(part))
        {
            switch (part.Subtype)
            {
                case "html":
                    (alternative ?? NewPiece()).Html.Add(part);
                    return;
                case "plain" or "enriched" or "richtext" or "x-markdown" or "markdown":
                    (alternative ?? NewPiece()).Plain.Add(part);
                    return;
                case "calendar":
                    if (Calendar is null)
                    {
                        Calendar = part;
                        Hidden.Add(part);
                        return;
                    }
                    break;
                case "rfc822-headers" when report:
                    Returned ??= part;
                    Hidden.Add(part);
                    return;
                default:
                    // Unknown forms of an alternative's text say what the known ones say.
                    if (alternative is not null)
                    {
                        Hidden.Add(part);
                        return;
                    }
                    break;
            }
        }
        if (report && part.Type == "message" && part.Subtype is "delivery-status" or "disposition-notification" or "feedback-report" or "global-delivery-status" or "global-disposition-notification")
        {
            Report ??= part;
            Hidden.Add(part);
            return;
        }
        if (report && part.Embedded is not null)
            Returned ??= part;
        if (part.Type == "application" && (part.Subtype is "ms-tnef" or "vnd.ms-tnef" || part.Subtype == "octet-stream" && FileName(part).Equals("winmail.dat", StringComparison.OrdinalIgnoreCase)))
            Tnef ??= part;
        Attachments.Add(new MimeAttachment(part, related && IsInlinePicture(part)));
    }

    private void WalkMultipart(MimePart part, MimeBodyPiece? alternative, bool related, bool report)
    {
        switch (part.Subtype)
        {
            case "alternative":
                var piece = alternative ?? NewPiece();
                foreach (var child in part.ChildArray)
                    Walk(child, piece, related, report);
                if (alternative is null && piece.Plain.Count == 0 && piece.Html.Count == 0)
                    Body.Remove(piece);
                break;
            case "related":
                var root = RootOfRelated(part);
                Walk(root, alternative, related: false, report);
                foreach (var child in part.ChildArray)
                {
                    if (!ReferenceEquals(child, root))
                        Walk(child, alternative, related: true, report);
                }
                break;
            case "signed":
                Walk(part.ChildArray[0], alternative, related, report);
                // The signature is checked, not shown; anything after it has no business here and is shown for that.
                for (var i = 1; i < part.ChildArray.Length; i++)
                {
                    if (i > 1 || part.ChildArray[1].Type != "application")
                        Walk(part.ChildArray[i], alternative, related, report);
                    else
                        Hidden.Add(part.ChildArray[i]);
                }
                break;
            case "appledouble" when IsAppleDouble(part):
                Attachments.Add(new MimeAttachment(part, false));
                break;
            case "report":
                foreach (var child in part.ChildArray)
                    Walk(child, alternative, related, report: true);
                break;
            default:
                foreach (var child in part.ChildArray)
                    Walk(child, alternative, related, report);
                break;
        }
    }

    private MimeBodyPiece NewPiece()
    {
        var piece = new MimeBodyPiece();
        Body.Add(piece);
        return piece;
    }

    /// <summary>RFC 2387 3.2: the start parameter names the root by its Content-ID; without one it is the first part.</summary>
    private static MimePart RootOfRelated(MimePart part)
    {
        var start = MimeParameters.Parse(part.RawValue(MimeHeaderId.ContentType)).Get("start");
        if (!string.IsNullOrEmpty(start))
        {
            foreach (var child in part.ChildArray)
            {
                if (ContentId(child) is { Length: > 0 } id && id == start.Trim('<', '>', ' '))
                    return child;
            }
        }
        return part.ChildArray[0];
    }

    /// <summary>RFC 1740 4: the Macintosh's header of a file, then the file.</summary>
    internal static bool IsAppleDouble(MimePart part) =>
        part.Subtype == "appledouble" && part.ChildArray is [{ Type: "application", Subtype: "applefile" }, { IsMultipart: false, Embedded: null }];

    /// <summary>Content-ID without its brackets; empty where there is none.</summary>
    public static string ContentId(MimePart part) => HeaderText.Decode(part.RawValue(MimeHeaderId.ContentId)).Trim('<', '>', ' ');

    private static bool IsInlinePicture(MimePart part) =>
        part.Type == "image" && (part.HasHeader(MimeHeaderId.ContentId) || part.HasHeader(MimeHeaderId.ContentLocation));

    /// <summary>Whether a text part is an attachment by its own word: disposition attachment, or a file name.</summary>
    private static bool IsAttachment(MimePart part)
    {
        if (part.IsMessage)
            return false;
        var disposition = part.RawValue(MimeHeaderId.ContentDisposition);
        if (!disposition.IsEmpty)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(MimeTypeNames.Token(disposition), "attachment"u8))
                return true;
            if (MimeParameters.Parse(disposition).Get("filename") is { Length: > 0 } && part.Subtype != "calendar")
                return true;
        }
        // Calendars carry a name and are read all the same.
        return part.Subtype != "calendar" && part.TypeIsDeclared && part.RawValue(MimeHeaderId.ContentType) is var type && type.IndexOf("name"u8) >= 0
            && MimeParameters.Parse(type).Get("name") is { Length: > 0 };
    }

    /// <summary>The name under which an attachment is shown and saved: filename, else name, else description; the last step of a path; never empty.</summary>
    public static string FileName(MimePart part)
    {
        var name = MimeParameters.Parse(part.RawValue(MimeHeaderId.ContentDisposition)).Get("filename");
        if (string.IsNullOrWhiteSpace(name) && part.TypeIsDeclared)
            name = MimeParameters.Parse(part.RawValue(MimeHeaderId.ContentType)).Get("name");
        name = MailAddress.Clean(name ?? "");
        var cut = name.AsSpan().LastIndexOfAny('/', '\\');
        if (cut >= 0)
            name = name[(cut + 1)..];
        return name;
    }
}
