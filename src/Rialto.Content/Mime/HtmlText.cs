// The readable text of HTML mail for previews and the index; not a renderer.
using System.Buffers;
using System.Text;
using Rialto.Content.Bodies;

namespace Rialto.Content.Mime;

/// <summary>Strips tags, scripts, styles and comments and decodes entities, in one pass over any input.</summary>
public static class HtmlText
{
    /// <summary>Appends the text until maxLength characters stand in the target. Blocks and breaks become line ends, other white space single blanks.</summary>
    public static void Strip(ReadOnlySpan<char> html, StringBuilder target, int maxLength)
    {
        var quotes = true;
        var space = true;
        while (!html.IsEmpty && target.Length < maxLength)
        {
            var mark = html.IndexOfAny('<', '&');
            var text = mark < 0 ? html : html[..mark];
            AppendText(text, target, maxLength, ref space);
            if (mark < 0)
                return;
            html = html[mark..];
            if (html[0] == '&')
                html = Entity(html, target, ref space);
            else
                html = Tag(html, target, ref space, ref quotes);
        }
    }

    /// <summary>White space, and the invisible characters that newsletters fill their preview with.</summary>
    private static readonly SearchValues<char> Breaks = SearchValues.Create(" \t\r\n\u00A0\u00AD\u034F\u2007\u200B\u200C\u200D\u2060\uFEFF");

    private static void AppendText(ReadOnlySpan<char> text, StringBuilder target, int maxLength, ref bool space)
    {
        while (!text.IsEmpty && target.Length < maxLength)
        {
            var end = text.IndexOfAny(Breaks);
            var word = end < 0 ? text : text[..end];
            if (!word.IsEmpty)
            {
                target.Append(word);
                space = false;
            }
            if (end < 0)
                return;
            // The joiners belong to words of Persian, of Indian scripts and of emoji; between blanks they are filling.
            if (text[end] is <= '\u00A0' or '\u2007')
                Blank(target, ref space);
            else if (text[end] is '\u200C' or '\u200D' && !space)
                target.Append(text[end]);
            text = text[(end + 1)..];
        }
    }

    private static void Blank(StringBuilder target, ref bool space)
    {
        if (!space)
            target.Append(' ');
        space = true;
    }

    private static ReadOnlySpan<char> Entity(ReadOnlySpan<char> html, StringBuilder target, scoped ref bool space)
    {
        var length = HtmlReference.Read(html, out var decoded);
        if (length > 0)
        {
            AppendText(decoded, target, int.MaxValue, ref space);
            return html[length..];
        }
        target.Append('&');
        space = false;
        return html[1..];
    }

    private static ReadOnlySpan<char> Tag(ReadOnlySpan<char> html, StringBuilder target, scoped ref bool space, scoped ref bool quotes)
    {
        if (html.StartsWith("<!--"))
        {
            var close = html.IndexOf("-->");
            return close < 0 ? default : html[(close + 3)..];
        }
        var nameStart = html.Length > 1 && html[1] == '/' ? 2 : 1;
        if (html.Length <= nameStart || !(char.IsAsciiLetter(html[nameStart]) || html[1] is '!' or '?'))
        {
            target.Append('<');
            space = false;
            return html[1..];
        }
        var nameEnd = nameStart;
        while (nameEnd < html.Length && nameEnd < nameStart + 12 && char.IsAsciiLetterOrDigit(html[nameEnd]))
            nameEnd++;
        var name = html[nameStart..nameEnd];
        var end = EndOfTag(html, ref quotes);
        if (end < 0)
            return default;
        var rest = html[(end + 1)..];
        if (nameStart == 1 && IsHidden(name))
            return AfterElement(rest, name);
        if (IsBlock(name) && target.Length > 0 && target[^1] != '\n')
        {
            if (target[^1] == ' ')
                target.Length--;
            if (target.Length > 0)
                target.Append('\n');
            space = true;
        }
        return rest;
    }

    /// <summary>The tag's closing bracket, one inside a quoted value not counted. Quotes that never close are taken for none from then on.</summary>
    private static int EndOfTag(ReadOnlySpan<char> html, ref bool quotes)
    {
        var first = html.IndexOf('>');
        if (first < 0 || !quotes)
            return first;
        var quote = '\0';
        for (var i = 1; i < html.Length; i++)
        {
            var c = html[i];
            if (quote != '\0')
            {
                if (c == quote)
                    quote = '\0';
            }
            else if (c == '>')
            {
                return i;
            }
            else if (c is '"' or '\'' && html[i - 1] == '=')
            {
                quote = c;
            }
        }
        quotes = false;
        return first;
    }

    private static ReadOnlySpan<char> AfterElement(ReadOnlySpan<char> html, ReadOnlySpan<char> name)
    {
        while (true)
        {
            var close = html.IndexOf("</");
            if (close < 0)
                return default;
            html = html[(close + 2)..];
            if (html.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                var end = html.IndexOf('>');
                return end < 0 ? default : html[(end + 1)..];
            }
        }
    }

    private static bool IsHidden(ReadOnlySpan<char> name) => Is(name, "script") || Is(name, "style") || Is(name, "title");

    private static bool IsBlock(ReadOnlySpan<char> name) =>
        Is(name, "br") || Is(name, "p") || Is(name, "div") || Is(name, "tr") || Is(name, "li") || Is(name, "td") || Is(name, "th") || Is(name, "table") || Is(name, "ul")
        || Is(name, "ol") || Is(name, "blockquote") || Is(name, "hr") || Is(name, "pre") || Is(name, "body") || Is(name, "head") || name.Length == 2 && name[0] is 'h' or 'H' && char.IsAsciiDigit(name[^1]);

    private static bool Is(ReadOnlySpan<char> name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);
}
