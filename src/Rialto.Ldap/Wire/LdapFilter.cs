// RFC 4511 4.5.1.7 (filters on the wire), RFC 4515 (their text).
using System.Text;

namespace Rialto.Ldap.Wire;

/// <summary>What a filter asks.</summary>
internal enum FilterKind
{
    And,
    Or,
    Not,
    Equality,
    Substrings,
    GreaterOrEqual,
    LessOrEqual,
    Present,
    Approximate,
    Extensible,
}

/// <summary>A filter as it came: one node for each element.</summary>
internal sealed class LdapFilter
{
    public required FilterKind Kind { get; init; }

    /// <summary>Of and, or and not.</summary>
    public LdapFilter[] Children { get; init; } = [];

    /// <summary>Attribute description; empty where an extensible match names none.</summary>
    public string Attribute { get; init; } = "";

    /// <summary>Assertion value; the initial part of substrings.</summary>
    public byte[]? Value { get; init; }

    /// <summary>The parts of substrings in the middle.</summary>
    public byte[][] Middle { get; init; } = [];

    /// <summary>The last part of substrings.</summary>
    public byte[]? Final { get; init; }

    /// <summary>Matching rule of an extensible match.</summary>
    public string Rule { get; init; } = "";

    /// <summary>Whether an extensible match looks at the entry's name too.</summary>
    public bool OnName { get; init; }

    /// <summary>Parses the filter at the reader; null when it is malformed, nests deeper or has more elements than allowed.</summary>
    public static LdapFilter? Parse(ref BerReader reader, int maxDepth, int maxElements)
    {
        var left = maxElements;
        return Parse(ref reader, maxDepth, ref left);
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        FilterKind.And => $"(&{string.Concat<LdapFilter>(Children)})",
        FilterKind.Or => $"(|{string.Concat<LdapFilter>(Children)})",
        FilterKind.Not => $"(!{string.Concat<LdapFilter>(Children)})",
        FilterKind.Present => $"({Attribute}=*)",
        FilterKind.Substrings => $"({Attribute}={Text(Value)}*{string.Concat(Middle.Select(m => Text(m) + "*"))}{Text(Final)})",
        FilterKind.GreaterOrEqual => $"({Attribute}>={Text(Value)})",
        FilterKind.LessOrEqual => $"({Attribute}<={Text(Value)})",
        FilterKind.Approximate => $"({Attribute}~={Text(Value)})",
        FilterKind.Extensible => $"({Attribute}{(OnName ? ":dn" : "")}{(Rule.Length > 0 ? ":" + Rule : "")}:={Text(Value)})",
        _ => $"({Attribute}={Text(Value)})",
    };

    private static string Text(byte[]? value)
    {
        if (value is null) return "";
        var text = new StringBuilder();
        foreach (var b in value)
        {
            if (b is < 0x20 or >= 0x7F or (byte)'*' or (byte)'(' or (byte)')' or (byte)'\\') text.Append('\\').Append(b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
            else text.Append((char)b);
        }

        return text.ToString();
    }

    private static LdapFilter? Parse(ref BerReader reader, int depth, ref int left)
    {
        if (depth < 0 || --left < 0) return null;
        var tag = reader.Peek;
        var content = new BerReader(reader.ReadAny(out _));
        if (reader.Failed) return null;
        switch (tag)
        {
            case 0xA0 or 0xA1:
                var children = new List<LdapFilter>();
                while (!content.AtEnd)
                {
                    if (Parse(ref content, depth - 1, ref left) is not { } child) return null;
                    children.Add(child);
                }

                return new() { Kind = tag == 0xA0 ? FilterKind.And : FilterKind.Or, Children = [.. children] };
            case 0xA2:
                return Parse(ref content, depth - 1, ref left) is { } negated && content.AtEnd ? new() { Kind = FilterKind.Not, Children = [negated] } : null;
            case 0xA3:
                return Assertion(FilterKind.Equality, ref content);
            case 0xA4:
                return Substrings(ref content, ref left);
            case 0xA5:
                return Assertion(FilterKind.GreaterOrEqual, ref content);
            case 0xA6:
                return Assertion(FilterKind.LessOrEqual, ref content);
            case 0x87:
                return new() { Kind = FilterKind.Present, Attribute = Encoding.UTF8.GetString(content.Rest) };
            case 0xA8:
                return Assertion(FilterKind.Approximate, ref content);
            case 0xA9:
                return Extensible(ref content);
            default:
                return null;
        }
    }

    private static LdapFilter? Assertion(FilterKind kind, ref BerReader content)
    {
        var attribute = content.ReadText();
        var value = content.Read(Tags.OctetString).ToArray();
        return content.Failed || attribute.Length == 0 ? null : new() { Kind = kind, Attribute = attribute, Value = value };
    }

    private static LdapFilter? Substrings(ref BerReader content, ref int left)
    {
        var attribute = content.ReadText();
        var parts = content.ReadConstructed(Tags.Sequence);
        byte[]? initial = null;
        byte[]? final = null;
        var middle = new List<byte[]>();
        var any = false;
        while (!parts.AtEnd && !parts.Failed)
        {
            var part = parts.ReadAny(out var tag);
            if (part.IsEmpty || final is not null || --left < 0) return null;
            if (tag == 0x80 && !any) initial = part.ToArray();
            else if (tag == 0x81) middle.Add(part.ToArray());
            else if (tag == 0x82) final = part.ToArray();
            else return null;
            any = true;
        }

        return parts.Failed || content.Failed || !any || attribute.Length == 0
            ? null
            : new() { Kind = FilterKind.Substrings, Attribute = attribute, Value = initial, Middle = [.. middle], Final = final };
    }

    private static LdapFilter? Extensible(ref BerReader content)
    {
        var rule = content.Peek == 0x81 ? content.ReadText(0x81) : "";
        var attribute = content.Peek == 0x82 ? content.ReadText(0x82) : "";
        var value = content.Read(0x83).ToArray();
        var onName = content.Peek == 0x84 && content.ReadBoolean(0x84);
        return content.Failed || (rule.Length == 0 && attribute.Length == 0) ? null : new() { Kind = FilterKind.Extensible, Rule = rule, Attribute = attribute, Value = value, OnName = onName };
    }
}
