// RFC 1896 text/enriched, written. [MS-OXCETF]; [MS-OXCMAIL] 2.1.3.3.9.
using System.Globalization;
using System.Text;

namespace Rialto.Content.Bodies;

/// <summary>
/// HTML as text/enriched: what both can say (weight, style, lines, colour, family, size, quotes, alignment) as commands, the rest as text. Commands are always closed in the order
/// that they were opened in. Linear in time, for any input.
/// </summary>
public static class HtmlToEnriched
{
    public static string Convert(ReadOnlySpan<char> html)
    {
        var writer = new Writer();
        writer.Write(html);
        return writer.Result;
    }

    private sealed class Writer
    {
        /// <summary>Tags inside one another whose look is kept; the look of deeper ones is that of the deepest.</summary>
        private const int MaxDepth = 256;
        private const int MaxQuotes = 16;
        private const int MaxLists = 16;

        /// <summary>RFC 1896 2: lines of 76 characters; a break in a line is a blank.</summary>
        private const int LineLength = 72;

        private readonly StringBuilder _out = new();
        private readonly List<string> _open = [];
        private readonly List<string> _wanted = [];
        private readonly Stack<(string Name, BodyFormat Format, string Alignment)> _tags = new();
        private readonly Stack<int> _lists = new();
        private int _quotes;
        private int _pre;
        private int _breaks;
        private int _line;
        private bool _space;
        private bool _any;
        private string? _marker;

        public string Result => _out.ToString();

        private BodyFormat Format => _tags.TryPeek(out var top) ? top.Format : BodyFormat.Default;

        public void Write(ReadOnlySpan<char> html)
        {
            var reader = new HtmlReader(html);
            while (reader.Read())
            {
                switch (reader.Kind)
                {
                    case HtmlTokenKind.Text:
                        Text(reader.Span);
                        break;
                    case HtmlTokenKind.StartTag:
                        Start(reader, BodyFormat.Known(reader.Name));
                        break;
                    case HtmlTokenKind.EndTag:
                        End(BodyFormat.Known(reader.Name));
                        break;
                }
            }
            _wanted.Clear();
            Sync();
            _out.Append("\r\n");
        }

        private void Start(scoped in HtmlReader tag, string name)
        {
            if (name is "br" or "hr")
            {
                _space = false;
                _breaks = Math.Max(_breaks, 0) + 1;
                return;
            }
            if (name.Length == 0 || BodyFormat.IsVoid(name) && name != "img")
                return;
            switch (name)
            {
                case "img":
                    if (tag.Attribute("alt") is { Length: > 0 and <= 1000 } alt)
                        Words(alt);
                    return;
                case "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                    Break(_lists.Count > 0 ? 1 : 2);
                    break;
                case "ul" or "ol" or "menu" or "dir":
                    Break(1);
                    if (_lists.Count < MaxLists)
                        _lists.Push(name == "ol" ? 1 : 0);
                    break;
                case "li":
                    Break(1);
                    _marker = _lists.TryPop(out var number) ? number > 0 ? string.Create(CultureInfo.InvariantCulture, $"{number}. ") : "* " : "* ";
                    if (_marker[0] != '*' || number > 0)
                        _lists.Push(number + 1);
                    else if (_lists.Count < MaxLists)
                        _lists.Push(0);
                    break;
                case "blockquote":
                    Break(2);
                    _quotes = Math.Min(MaxQuotes, _quotes + 1);
                    break;
                case "pre" or "xmp" or "listing":
                    Break(1);
                    _pre++;
                    break;
                case "td" or "th":
                    if (_any && _breaks == 0)
                        Words(" ");
                    break;
                default:
                    if (BodyFormat.IsBlock(name))
                        Break(1);
                    break;
            }
            if (_tags.Count < MaxDepth)
                _tags.Push((name, Format.With(tag), AlignmentOf(tag, name)));
        }

