// HTML to the plain text that stands beside it (PidTagBody, text/plain): laid out, where HtmlText of the delivery path only strips.
using System.Globalization;
using System.Text;

namespace Rialto.Content.Bodies;

/// <summary>How HTML is written as text.</summary>
public sealed record HtmlToTextOptions
{
    public static HtmlToTextOptions Default { get; } = new();

    /// <summary>Addresses of links, in angle brackets after their text where they say more than it.</summary>
    public bool Links { get; init; } = true;

    /// <summary>Characters of output.</summary>
    public int MaxLength { get; init; } = 64 << 20;

    /// <summary>Quotes and lists inside one another that show; deeper ones look like the deepest.</summary>
    public int MaxDepth { get; init; } = 32;
}

/// <summary>HTML as text with CR LF: paragraphs, lists, quotes, tables by tabs, links. Linear in time, for any input.</summary>
public static class HtmlToText
{
    public static string Convert(ReadOnlySpan<char> html, HtmlToTextOptions? options = null)
    {
        var writer = new HtmlTextWriter(options ?? HtmlToTextOptions.Default);
        writer.Write(html);
        return writer.Result;
    }
}

internal sealed class HtmlTextWriter(HtmlToTextOptions options)
{
    private const int MaxLink = 2048;

    private readonly StringBuilder _out = new();
    private readonly Stack<HtmlList> _lists = new();
    private int _quotes;
    private int _pre;
    private int _breaks;
    private bool _space;
    private bool _atStart = true;
    private string? _link;
    private int _linkStart;
    private string? _marker;
    private string? _hidden;
    private int _hiddenDepth;
    private int _listsBeyond;
    private int _cells;
    private int _quotesBefore;

    private readonly record struct HtmlList(bool Ordered, int Number);

    public string Result => _out.ToString();

    public void Write(ReadOnlySpan<char> html)
    {
        var reader = new HtmlReader(html);
        while (_out.Length < options.MaxLength && reader.Read())
        {
            if (_hidden is not null)
            {
                Hidden(reader);
                continue;
            }
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
        EndLink();
        if (_out.Length > 0)
            _out.Append("\r\n");
        if (_out.Length > options.MaxLength)
            _out.Length = options.MaxLength;
    }

    private void Hidden(scoped in HtmlReader reader)
    {
        if (reader.Kind is not (HtmlTokenKind.StartTag or HtmlTokenKind.EndTag) || !reader.Is(_hidden))
            return;
        _hiddenDepth += reader.Kind == HtmlTokenKind.StartTag ? 1 : -1;
        if (_hiddenDepth == 0)
            _hidden = null;
    }

    private void Start(scoped in HtmlReader tag, string name)
    {
        if (name.Length > 0 && !BodyFormat.IsVoid(name) && name is not ("body" or "html" or "p" or "li" or "td" or "tr")
            && tag.TryGetAttribute("style", out var style) && IsHidden(style))
        {
            (_hidden, _hiddenDepth) = (name, 1);
            return;
        }
        switch (name)
        {
            case "br":
                _space = false;
                Flush();
                _breaks = Math.Max(_breaks, 0) + 1;
                _atStart = true;
                break;
            case "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                Break(_lists.Count > 0 ? 1 : 2);
                break;
            case "ul" or "ol" or "menu" or "dir":
                Break(_lists.Count == 0 ? 2 : 1);
                if (_lists.Count < options.MaxDepth)
                    _lists.Push(new(name == "ol", tag.TryGetAttribute("start", out var start) && int.TryParse(start, NumberStyles.Integer, CultureInfo.InvariantCulture, out var first) ? first - 1 : 0));
                else
                    _listsBeyond++;
                break;
            case "li":
                Break(1);
                Item();
                break;
            case "blockquote":
                Break(2);
                _quotes++;
                break;
            case "pre" or "xmp" or "listing":
                Break(2);
                _pre++;
                break;
            case "table":
                Break(1);
                break;
            case "tr":
                Break(1);
                _cells = 0;
                break;
            case "td" or "th":
                EndLink();
                if (_cells++ > 0 && !_atStart)
                {
                    _out.Append('\t');
                    _space = false;
                }
                break;
            case "hr":
                Break(1);
                Emit("________________________________");
                Break(1);
                break;
            case "a":
                EndLink();
                if (options.Links && tag.Attribute("href") is { Length: > 0 and <= MaxLink } href && !href.StartsWith('#'))
                {
                    Flush();
                    (_link, _linkStart) = (href.Trim(), _out.Length);
                }
                break;
            case "img":
                if (tag.Attribute("alt") is { Length: > 0 and <= 1000 } alt)
                    Words(alt);
                break;
            default:
                if (BodyFormat.IsBlock(name))
                    Break(1);
                break;
        }
    }

    private static bool IsHidden(ReadOnlySpan<char> style)
    {
        var at = style.IndexOf("display", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return false;
        var rest = style[(at + 7)..].TrimStart();
        return rest.Length > 0 && rest[0] == ':' && rest[1..].TrimStart().StartsWith("none", StringComparison.OrdinalIgnoreCase);
    }

    private void End(string name)
    {
        switch (name)
        {
            case "a":
                EndLink();
                break;
            case "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                Break(_lists.Count > 0 ? 1 : 2);
                break;
            case "ul" or "ol" or "menu" or "dir":
                if (_listsBeyond > 0)
                    _listsBeyond--;
                else
                    _lists.TryPop(out _);
                Break(_lists.Count == 0 ? 2 : 1);
                _marker = null;
                break;
            case "blockquote":
                Break(2);
                _quotes = Math.Max(0, _quotes - 1);
                break;
            case "pre" or "xmp" or "listing":
                _pre = Math.Max(0, _pre - 1);
                Break(2);
                break;
            case "td" or "th":
                EndLink();
                break;
            default:
                if (BodyFormat.IsBlock(name))
                    Break(1);
                break;
        }
    }

    private void Item()
    {
        if (!_lists.TryPop(out var list))
        {
            _marker = "* ";
            return;
        }
        list = list with { Number = list.Number + 1 };
        _lists.Push(list);
        _marker = list.Ordered ? string.Create(CultureInfo.InvariantCulture, $"{list.Number}. ") : "* ";
    }

    /// <summary>At least so many line ends before the next text.</summary>
    private void Break(int count)
    {
        EndLink();
        _space = false;
        if (_out.Length == 0)
            return;
        _breaks = Math.Max(_breaks, count);
        _atStart = true;
    }

    /// <summary>Line ends that are due, with the marks of quotes and the indent of lists.</summary>
    private void Flush()
    {
        if (_breaks > 0 && _out.Length > 0)
        {
            for (var i = 0; i < Math.Min(_breaks, 3); i++)
            {
                _out.Append("\r\n");
                if (i + 1 < _breaks)
                    Prefix(blank: true);
            }
            Prefix(blank: false);
            _quotesBefore = _quotes;
        }
        else if (_out.Length == 0 && _atStart)
        {
            Prefix(blank: false);
            _quotesBefore = _quotes;
        }
        if (_marker is not null)
            _out.Append(_marker);
        _marker = null;
        _breaks = 0;
        _atStart = false;
    }

    private void Prefix(bool blank)
    {
        // The line between belongs to the outer of two depths.
        var depth = Math.Min(blank ? Math.Min(_quotes, _quotesBefore) : _quotes, options.MaxDepth);
        for (var i = 0; i < depth; i++)
            _out.Append(blank && i + 1 == depth ? ">" : "> ");
        if (blank)
            return;
        for (var i = 0; i < _lists.Count - (_marker is null ? 0 : 1); i++)
            _out.Append("  ");
    }

    private void Emit(ReadOnlySpan<char> text)
    {
        Flush();
        if (_space)
            _out.Append(' ');
        _space = false;
        _out.Append(text);
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
                    Hard();
                    break;
            }
        }
    }

