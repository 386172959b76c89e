// RFC 9051 7.5.2: BODY is "the non-extensible form of BODYSTRUCTURE".
using System.Buffers;

namespace Rialto.Content.Mime;

/// <summary>
/// Copies a BODYSTRUCTURE of <see cref="ImapDigest"/> and leaves the extension data out. Works on well-formed lists of our own making; on
/// anything else it ends early, within the bytes.
/// </summary>
internal ref struct ImapBodyFilter(ReadOnlySpan<byte> source, IBufferWriter<byte> output)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private int _position;

    public void Run() => Body(0);

    private void Body(int depth)
    {
        // "(" then another "(" begins a multipart: bodies, then the subtype; the rest is extension data.
        if (depth > 256 || !Take((byte)'('))
            return;
        if (Peek() == '(')
        {
            while (Peek() == '(')
                Body(depth + 1);
            Take((byte)' ');
            Put(" "u8);
            CopyItem();
            Close();
            return;
        }
        var type = CopyItem();
        CopySpace();
        var subtype = CopyItem();
        for (var i = 0; i < 5; i++)
        {
            CopySpace();
            CopyItem();
        }
        if (type.SequenceEqual("\"text\""u8))
        {
            CopySpace();
            CopyItem();
        }
        else if (type.SequenceEqual("\"message\""u8) && subtype.SequenceEqual("\"rfc822\""u8))
        {
            CopySpace();
            CopyItem();
            CopySpace();
            Body(depth + 1);
            CopySpace();
            CopyItem();
        }
        Close();
    }

    private readonly int Peek() => _position < _source.Length ? _source[_position] : -1;

    private bool Take(byte b)
    {
        if (Peek() != b)
            return false;
        _position++;
        if (b == '(')
            Put("("u8);
        return true;
    }

    private void CopySpace()
    {
        if (Peek() == ' ')
        {
            _position++;
            Put(" "u8);
        }
    }

    /// <summary>Skips to the list's own closing bracket and writes it.</summary>
    private void Close()
    {
        while (Peek() is not (')' or -1))
        {
            if (Peek() == ' ')
                _position++;
            else
                SkipItem();
        }
        if (Peek() == ')')
            _position++;
        Put(")"u8);
    }

    private ReadOnlySpan<byte> CopyItem()
    {
        var start = _position;
        SkipItem();
        var item = _source[start.._position];
        Put(item);
        return item;
    }

    private void SkipItem()
    {
        var depth = 0;
        do
        {
            switch (Peek())
            {
                case -1:
                    return;
                case '(':
                    depth++;
                    _position++;
                    break;
                case ')' when depth > 0:
                    depth--;
                    _position++;
                    break;
                case ' ':
                    _position++;
                    break;
                case '"':
                    SkipQuoted();
                    break;
                case '{':
                    SkipLiteral();
                    break;
                default:
                    _position++;
                    while (Peek() is not (-1 or ' ' or ')' or '('))
                        _position++;
                    break;
            }
        }
        while (depth > 0);
    }

    private void SkipQuoted()
    {
        _position++;
        while (true)
        {
            var step = _source[_position..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0)
            {
                _position = _source.Length;
                return;
            }
            _position += step + 1;
            if (_source[_position - 1] == '"')
                return;
            _position = Math.Min(_position + 1, _source.Length);
        }
    }

    private void SkipLiteral()
    {
        long count = 0;
        _position++;
        while (Peek() is >= '0' and <= '9' and var digit && count < int.MaxValue)
        {
            count = count * 10 + digit - '0';
            _position++;
        }
        _position = (int)Math.Min(_source.Length, _position + 3 + count);
    }

    private readonly void Put(ReadOnlySpan<byte> bytes) => output.Write(bytes);
}
