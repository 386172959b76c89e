using System.Globalization;
using System.Text;
using Rialto.Store.Searching.Text;

namespace Rialto.Store.Tests;

/// <summary>The short ways through texts come to what the long ones say: a text folded rune by rune as a whole, and terms read from what was folded before.</summary>
public sealed class TextTermsTests
{
    private static readonly string[] Pieces =
    [
        "word", "Word", "WORD2", " ", "  ", "\r\n", "\t", "-", "@", "'", "é", "É", "e\u0301", "\u0301", "ß", "ẞ", "İ", "ı", "ς", "Σ", "ά", "α\u0301", "Й", "и\u0306", "ё", "日", "本語", "か\u3099", "が",
        "カ\uFF9E", "한", "\u1112\u1161\u11AB", "\uD800", "\uDC00", "😀", "\u00AD", "\u200D", "\u00A0", "\u2009", "’", "“", "€", "½", "<\u0338", "Å", "\u212B", "K", "\u212A", "ﬁ", "\u0085", "\0", "\x7F", "ش", "क\u093C", "ǰ", "\u1E9B\u0323",
        "ΐ", "\u0344", "x\uFE0F", "Ⅷ", "\u0387", "\u037E", "ﷺ", "𝐀", new string('a', 127), new string('b', 64), new string('é', 65), new string('c', 129), "0123456789",
    ];

    [Fact]
    public void What_is_folded_piece_by_piece_is_what_is_folded_whole()
    {
        for (var c = 1; c < 0x3000; c++)
        {
            foreach (var text in new[] { $"{(char)c}", $"a{(char)c}b", $"{(char)c}\u0301\u0323 x", $"\u0301{(char)c}\u3099", $"Ω{(char)c}{(char)c}" })
                SearchText.Fold(text).ShouldBe(FoldWhole(text), $"U+{c:X4} in {text}");
        }
        for (var c = 0x3000; c < 0x10000; c++)
            SearchText.Fold($"x{(char)c}か{(char)c}\u0301").ShouldBe(FoldWhole($"x{(char)c}か{(char)c}\u0301"), $"U+{c:X4}");
        SearchText.Fold("a\uFFFE\uFFFF").ShouldBe("a\uFFFD\uFFFF");
        foreach (var text in Texts(1, 3000))
            SearchText.Fold(text).ShouldBe(FoldWhole(text));
    }

    [Fact]
    public void Terms_in_utf8_are_those_of_the_folded_text()
    {
        foreach (var text in Texts(2, 3000).Concat(Enumerable.Range(120, 150).Select(n => new string('x', n))))
        {
            var sink = new Sink();
            TextTerms.Read(text, sink);
            var expected = new List<string>();
            var reader = new TermReader(SearchText.Fold(text));
            while (reader.MoveNext())
                expected.Add(reader.Current.ToString());
            sink.Terms.ShouldBe(expected, customMessage: text);
        }
    }

    private static IEnumerable<string> Texts(int seed, int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            // Of some texts all is ASCII, of some nearly all.
            var most = i % 4 == 0 ? 11 : Pieces.Length;
            yield return string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(n => Pieces[i % 4 == 1 && n % 8 != 0 ? random.Next(11) : random.Next(most)]));
        }
    }

    private static string FoldWhole(string text)
    {
        var valid = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
            valid.Append(rune.Value == 0xFFFE ? Rune.ReplacementChar : rune);
        var folded = new StringBuilder();
        foreach (var rune in valid.ToString().Normalize(NormalizationForm.FormC).EnumerateRunes())
        {
            if (rune.Value is <= ' ' or 0x7F || !rune.IsAscii && (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune)))
            {
                if (folded.Length == 0 || folded[^1] != ' ')
                    folded.Append(' ');
                continue;
            }
            if (IsDropped(rune))
                continue;
            var lower = Rune.ToLowerInvariant(rune);
            if (lower.Value is not ((>= 0xC0 and < 0x590) or (>= 0x1E00 and < 0x2000)))
            {
                folded.Append(lower);
                continue;
            }
            foreach (var part in lower.ToString().Normalize(NormalizationForm.FormD).EnumerateRunes())
            {
                if (!IsDropped(part))
                    folded.Append(part.Value == 'ς' ? "σ" : Rune.ToLowerInvariant(part).ToString());
            }
        }
        return folded.ToString();
    }

    private static bool IsDropped(Rune rune) => rune.Value is (>= 0x300 and <= 0x36F) or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x1DC0 and <= 0x1DFF) or (>= 0x20D0 and <= 0x20FF)
        or (>= 0xFE00 and <= 0xFE0F) or (>= 0xFE20 and <= 0xFE2F) or (>= 0x483 and <= 0x489) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;

    private sealed class Sink : ITermSink
    {
        public List<string> Terms { get; } = [];

        public void Add(ReadOnlySpan<byte> term) => Terms.Add(Encoding.UTF8.GetString(term));
    }
}
