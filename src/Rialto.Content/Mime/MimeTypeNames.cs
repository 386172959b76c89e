// RFC 2045 5.1, 6.1.
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>Names of media types and transfer encodings from bytes, without a new string for those that occur all the time.</summary>
internal static class MimeTypeNames
{
    private static readonly string[] Common =
    [
        "text", "plain", "html", "multipart", "mixed", "alternative", "related", "signed", "encrypted", "report", "digest", "message", "rfc822",
        "application", "octet-stream", "pdf", "image", "png", "jpeg", "jpg", "gif", "calendar", "csv", "xml", "zip", "msword", "audio", "video", "mpeg",
        "delivery-status", "disposition-notification", "partial", "external-body", "rfc822-headers", "pkcs7-mime", "pkcs7-signature",
        "x-pkcs7-mime", "x-pkcs7-signature", "pgp-signature", "pgp-encrypted", "ms-tnef", "vnd.ms-tnef", "ics", "vcard", "x-vcard", "enriched",
        "richtext", "rtf", "vnd.ms-excel", "vnd.openxmlformats-officedocument.wordprocessingml.document",
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet", "x-zip-compressed", "global", "feedback-report", "x-amp-html", "directory",
    ];

    private static readonly Dictionary<int, string[]> ByLength = Common.GroupBy(n => n.Length).ToDictionary(g => g.Key, g => g.ToArray());

    public static string Intern(ReadOnlySpan<byte> name)
    {
        if (ByLength.TryGetValue(name.Length, out var candidates))
        {
            foreach (var candidate in candidates)
            {
                if (Ascii.EqualsIgnoreCase(name, candidate))
                    return candidate;
            }
        }
        // Types are ASCII; what is not stays visible and cannot break a line.
        return string.Create(name.Length, name, static (chars, bytes) =>
        {
            for (var i = 0; i < bytes.Length; i++)
                chars[i] = bytes[i] is >= (byte)'A' and <= (byte)'Z' ? (char)(bytes[i] | 0x20) : bytes[i] is > 32 and < 127 ? (char)bytes[i] : '_';
        });
    }

    public static MimeTransferEncoding Encoding(ReadOnlySpan<byte> value)
    {
        var token = Token(value);
        if (token.IsEmpty || Is(token, "7bit"u8) || Is(token, "7-bit"u8))
            return MimeTransferEncoding.SevenBit;
        if (Is(token, "base64"u8) || Is(token, "base-64"u8))
            return MimeTransferEncoding.Base64;
        if (Is(token, "quoted-printable"u8))
            return MimeTransferEncoding.QuotedPrintable;
        if (Is(token, "8bit"u8) || Is(token, "8-bit"u8))
            return MimeTransferEncoding.EightBit;
        if (Is(token, "binary"u8))
            return MimeTransferEncoding.Binary;
        return Is(token, "x-uuencode"u8) || Is(token, "uuencode"u8) || Is(token, "x-uue"u8) ? MimeTransferEncoding.Uuencode : MimeTransferEncoding.Unknown;
    }

    /// <summary>The first token of a field, comments and quotes around it skipped.</summary>
    public static ReadOnlySpan<byte> Token(ReadOnlySpan<byte> value)
    {
        var i = MimeParameterReader.SkipWhite(value, 0);
        if (i < value.Length && value[i] == '"')
            i++;
        var end = i;
        while (end < value.Length && value[end] > 32 && value[end] is not ((byte)';' or (byte)'(' or (byte)'"' or (byte)','))
            end++;
        return value[i..end];
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);
}
