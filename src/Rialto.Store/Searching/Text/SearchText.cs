// RFC 9051 6.4.4: a text is found by any part of it. RFC 5051 is the model of what counts as the same.
using System.Globalization;
using System.Text;

namespace Rialto.Store.Searching.Text;

/// <summary>
/// How texts are compared in searches: without case, without diacritics, each run of white space as one space, without characters that nobody sees. A message matches when its
/// folded text holds the folded text that is asked for.
/// </summary>
public static class SearchText
{
    /// <summary>Folding what is folded changes nothing. Unpaired surrogates become U+FFFD, and so does U+FFFE, which is no character and which the framework refuses to normalise.</summary>
    public static string Fold(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "";
        var folded = new FoldedText(text.Length);
        try
        {
            Fold(text, ref folded);
            return folded.Text.ToString();
        }
        finally
        {
            folded.Dispose();
        }
    }

    /// <summary>
    /// Text is taken apart before each ASCII character, as what follows one is composed with nothing before it: what is ASCII takes the short way, however little of a text is not.
    /// </summary>
    internal static void Fold(ReadOnlySpan<char> text, ref FoldedText folded)
    {
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAnyExceptInRange('\0', '\x7F');
            if (plain < 0)
            {
                folded.AppendAscii(text);
                return;
            }
            // The last one is what the marks that follow it belong to.
            var start = Math.Max(plain - 1, 0);
            folded.AppendAscii(text[..start]);
            text = text[start..];
            var end = text[(plain - start)..].IndexOfAnyInRange('\0', '\x7F');
            var some = end < 0 ? text : text[..(plain - start + end)];
            text = text[some.Length..];
            FoldSome(some, ref folded);
        }
    }

    private static void FoldSome(ReadOnlySpan<char> text, ref FoldedText folded)
    {
        var isComposed = true;
        foreach (var c in text)
            isComposed &= IsComposed(c);
        if (isComposed)
        {
            foreach (var c in text)
                FoldRune(new Rune(c), ref folded);
            return;
        }
        var valid = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            valid.Append(rune.Value == 0xFFFE ? Rune.ReplacementChar : rune);
        foreach (var rune in valid.ToString().Normalize(NormalizationForm.FormC).EnumerateRunes())
            FoldRune(rune, ref folded);
    }

    /// <summary>Of some characters it is known without looking further that composing leaves them as they are and puts nothing to them: frequent alphabets, punctuation, ideographs.</summary>
    private static bool IsComposed(char c) => c is < '\u0300' or (>= '\u0388' and <= '\u03FF') or (>= '\u0400' and <= '\u0482') or (>= '\u048A' and <= '\u052F') or (>= '\u05D0' and <= '\u05EA')
        or (>= '\u2010' and <= '\u2027') or '\u20AC' or (>= '\u3041' and <= '\u3096') or (>= '\u30A1' and <= '\u30FA') or (>= '\u4E00' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7A3');

    private static void FoldRune(Rune rune, ref FoldedText folded)
    {
        if (rune.IsAscii)
        {
            folded.AppendAscii((char)rune.Value);
            return;
        }
        if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
        {
            folded.AppendSpace();
            return;
        }
        if (HasDiacritic(rune.Value))
        {
            ref var known = ref FoldedLetters[rune.Value < 0x0590 ? rune.Value : rune.Value - 0x1E00 + 0x0590];
            folded.Append(known ??= WithoutDiacritics(rune));
            return;
        }
        if (IsDropped(rune))
            return;
        var lower = Rune.ToLowerInvariant(rune);
        if (HasDiacritic(lower.Value))
            folded.Append(WithoutDiacritics(lower));
        else
            folded.Append(lower);
    }

    /// <summary>Alphabets whose letters carry their diacritics: Latin, Greek, Cyrillic and their neighbours. Further on, marks make other letters, and syllables fall apart.</summary>
    private static bool HasDiacritic(int c) => c is (>= 0xC0 and < 0x0590) or (>= 0x1E00 and < 0x2000);

    /// <summary>Of the alphabets that carry diacritics, what each letter is folded to, once it was asked for.</summary>
    private static readonly string?[] FoldedLetters = new string?[0x0590 + 0x2000 - 0x1E00];

    private static string WithoutDiacritics(Rune rune)
    {
        if (IsDropped(rune))
            return "";
        var lower = Rune.ToLowerInvariant(rune);
        if (!HasDiacritic(lower.Value))
            return lower.ToString();
        var letter = new StringBuilder();
        foreach (var part in lower.ToString().Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (!IsDropped(part))
                letter.Append(part.Value == 'ς' ? "σ" : Rune.ToLowerInvariant(part).ToString());
        }
        return letter.ToString();
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
