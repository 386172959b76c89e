// RFC 9051 4.3 strings and literals, 9 formal syntax; RFC 3501 the same for IMAP4rev1.
using System.Buffers;
using System.Buffers.Text;

namespace Rialto.Content.Mime;

/// <summary>Builds IMAP response text in a pooled buffer.</summary>
internal struct ImapTextWriter
{
    /// <summary>What a quoted string cannot hold, or only behind a backslash.</summary>
    private static readonly SearchValues<byte> NotPlain = SearchValues.Create([0, (byte)'\r', (byte)'\n', (byte)'"', (byte)'\\', .. Enumerable.Range(128, 128).Select(i => (byte)i)]);

    private byte[] _buffer;
    private int _length;

    public ImapTextWriter(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public readonly int Length => _length;

    public readonly ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public readonly void Release() => ArrayPool<byte>.Shared.Return(_buffer);

    public void Raw(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _length += text.Length;
    }

    public void Raw(byte b)
    {
        Room(1)[0] = b;
        _length++;
    }

    public void Nil() => Raw("NIL"u8);

    public void Number(int value)
    {
        Utf8Formatter.TryFormat(value, Room(11), out var written);
        _length += written;
    }

    /// <summary>A string of header text: unfolded, quoted where its bytes allow, else a literal. Never NIL.</summary>
    public void String(ReadOnlySpan<byte> value)
    {
        if (!value.ContainsAny(NotPlain))
        {
            var room = Room(value.Length + 2);
            room[0] = (byte)'"';
            value.CopyTo(room[1..]);
            room[value.Length + 1] = (byte)'"';
            _length += value.Length + 2;
            return;
        }
        if (value.ContainsAnyInRange((byte)128, (byte)255))
        {
            Literal(value);
            return;
        }
        var escaped = Room(value.Length * 2 + 2);
        var n = 0;
        escaped[n++] = (byte)'"';
        foreach (var b in value)
        {
            if (b is (byte)'\r' or (byte)'\n' or 0)
                continue;
            if (b is (byte)'"' or (byte)'\\')
                escaped[n++] = (byte)'\\';
            escaped[n++] = b;
        }
        escaped[n++] = (byte)'"';
        _length += n;
    }

    public void String(string ascii)
    {
        var room = Room(ascii.Length + 2);
        room[0] = (byte)'"';
        for (var i = 0; i < ascii.Length; i++)
            room[i + 1] = ascii[i] is '"' or '\\' or < ' ' or > '~' ? (byte)'_' : (byte)ascii[i];
        room[ascii.Length + 1] = (byte)'"';
        _length += ascii.Length + 2;
    }

    /// <summary>8-bit text: only a literal may carry it before UTF8=ACCEPT, and not even that a NUL. RFC 9051 4.3.</summary>
    private void Literal(ReadOnlySpan<byte> value)
    {
        var count = 0;
        foreach (var b in value)
        {
            if (b is not ((byte)'\r' or (byte)'\n' or 0))
                count++;
        }
        Raw((byte)'{');
        Number(count);
        Raw("}\r\n"u8);
        var room = Room(count);
        var n = 0;
        foreach (var b in value)
        {
            if (b is not ((byte)'\r' or (byte)'\n' or 0))
                room[n++] = b;
        }
        _length += count;
    }

    /// <summary>A parameter's value out of its quotes: only the escapes of quotes and backslashes are undone before they are made anew.</summary>
    public void ParameterValue(ReadOnlySpan<byte> raw)
    {
        if (raw.Contains((byte)'\\'))
            String(MimeParameterReader.Unescape(raw));
        else
            String(raw);
    }

    /// <summary>Puts a copy of an earlier piece in place of the last bytes.</summary>
    public void Replace(int count, int offset, int length)
    {
        _length -= count;
        var room = Room(length);
        _buffer.AsSpan(offset, length).CopyTo(room);
        _length += length;
    }

    private Span<byte> Room(int count)
    {
        if (_buffer.Length - _length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + count));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        return _buffer.AsSpan(_length);
    }
}
