// RFC 1896 text/enriched; RFC 1341 7.1.3 text/richtext, its forerunner: read. [MS-OXCETF]; [MS-OXCMAIL] 2.2.3.3.
using System.Globalization;
using System.Text;

namespace Rialto.Content.Bodies;

/// <summary>text/enriched and text/richtext as HTML and text.</summary>
public static class EnrichedText
{
    /// <summary>An HTML document in UTF-8. richtext: line ends are blanks, nl, np and lt are commands (RFC 1341), against text/enriched, where two line ends make one.</summary>
    public static string ToHtml(ReadOnlySpan<char> text, bool richtext = false)
    {
        var html = new StringBuilder(text.Length + 200);
        html.Append("<!DOCTYPE html>\r\n<html>\r\n<head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\r\n</head>\r\n<body>\r\n");
        new Writer(html, true, richtext).Write(text);
        return html.Append("\r\n</body>\r\n</html>\r\n").ToString();
    }

    /// <summary>The text alone, with CR LF.</summary>
    public static string ToText(ReadOnlySpan<char> text, bool richtext = false)
    {
        var plain = new StringBuilder(text.Length);
        new Writer(plain, false, richtext).Write(text);
        return plain.ToString();
    }

    private sealed class Writer(StringBuilder output, bool html, bool richtext)
    {
        /// <summary>Commands inside commands that are kept; RFC 1896 bounds nothing.</summary>
        private const int MaxDepth = 128;

        /// <summary>RFC 1896 2: the longest name of a command.</summary>
        private const int MaxName = 60;
        private const int MaxParameter = 256;

        private readonly Stack<(string Name, string End)> _open = new();
        private int _noFill;
        private int _verbatim;
        private int _comments;
        private StringBuilder? _parameter;
        private bool _space = true;

        public void Write(ReadOnlySpan<char> text)
        {
            while (!text.IsEmpty)
            {
                var mark = text.IndexOfAny('<', '\r', '\n');
                Run(mark < 0 ? text : text[..mark]);
                if (mark < 0)
                    break;
                text = text[mark..];
                text = text[0] == '<' ? Command(text) : Lines(text);
            }
            while (_open.TryPop(out var open))
                Markup(open.End);
        }

        private void Run(ReadOnlySpan<char> run)
        {
            if (run.IsEmpty || _comments > 0)
                return;
            if (_parameter is not null)
            {
                if (_parameter.Length < MaxParameter)
                    _parameter.Append(run[..Math.Min(run.Length, MaxParameter)]);
                return;
            }
            if (html)
                HtmlReference.Encode(run, output);
            else
                output.Append(run);
            _space = false;
        }

        private ReadOnlySpan<char> Lines(ReadOnlySpan<char> text)
        {
            var count = 0;
            while (!text.IsEmpty && text[0] is '\r' or '\n')
            {
                text = text[(text[0] == '\r' && text.Length > 1 && text[1] == '\n' ? 2 : 1)..];
                count++;
            }
            if (_parameter is not null || _comments > 0)
                return text;
            if (richtext)
            {
                Run(_space ? "" : " ");
                _space = true;
                return text;
            }
            // RFC 1896 2: one line end is a blank, n of them are n - 1 line ends; in nofill each is one.
            if (_noFill + _verbatim == 0 && count == 1)
                Run(" ");
            else
                Breaks(_noFill + _verbatim > 0 ? count : count - 1);
            return text;
        }

        private void Breaks(int count)
        {
            if (_comments > 0)
                return;
            for (; count > 0; count--)
                output.Append(html ? "<br>\r\n" : "\r\n");
            _space = true;
        }

        private void Markup(string markup)
        {
            if (html)
                output.Append(markup);
        }

        private ReadOnlySpan<char> Command(ReadOnlySpan<char> text)
        {
            if (!richtext && _verbatim == 0 && text.StartsWith("<<"))
            {
                Run("<");
                return text[2..];
            }
            var end = text[..Math.Min(text.Length, MaxName + 3)].IndexOf('>');
            var close = text.Length > 1 && text[1] == '/';
            var name = end < 0 ? "" : text[(close ? 2 : 1)..end].ToString().ToLowerInvariant();
            if (end < 0 || name.Length == 0 || _verbatim > 0 && !(close && name == "verbatim"))
            {
                Run("<");
                return text[1..];
            }
            if (close)
                End(name);
            else
                Start(name);
            return text[(end + 1)..];
        }

