// [MS-OXRTFEX] 2.1.3.1, 3.2.3 encapsulating RTF writer; without the encapsulation a plain converter of HTML to RTF.
//
//   {\*\htmltag84 <b>}\htmlrtf \b \htmlrtf0 text{\*\htmltag92 </b>}\htmlrtf \b0 \htmlrtf0
//
// What stands in \*\htmltag and outside \htmlrtf … \htmlrtf0, joined, is the HTML exactly; what is not in \*\htmltag is what an RTF reader shows.
using System.Globalization;
using System.Text;
using Rialto.Content.Bodies;

namespace Rialto.Content.Rtf;

/// <summary>HTML as RTF.</summary>
public static class HtmlToRtf
{
    /// <summary>\fromhtml1 RTF from which RtfEncapsulation.TryExtractHtml gives these characters back exactly; other readers see it formatted.</summary>
    public static byte[] Encapsulate(ReadOnlySpan<char> html) => new HtmlRtfWriter(encapsulate: true).Write(html);

    /// <summary>RTF without the HTML in it: white space collapsed, tables as tables.</summary>
    public static byte[] Convert(ReadOnlySpan<char> html) => new HtmlRtfWriter(encapsulate: false).Write(html);
}

internal sealed class HtmlRtfWriter(bool encapsulate)
{
    /// <summary>Elements inside elements whose look is remembered; deeper ones keep the look of the deepest.</summary>
    private const int MaxDepth = 256;
    private const int MaxFonts = 64;
    private const int MaxColors = 256;
    private const int IndentTwips = 360;

    private readonly StringBuilder _body = new();
    private readonly List<string> _fonts = ["Arial", "Courier New", "Symbol"];
    private readonly List<int> _colors = [0x000000, 0x0563C1];
    private readonly Stack<Element> _open = new();
    private readonly Stack<HtmlList> _lists = new();

    private BodyFormat _format = BodyFormat.Default;
    private BodyFormat _written = BodyFormat.Default;
    private bool _lineStart = true;
    private bool _inHead;
    private bool _pre;
    private bool _spacePending;
    private int _indent;
    private string _alignment = "";
    private string _paragraph = "";
    private bool _suppressing;
    private int _tables;
    private int _rowStart = -1;
    private int _cells;
    private bool _cellOpen;
    private string? _link;
    private BodyFormat _outsideLink;

    private readonly record struct Element(string Name, BodyFormat Before, bool Pre, string Alignment, bool Link);

    private struct HtmlList
    {
        public bool Ordered;
        public int Number;
    }

    public byte[] Write(ReadOnlySpan<char> html)
    {
        var reader = new HtmlReader(html);
        while (reader.Read())
        {
            switch (reader.Kind)
            {
                case HtmlTokenKind.Text:
                    if (_inHead)
                        Tag(reader.Span, 241);
                    else
                        Text(reader.Span);
                    break;
                case HtmlTokenKind.RawText or HtmlTokenKind.Comment:
                    Tag(reader.Span, _inHead ? 241 : 244);
                    break;
                case HtmlTokenKind.StartTag:
                    Start(reader);
                    break;
                default:
                    End(reader);
                    break;
            }
        }
        EndRow();
        CloseLink();
        Visible();
        return Encoding.ASCII.GetBytes(Head().Append(_body).Append('}').ToString());
    }

