// RFC 4013 (SASLprep) 2; the tables of RFC 3454 that it names.
using System.Globalization;
using System.Text;

namespace Rialto.Directory;

/// <summary>
/// Names and passwords in the one form in which they are compared, so that the same text is the same whatever keyboard it came from. Characters newer than the tables are let through, as in
/// query strings; whether text of both directions is mixed (2.4) is not looked at: it would keep out who ends a Hebrew password with a digit.
/// </summary>
public static class SaslPreparation
{
    /// <summary>The prepared text (2.1, 2.2): what maps to nothing or to a space, then NFKC. What is prohibited stays where it is: <see cref="IsProhibited(string)"/>.</summary>
    public static string Prepare(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var mapped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (IsMappedToNothing(c)) continue;
            mapped.Append(c > 0x7F && char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator ? ' ' : c);
        }

        var result = mapped.ToString();
        return SmtpAddress.IsWellFormed(result) ? result.Normalize(NormalizationForm.FormKC) : result;
    }

    /// <summary>Whether the text, prepared, has a character in it that no name and no password may have (2.3).</summary>
    public static bool IsProhibited(string text)
    {
        foreach (var rune in Prepare(text).EnumerateRunes())
        {
            // Lone surrogates come as U+FFFD, which is prohibited like them.
            if (IsProhibited(rune.Value)) return true;
        }

        return false;
    }

    /// <summary>RFC 3454 table B.1.</summary>
    private static bool IsMappedToNothing(char c) =>
        c is '\u00AD' or '\u034F' or '\u1806' or (>= '\u180B' and <= '\u180D') or (>= '\u200B' and <= '\u200D') or '\u2060' or (>= '\uFE00' and <= '\uFE0F') or '\uFEFF';

    /// <summary>RFC 3454 tables C.1.2 and C.2.1 to C.9.</summary>
    private static bool IsProhibited(int c) => c switch
    {
        < 0x80 => c is < 0x20 or 0x7F,
        < 0xA0 => true,
        0xA0 or 0x1680 or (>= 0x2000 and <= 0x200B) or 0x202F or 0x205F or 0x3000 => true,
        0x06DD or 0x070F or 0x180E or 0x200C or 0x200D or 0x2028 or 0x2029 or (>= 0x2060 and <= 0x2063) or (>= 0x206A and <= 0x206F) or 0xFEFF or (>= 0xFFF9 and <= 0xFFFD) => true,
        0x0340 or 0x0341 or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) => true,
        >= 0x2FF0 and <= 0x2FFB => true,
        (>= 0xD800 and <= 0xF8FF) or (>= 0xF0000 and <= 0x10FFFF) => true,
        >= 0xFDD0 and <= 0xFDEF => true,
        >= 0x1D173 and <= 0x1D17A => true,
        0xE0001 or (>= 0xE0020 and <= 0xE007F) => true,
        _ => (c & 0xFFFE) == 0xFFFE,
    };
}
