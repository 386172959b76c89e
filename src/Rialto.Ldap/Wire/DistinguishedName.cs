// RFC 4514: string form of distinguished names.
using System.Globalization;
using System.Text;

namespace Rialto.Ldap.Wire;

/// <summary>One attribute and value of a name.</summary>
internal readonly record struct NamePart(string Attribute, string Value);

/// <summary>A distinguished name: relative names from the entry to the root. Names of several values (<c>a=1+b=2</c>) are read, and never match anything here.</summary>
internal sealed class DistinguishedName
{
    /// <summary>Relative names at most: deeper trees than any directory's.</summary>
    private const int MaxParts = 64;

    public static DistinguishedName Root { get; } = new([], false);

    private DistinguishedName(NamePart[] parts, bool hasMultiple)
    {
        Parts = parts;
        HasMultiple = hasMultiple;
    }

    public NamePart[] Parts { get; }

    public bool HasMultiple { get; }

    /// <summary>Parses the text; null when it is none. Attribute names come out in lower case, short ones for those that have a short one.</summary>
    public static DistinguishedName? Parse(string text)
    {
        var parts = new List<NamePart>();
        var multiple = false;
        var at = 0;
        SkipSpace(text, ref at);
        if (at == text.Length) return Root;
        while (true)
        {
            if (parts.Count == MaxParts) return null;
            var equals = text.IndexOf('=', at);
            if (equals <= at) return null;
            var attribute = text[at..equals].Trim();
            if (!IsDescriptor(attribute)) return null;
            at = equals + 1;
            if (Value(text, ref at) is not { } value) return null;
            parts.Add(new(Canonical(attribute), value));
            if (at == text.Length) return new([.. parts], multiple);
            if (text[at] == '+') multiple = true;
            at++;
            SkipSpace(text, ref at);
        }
    }

    /// <summary>A value as it stands in a name.</summary>
    public static string Escape(string value)
    {
        if (value.AsSpan().IndexOfAny(",+\"\\<>;=\0") < 0 && value.Length > 0 && value[0] is not (' ' or '#') && value[^1] != ' ') return value;
        var text = new StringBuilder(value.Length + 8);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c == '\0') text.Append("\\00");
            else if (",+\"\\<>;=".Contains(c, StringComparison.Ordinal) || (c is ' ' or '#' && i == 0) || (c == ' ' && i == value.Length - 1)) text.Append('\\').Append(c);
            else text.Append(c);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Parts.Select(p => $"{p.Attribute}={Escape(p.Value)}"));

    private static string Canonical(string attribute) => attribute.ToLowerInvariant() switch
    {
        "commonname" or "2.5.4.3" => "cn",
        "userid" or "0.9.2342.19200300.100.1.1" => "uid",
        "domaincomponent" or "0.9.2342.19200300.100.1.25" => "dc",
        "organizationalunitname" or "2.5.4.11" => "ou",
        "organizationname" or "2.5.4.10" => "o",
        "rfc822mailbox" or "e" or "email" or "emailaddress" => "mail",
        var other => other,
    };

    private static bool IsDescriptor(string text)
    {
        if (text.Length == 0) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.')) return false;
        }

        return true;
    }

    private static string? Value(string text, ref int at)
    {
        SkipSpace(text, ref at);
        if (at < text.Length && text[at] == '#') return HexValue(text, ref at);
        var quoted = at < text.Length && text[at] == '"';
        if (quoted) at++;
        var value = new StringBuilder();
        var keep = 0;
        Span<byte> octets = stackalloc byte[64];
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (quoted ? c == '"' : c is ',' or '+' or ';') break;
            if (c != '\\')
            {
                if (c == '\0') return null;
                value.Append(c);
                if (c != ' ' || quoted) keep = value.Length;
                continue;
            }

            // \XX is an octet, a run of them is UTF-8; \c is the character itself.
            var count = 0;
            while (at + 2 < text.Length && text[at] == '\\' && count < octets.Length
                && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                octets[count++] = octet;
                at += 3;
                if (at >= text.Length) break;
            }

            if (count > 0)
            {
                value.Append(Encoding.UTF8.GetString(octets[..count]));
                at--;
            }
            else
            {
                if (++at >= text.Length) return null;
                value.Append(text[at]);
            }

            keep = value.Length;
        }

        if (quoted)
        {
            if (at >= text.Length) return null;
            at++;
            SkipSpace(text, ref at);
            if (at < text.Length && text[at] is not (',' or '+' or ';')) return null;
        }

        return value.ToString(0, keep);
    }

    private static string? HexValue(string text, ref int at)
    {
        var end = text.AsSpan(at).IndexOfAny(',', '+', ';') is >= 0 and var found ? at + found : text.Length;
        var digits = text.AsSpan(at + 1, end - at - 1).TrimEnd(' ');
        at = end;
        try
        {
            var reader = new BerReader(Convert.FromHexString(digits));
            var content = reader.ReadAny(out _);
            return reader.Failed || !reader.AtEnd ? null : Encoding.UTF8.GetString(content);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static void SkipSpace(string text, ref int at)
    {
        while (at < text.Length && text[at] == ' ') at++;
    }
}