    private StringBuilder Head()
    {
        var head = new StringBuilder("{\\rtf1\\ansi\\ansicpg1252").Append(encapsulate ? "\\fromhtml1 " : " ").Append("\\fbidis \\deff0{\\fonttbl\r\n");
        for (var i = 0; i < _fonts.Count; i++)
        {
            head.Append(CultureInfo.InvariantCulture, $"{{\\f{i}").Append(i switch { 1 => "\\fmodern\\fcharset0 ", 2 => "\\fnil\\fcharset2 ", _ => "\\fswiss\\fcharset0 " });
            foreach (var c in _fonts[i])
                head.Append(c is >= ' ' and <= '~' and not (';' or '\\' or '{' or '}') ? c : '?');
            head.Append(";}\r\n");
        }
        head.Length -= 2;
        head.Append("}\r\n{\\colortbl;");
        foreach (var color in _colors)
            head.Append(CultureInfo.InvariantCulture, $"\\red{color >> 16 & 255}\\green{color >> 8 & 255}\\blue{color & 255};");
        head.Append("}\r\n\\uc1\\pard\\plain\\deftab360 \\f0\\fs24 ");
        // [MS-OXRTFEX] 3.2.3: an empty P before anything visible.
        return encapsulate ? head.Append("{\\*\\htmltag64}") : head;
    }

    /// <summary>Characters of the HTML that RTF does not show.</summary>
    private void Tag(ReadOnlySpan<char> span, int parameter)
    {
        if (!encapsulate || span.IsEmpty)
            return;
        Visible();
        _body.Append(CultureInfo.InvariantCulture, $"\r\n{{\\*\\htmltag{parameter} ");
        RtfText.AppendTag(_body, span);
        _body.Append('}');
    }

    /// <summary>RTF that the HTML does not hold.</summary>
    private void Rtf(ReadOnlySpan<char> rtf)
    {
        if (encapsulate && !_suppressing)
            _body.Append("\\htmlrtf ");
        _suppressing = encapsulate;
        _body.Append(rtf);
    }

    private void Visible()
    {
        if (_suppressing)
            _body.Append("\\htmlrtf0 ");
        _suppressing = false;
    }

