// RFC 4515 string form of filters, over the attributes of DirectoryAttributes. Comparison ignores case.
using System.Globalization;
using System.Text;

namespace Rialto.Directory;

/// <summary>A filter over attributes: <c>(&amp;(department=Sales)(!(city=Bern)))</c>, <c>(title=*lead*)</c>, <c>(kind=account)</c>, <c>(capacity&gt;=10)</c>.</summary>
public abstract class AttributeFilter
{
    /// <summary>Nesting and terms bounded so that any text costs bounded time.</summary>
    private const int MaxDepth = 32;
    private const int MaxLength = 8_192;

    private AttributeFilter()
    {
    }

    /// <summary>Whether the object matches.</summary>
    public abstract bool Matches(DirectoryObject candidate);

    /// <summary>Parses the text form; on failure <paramref name="error"/> says what and where.</summary>
    public static bool TryParse(string text, out AttributeFilter? filter, out string error)
    {
        filter = null;
        error = "";
        if (text.Length > MaxLength)
        {
            error = $"a filter has at most {MaxLength} characters";
            return false;
        }

        var position = 0;
        SkipSpace(text, ref position);
        filter = Parse(text, ref position, 0, ref error);
        if (filter is null) return false;
        SkipSpace(text, ref position);
        if (position == text.Length) return true;
        error = $"text after the filter at character {position + 1}";
        filter = null;
        return false;
    }

    private static AttributeFilter? Parse(string text, ref int at, int depth, ref string error)
    {
        if (depth > MaxDepth) return Fail($"nested deeper than {MaxDepth}", ref error);
        if (at >= text.Length || text[at] != '(') return Fail($"'(' expected at character {at + 1}", ref error);
        at++;
        if (at >= text.Length) return Fail("the filter ends too early", ref error);
        AttributeFilter? result;
        switch (text[at])
        {
            case '&' or '|':
                var isAnd = text[at++] == '&';
                var terms = new List<AttributeFilter>();
                for (SkipSpace(text, ref at); at < text.Length && text[at] == '('; SkipSpace(text, ref at))
                {
                    if (Parse(text, ref at, depth + 1, ref error) is not { } term) return null;
                    terms.Add(term);
                }

                result = isAnd ? new And([.. terms]) : new Or([.. terms]);
                break;
            case '!':
                at++;
                SkipSpace(text, ref at);
                if (Parse(text, ref at, depth + 1, ref error) is not { } inner) return null;
                result = new Not(inner);
                SkipSpace(text, ref at);
                break;
            default:
                result = ParseTerm(text, ref at, ref error);
                if (result is null) return null;
                break;
        }

        if (at >= text.Length || text[at] != ')') return Fail($"')' expected at character {at + 1}", ref error);
        at++;
        return result;
    }

    private static AttributeFilter? ParseTerm(string text, ref int at, ref string error)
    {
        var equals = text.AsSpan(at).IndexOf('=');
        if (equals < 1) return Fail($"attribute=value expected at character {at + 1}", ref error);
        var name = text.AsSpan(at, equals);
        var comparison = name[^1];
        if (comparison is '>' or '<' or '~') name = name[..^1];
        var attribute = name.Trim().ToString();
        if (!DirectoryAttributes.IsKnown(attribute)) return Fail($"unknown attribute \"{attribute}\" at character {at + 1}", ref error);
        at += equals + 1;

        var parts = new List<string>();
        var part = new StringBuilder();
        for (; at < text.Length && text[at] != ')'; at++)
        {
            switch (text[at])
            {
                case '*':
                    parts.Add(part.ToString());
                    part.Clear();
                    break;
                case '\\':
                    // RFC 4515: \XX escapes one octet; a run of them is UTF-8.
                    var octets = new List<byte>();
                    while (at < text.Length && text[at] == '\\')
                    {
                        if (at + 2 >= text.Length || !byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
                            return Fail($"two hexadecimal digits expected after '\\' at character {at + 1}", ref error);
                        octets.Add(octet);
                        at += 3;
                    }

                    at--;
                    part.Append(Encoding.UTF8.GetString([.. octets]));
                    break;
                case '(':
                    return Fail($"'(' in a value is written \\28, at character {at + 1}", ref error);
                default:
                    part.Append(text[at]);
                    break;
            }
        }

        parts.Add(part.ToString());
        if (comparison is '>' or '<') return new Ordered(attribute, parts[0], comparison == '>');
        if (parts.Count == 1) return new Equal(attribute, parts[0]);
        if (parts.Count == 2 && parts.TrueForAll(p => p.Length == 0)) return new Present(attribute);
        return new Substring(attribute, [.. parts]);
    }

    private static AttributeFilter? Fail(string what, ref string error)
    {
        error = what;
        return null;
    }

    private static void SkipSpace(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
    }

    private sealed class And(AttributeFilter[] terms) : AttributeFilter
    {
        public override bool Matches(DirectoryObject candidate) => Array.TrueForAll(terms, t => t.Matches(candidate));
    }

    private sealed class Or(AttributeFilter[] terms) : AttributeFilter
    {
        public override bool Matches(DirectoryObject candidate) => Array.Exists(terms, t => t.Matches(candidate));
    }

    private sealed class Not(AttributeFilter term) : AttributeFilter
    {
        public override bool Matches(DirectoryObject candidate) => !term.Matches(candidate);
    }

    private sealed class Present(string attribute) : AttributeFilter
    {
        public override bool Matches(DirectoryObject candidate) => DirectoryAttributes.Get(candidate, attribute).Count > 0;
    }

    private sealed class Equal(string attribute, string value) : AttributeFilter
    {
        public override bool Matches(DirectoryObject candidate) =>
            DirectoryAttributes.Get(candidate, attribute).Any(v => v.Equals(value, StringComparison.OrdinalIgnoreCase));
    }

    private sealed class Ordered(string attribute, string value, bool atLeast) : AttributeFilter
    {
        private readonly long? number = long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : null;

        public override bool Matches(DirectoryObject candidate) => DirectoryAttributes.Get(candidate, attribute).Any(v =>
        {
            var order = number is { } wanted && long.TryParse(v, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var has)
                ? has.CompareTo(wanted)
                : string.Compare(v, value, StringComparison.OrdinalIgnoreCase);
            return atLeast ? order >= 0 : order <= 0;
        });
    }

    private sealed class Substring(string attribute, string[] parts) : AttributeFilter
    {
        public override bool Matches(DirectoryObject candidate) => DirectoryAttributes.Get(candidate, attribute).Any(Contains);

        private bool Contains(string value)
        {
            if (!value.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase)) return false;
            var at = parts[0].Length;
            for (var i = 1; i < parts.Length - 1; i++)
            {
                var found = value.IndexOf(parts[i], at, StringComparison.OrdinalIgnoreCase);
                if (found < 0) return false;
                at = found + parts[i].Length;
            }

            return value.Length - at >= parts[^1].Length && value.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
        }
    }
}
