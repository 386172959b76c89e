// [MS-OXCMAIL] 2.2.3.3: message body; 2.2.3.3.2.2 aggregate bodies.
using System.Net;
using System.Text;
using Rialto.Content.Bodies;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal static class MimeBodyProperties
{
    /// <summary>Characters of plain text made from an HTML body; beyond that nobody reads plain text.</summary>
    private const int MaxStripped = 4 << 20;

    public static void Set(MimeContent content, PropertyBag bag)
    {
        if (content.Body.Count == 0)
        {
            bag.Set(PropertyValue.Of(PropertyTags.Body, ""));
            bag.Set(PropertyValue.Of(PropertyTags.InternetCodepage, 65001));
            bag.Set(PropertyValue.Of(PropertyTags.NativeBody, 1));
            return;
        }
        bag.Set(PropertyValue.Of(PropertyTags.Body, WithCrLf(PlainText(content))));
        SetIdentity(content, bag);
        if (content.HasHtml)
        {
            var (html, codePage) = Html(content);
            SetHtml(bag, html, codePage);
            return;
        }
        var first = content.Body[0].Plain[0];
        if (content.Body is [{ Plain: [{ Subtype: "enriched" or "richtext" }] }])
        {
            SetHtml(bag, Encoding.UTF8.GetBytes(EnrichedText.ToHtml(MimeText.Decode(first), first.Subtype == "richtext")), 65001);
            return;
        }
        var declared = MimeText.DeclaredCodePage(first);
        bag.Set(PropertyValue.Of(PropertyTags.InternetCodepage, MailCharset.IsClientCodePage(declared) ? declared : 65001));
        bag.Set(PropertyValue.Of(PropertyTags.NativeBody, 1));
    }

    /// <summary>Content-ID and Content-Location of the body: of its HTML where there is one. 2.2.3.2.24, 2.2.3.2.26.</summary>
    private static void SetIdentity(MimeContent content, PropertyBag bag)
    {
        var part = content.Body[0] is { Html: [var html, ..] } ? html : content.Body[0].Plain is [var plain, ..] ? plain : null;
        if (part is null)
            return;
        MimeToProperties.SetIfAny(bag, PropertyTags.BodyContentId, MimeContent.ContentId(part));
        MimeToProperties.SetIfAny(bag, PropertyTags.BodyContentLocation, MessageFacts.Text(part, MimeHeaderId.ContentLocation));
    }

    private static void SetHtml(PropertyBag bag, byte[] html, int codePage)
    {
        bag.Set(PropertyValue.Of(PropertyTags.Html, html));
        bag.Set(PropertyValue.Of(PropertyTags.InternetCodepage, codePage));
        bag.Set(PropertyValue.Of(PropertyTags.NativeBody, 3));
    }

    private static string PlainText(MimeContent content)
    {
        if (content.Body is [{ Plain: [var only] }])
            return TextOf(only, content);
        var text = new StringBuilder();
        foreach (var piece in content.Body)
        {
            foreach (var part in piece.Plain)
                text.Append(TextOf(part, content)).Append(text.Length > 0 && text[^1] == '\n' ? "" : "\r\n");
            if (piece.Plain.Count > 0)
                continue;
            foreach (var part in piece.Html)
            {
                var html = MimeText.Decode(part);
                text.Append(HtmlToText.Convert(html, new HtmlToTextOptions { MaxLength = MaxStripped }));
                if (text.Length > 0 && text[^1] != '\n')
                    text.Append("\r\n");
            }
        }
        return text.ToString();
    }

    /// <summary>The text of a plain part: without the files that stood in it, its paragraphs whole, its formatting gone.</summary>
    private static string TextOf(MimePart part, MimeContent content)
    {
        var text = content.Uuencoded.TryGetValue(part, out var split) ? MailCharset.DecodeByCodePage(split.Text, MimeText.DeclaredCodePage(part)) : MimeText.Decode(part);
        if (part.Subtype is "enriched" or "richtext")
            return EnrichedText.ToText(text, part.Subtype == "richtext");
        return FlowedText.IsFlowed(part, out var delSp) ? FlowedText.Decode(text, delSp) : text;
    }

    /// <summary>One HTML part as it is, in its own code page; several pieces joined in UTF-8.</summary>
    private static (byte[] Html, int CodePage) Html(MimeContent content)
    {
        if (content.Body is [{ Html: [var only] }])
        {
            var decoded = MimeText.Bytes(only);
            var codePage = MimeText.CodePage(only, decoded, MimeText.DeclaredCodePage(only));
            // UTF-16 and UTF-7 are no code pages that a client takes HTML in.
            return !MailCharset.IsClientCodePage(codePage)
                ? (Encoding.UTF8.GetBytes(MailCharset.DecodeByCodePage(decoded, codePage)), 65001)
                : (decoded, codePage);
        }
        var html = new StringBuilder();
        foreach (var piece in content.Body)
        {
            foreach (var part in piece.Html)
                html.Append(MimeText.Decode(part)).Append("\r\n");
            if (piece.Html.Count > 0)
                continue;
            foreach (var part in piece.Plain)
                html.Append("<pre>").Append(WebUtility.HtmlEncode(MimeText.Decode(part))).Append("</pre>\r\n");
        }
        return (Encoding.UTF8.GetBytes(html.ToString()), 65001);
    }

    private static string WithCrLf(string text)
    {
        text = text.Replace("\0", "", StringComparison.Ordinal);
        return HasBareLineFeed(text) ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal) : text;
    }

    private static bool HasBareLineFeed(string text)
    {
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
        {
            if (i == 0 || text[i - 1] != '\r')
                return true;
        }
        return false;
    }
}
