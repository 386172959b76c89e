// RFC 2046 4.1 text; charset by parameter, by an HTML page's own declaration, else by its bytes.
using System.Buffers;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>Bodies of text parts as strings.</summary>
public static class MimeText
{
    private static readonly SearchValues<byte> Base64Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    /// <summary>The decoded body. maxRawBytes bounds how much of the encoded body is looked at (a preview needs little).</summary>
    public static string Decode(MimePart part, int maxRawBytes = int.MaxValue)
    {
        var raw = part.RawBody;
        if (raw.Length > maxRawBytes)
            raw = raw[..maxRawBytes];
        var codePage = DeclaredCodePage(part);
        var encoding = EncodingOf(part, raw);
        if (encoding is not (MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable))
            return ToString(part, raw, codePage);
        var buffer = ArrayPool<byte>.Shared.Rent(TransferDecoder.MaxDecodedLength(encoding, raw.Length));
        var length = TransferDecoder.Decode(encoding, raw, buffer);
        var text = ToString(part, buffer.AsSpan(0, length), codePage);
        ArrayPool<byte>.Shared.Return(buffer);
        return text;
    }

    /// <summary>The body's bytes, decoded.</summary>
    internal static byte[] Bytes(MimePart part)
    {
        var raw = part.RawBody;
        return TransferDecoder.Decode(EncodingOf(part, raw), raw);
    }

    /// <summary>The encoding of a text, which is not base64 where that is declared and plainly not there: gateways that rewrite text leave the field as it was.</summary>
    private static MimeTransferEncoding EncodingOf(MimePart part, ReadOnlySpan<byte> raw)
    {
        if (part.Encoding != MimeTransferEncoding.Base64)
            return part.Encoding;
        var head = raw[..Math.Min(raw.Length, 2048)];
        var (strays, total) = (0, 0);
        while (!head.IsEmpty)
        {
            var end = head.IndexOf((byte)'\n') + 1;
            var line = (end == 0 ? head : head[..end]).Trim(" \t\r\n"u8);
            head = end == 0 ? default : head[end..];
            total += line.Length;
            for (int at; (at = line.IndexOfAnyExcept(Base64Characters)) >= 0; line = line[(at + 1)..])
                strays++;
        }
        return strays * 16 > total ? MimeTransferEncoding.EightBit : MimeTransferEncoding.Base64;
    }

    /// <summary>The code page of the charset parameter; -1 where none is declared or it is unknown.</summary>
    public static int DeclaredCodePage(MimePart part)
    {
        if (!part.TypeIsDeclared)
            return -1;
        var reader = new MimeParameterReader(part.RawValue(MimeHeaderId.ContentType));
        reader.ReadContentType(out _, out _);
        while (reader.Read())
        {
            if (!Ascii.EqualsIgnoreCase(reader.Name, "charset"u8))
                continue;
            return Ascii.EqualsIgnoreCase(reader.RawValue, "utf-8"u8) ? 65001 : MailCharset.FindCodePage(Encoding.Latin1.GetString(reader.RawValue));
        }
        return -1;
    }

    /// <summary>The code page to read some bytes of a part by: declared, then an HTML page's own, then by looking at them.</summary>
    internal static int CodePage(MimePart part, ReadOnlySpan<byte> decoded, int declared)
    {
        if (declared is not (-1 or 20127))
            return declared;
        if (part.Subtype == "html" && !Ascii.IsValid(decoded) && DeclaredInHtml(decoded) is > 0 and var inHtml)
            return inHtml;
        return MailCharset.Detect(decoded);
    }

    private static string ToString(MimePart part, ReadOnlySpan<byte> decoded, int declared) => MailCharset.DecodeByCodePage(decoded, CodePage(part, decoded, declared));

    private static int DeclaredInHtml(ReadOnlySpan<byte> html)
    {
        var head = html[..Math.Min(html.Length, 4096)];
        var at = head.IndexOf("charset="u8);
        if (at < 0)
            return -1;
        var value = head[(at + 8)..].TrimStart("\"' "u8);
        var end = value.IndexOfAny("\"' ;>/"u8);
        return end <= 0 ? -1 : MailCharset.FindCodePage(Encoding.Latin1.GetString(value[..end]));
    }
}
