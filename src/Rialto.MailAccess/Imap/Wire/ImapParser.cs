// RFC 3501 9, Formal Syntax; RFC 7888 non-synchronising literals; RFC 3516 literal8. RFC 9051 9 differs in details only.
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Rialto.MailAccess.Imap.Wire;

/// <summary>
/// Reads one command from its bytes, literals in place (`{5}` CRLF and five bytes), the final CRLF left off. Methods are named after the grammar.
/// The first error sticks: from then on every method returns its default, so that callers check once at the end.
/// </summary>
internal ref struct ImapParser(ReadOnlySpan<byte> input, ImapOptions options, bool utf8 = false)
{
    private readonly ReadOnlySpan<byte> _input = input;
    private int _at;

    public readonly ImapOptions Options => options;

    /// <summary>What is wrong, in words for the client; null while nothing is.</summary>
    public string? Error { get; private set; }

    public readonly bool Failed => Error is not null;

    public readonly bool AtEnd => _at >= _input.Length;

    /// <summary>The next byte; 0 at the end, where no grammar expects one.</summary>
    public readonly byte Next => _at < _input.Length ? _input[_at] : (byte)0;

    public void Fail(string error)
    {
        Error ??= error;
        _at = _input.Length;
    }

    /// <summary>Nothing may follow.</summary>
    public void End()
    {
        if (!AtEnd)
            Fail("Unexpected text after the command");
    }

    public void Space() => Expect((byte)' ', "Space expected");

    public void Expect(byte value, string error)
    {
        if (!TryTake(value))
            Fail(error);
    }

    public bool TryTake(byte value)
    {
        if (AtEnd || _input[_at] != value)
            return false;
        _at++;
        return true;
    }

    /// <summary>Takes a word if it comes next, whatever its case, and ends there.</summary>
    public bool TryTakeWord(scoped ReadOnlySpan<byte> word)
    {
        if (_input.Length - _at > word.Length && ImapCharacters.IsAtom(_input[_at + word.Length]))
            return false;
        return TryTakeLetters(word);
    }

    /// <summary>Takes letters if they come next, whatever their case and whatever follows.</summary>
    public bool TryTakeLetters(scoped ReadOnlySpan<byte> letters)
    {
        var rest = _input[_at..];
        if (rest.Length < letters.Length || !Ascii.EqualsIgnoreCase(rest[..letters.Length], letters))
            return false;
        _at += letters.Length;
        return true;
    }

    /// <summary>tag = 1*&lt;any ASTRING-CHAR except "+"&gt;</summary>
    public ReadOnlySpan<byte> Tag()
    {
        var start = _at;
        while (_at < _input.Length && ImapCharacters.IsTag(_input[_at]))
            _at++;
        return Taken(start, "Tag expected");
    }

    /// <summary>atom = 1*ATOM-CHAR</summary>
    public ReadOnlySpan<byte> Atom()
    {
        var start = _at;
        while (_at < _input.Length && ImapCharacters.IsAtom(_input[_at]))
            _at++;
        return Taken(start, "Atom expected");
    }

    /// <summary>The characters of an atom up to one that a data item's own grammar gives a meaning: [ and &lt;.</summary>
    public ReadOnlySpan<byte> ItemName()
    {
        var start = _at;
        while (_at < _input.Length && ImapCharacters.IsAtom(_input[_at]) && _input[_at] is not ((byte)'[' or (byte)'<'))
            _at++;
        return Taken(start, "Data item expected");
    }

    /// <summary>astring = 1*ASTRING-CHAR / string</summary>
    public ReadOnlySpan<byte> AString()
    {
        if (Next is (byte)'"' or (byte)'{')
            return String();
        var start = _at;
        while (_at < _input.Length && ImapCharacters.IsAString(_input[_at]))
            _at++;
        return Taken(start, "String expected");
    }

    /// <summary>list-mailbox = 1*list-char / string</summary>
    public ReadOnlySpan<byte> ListMailbox()
    {
        if (Next is (byte)'"' or (byte)'{')
            return String();
        var start = _at;
        while (_at < _input.Length && ImapCharacters.IsList(_input[_at]))
            _at++;
        return Taken(start, "Mailbox pattern expected");
    }

    /// <summary>string = quoted / literal</summary>
    public ReadOnlySpan<byte> String()
    {
        if (Next == '"')
            return Quoted();
        if (Next == '{')
            return Literal();
        Fail("String expected");
        return default;
    }

    /// <summary>nstring = string / nil. False for NIL.</summary>
    public bool NString(out ReadOnlySpan<byte> value)
    {
        if (TryTakeWord("NIL"u8))
        {
            value = default;
            return false;
        }
        value = String();
        return true;
    }

    /// <summary>number64, 63 bits of it.</summary>
    public long Number64()
    {
        if (Utf8Parser.TryParse(_input[_at..], out long value, out var consumed) && value >= 0 && Next is >= (byte)'0' and <= (byte)'9')
        {
            _at += consumed;
            return value;
        }
        Fail("Number expected");
        return 0;
    }

    /// <summary>number = 1*DIGIT, unsigned 32 bits.</summary>
    public uint Number()
    {
        var value = Number64();
        if (value > uint.MaxValue)
            Fail("Number out of range");
        return Failed ? 0 : (uint)value;
    }

    /// <summary>nz-number</summary>
    public uint NonZeroNumber()
    {
        var value = Number();
        if (value == 0)
            Fail("Number above zero expected");
        return value;
    }

    /// <summary>An astring as text. Invalid UTF-8 is an error.</summary>
    public string Text() => Utf8(AString());

    /// <summary>mailbox = "INBOX" / astring, decoded from modified UTF-7, or as UTF-8 where the client has enabled it.</summary>
    public string Mailbox() => Decode(AString());

    /// <summary>A LIST pattern or reference, decoded likewise; wildcards are ASCII and pass through.</summary>
    public string Pattern() => Decode(ListMailbox());

    /// <summary>UTF-8 to a string, strictly.</summary>
    public string Utf8(ReadOnlySpan<byte> bytes)
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            Fail("Text is not UTF-8");
            return "";
        }
        return Encoding.UTF8.GetString(bytes);
    }

    private string Decode(ReadOnlySpan<byte> name)
    {
        if (Failed)
            return "";
        if (utf8)
        {
            var text = Utf8(name);
            if (text.AsSpan().IndexOfAnyInRange('\0', '\x1F') >= 0 || text.Contains('\x7F', StringComparison.Ordinal))
                Fail("Mailbox name has controls in it");
            return Failed ? "" : text;
        }
        if (ModifiedUtf7.TryDecode(name, out var decoded))
            return decoded;
        if (name.IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0)
        {
            Fail("Mailbox name has characters in it that go in modified UTF-7");
            return "";
        }
        // A well-formed astring that is no modified UTF-7 is the name of nothing that there is or could be.
        return '\x7F' + Encoding.ASCII.GetString(name);
    }

    // quoted = DQUOTE *QUOTED-CHAR DQUOTE. UTF-8 is let through (RFC 9051 allows it); names and texts check it where it matters.
    private ReadOnlySpan<byte> Quoted()
    {
        _at++;
        var start = _at;
        var end = _input[start..].IndexOfAny("\"\\\r\n\0"u8);
        if (end >= 0 && _input[start + end] == '"')
        {
            _at = start + end + 1;
            return _input.Slice(start, end);
        }
        return QuotedWithEscapes(start);
    }

    private ReadOnlySpan<byte> QuotedWithEscapes(int start)
    {
        var unescaped = new byte[_input.Length - start];
        var length = 0;
        for (var i = start; i < _input.Length; i++)
        {
            var b = _input[i];
            switch (b)
            {
                case (byte)'"':
                    _at = i + 1;
                    return unescaped.AsSpan(0, length);
                case (byte)'\\':
                    i++;
                    if (i >= _input.Length || _input[i] is not ((byte)'"' or (byte)'\\'))
                    {
                        Fail("Bad escape in quoted string");
                        return default;
                    }
                    unescaped[length++] = _input[i];
                    break;
                case (byte)'\r' or (byte)'\n' or 0:
                    Fail("Line end or NUL in quoted string");
                    return default;
                default:
                    unescaped[length++] = b;
                    break;
            }
        }
        Fail("Quoted string has no end");
        return default;
    }

    // literal = "{" number ["+"] "}" CRLF *CHAR8. The line reader has already put the bytes here.
    private ReadOnlySpan<byte> Literal()
    {
        _at++;
        var length = Number64();
        TryTake((byte)'+');
        if (Failed || !TryTake((byte)'}') || !TryTake((byte)'\r') || !TryTake((byte)'\n') || length > _input.Length - _at)
        {
            Fail("Bad literal");
            return default;
        }
        var bytes = _input.Slice(_at, (int)length);
        _at += (int)length;
        return bytes;
    }

    private ReadOnlySpan<byte> Taken(int start, string error)
    {
        if (_at > start)
            return _input[start.._at];
        Fail(error);
        return default;
    }

    /// <summary>The announcement of a literal at the end of a line: its size, and whether the client waits for leave to send it.</summary>
    public static bool TryFindLiteral(ReadOnlySpan<byte> line, out long size, [NotNullWhen(true)] out bool? waits)
    {
        size = 0;
        waits = null;
        if (line.Length < 3 || line[^1] != '}')
            return false;
        var plus = line[^2] == '+';
        var digits = line[..^(plus ? 2 : 1)];
        var open = digits.LastIndexOf((byte)'{');
        if (open < 0 || open == digits.Length - 1)
            return false;
        digits = digits[(open + 1)..];
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            size = Math.Min(size * 10 + (digit - '0'), long.MaxValue / 20);
        }
        waits = !plus;
        return true;
    }
}
