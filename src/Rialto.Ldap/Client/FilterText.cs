// RFC 4515: string form of filters, and their encoding (RFC 4511 4.5.1.7).
using System.Globalization;
using System.Text;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Client;

/// <summary>Turns a filter's text into its encoding.</summary>
internal static class FilterText
{
    private const int MaxDepth = 32;

    /// <summary>The encoding; null when the text is no filter.</summary>
    public static byte[]? Encode(string text)
    {
        using var writer = new BerWriter();
        var at = 0;
        return Filter(text, ref at, writer, 0) && at == text.Length ? writer.Written.ToArray() : null;
    }

    /// <summary>A value as it stands in a filter.</summary>
    public static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var c in value)
        {
            if (c is '*' or '(' or ')' or '\\' or '\0') text.Append('\\').Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
            else text.Append(c);
        }

        return text.ToString();
    }

    private static bool Filter(string text, ref int at, BerWriter writer, int depth)
    {
        if (depth > MaxDepth || at + 1 >= text.Length || text[at++] != '(') return false;
        switch (text[at])
        {
            case '&' or '|' or '!':
                var not = text[at] == '!';
                var node = writer.Begin(not ? (byte)0xA2 : text[at] == '&' ? (byte)0xA0 : (byte)0xA1);
                at++;
                var count = 0;
                for (; at < text.Length && text[at] == '('; count++)
                {
                    if (!Filter(text, ref at, writer, depth + 1)) return false;
                }

                writer.End(node);
                if (not && count != 1) return false;
                break;
            default:
                if (!Item(text, ref at, writer)) return false;
                break;
        }

        return at < text.Length && text[at++] == ')';
    }

    private static bool Item(string text, ref int at, BerWriter writer)
    {
        var equals = text.IndexOf('=', at);
        if (equals <= at) return false;
        var name = text[at..equals];
        var kind = name[^1];
        var end = text.IndexOf(')', equals);
        if (end < 0) return false;
        var parts = text[(equals + 1)..end].Split('*');
        at = end;
        if (kind == ':') return Extensible(name[..^1], parts[0], writer);
        if (kind is '>' or '<' or '~') name = name[..^1];
        if (parts.Length == 2 && parts[0].Length == 0 && parts[1].Length == 0 && kind is not ('>' or '<' or '~'))
        {
            writer.WriteText(name, 0x87);
            return true;
        }

        var node = writer.Begin(kind switch
        {
            '>' => 0xA5,
            '<' => 0xA6,
            '~' => 0xA8,
            _ => parts.Length > 1 ? (byte)0xA4 : (byte)0xA3,
        });
        writer.WriteText(name);
        if (parts.Length == 1)
        {
            if (Value(parts[0]) is not { } value) return false;
            writer.WriteOctets(value);
        }
        else
        {
            var list = writer.Begin(Tags.Sequence);
            for (var i = 0; i < parts.Length; i++)
            {
                if (Value(parts[i]) is not { } value) return false;
                if (value.Length > 0) writer.WriteOctets(value, i == 0 ? (byte)0x80 : i == parts.Length - 1 ? (byte)0x82 : (byte)0x81);
            }

            writer.End(list);
        }

        writer.End(node);
        return true;
    }

    /// <summary>attr:dn:rule:=value</summary>
    private static bool Extensible(string name, string text, BerWriter writer)
    {
        var parts = name.Split(':');
        var onName = Array.Exists(parts, p => p.Equals("dn", StringComparison.OrdinalIgnoreCase));
        var rule = parts.Skip(1).FirstOrDefault(p => !p.Equals("dn", StringComparison.OrdinalIgnoreCase) && p.Length > 0);
        if (Value(text) is not { } value) return false;
        var node = writer.Begin(0xA9);
        if (rule is not null) writer.WriteText(rule, 0x81);
        if (parts[0].Length > 0) writer.WriteText(parts[0], 0x82);
        writer.WriteOctets(value, 0x83);
        if (onName) writer.WriteBoolean(true, 0x84);
        writer.End(node);
        return true;
    }

    private static byte[]? Value(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return Encoding.UTF8.GetBytes(text);
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
                continue;
            }

            if (i + 2 >= text.Length || !byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet)) return null;
            bytes.Add(octet);
            i += 2;
        }

        return [.. bytes];
    }
}