    private void Text(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (text[0] == '&' && HtmlReference.Read(text, out var value) is > 0 and var length)
            {
                Content();
                Tag(text[..length], 84);
                Rtf("");
                RtfText.Append(_body, value);
                _lineStart = false;
                text = text[length..];
                continue;
            }
            if (text[0] is ' ' or '\t' or '\r' or '\n' or '\f')
            {
                var end = text.IndexOfAnyExcept(" \t\r\n\f");
                var space = end < 0 ? text : text[..end];
                text = text[space.Length..];
                Space(space);
                continue;
            }
            var stop = text[1..].IndexOfAny(" \t\r\n\f&");
            var word = stop < 0 ? text : text[..(stop + 1)];
            text = text[word.Length..];
            Content();
            Visible();
            Word(word);
            _lineStart = false;
        }
    }

    /// <summary>Shared by both readers, but for characters that RTF has no plain form of.</summary>
    private void Word(ReadOnlySpan<char> word)
    {
        if (encapsulate)
        {
            while (word.IndexOfAnyInRange('\0', '\x1F') is >= 0 and var control)
            {
                RtfText.Append(_body, word[..control]);
                Tag(word.Slice(control, 1), 84);
                word = word[(control + 1)..];
            }
        }
        RtfText.Append(_body, word);
    }

    private void Space(ReadOnlySpan<char> space)
    {
        if (_pre)
        {
            Content();
            for (var i = 0; i < space.Length; i++)
            {
                if (space[i] == ' ')
                {
                    Visible();
                    _body.Append(' ');
                    _lineStart = false;
                    continue;
                }
                var pair = space[i] == '\r' && i + 1 < space.Length && space[i + 1] == '\n';
                Tag(space.Slice(i, pair ? 2 : 1), 84);
                i += pair ? 1 : 0;
                Rtf(space[i] == '\t' ? "\\tab " : "\\line ");
            }
            return;
        }
        if (encapsulate && space is [' '] && !_lineStart)
        {
            Content();
            Visible();
            _body.Append(' ');
            return;
        }
        Tag(space, 84);
        if (_lineStart)
            return;
        if (encapsulate)
            Rtf(" ");
        else
            _spacePending = true;
    }

    /// <summary>Before anything visible: the paragraph, the look, the space that stood before.</summary>
    private void Content()
    {
        if (!encapsulate && _tables == 1 && _rowStart >= 0 && !_cellOpen)
            _cellOpen = true;
        var paragraph = Paragraph();
        if (paragraph != _paragraph)
        {
            Rtf(paragraph);
            _paragraph = paragraph;
        }
        if (_spacePending && !_lineStart)
            _body.Append(' ');
        _spacePending = false;
        if (_written != _format)
            Look();
    }

    private string Paragraph()
    {
        var table = !encapsulate && _rowStart >= 0 ? "\\intbl" : "";
        if (_indent == 0 && _alignment.Length == 0)
            return _paragraph.Length == 0 ? "" : $"\\pard{table} ";
        return string.Create(CultureInfo.InvariantCulture, $"\\pard{table}{_alignment}\\li{Math.Min(_indent, 20) * IndentTwips} ");
    }

    private void Look()
    {
        Rtf("");
        if (_format.Bold != _written.Bold)
            _body.Append(_format.Bold ? "\\b" : "\\b0");
        if (_format.Italic != _written.Italic)
            _body.Append(_format.Italic ? "\\i" : "\\i0");
        if (_format.Underline != _written.Underline)
            _body.Append(_format.Underline ? "\\ul" : "\\ulnone");
        if (_format.Strike != _written.Strike)
            _body.Append(_format.Strike ? "\\strike" : "\\strike0");
        if (_format.Hidden != _written.Hidden)
            _body.Append(_format.Hidden ? "\\v" : "\\v0");
        if (_format.Script != _written.Script)
            _body.Append(_format.Script switch { > 0 => "\\super", < 0 => "\\sub", _ => "\\nosupersub" });
        if (_format.Size != _written.Size)
            _body.Append(CultureInfo.InvariantCulture, $"\\fs{(_format.Size == 0 ? 24 : _format.Size)}");
        if (_format.Font != _written.Font)
            _body.Append(CultureInfo.InvariantCulture, $"\\f{FontNumber(_format.Font)}");
        if (_format.Color != _written.Color)
            _body.Append(CultureInfo.InvariantCulture, $"\\cf{ColorNumber(_format.Color)}");
        if (_format.Background != _written.Background)
            _body.Append(CultureInfo.InvariantCulture, $"\\highlight{ColorNumber(_format.Background)}");
        _body.Append(' ');
        _written = _format;
    }

    private int FontNumber(string? name)
    {
        if (name is null)
            return 0;
        var at = _fonts.IndexOf(name);
        if (at >= 0)
            return at == 2 ? 0 : at;
        if (_fonts.Count == MaxFonts)
            return 0;
        _fonts.Add(name);
        return _fonts.Count - 1;
    }

    private int ColorNumber(int color)
    {
        if (color < 0)
            return 0;
        var at = _colors.IndexOf(color);
        if (at >= 0)
            return at + 1;
        if (_colors.Count == MaxColors)
            return 0;
        _colors.Add(color);
        return _colors.Count;
    }

    private void NewLine()
    {
        _spacePending = false;
        if (_lineStart)
            return;
        Rtf("\\par\r\n");
        _lineStart = true;
    }

    private void Start(scoped in HtmlReader tag)
    {
        var name = BodyFormat.Known(tag.Name);
        var block = BodyFormat.IsBlock(name);
        if (block)
            NewLine();
        if (name == "head")
            _inHead = true;
        else if (name == "body")
            _inHead = false;
        // Where the look of what comes before a void element's own sign must be written first.
        if (name is "img" or "br")
            Content();
        Tag(tag.Span, Parameter(name).Open);
        Open(tag, name);
        switch (name)
        {
            case "br":
                Rtf("\\line ");
                _lineStart = false;
                break;
            case "hr":
                Rtf("\\pard\\brdrb\\brdrs\\brdrw10 \\par\\pard \r\n");
                _paragraph = "";
                _lineStart = true;
                break;
            case "img" when tag.Attribute("alt") is { Length: > 0 } alt:
                Rtf("");
                RtfText.Append(_body, alt.ReplaceLineEndings(" "));
                _lineStart = false;
                break;
            case "ul" or "ol" or "menu" or "dir":
                _lists.Push(new HtmlList { Ordered = name == "ol" });
                _indent++;
                break;
            case "blockquote" or "dd":
                _indent++;
                break;
            case "li":
                Item();
                break;
            case "table":
                _tables++;
                break;
            case "tr" when !encapsulate && _tables == 1:
                EndRow();
                _rowStart = _body.Length;
                break;
            case "td" or "th":
                Cell();
                break;
            case "a" when !encapsulate && _link is null && tag.Attribute("href") is { Length: > 0 } href && !href.StartsWith('#'):
                // The look of the link belongs inside the field.
                var look = _format;
                _format = _written;
                Content();
                _format = look;
                _link = href;
                _outsideLink = _written;
                _body.Append("{\\field{\\*\\fldinst{HYPERLINK \"");
                RtfText.Append(_body, href.Replace("\"", "%22", StringComparison.Ordinal));
                _body.Append("\"}}{\\fldrslt{");
                if (_written != _format)
                    Look();
                break;
        }
    }

    private void Open(scoped in HtmlReader tag, string name)
    {
        if (name.Length == 0 || BodyFormat.IsVoid(name) || name is "html" or "body" or "head" || _open.Count == MaxDepth)
            return;
        var before = _format;
        _open.Push(new Element(name, before, _pre, _alignment, name == "a"));
        _format = before.With(tag);
        _pre |= name is "pre" or "xmp" or "listing";
        var align = name == "center" ? "center" : tag.TryGetAttribute("align", out var value) ? value.ToString() : "";
        if (tag.TryGetAttribute("style", out var style) && style.IndexOf("text-align:", StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
            align = style[(at + 11)..].TrimStart().ToString();
        if (BodyFormat.IsBlock(name) || name is "td" or "th")
        {
            _alignment = align.StartsWith("center", StringComparison.OrdinalIgnoreCase) ? "\\qc" : align.StartsWith("right", StringComparison.OrdinalIgnoreCase) ? "\\qr"
                : align.StartsWith("justify", StringComparison.OrdinalIgnoreCase) ? "\\qj" : align.StartsWith("left", StringComparison.OrdinalIgnoreCase) ? "" : _alignment;
        }
    }

    private void End(scoped in HtmlReader tag)
    {
        var name = BodyFormat.Known(tag.Name);
        if (name == "a")
            CloseLink();
        Tag(tag.Span, Parameter(name).Close);
        switch (name)
        {
            case "head":
                _inHead = false;
                break;
            case "ul" or "ol" or "menu" or "dir" when _lists.Count > 0:
                NewLine();
                _lists.Pop();
                _indent--;
                break;
            case "blockquote" or "dd" when _indent > _lists.Count:
                NewLine();
                _indent--;
                break;
            case "p":
                NewLine();
                if (_lists.Count == 0 && _tables == 0)
                    Rtf("\\par\r\n");
                break;
            case "td" or "th":
                EndCell();
                break;
            case "tr":
                EndRow();
                break;
            case "table" when _tables > 0:
                EndRow();
                _tables--;
                break;
        }
        if (BodyFormat.IsBlock(name))
            NewLine();
        Close(name);
    }

    /// <summary>Elements inside that were left open end with the one that ends; an end without a start is none.</summary>
    private void Close(string name)
    {
        if (name.Length == 0)
            return;
        var looked = 0;
        var found = false;
        foreach (var element in _open)
        {
            if (element.Name == name)
            {
                found = true;
                break;
            }
            // A table's cell is a wall for tags that were not closed inside it.
            if (++looked == 32 || element.Name is "td" or "th" && name is not ("tr" or "table" or "tbody"))
                break;
        }
        while (found && _open.TryPop(out var element))
        {
            (_format, _pre, _alignment) = (element.Before, element.Pre, element.Alignment);
            if (element.Name == name)
                break;
        }
    }

    private void CloseLink()
    {
        if (_link is null)
            return;
        _body.Append("}}}");
        _link = null;
        // The group gave back the look from before the field.
        _written = _outsideLink;
    }

    private void Item()
    {
        var ordered = false;
        var number = 1;
        if (_lists.TryPop(out var list))
        {
            list.Number++;
            (ordered, number) = (list.Ordered, list.Number);
            _lists.Push(list);
        }
        var indent = Math.Min(Math.Max(1, _indent), 20) * IndentTwips;
        Rtf(ordered
            ? string.Create(CultureInfo.InvariantCulture, $"{{\\pntext {number}.\\tab}}\\pard{{\\*\\pn\\pnlvlbody\\pndec\\pnstart1\\pnindent{IndentTwips}{{\\pntxta.}}}}\\fi-{IndentTwips}\\li{indent} ")
            : string.Create(CultureInfo.InvariantCulture, $"{{\\pntext\\f2\\'b7\\tab}}\\pard{{\\*\\pn\\pnlvlblt\\pnf2\\pnindent{IndentTwips}{{\\pntxtb\\'b7}}}}\\fi-{IndentTwips}\\li{indent} "));
        // The item's own paragraph; the next one of another kind resets it.
        _paragraph = Paragraph();
        if (_alignment.Length > 0)
            _body.Append(_alignment).Append(' ');
        _lineStart = true;
    }

    private void Cell()
    {
        if (encapsulate || _tables != 1)
            return;
        if (_rowStart < 0)
        {
            NewLine();
            _rowStart = _body.Length;
        }
        if (_cellOpen)
            EndCell();
        _cellOpen = true;
        _lineStart = true;
    }

    private void EndCell()
    {
        _spacePending = false;
        if (encapsulate || _tables != 1)
        {
            if (!_lineStart)
                Rtf("\\tab ");
            return;
        }
        if (!_cellOpen)
            return;
        // The cell's end is its last paragraph's.
        if (_lineStart && _body.Length > 6 && _body[^1] == '\n' && _body[^6] == '\\' && _body[^5] == 'p')
            _body.Length -= 6;
        _body.Append("\\cell ");
        _cells++;
        _cellOpen = false;
        _lineStart = true;
    }

    private void EndRow()
    {
        if (_rowStart < 0)
            return;
        CloseLink();
        EndCell();
        if (_cells > 0)
        {
            var row = new StringBuilder("\\trowd\\trgaph70\\trleft-70");
            for (var i = 1; i <= Math.Min(_cells, 63); i++)
                row.Append(CultureInfo.InvariantCulture, $"\\clbrdrt\\brdrs\\clbrdrl\\brdrs\\clbrdrb\\brdrs\\clbrdrr\\brdrs\\cellx{9000 * i / _cells}");
            _body.Insert(_rowStart, row.Append("\\pard\\intbl ").ToString());
            _body.Append("\\row\\pard\r\n");
            _paragraph = "";
        }
        _rowStart = -1;
        _cells = 0;
        _lineStart = true;
    }

    /// <summary>[MS-OXRTFEX] 2.1.3.1.4.1 HTMLTagParameter as Outlook sets it: place, whether in a paragraph, the kind of tag; and the same of the end tag.</summary>
    private (int Open, int Close) Parameter(string name) => name switch
    {
        "html" => (19, 27),
        "head" => (34, 41),
        "body" => (50, 58),
        "meta" or "link" or "title" or "base" => (161, 169),
        "style" or "script" => _inHead ? (241, 249) : (244, 252),
        "p" or "li" or "tr" => (64, 72),
        "b" or "i" or "u" or "a" or "img" or "strong" or "em" or "s" or "strike" or "tt" or "code" or "sub" or "sup" => (84, 92),
        "span" or "font" or "td" or "th" or "big" or "small" => (148, 156),
        "div" or "table" or "ul" or "ol" or "blockquote" or "pre" or "center" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" => (96, 104),
        "br" => (116, 124),
        "hr" => (67, 75),
        _ => _inHead ? (241, 249) : (244, 252),
    };
}
