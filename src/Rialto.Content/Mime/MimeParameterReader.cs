// RFC 2045 5.1 grammar of Content-Type, RFC 2183 2 of Content-Disposition.
using System.Buffers;

namespace Rialto.Content.Mime;

/// <summary>
/// Walks over the value of a Content-Type or Content-Disposition field without allocating. Takes what mailers really send: missing
/// semicolons, unquoted values with spaces, quotes that never close, comments.
/// </summary>
internal ref struct MimeParameterReader(ReadOnlySpan<byte> value)
{
    private static readonly SearchValues<byte> EndOfName = SearchValues.Create("=; \t\r\n(\""u8);

    private readonly ReadOnlySpan<byte> _value = value;
    private int _position;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value without its quotes, escapes and folds still in it.</summary>
    public ReadOnlySpan<byte> RawValue { get; private set; }

    public int RawValueOffset { get; private set; }

    /// <summary>Reads type "/" subtype. Where that fails, type is what stands in its place.</summary>
    public bool ReadContentType(out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> subtype)
    {
        subtype = default;
        type = ReadToken();
        _position = SkipWhite(_value, _position);
        if (_position >= _value.Length || _value[_position] != '/')
            return false;
        _position = SkipWhite(_value, _position + 1);
        subtype = ReadToken();
        return type.Length > 0 && subtype.Length > 0;
    }

    public ReadOnlySpan<byte> ReadToken()
    {
        _position = SkipWhite(_value, _position);
        if (_position < _value.Length && _value[_position] == '"')
            _position++;
        var start = _position;
        while (_position < _value.Length && _value[_position] is > 32 and not ((byte)';' or (byte)'/' or (byte)'(' or (byte)'"' or (byte)'='))
            _position++;
        var token = _value[start.._position];
        if (_position < _value.Length && _value[_position] == '"')
            _position++;
        return token;
    }

    public bool Read()
    {
        while (true)
        {
            _position = SkipWhite(_value, _position);
            if (_position >= _value.Length)
                return false;
            if (_value[_position] is (byte)';' or (byte)'=' or (byte)'"' or (byte)')' or (byte)'/' or (byte)',')
            {
                _position++;
                continue;
            }
            var start = _position;
            var length = _value[start..].IndexOfAny(EndOfName);
            _position = length < 0 ? _value.Length : start + length;
            Name = _value[start.._position];
            _position = SkipWhite(_value, _position);
            if (_position >= _value.Length)
                return false;
            if (_value[_position] != '=')
                continue;
            _position = SkipWhite(_value, _position + 1);
            ReadValue();
            return true;
        }
    }

    private void ReadValue()
    {
        if (_position < _value.Length && _value[_position] == '"')
        {
            RawValueOffset = _position + 1;
            var i = RawValueOffset;
            while (true)
            {
                var step = i < _value.Length ? _value[i..].IndexOfAny((byte)'"', (byte)'\\') : -1;
                if (step < 0)
                {
                    // Never closed: it ends with the field.
                    RawValue = _value[RawValueOffset..].TrimEnd(" \t\r\n"u8);
                    _position = _value.Length;
                    return;
                }
                i += step;
                if (_value[i] == '"')
                    break;
                i = Math.Min(i + 2, _value.Length);
            }
            RawValue = _value[RawValueOffset..i];
            _position = i + 1;
            return;
        }
        RawValueOffset = _position;
        var end = _value[_position..].IndexOf((byte)';');
        end = end < 0 ? _value.Length : _position + end;
        var raw = _value[_position..end];
        // Only names of files hold spaces and brackets; after any other value they are a comment or a missing semicolon.
        if (!IsFileName(Name))
        {
            var cut = raw.IndexOfAny(" \t\r\n("u8);
            if (cut >= 0)
                raw = raw[..cut];
        }
        RawValue = raw.TrimEnd(" \t\r\n"u8);
        _position += raw.Length;
    }

    private static bool IsFileName(ReadOnlySpan<byte> name) =>
        name.Length >= 4 && (System.Text.Ascii.EqualsIgnoreCase(name[..4], "name"u8) || name.Length >= 8 && System.Text.Ascii.EqualsIgnoreCase(name[..8], "filename"u8));

    /// <summary>Skips white space, folds and comments.</summary>
    public static int SkipWhite(ReadOnlySpan<byte> value, int position)
    {
        while (position < value.Length)
        {
            var b = value[position];
            if (b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0)
            {
                position++;
                continue;
            }
            if (b != '(')
                break;
            position = SkipComment(value, position);
        }
        return position;
    }

    /// <summary>The position after a comment, which may nest; one that never closes is only its opening bracket.</summary>
    public static int SkipComment(ReadOnlySpan<byte> value, int position)
    {
        var depth = 0;
        for (var i = position; i < value.Length; i++)
        {
            switch (value[i])
            {
                case (byte)'\\':
                    i++;
                    break;
                case (byte)'(':
                    depth++;
                    break;
                case (byte)')' when --depth == 0:
                    return i + 1;
            }
        }
        return value.Length;
    }

    /// <summary>Removes folds and the backslash before a quote or backslash; other backslashes are some Windows path's own.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> raw)
    {
        var result = new byte[raw.Length];
        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] is (byte)'\r' or (byte)'\n')
                continue;
            if (raw[i] == '\\' && i + 1 < raw.Length && raw[i + 1] is (byte)'"' or (byte)'\\')
                i++;
            if (i < raw.Length)
                result[length++] = raw[i];
        }
        Array.Resize(ref result, length);
        return result;
    }
}