    /// <summary>A blank that stands, but for the beginning of a line, where it is layout.</summary>
    private void Hard()
    {
        if (_atStart && _pre == 0)
            return;
        Emit(" ");
    }

    private void Words(ReadOnlySpan<char> text)
    {
        if (_pre > 0)
        {
            Preformatted(text);
            return;
        }
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny(" \t\r\n\f\u00A0\u00AD");
            var word = end < 0 ? text : text[..end];
            if (!word.IsEmpty)
                Emit(word);
            if (end < 0)
                return;
            if (text[end] == '\u00A0')
                Hard();
            else if (text[end] != '\u00AD')
                _space |= !_atStart && _out.Length > 0 && _out[^1] is not (' ' or '\t');
            text = text[(end + 1)..];
        }
    }

    private void Preformatted(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny('\r', '\n');
            var line = end < 0 ? text : text[..end];
            if (!line.IsEmpty)
                Emit(line);
            if (end < 0)
                return;
            // A line end right after <pre> is layout.
            if (!_atStart || _breaks == 0)
            {
                if (_atStart && _out.Length == 0)
                    _breaks = 0;
                else
                    Flush();
            }
            if (_out.Length > 0)
                _breaks = Math.Max(1, _breaks);
            _atStart = false;
            _space = false;
            text = text[(end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1))..];
        }
    }

    private void EndLink()
    {
        if (_link is not { } link)
            return;
        _link = null;
        if (_out.Length - _linkStart > MaxLink)
        {
            Address(link);
            return;
        }
        var shown = _out.ToString(_linkStart, _out.Length - _linkStart).Trim();
        if (shown.Length > 0 && !Same(shown, link))
            Address(link);
    }

    private void Address(string link)
    {
        _out.Append(" <").Append(link.ReplaceLineEndings("")).Append('>');
    }

    private static bool Same(string shown, string link)
    {
        var bare = link.AsSpan();
        foreach (var scheme in (ReadOnlySpan<string>)["mailto:", "https://", "http://", "tel:"])
        {
            if (bare.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                bare = bare[scheme.Length..];
                break;
            }
        }
        return link.Equals(shown, StringComparison.OrdinalIgnoreCase) || bare.TrimEnd('/').Equals(shown.AsSpan().TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
    }
}
