// [MS-OXCDATA] 2.12.4.1 ContentRestriction fuzzy levels.
using System.Globalization;
using System.Text;

namespace Rialto.Model;

/// <summary>
/// Text and binary matching by fuzzy level: whole, prefix or substring; exact, ignoring case, ignoring diacritics and other non-spacing marks, or loosely
/// (both). ASCII on either side and plain case folding take vectorised ordinal paths; marks go through the invariant culture.
/// </summary>
public static class ContentMatch
{
    private const FuzzyLevel PlaceMask = (FuzzyLevel)0xFFFF;

    /// <summary>Whether the held value matches the operand; any element of a multiple value will do. False for anything but text and binary.</summary>
    public static bool Matches(PropertyValue held, PropertyValue operand, FuzzyLevel fuzzy)
    {
        switch (held.Reference)
        {
            case string text:
                return operand.Reference is string wanted && Matches(text, wanted, fuzzy);
            case byte[] bytes:
                return operand.Reference is byte[] part && Matches(bytes, part, fuzzy);
            case string[] texts when operand.Reference is string any:
                foreach (var one in texts)
                {
                    if (one is not null && Matches(one, any, fuzzy))
                        return true;
                }
                return false;
            case byte[][] binaries when operand.Reference is byte[] anyPart:
                foreach (var one in binaries)
                {
                    if (one is not null && Matches(one, anyPart, fuzzy))
                        return true;
                }
                return false;
            default:
                return false;
        }
    }

    public static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> wanted, FuzzyLevel fuzzy)
    {
        var ignoreMarks = (fuzzy & (FuzzyLevel.IgnoreNonSpace | FuzzyLevel.Loose)) != 0;
        var ignoreCase = (fuzzy & (FuzzyLevel.IgnoreCase | FuzzyLevel.Loose)) != 0;
        // ASCII has no marks, and a text of ASCII alone holds none either: nothing to ignore.
        if (ignoreMarks && !Ascii.IsValid(text))
        {
            var compare = CultureInfo.InvariantCulture.CompareInfo;
            var options = CompareOptions.IgnoreNonSpace | (ignoreCase ? CompareOptions.IgnoreCase : CompareOptions.None);
            return (fuzzy & PlaceMask) switch
            {
                FuzzyLevel.Substring => wanted.IsEmpty || compare.IndexOf(text, wanted, options) >= 0,
                FuzzyLevel.Prefix => compare.IsPrefix(text, wanted, options),
                _ => compare.Compare(text, wanted, options) == 0,
            };
        }
        if (ignoreMarks && !Ascii.IsValid(wanted))
            return Matches(text, WithoutMarks(wanted), fuzzy & ~(FuzzyLevel.IgnoreNonSpace | FuzzyLevel.Loose) | (ignoreCase ? FuzzyLevel.IgnoreCase : 0));
        var comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return (fuzzy & PlaceMask) switch
        {
            FuzzyLevel.Substring => text.Contains(wanted, comparison),
            FuzzyLevel.Prefix => text.StartsWith(wanted, comparison),
            _ => text.Equals(wanted, comparison),
        };
    }

    public static bool Matches(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> wanted, FuzzyLevel fuzzy) => (fuzzy & PlaceMask) switch
    {
        FuzzyLevel.Substring => bytes.IndexOf(wanted) >= 0,
        FuzzyLevel.Prefix => bytes.StartsWith(wanted),
        _ => bytes.SequenceEqual(wanted),
    };

    private static string WithoutMarks(ReadOnlySpan<char> text)
    {
        // Unpaired surrogates have no decomposition.
        var whole = new string(text);
        if (!IsWellFormed(text))
            return whole;
        var plain = new StringBuilder(whole.Length);
        foreach (var c in whole.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                plain.Append(c);
        }
        return plain.ToString();
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}
