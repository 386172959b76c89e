// HTML as mail has it, in the manner of the WHATWG tokenizer (HTML 13.2.5) but without a tree: what a tag is, what text is, what scripts are.
using System.Buffers;

namespace Rialto.Content.Bodies;

/// <summary>What the reader stands on.</summary>
public enum HtmlTokenKind : byte
{
    End,
    Text,
    StartTag,
    EndTag,

    /// <summary>Comment, doctype or processing instruction.</summary>
    Comment,

    /// <summary>Contents of script, style, title, textarea, xmp: no tags and, but for title and textarea, no references.</summary>
    RawText,
}

/// <summary>
/// Splits HTML into tokens whose spans, joined, are the input exactly. Forward only, no allocation, linear time: a construct that never ends is
/// looked for once and then taken for text.
/// </summary>
public ref struct HtmlReader(ReadOnlySpan<char> html)
{
    private static readonly SearchValues<char> NameEnd = SearchValues.Create("> /\t\r\n\f");

    private ReadOnlySpan<char> _rest = html;
    private ReadOnlySpan<char> _raw;
    private bool _quotesLie;
    private bool _noMoreTags;
    private bool _noCommentEnd;

    public HtmlTokenKind Kind { get; private set; }

    /// <summary>The token as it stands in the input.</summary>
    public ReadOnlySpan<char> Span { get; private set; }

    /// <summary>A tag's name, in the case it is written in.</summary>
    public ReadOnlySpan<char> Name { get; private set; }

    public readonly bool Is(ReadOnlySpan<char> name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    public bool Read()
    {
        if (_rest.IsEmpty)
        {
            Kind = HtmlTokenKind.End;
            Span = default;
            return false;
        }
        if (!_raw.IsEmpty)
        {
            var name = _raw;
            _raw = default;
            var length = RawLength(name);
            if (length > 0)
                return Take(HtmlTokenKind.RawText, length);
        }
        var at = _noMoreTags ? -1 : 0;
        while (at >= 0)
        {
            var next = _rest[at..].IndexOf('<');
            at = next < 0 ? -1 : at + next;
            if (at < 0 || at + 1 < _rest.Length && (char.IsAsciiLetter(_rest[at + 1]) || _rest[at + 1] is '/' or '!' or '?'))
                break;
            at++;
            if (at == _rest.Length)
                at = -1;
        }
        if (at < 0)
            return Take(HtmlTokenKind.Text, _rest.Length);
        if (at > 0)
            return Take(HtmlTokenKind.Text, at);
        return ReadMarkup();
    }

    private bool ReadMarkup()
    {
        if (_rest.Length > 1 && _rest[1] is '!' or '?' || _rest.Length > 2 && _rest[1] == '/' && !char.IsAsciiLetter(_rest[2]))
            return ReadComment();
        var close = _rest[1] == '/';
        var start = close ? 2 : 1;
        if (start >= _rest.Length)
            return Take(HtmlTokenKind.Text, _rest.Length);
        var end = EndOfTag();
        if (end < 0)
        {
            _noMoreTags = true;
            return Take(HtmlTokenKind.Text, _rest.Length);
        }
        var tag = _rest[..(end + 1)];
        var length = tag[start..].IndexOfAny(NameEnd);
        Name = tag.Slice(start, length);
        Take(close ? HtmlTokenKind.EndTag : HtmlTokenKind.StartTag, tag.Length);
        if (!close && (Is("script") || Is("style") || Is("title") || Is("textarea") || Is("xmp")))
            _raw = Name;
        return true;
    }

    private bool ReadComment()
    {
        if (_rest.StartsWith("<!--"))
        {
            // HTML 13.2.5.43: "<!-->" and "<!--->" are whole comments.
            if (_rest.StartsWith("<!-->"))
                return Take(HtmlTokenKind.Comment, 5);
            if (_rest.StartsWith("<!--->"))
                return Take(HtmlTokenKind.Comment, 6);
            var end = _noCommentEnd ? -1 : _rest.IndexOf("-->");
            if (end >= 0)
                return Take(HtmlTokenKind.Comment, end + 3);
            _noCommentEnd = true;
        }
        var mark = _rest.IndexOf('>');
        if (mark >= 0)
            return Take(HtmlTokenKind.Comment, mark + 1);
        _noMoreTags = true;
        return Take(HtmlTokenKind.Text, _rest.Length);
    }

    private bool Take(HtmlTokenKind kind, int length)
    {
        Kind = kind;
        Span = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>The closing bracket, one inside a quoted value not counted. Quotes that never close are taken for none from then on.</summary>
    private int EndOfTag()
    {
        var first = _rest.IndexOf('>');
        if (first < 0 || _quotesLie || _rest[..first].IndexOfAny('"', '\'') < 0)
            return first;
        var i = 1;
        while (true)
        {
            var next = _rest[i..].IndexOfAny('>', '"', '\'');
            if (next < 0)
                break;
            i += next;
            var c = _rest[i];
            if (c == '>')
                return i;
            i++;
            if (!AfterEquals(i - 2))
                continue;
            var close = _rest[i..].IndexOf(c);
            if (close < 0)
                break;
            i += close + 1;
        }
        _quotesLie = true;
        return first;
    }

    private readonly bool AfterEquals(int at)
    {
        while (at > 0 && _rest[at] is ' ' or '\t' or '\r' or '\n')
            at--;
        return _rest[at] == '=';
    }

    private readonly int RawLength(ReadOnlySpan<char> name)
    {
        var at = 0;
        while (true)
        {
            var next = _rest[at..].IndexOf("</");
            if (next < 0)
                return _rest.Length;
            at += next;
            var after = _rest[(at + 2)..];
            if (after.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (after.Length == name.Length || after[name.Length] is '>' or '/' or ' ' or '\t' or '\r' or '\n' or '\f'))
                return at;
            at += 2;
        }
    }

    /// <summary>The value of a tag's attribute as it stands, references not resolved; false where the tag has none of that name.</summary>
    public readonly bool TryGetAttribute(ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        value = default;
        if (Kind != HtmlTokenKind.StartTag)
            return false;
        var rest = Span[(1 + Name.Length)..^1];
        while (true)
        {
            rest = rest.TrimStart(" \t\r\n\f/");
            if (rest.IsEmpty)
                return false;
            var end = rest[1..].IndexOfAny("= \t\r\n\f/");
            var found = end < 0 ? rest : rest[..(end + 1)];
            rest = rest[found.Length..].TrimStart(" \t\r\n\f");
            ReadOnlySpan<char> text = default;
            if (!rest.IsEmpty && rest[0] == '=')
            {
                rest = rest[1..].TrimStart(" \t\r\n\f");
                if (!rest.IsEmpty && rest[0] is '"' or '\'')
                {
                    var close = rest[1..].IndexOf(rest[0]);
                    text = close < 0 ? rest[1..] : rest.Slice(1, close);
                    rest = close < 0 ? default : rest[(close + 2)..];
                }
                else
                {
                    var stop = rest.IndexOfAny(" \t\r\n\f");
                    text = stop < 0 ? rest : rest[..stop];
                    rest = rest[text.Length..];
                }
            }
            if (found.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                value = text;
                return true;
            }
        }
    }

    /// <summary>The same with references resolved; null for none.</summary>
    public readonly string? Attribute(ReadOnlySpan<char> name) => TryGetAttribute(name, out var value) ? HtmlReference.Decode(value) : null;
}