        private void Start(string name)
        {
            switch (name)
            {
                case "nofill" or "verbatim" or "comment":
                    Count(name, 1);
                    return;
                case "param" when !richtext:
                    _parameter = new StringBuilder();
                    return;
                case "lt":
                    Run("<");
                    return;
                case "nl":
                    Breaks(1);
                    return;
                case "np":
                    Breaks(2);
                    return;
            }
            if (_open.Count == MaxDepth || _comments > 0)
                return;
            var (open, close) = Tags(name);
            _open.Push((name, close));
            Markup(open);
        }

        private void Count(string name, int by)
        {
            if (name == "nofill")
                _noFill = Math.Max(0, _noFill + by);
            else if (name == "verbatim")
                _verbatim = Math.Max(0, _verbatim + by);
            else
                _comments = Math.Max(0, _comments + by);
        }

        private void End(string name)
        {
            if (name == "param" && _parameter is { } parameter)
            {
                _parameter = null;
                Parameter(parameter.ToString().Trim());
                return;
            }
            if (name is "nofill" or "verbatim" or "comment")
            {
                Count(name, -1);
                return;
            }
            var found = false;
            foreach (var open in _open)
                found |= open.Name == name;
            if (!found)
                return;
            while (_open.TryPop(out var open))
            {
                Markup(open.End);
                if (open.Name == name)
                    break;
            }
            if (!html && name is "paragraph")
                Breaks(2);
        }

        /// <summary>RFC 1896 2.1: a parameter belongs to the command that encloses it.</summary>
        private void Parameter(string value)
        {
            if (!_open.TryPeek(out var command) || value.Length == 0 || command.End.StartsWith("</span>", StringComparison.Ordinal))
                return;
            string? style = null;
            switch (command.Name)
            {
                case "color":
                    style = Color(value) is { } color ? $"color:{color}" : null;
                    break;
                case "fontfamily" when value.IndexOfAny([';', '"', '\'', '<', '>', '&']) < 0:
                    style = $"font-family:'{value}'";
                    break;
            }
            if (style is null)
                return;
            _open.Pop();
            _open.Push((command.Name, "</span>" + command.End));
            Markup($"<span style=\"{style}\">");
        }

        /// <summary>A name, or three hexadecimal numbers of four digits.</summary>
        private static string? Color(string value)
        {
            var parts = value.Split(',');
            if (parts.Length == 3)
            {
                var rgb = 0;
                foreach (var part in parts)
                {
                    if (!int.TryParse(part.Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
                        return null;
                    rgb = rgb << 8 | number >> 8 & 255;
                }
                return string.Create(CultureInfo.InvariantCulture, $"#{rgb:x6}");
            }
            return BodyFormat.TryColor(value, out var named) ? string.Create(CultureInfo.InvariantCulture, $"#{named:x6}") : null;
        }

        private static (string Open, string Close) Tags(string name) => name switch
        {
            "bold" => ("<b>", "</b>"),
            "italic" => ("<i>", "</i>"),
            "underline" => ("<u>", "</u>"),
            "fixed" => ("<tt>", "</tt>"),
            "smaller" => ("<small>", "</small>"),
            "bigger" => ("<big>", "</big>"),
            "subscript" => ("<sub>", "</sub>"),
            "superscript" => ("<sup>", "</sup>"),
            "center" => ("<div style=\"text-align:center\">", "</div>"),
            "flushleft" => ("<div style=\"text-align:left\">", "</div>"),
            "flushright" => ("<div style=\"text-align:right\">", "</div>"),
            "flushboth" => ("<div style=\"text-align:justify\">", "</div>"),
            "indent" => ("<div style=\"margin-left:4em\">", "</div>"),
            "indentright" => ("<div style=\"margin-right:4em\">", "</div>"),
            "paraindent" => ("<div style=\"margin-left:2em\">", "</div>"),
            "excerpt" => ("<blockquote>", "</blockquote>"),
            "paragraph" => ("<p>", "</p>"),
            "heading" or "footing" => ("<b>", "</b>"),
            _ => ("", ""),
        };
    }
}