        private string AlignmentOf(scoped in HtmlReader tag, string name)
        {
            var outer = _tags.TryPeek(out var top) ? top.Alignment : "";
            if (name == "center")
                return "center";
            var value = tag.Attribute("align") ?? "";
            if (tag.Attribute("style") is { } style && style.IndexOf("text-align", StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
            {
                var rest = style.AsSpan(at + 10).TrimStart(" \t:");
                var end = rest.IndexOfAny("; !");
                value = (end < 0 ? rest : rest[..end]).ToString();
            }
            return !BodyFormat.IsBlock(name) ? outer : value.ToLowerInvariant() switch { "center" => "center", "right" => "flushright", "justify" => "flushboth", "left" => "flushleft", _ => outer };
        }

        private void End(string name)
        {
            if (name.Length == 0 || name == "br")
                return;
            switch (name)
            {
                case "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                    Break(_lists.Count > 0 ? 1 : 2);
                    break;
                case "ul" or "ol" or "menu" or "dir":
                    _lists.TryPop(out _);
                    Break(1);
                    _marker = null;
                    break;
                case "blockquote":
                    Break(2);
                    _quotes = Math.Max(0, _quotes - 1);
                    break;
                case "pre" or "xmp" or "listing":
                    Break(1);
                    _pre = Math.Max(0, _pre - 1);
                    break;
                default:
                    if (BodyFormat.IsBlock(name))
                        Break(1);
                    break;
            }
            // Tags that are not open end nothing; one that is ends those inside it. Few are ever looked at: deep ones are not kept.
            var depth = 0;
            foreach (var tag in _tags)
            {
                depth++;
                if (tag.Name != name)
                    continue;
                for (; depth > 0; depth--)
                    _tags.Pop();
                return;
            }
        }

        private void Break(int count)
        {
            _space = false;
            if (_any)
                _breaks = Math.Max(_breaks, count);
        }

        /// <summary>The commands that the text to come stands in.</summary>
        private void Want()
        {
            _wanted.Clear();
            for (var i = 0; i < _quotes; i++)
                _wanted.Add("excerpt");
            if (_tags.TryPeek(out var top) && top.Alignment.Length > 0)
                _wanted.Add(top.Alignment);
            var format = Format;
            if (_pre > 0)
                _wanted.Add("nofill");
            if (format.Font is "Courier New" or "Courier")
                _wanted.Add("fixed");
            else if (format.Font is { } font && font.IndexOfAny(['<', '>']) < 0)
                _wanted.Add("fontfamily" + font);
            if (format.Color > 0)
                _wanted.Add(string.Create(CultureInfo.InvariantCulture, $"color{(format.Color >> 16) * 0x101:x4},{(format.Color >> 8 & 255) * 0x101:x4},{(format.Color & 255) * 0x101:x4}"));
            if (format.Size != 0 && format.Size != 24)
                _wanted.Add(format.Size > 24 ? "bigger" : "smaller");
            if (format.Bold)
                _wanted.Add("bold");
            if (format.Italic)
                _wanted.Add("italic");
            if (format.Underline)
                _wanted.Add("underline");
        }

        private void Sync()
        {
            var same = Close();
            for (; same < _wanted.Count; same++)
            {
                var name = NameOf(_wanted[same]);
                Command("<", name);
                if (name.Length < _wanted[same].Length)
                    _out.Append("<param>").Append(_wanted[same], name.Length, _wanted[same].Length - name.Length).Append("</param>");
                _open.Add(_wanted[same]);
            }
        }

        private void Command(string open, string name) => _out.Append(open).Append(name).Append('>');

        private static string NameOf(string command) => command.StartsWith("color", StringComparison.Ordinal) ? "color" : command.StartsWith("fontfamily", StringComparison.Ordinal) ? "fontfamily" : command;

        private void Emit(ReadOnlySpan<char> word)
        {
            if (Format.Hidden || word.IsEmpty)
                return;
            Want();
            // What ends here is closed before the blank or the line end.
            Close();
            if (_breaks > 0 && _any)
            {
                // n line ends are n + 1 of them, where each does not count for itself.
                for (var i = 0; i < Math.Min(_breaks, 3) + (_open.Contains("nofill") ? 0 : 1); i++)
                    _out.Append("\r\n");
                _line = 0;
            }
            else if (_space)
            {
                var full = _line + word.Length >= LineLength && _pre == 0;
                _out.Append(full ? "\r\n" : " ");
                _line = full ? 0 : _line + 1;
            }
            Sync();
            if (_marker is { } marker)
            {
                _out.Append(marker);
                _line += marker.Length;
            }
            (_marker, _space, _breaks, _any) = (null, false, 0, true);
            _line += word.Length;
            for (int at; (at = word.IndexOf('<')) >= 0; word = word[(at + 1)..])
                _out.Append(word[..at]).Append("<<");
            _out.Append(word);
        }

        /// <summary>Closes what the next text does not stand in; how many stay open.</summary>
        private int Close()
        {
            var same = 0;
            while (same < _open.Count && same < _wanted.Count && _open[same] == _wanted[same])
                same++;
            for (var i = _open.Count; i > same; i--)
                Command("</", NameOf(_open[i - 1]));
            _open.RemoveRange(same, _open.Count - same);
            return same;
        }

        private void Text(ReadOnlySpan<char> text)
        {
            while (!text.IsEmpty)
            {
                switch (HtmlReference.Next(ref text, out var run))
                {
                    case HtmlRun.Words:
                        Words(run);
                        break;
                    case HtmlRun.Characters:
                        Emit(run);
                        break;
                    case HtmlRun.Blank:
                        _space |= _any && _breaks == 0;
                        break;
                }
            }
        }

        private void Words(ReadOnlySpan<char> text)
        {
            while (!text.IsEmpty)
            {
                var end = _pre > 0 ? text.IndexOfAny('\r', '\n') : text.IndexOfAny(" \t\r\n\f\u00A0");
                Emit(end < 0 ? text : text[..end]);
                if (end < 0)
                    return;
                if (_pre > 0)
                {
                    if (_any && text[end] == '\n')
                        _breaks++;
                }
                else
                {
                    _space |= _any && _breaks == 0;
                }
                text = text[(end + 1)..];
            }
        }
    }
}
