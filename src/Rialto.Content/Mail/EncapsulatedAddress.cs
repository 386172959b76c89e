// [MS-OXCMAIL] 2.1.3.1.8 IMCEA encapsulation, 2.2.3.1.2 its undoing.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Rialto.Content.Mail;

/// <summary>
/// An address of another system in an SMTP address:
/// <code>"IMCEA" type "-" encoded "@" domain</code>
/// Letters, digits, "-" and "=" stand for themselves, "_" for "/", "+" and two hex digits for any other octet.
/// </summary>
public static class EncapsulatedAddress
{
    private const string Mark = "IMCEA";

    public static string Write(string type, string address, string domain)
    {
        var result = new StringBuilder(Mark, Mark.Length + type.Length + address.Length + domain.Length + 16).Append(type).Append('-');
        foreach (var b in Encoding.UTF8.GetBytes(address))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'=' or (byte)'-')
                result.Append((char)b);
            else if (b == '/')
                result.Append('_');
            else
                result.Append('+').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return result.Append('@').Append(domain).ToString();
    }

    /// <summary>False for an address that is none of these. Whether its domain is one to be undone is for the caller to say.</summary>
    public static bool TryRead(string smtp, [NotNullWhen(true)] out string? type, [NotNullWhen(true)] out string? address, [NotNullWhen(true)] out string? domain)
    {
        (type, address, domain) = (null, null, null);
        var at = smtp.LastIndexOf('@');
        if (at < Mark.Length + 3 || !smtp.StartsWith(Mark, StringComparison.OrdinalIgnoreCase))
            return false;
        var hyphen = smtp.IndexOf('-', Mark.Length);
        if (hyphen <= Mark.Length || hyphen >= at - 1)
            return false;
        var encoded = smtp.AsSpan(hyphen + 1, at - hyphen - 1);
        var bytes = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var c = encoded[i];
            if (c == '_')
                bytes[length++] = (byte)'/';
            else if (c == '+' && i + 2 < encoded.Length && byte.TryParse(encoded.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
                (bytes[length++], i) = (octet, i + 2);
            else if (c < 128)
                bytes[length++] = (byte)c;
            else
                return false;
        }
        type = smtp[Mark.Length..hyphen];
        address = Mime.MailAddress.Clean(Encoding.UTF8.GetString(bytes, 0, length));
        domain = smtp[(at + 1)..];
        return address.Length > 0;
    }
}
