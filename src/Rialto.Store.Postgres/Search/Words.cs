using System.Globalization;
using System.Text;

namespace Rialto.Store.Postgres;

/// <summary>
/// The words of a text as the index knows them: runs of letters and digits, in lower case, without diacritics. What comes out holds no other character, so that it can
/// stand in a tsvector, a tsquery or a pattern without quoting.
/// </summary>
internal static class Words
{
    /// <summary>Characters of a word that count; a tsvector's lexeme is limited to 2 KB.</summary>
    private const int LongestWord = 64;

    public static List<string> Of(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder(LongestWord);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                if (char.IsAsciiLetterOrDigit((char)rune.Value))
                    Append(word, char.ToLowerInvariant((char)rune.Value));
                else
                    End(word, words);
            }
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
            {
                // A diacritic of its own: part of the word, and dropped.
            }
            else if (Rune.IsLetterOrDigit(rune) && rune != Rune.ReplacementChar)
            {
                AppendFolded(word, rune);
            }
            else
            {
                End(word, words);
            }
        }
        End(word, words);
        return words;
    }

    private static void AppendFolded(StringBuilder word, Rune rune)
    {
        foreach (var part in Rune.ToLowerInvariant(rune).ToString().Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (word.Length < LongestWord && Rune.IsLetterOrDigit(part))
                word.Append(part.ToString());
        }
    }

    private static void Append(StringBuilder word, char c)
    {
        if (word.Length < LongestWord)
            word.Append(c);
    }

    private static void End(StringBuilder word, List<string> words)
    {
        if (word.Length == 0)
            return;
        words.Add(word.ToString());
        word.Clear();
    }
}
