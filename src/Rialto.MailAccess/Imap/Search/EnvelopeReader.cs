// RFC 3501 7.4.2, 9 envelope: the lists that digests hold, read again.
using System.Buffers.Text;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>Walks over an ENVELOPE: strings as their bytes, lists by their brackets. What does not parse ends it.</summary>
internal ref struct EnvelopeReader(ReadOnlySpan<byte> envelope)
{
    private ReadOnlySpan<byte> _rest = envelope;

    /// <summary>Enters a list; false for NIL, which is passed, and for what is no list.</summary>
    public bool TryOpen()
    {
        SkipSpace();
        if (_rest.StartsWith("("u8))
        {
            _rest = _rest[1..];
            return true;
        }
        if (_rest.StartsWith("NIL"u8))
            _rest = _rest[3..];
        return false;
    }

    /// <summary>Leaves the list if it ends here.</summary>
    public bool TryClose()
    {
        SkipSpace();
        if (!_rest.StartsWith(")"u8))
            return _rest.IsEmpty;
        _rest = _rest[1..];
        return true;
    }

    /// <summary>The next string; empty for NIL. Escapes are taken off into <paramref name="scratch"/> where there are any.</summary>
    public ReadOnlySpan<byte> String(Span<byte> scratch)
    {
        SkipSpace();
        if (_rest.StartsWith("\""u8))
            return Quoted(scratch);
        if (_rest.StartsWith("{"u8) && Utf8Parser.TryParse(_rest[1..], out int length, out var digits) && length >= 0 && _rest.Length - digits - 4 >= length)
        {
            var value = _rest.Slice(digits + 4, length);
            _rest = _rest[(digits + 4 + length)..];
            return value;
        }
        _rest = _rest.StartsWith("NIL"u8) ? _rest[3..] : default;
        return default;
    }

    /// <summary>Passes a string, NIL or a list with all in it.</summary>
    public void Skip()
    {
        var depth = 0;
        do
        {
            SkipSpace();
            if (_rest.IsEmpty)
                return;
            if (_rest[0] == '(')
            {
                depth++;
                _rest = _rest[1..];
            }
            else if (_rest[0] == ')')
            {
                depth--;
                _rest = _rest[1..];
            }
            else
            {
                String([]);
            }
        }
        while (depth > 0);
    }

    private ReadOnlySpan<byte> Quoted(Span<byte> scratch)
    {
        var text = _rest[1..];
        var end = text.IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0)
        {
            _rest = default;
            return default;
        }
        if (text[end] == '"')
        {
            _rest = text[(end + 1)..];
            return text[..end];
        }
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                _rest = text[(i + 1)..];
                return scratch[..length];
            }
            if (text[i] == '\\')
                i++;
            if (i < text.Length && length < scratch.Length)
                scratch[length++] = text[i];
        }
        _rest = default;
        return default;
    }

    private void SkipSpace() => _rest = _rest.TrimStart((byte)' ');
}
