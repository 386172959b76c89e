// Plain text as HTML: white space kept, links made, RFC 3676 format=flowed and quoting.
using System.Buffers;
using System.Text;

namespace Rialto.Content.Bodies;

/// <summary>How some plain text is written.</summary>
public sealed record TextToHtmlOptions
{
    public static TextToHtmlOptions Default { get; } = new();

    /// <summary>RFC 3676: lines that end in a blank go on in the next, quote depth stands in leading ">"s, one stuffed blank is taken away.</summary>
    public bool Flowed { get; init; }

    /// <summary>RFC 3676 4.1 DelSp=yes: the blank at a soft line's end is no part of the text.</summary>
    public bool DeleteSpace { get; init; }

    /// <summary>Quotes (lines that begin with ">") become blockquotes.</summary>
    public bool Quotes { get; init; } = true;

    /// <summary>Blockquotes inside one another; deeper quotes stay in the deepest.</summary>
    public int MaxQuoteDepth { get; init; } = 32;
}

/// <summary>Plain text as an HTML document in UTF-8.</summary>
public static class TextToHtml
{
    private static readonly SearchValues<string> Schemes = SearchValues.Create(["http://", "https://", "ftp://", "mailto:", "www.", "tel:", "file://"], StringComparison.OrdinalIgnoreCase);

    public static string Convert(ReadOnlySpan<char> text, TextToHtmlOptions? options = null)
    {
        options ??= TextToHtmlOptions.Default;
        var html = new StringBuilder(text.Length + text.Length / 8 + 300);
        html.Append("<!DOCTYPE html>\r\n<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\r\n"
            + "<style>blockquote{margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex}</style>\r\n</head>\r\n<body>\r\n<div style=\"white-space:pre-wrap\">");
        var depth = 0;
        var soft = false;
        var first = true;
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny('\r', '\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1))..];
            var quoted = options.Quotes || options.Flowed ? Depth(ref line, options.Flowed) : 0;
            var kept = Math.Min(quoted, options.MaxQuoteDepth);
            // RFC 3676 4.5: a change of depth ends a paragraph.
            if (!first && !(soft && kept == depth) && kept == depth)
                html.Append("\r\n");
            for (; depth > kept; depth--)
                html.Append("</blockquote>");
            for (; depth < kept; depth++)
                html.Append("<blockquote>");
            // RFC 3676 4.3: the signature's mark is no soft line.
            soft = options.Flowed && line.EndsWith(" ") && line is not "-- ";
            if (soft && options.DeleteSpace)
                line = line[..^1];
            Line(line, html);
            first = false;
            if (end >= 0 && text.IsEmpty)
                html.Append("\r\n");
        }
        for (; depth > 0; depth--)
            html.Append("</blockquote>");
        return html.Append("</div>\r\n</body>\r\n</html>\r\n").ToString();
    }

    private static int Depth(ref ReadOnlySpan<char> line, bool flowed)
    {
        var depth = 0;
        var rest = line;
        while (rest.Length > 0 && rest[0] == '>')
        {
            depth++;
            rest = rest[1..];
            // Others than RFC 3676 write a blank between the marks.
            if (!flowed && rest.Length > 1 && rest[0] == ' ' && rest[1] == '>')
                rest = rest[1..];
        }
        if (depth > 0 || flowed)
            line = rest.Length > 0 && rest[0] == ' ' ? rest[1..] : rest;
        return depth;
    }

    private static void Line(ReadOnlySpan<char> line, StringBuilder html)
    {
        while (!line.IsEmpty)
        {
            var at = line.IndexOfAny(Schemes);
            if (at < 0)
                break;
            var length = at > 0 && char.IsLetterOrDigit(line[at - 1]) ? 0 : LinkLength(line[at..]);
            if (length == 0)
            {
                HtmlReference.Encode(line[..(at + 1)], html);
                line = line[(at + 1)..];
                continue;
            }
            HtmlReference.Encode(line[..at], html);
            var link = line.Slice(at, length);
            html.Append("<a href=\"");
            if (link.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
                html.Append("http://");
            HtmlReference.Encode(link, html);
            html.Append("\">");
            HtmlReference.Encode(link, html);
            html.Append("</a>");
            line = line[(at + length)..];
        }
        HtmlReference.Encode(line, html);
    }

    /// <summary>RFC 3986 appendix C: to white space, a bracket or a quote, without the punctuation of the sentence around it.</summary>
    private static int LinkLength(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(" \t<>\"\u00A0");
        var link = end < 0 ? text : text[..end];
        var scheme = link.IndexOf(':');
        var bare = link.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? 4 : scheme + 1 + (link[(scheme + 1)..].StartsWith("//") ? 2 : 0);
        link = link.TrimEnd(".,;:!?'");
        if (link.EndsWith(")") && link.IndexOf('(') < 0)
            link = link[..^1].TrimEnd(".,;:!?'");
        return link.Length > bare ? link.Length : 0;
    }
}
