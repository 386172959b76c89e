// RFC 5322 3.4 addresses, 4.4 obsolete ones; RFC 6532 UTF-8 in them.
using System.Buffers;

namespace Rialto.Content.Mime;

/// <summary>What <see cref="MailAddressReader.Read"/> found.</summary>
internal enum MailAddressKind
{
    Mailbox,
    GroupStart,
    GroupEnd,
}

/// <summary>
/// Reads an address list item by item without allocating, in one pass. The spans it offers are unquoted, unfolded and free of comments, but
/// not decoded; they live in a scratch buffer until the next Read. Takes unquoted specials, missing or doubled angle brackets,
/// semicolons between addresses, words without an @.
/// </summary>
internal ref struct MailAddressReader
{
    private readonly ReadOnlySpan<byte> _value;
    private readonly Span<byte> _text;
    private readonly Span<byte> _comment;
    private readonly Span<byte> _angle;
    private int _position;
    private bool _inGroup;
    private bool _endGroup;

    /// <summary>The scratch buffer must be at least three times as long as the value.</summary>
    public MailAddressReader(ReadOnlySpan<byte> value, Span<byte> scratch)
    {
        _value = value;
        _text = scratch[..value.Length];
        _comment = scratch.Slice(value.Length, value.Length);
        _angle = scratch.Slice(value.Length * 2, value.Length);
    }

    public MailAddressKind Kind { get; private set; }

    /// <summary>Display name of a mailbox (from its phrase, else from its comment) or name of a group; may be empty.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Obsolete source route, "@a,@b"; nearly always empty.</summary>
    public ReadOnlySpan<byte> Route { get; private set; }

    public ReadOnlySpan<byte> Local { get; private set; }

    /// <summary>Empty where the address has no @.</summary>
    public ReadOnlySpan<byte> Domain { get; private set; }

    public bool Read()
    {
        if (_endGroup)
        {
            _endGroup = _inGroup = false;
            Clear(MailAddressKind.GroupEnd);
            return true;
        }
        while (_position < _value.Length)
        {
            if (ReadItem())
                return true;
            if (_endGroup)
                return Read();
        }
        if (_inGroup)
        {
            _inGroup = false;
            Clear(MailAddressKind.GroupEnd);
            return true;
        }
        return false;
    }

    private void Clear(MailAddressKind kind)
    {
        Kind = kind;
        Name = Route = Local = Domain = default;
    }

    /// <summary>Reads up to the next separator. False where nothing stood before it.</summary>
    private bool ReadItem()
    {
        int text = 0, comment = 0, wordStart = 0, localStart = -1, at = -1, domainEnd = -1;
        var space = false;
        var angle = false;
        Clear(MailAddressKind.Mailbox);
        while (_position < _value.Length)
        {
            var b = _value[_position];
            switch (b)
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0:
                    space = true;
                    _position++;
                    continue;
                case (byte)'(':
                    ReadComment(ref comment);
                    space = true;
                    continue;
                case (byte)'<':
                    _position++;
                    ReadAngle();
                    angle = true;
                    space = true;
                    continue;
                case (byte)'>':
                    _position++;
                    continue;
                case (byte)',':
                    _position++;
                    goto done;
                case (byte)';':
                    _position++;
                    _endGroup = _inGroup;
                    goto done;
                case (byte)':' when !_inGroup && !angle && at < 0:
                    _position++;
                    if (text == 6 && System.Text.Ascii.EqualsIgnoreCase(_text[..6], "mailto"u8))
                    {
                        text = 0;
                        continue;
                    }
                    _inGroup = true;
                    Kind = MailAddressKind.GroupStart;
                    Name = _text[..text];
                    return true;
            }

            // A word, or what joins words.
            var join = b == '@' || text > 0 && at == text - 1 || at >= 0 && domainEnd < 0 && (b == '.' || text > 0 && _text[text - 1] == '.');
            if (space && text > 0)
            {
                if (!join)
                {
                    if (at >= 0 && domainEnd < 0)
                        domainEnd = text;
                    _text[text++] = (byte)' ';
                    wordStart = text;
                }
            }
            space = false;
            if (b == '@')
            {
                if (at >= 0 && domainEnd >= 0)
                    domainEnd = -1;
                localStart = wordStart;
                at = text;
            }
            if (b == '"')
                ReadQuoted(_text, ref text);
            else if (b == '[')
                ReadLiteral(ref text);
            else
                ReadAtom(ref text);
        }

    done:
        var phrase = (ReadOnlySpan<byte>)_text[..text];
        var note = ((ReadOnlySpan<byte>)_comment[..comment]).Trim((byte)' ');
        if (angle)
        {
            Name = phrase.IsEmpty ? note : phrase;
            return true;
        }
        if (phrase.IsEmpty)
        {
            // A comment in an empty group names nobody.
            if (note.IsEmpty || _inGroup)
                return false;
            Name = note;
            return true;
        }
        if (at < 0)
        {
            Name = note;
            Local = phrase;
            return true;
        }
        if (domainEnd < 0)
            domainEnd = text;
        Local = phrase[localStart..at];
        Domain = phrase[(at + 1)..domainEnd];
        var before = phrase[..localStart].TrimEnd((byte)' ');
        var after = phrase[domainEnd..].TrimStart((byte)' ');
        Name = !before.IsEmpty ? before : !after.IsEmpty ? after : note;
        return true;
    }

    private void ReadAtom(ref int length)
    {
        // The first byte is taken whatever it is, so that every step advances.
        do
        {
            _text[length++] = _value[_position++];
            if (_text[length - 1] == '@')
                return;
        }
        while (_position < _value.Length && _value[_position] is > 32 and not ((byte)'"' or (byte)'(' or (byte)')' or (byte)'<' or (byte)'>' or (byte)',' or (byte)';' or (byte)':' or (byte)'@' or (byte)'['));
    }

    private void ReadQuoted(Span<byte> target, ref int length)
    {
        _position++;
        while (_position < _value.Length)
        {
            var b = _value[_position++];
            if (b == '"')
                return;
            if (b == '\\' && _position < _value.Length)
                b = _value[_position++];
            if (b is (byte)'\r' or (byte)'\n' or 0)
                continue;
            target[length++] = b;
        }
    }

    private void ReadLiteral(ref int length)
    {
        while (_position < _value.Length)
        {
            var b = _value[_position++];
            if (b is not ((byte)'\r' or (byte)'\n' or 0))
                _text[length++] = b;
            if (b == ']')
                return;
        }
    }

    private void ReadComment(ref int length)
    {
        var depth = 0;
        length = 0;
        while (_position < _value.Length)
        {
            var b = _value[_position++];
            if (b == '(')
            {
                if (++depth == 1)
                    continue;
            }
            else if (b == ')')
            {
                if (--depth == 0)
                    return;
            }
            else if (b == '\\' && _position < _value.Length)
            {
                b = _value[_position++];
            }
            if (b is not ((byte)'\r' or (byte)'\n' or 0))
                _comment[length++] = b;
        }
    }

    /// <summary>[route ":"] addr-spec up to ">", or to the next separator where the bracket never closes.</summary>
    private void ReadAngle()
    {
        int length = 0, at = -1, routeEnd = 0, comment = 0;
        while (_position < _value.Length)
        {
            var b = _value[_position];
            if (b == '>')
            {
                _position++;
                break;
            }
            if (b == '<')
            {
                _position++;
                length = routeEnd = 0;
                at = -1;
                continue;
            }
            if (b is (byte)',' or (byte)';' && !(length > 0 && _angle[0] == '@' && routeEnd == 0 && b == ','))
                break;
            if (b is <= 32)
            {
                _position++;
                continue;
            }
            if (b == '(')
            {
                ReadComment(ref comment);
                continue;
            }
            if (b == '"')
            {
                ReadQuoted(_angle, ref length);
                continue;
            }
            if (b == ':' && length > 0 && _angle[0] == '@' && routeEnd == 0)
            {
                routeEnd = length;
                at = -1;
                _position++;
                continue;
            }
            if (b == '@')
                at = length;
            _angle[length++] = b;
            _position++;
        }
        Route = _angle[..routeEnd];
        if (at < routeEnd)
        {
            Local = _angle[routeEnd..length];
            Domain = default;
            return;
        }
        Local = _angle[routeEnd..at];
        Domain = _angle[(at + 1)..length];
    }
}
