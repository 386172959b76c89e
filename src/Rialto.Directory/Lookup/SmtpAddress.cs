// RFC 5321 4.1.2, 4.5.3.1 (sizes), RFC 6531 3.3 (non-ASCII), RFC 5891 (A-labels).
using System.Globalization;
using System.Net;
using System.Text;

namespace Rialto.Directory;

/// <summary>A parsed mail address: the local part without needless quoting, the domain in lower case A-label form or as an address literal.</summary>
/// <param name="LocalPart">As it is compared and shown: quoted only if it has to be. NFC.</param>
/// <param name="Domain">Lower case, A-labels; or <c>[…]</c>.</param>
public readonly record struct SmtpAddress(string LocalPart, string Domain)
{
    /// <summary>Octets of a local part, RFC 5321 4.5.3.1.1.</summary>
    public const int MaxLocalPart = 64;

    /// <summary>Octets of a whole address: a path is 256 with its brackets, RFC 5321 4.5.3.1.3.</summary>
    public const int MaxLength = 254;

    /// <inheritdoc/>
    public override string ToString() => $"{LocalPart}@{Domain}";

    /// <summary>Parses <c>local@domain</c> without brackets or comments. Any text gives a value or false.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SmtpAddress address)
    {
        address = default;
        var at = text.LastIndexOf('@');
        if (at <= 0 || at == text.Length - 1 || text.Length > MaxLength) return false;
        return TryParseLocalPart(text[..at], out var local)
            && TryParseDomain(text[(at + 1)..], out var domain)
            && Made(local, domain, out address);
    }

    private static bool Made(string local, string domain, out SmtpAddress address)
    {
        address = new SmtpAddress(local, domain);
        return Encoding.UTF8.GetByteCount(local) + 1 + domain.Length <= MaxLength;
    }

    /// <summary>Parses a domain name or an address literal in brackets.</summary>
    public static bool TryParseDomain(ReadOnlySpan<char> text, out string domain)
    {
        domain = "";
        if (text.Length is 0 or > 255) return false;
        if (text[0] == '[') return TryParseLiteral(text, out domain);

        if (!Ascii.IsValid(text))
        {
            try
            {
                // IdnMapping keeps no state but its two flags; making one costs an allocation on the rare non-ASCII path only.
                text = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(text.ToString().Normalize(NormalizationForm.FormC));
            }
            catch (ArgumentException)
            {
                return false;
            }
        }

        if (text.Length > 253 || !AreLabels(text)) return false;
        domain = HasUpper(text) ? string.Create(text.Length, text, static (to, from) => from.ToLowerInvariant(to)) : text.ToString();
        return true;
    }

    private static bool AreLabels(ReadOnlySpan<char> text)
    {
        var label = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.')
            {
                if (label == 0 || text[i - 1] == '-') return false;
                label = 0;
            }
            else if (char.IsAsciiLetterOrDigit(c) || (c == '-' && label > 0) || c == '_')
            {
                // The underscore is no letter of a host name, but mail domains with it exist.
                if (++label > 63) return false;
            }
            else
            {
                return false;
            }
        }

        return label > 0 && text[^1] != '-';
    }

    private static bool HasUpper(ReadOnlySpan<char> text) => text.IndexOfAnyInRange('A', 'Z') >= 0;

    private static bool TryParseLiteral(ReadOnlySpan<char> text, out string domain)
    {
        domain = "";
        if (text.Length < 3 || text[^1] != ']') return false;
        var inner = text[1..^1];
        var isV6 = inner.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase);
        if (isV6) inner = inner[5..];
        if (!IPAddress.TryParse(inner, out var ip) || inner.Contains('%')) return false;
        if (isV6 != (ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)) return false;
        domain = isV6 ? $"[IPv6:{ip}]" : $"[{ip}]";
        return true;
    }

    private static bool TryParseLocalPart(ReadOnlySpan<char> text, out string local)
    {
        local = "";
        if (text.Length > 2 * MaxLocalPart) return false;
        string value;
        if (text[0] == '"')
        {
            if (text.Length < 3 || text[^1] != '"') return false;
            var inner = new StringBuilder(text.Length);
            for (var i = 1; i < text.Length - 1; i++)
            {
                var c = text[i];
                if (c == '\\')
                {
                    if (++i >= text.Length - 1) return false;
                    c = text[i];
                }
                else if (c == '"')
                {
                    return false;
                }

                if (char.IsControl(c)) return false;
                inner.Append(c);
            }

            value = inner.ToString();
        }
        else
        {
            if (!IsDotAtom(text)) return false;
            value = text.ToString();
        }

        if (!Ascii.IsValid(value))
        {
            if (!IsWellFormed(value)) return false;
            value = value.Normalize(NormalizationForm.FormC);
        }

        if (Encoding.UTF8.GetByteCount(value) > MaxLocalPart) return false;
        local = IsDotAtom(value) ? value : "\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
        return true;
    }

    /// <summary>Whether every surrogate has its partner and there is no U+FFFE; Normalize throws otherwise.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        if (text.Contains('\uFFFE')) return false;
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var used) != System.Buffers.OperationStatus.Done) return false;
            text = text[used..];
        }

        return true;
    }

    /// <summary>RFC 5321 Dot-string, with RFC 6531's non-ASCII.</summary>
    internal static bool IsDotAtom(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] == '.' || text[^1] == '.') return false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.')
            {
                if (text[i - 1] == '.') return false;
            }
            else if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-/=?^_`{|}~".Contains(c) && (c < 0x80 || char.IsControl(c) || char.IsWhiteSpace(c)))
            {
                return false;
            }
        }

        return true;
    }
}
