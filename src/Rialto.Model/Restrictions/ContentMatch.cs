// [MS-OXCDATA] 2.12.4.1 ContentRestriction fuzzy levels.
using System.Globalization;
using System.Text;

namespace Rialto.Model;

/// <summary>
/// Text and binary matching by fuzzy level: whole, prefix or substring; exact, ignoring case, ignoring diacritics and other non-spacing marks, or loosely
/// (both). All of it is ordinal once marks are taken off, and ASCII has none, so that common searches run vectorised and allocate nothing.
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
        // ASCII has no marks, so the common case needs no folding. Marks are taken off here rather than by a culture's comparison, which ignores case with
        // them and differs between machines.
        if (ignoreMarks)
        {
            text = WithoutMarks(text);
            wanted = WithoutMarks(wanted);
        }
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

    private static ReadOnlySpan<char> WithoutMarks(ReadOnlySpan<char> text)
    {
        if (Ascii.IsValid(text))
            return text;
        var decomposed = WellFormed(text).Normalize(NormalizationForm.FormD);
        var plain = new StringBuilder(decomposed.Length);
        foreach (var c in decomposed)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                plain.Append(c);
        }
        return plain.ToString();
    }

    /// <summary>The text with what normalisation throws at replaced: unpaired surrogates, and U+FFFE.</summary>
    private static string WellFormed(ReadOnlySpan<char> text)
    {
        var copy = text.ToArray();
        for (var i = 0; i < copy.Length; i++)
        {
            if (!char.IsSurrogate(copy[i]) && copy[i] != '\uFFFE')
                continue;
            if (char.IsHighSurrogate(copy[i]) && i + 1 < copy.Length && char.IsLowSurrogate(copy[i + 1]))
                i++;
            else
                copy[i] = '\uFFFD';
        }
        return new string(copy);
    }
}
