// RFC 3501 9: the forms in which strings, numbers and mailboxes are sent.
using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Rialto.MailAccess.Imap.Wire;

/// <summary>Writes responses straight into the connection's buffer.</summary>
internal readonly struct ImapWriter(IBufferWriter<byte> output, bool utf8 = false)
{
    public IBufferWriter<byte> Output => output;

    public void Raw(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    /// <summary>Text that is known to be ASCII without controls.</summary>
    public void Ascii(ReadOnlySpan<char> text)
    {
        var span = output.GetSpan(text.Length);
        output.Advance(Encoding.ASCII.GetBytes(text, span));
    }

    public void Number(long value)
    {
        var span = output.GetSpan(20);
        Utf8Formatter.TryFormat(value, span, out var written);
        output.Advance(written);
    }

    /// <summary>Numbers, each with a space before it.</summary>
    public void Numbers(ReadOnlySpan<uint> values)
    {
        // A uint has at most 10 digits.
        const int longest = 11;
        while (!values.IsEmpty)
        {
            var part = values[..Math.Min(values.Length, 512)];
            var span = output.GetSpan(part.Length * longest);
            var at = 0;
            foreach (var value in part)
            {
                span[at++] = (byte)' ';
                Utf8Formatter.TryFormat(value, span[at..], out var written);
                at += written;
            }
            output.Advance(at);
            values = values[part.Length..];
        }
    }

    public void Crlf() => output.Write("\r\n"u8);

    /// <summary>A string as quoted where it is plain, otherwise as a literal.</summary>
    public void String(ReadOnlySpan<byte> value)
    {
        if (IsQuotable(value))
        {
            var span = output.GetSpan(value.Length + 2);
            span[0] = (byte)'"';
            value.CopyTo(span[1..]);
            span[value.Length + 1] = (byte)'"';
            output.Advance(value.Length + 2);
            return;
        }
        LiteralHead(value.Length);
        output.Write(value);
    }

    public void String(string value)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        String(bytes.AsSpan(0, Encoding.UTF8.GetBytes(value, bytes)));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>An astring: an atom where it can be one.</summary>
    public void AString(ReadOnlySpan<byte> value)
    {
        foreach (var b in value)
        {
            if (!ImapCharacters.IsAString(b))
            {
                String(value);
                return;
            }
        }
        if (value.IsEmpty || System.Text.Ascii.EqualsIgnoreCase(value, "NIL"u8))
            String(value);
        else
            output.Write(value);
    }

    /// <summary>A mailbox name in modified UTF-7, or UTF-8 where the client has enabled it, quoted unless it is INBOX: clients have always seen them so.</summary>
    public void Mailbox(string name)
    {
        if (name == "INBOX")
        {
            output.Write("INBOX"u8);
            return;
        }
        var encoded = new ArrayBufferWriter<byte>(name.Length + 16);
        if (utf8)
            Encoding.UTF8.GetBytes(name, encoded);
        else
            ModifiedUtf7.Encode(name, encoded);
        output.Write("\""u8);
        foreach (ref readonly var b in encoded.WrittenSpan)
        {
            if (b is (byte)'"' or (byte)'\\')
                output.Write("\\"u8);
            output.Write(new ReadOnlySpan<byte>(in b));
        }
        output.Write("\""u8);
    }

    /// <summary>"{" number "}" CRLF</summary>
    public void LiteralHead(long length)
    {
        var span = output.GetSpan(24);
        span[0] = (byte)'{';
        Utf8Formatter.TryFormat(length, span[1..], out var written);
        "}\r\n"u8.CopyTo(span[(written + 1)..]);
        output.Advance(written + 4);
    }

    private static bool IsQuotable(ReadOnlySpan<byte> value)
    {
        // Long strings are cheaper to read as literals, and some clients limit the length of a line.
        if (value.Length > 1000)
            return false;
        foreach (var b in value)
        {
            if (!ImapCharacters.IsPlainQuotable(b))
                return false;
        }
        return true;
    }
}
