// RFC 9051 6.4.4: a text is found by any part of it. RFC 5051 is the model of what counts as the same.
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Rialto.Store.Searching.Text;

/// <summary>
/// How texts are compared in searches: without case, without diacritics, each run of white space as one space, without characters that nobody sees. A message matches when its
/// folded text holds the folded text that is asked for.
/// </summary>
public static class SearchText
{
    /// <summary>Folding what is folded changes nothing. Unpaired surrogates become U+FFFD.</summary>
    public static string Fold(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "";
        var rented = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            return Ascii.IsValid(text) ? new string(rented, 0, FoldAscii(text, rented)) : FoldAny(text);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private static int FoldAscii(ReadOnlySpan<char> text, Span<char> folded)
    {
        var length = 0;
        var isSpace = false;
        foreach (var c in text)
        {
            if (c is <= ' ' or '\x7F')
            {
                if (!isSpace)
                    folded[length++] = ' ';
                isSpace = true;
                continue;
            }
            isSpace = false;
            folded[length++] = c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c;
        }
        return length;
    }

    private static string FoldAny(ReadOnlySpan<char> text)
    {
        var valid = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            valid.Append(rune);
        var composed = valid.ToString().Normalize(NormalizationForm.FormC);
        var folded = new StringBuilder(composed.Length);
        foreach (var rune in composed.EnumerateRunes())
            FoldRune(rune, folded);
        return folded.ToString();
    }

    private static void FoldRune(Rune rune, StringBuilder folded)
    {
        if (rune.IsAscii)
        {
            var c = (char)rune.Value;
            if (c > ' ' && c != '\x7F')
                folded.Append(c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c);
            else if (folded.Length == 0 || folded[^1] != ' ')
                folded.Append(' ');
            return;
        }
        if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
        {
            if (folded.Length == 0 || folded[^1] != ' ')
                folded.Append(' ');
            return;
        }
        if (IsDropped(rune))
            return;
        var lower = Rune.ToLowerInvariant(rune);
        // Alphabets whose letters carry their diacritics: Latin, Greek, Cyrillic and their neighbours. Further on, marks make other letters, and syllables fall apart.
        if (lower.Value is (>= 0xC0 and < 0x0590) or (>= 0x1E00 and < 0x2000))
        {
            foreach (var part in lower.ToString().Normalize(NormalizationForm.FormD).EnumerateRunes())
            {
                if (!IsDropped(part))
                    folded.Append(part.Value == 'ς' ? "σ" : Rune.ToLowerInvariant(part).ToString());
            }
            return;
        }
        folded.Append(lower);
    }

    /// <summary>Diacritics that stand by themselves, soft hyphens, joiners, variation selectors.</summary>
    private static bool IsDropped(Rune rune) => rune.Value is (>= 0x300 and <= 0x36F) or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x1DC0 and <= 0x1DFF) or (>= 0x20D0 and <= 0x20FF)
        or (>= 0xFE00 and <= 0xFE0F) or (>= 0xFE20 and <= 0xFE2F) or (>= 0x483 and <= 0x489) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;

    internal static CharacterKind KindOf(Rune rune)
    {
        if (rune.IsAscii)
            return char.IsAsciiLetterOrDigit((char)rune.Value) ? CharacterKind.OfWord : CharacterKind.Between;
        // Scripts without spaces between words: kana, ideographs.
        if (rune.Value is (>= 0x2E80 and <= 0x2FDF) or (>= 0x3005 and <= 0x3007) or (>= 0x3021 and <= 0x3029) or (>= 0x3031 and <= 0x312F) or (>= 0x31A0 and <= 0x9FFF)
            or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF66 and <= 0xFF9F) or (>= 0x1B000 and <= 0x1B2FF) or (>= 0x20000 and <= 0x3FFFF))
        {
            return CharacterKind.Alone;
        }
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
                or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => CharacterKind.OfWord,
            UnicodeCategory.OtherSymbol or UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.OtherNumber
                or UnicodeCategory.LetterNumber or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => CharacterKind.Alone,
            _ => CharacterKind.Between,
        };
    }
}

/// <summary>What a character is to the index.</summary>
internal enum CharacterKind
{
    /// <summary>Not indexed: white space, punctuation.</summary>
    Between,

    /// <summary>Part of a word.</summary>
    OfWord,

    /// <summary>A term by itself.</summary>
    Alone,
}
