// RFC 4518 (string preparation: case, compatibility forms, insignificant space), and accents folded as clients' users expect of an address book.
using System.Globalization;
using System.Text;

namespace Rialto.Directory;

/// <summary>Brings text into the form in which it is indexed and compared: lower case, no accents, narrow letters, one space between words; UTF-8 without control characters.</summary>
public static class SearchText
{
    /// <summary>Characters of a value that are indexed; the rest of a longer one is found by no search.</summary>
    public const int MaxLength = 1_024;

    /// <summary>The folded form of a text, for comparisons of one's own.</summary>
    public static byte[] Fold(ReadOnlySpan<char> text)
    {
        var into = new byte[MaxBytes(text)];
        var length = Fold(text, into);
        return length == into.Length ? into : into[..length];
    }

    /// <summary>Bytes that <see cref="Fold(ReadOnlySpan{char}, Span{byte})"/> may need at most.</summary>
    public static int MaxBytes(ReadOnlySpan<char> text) => Ascii.IsValid(text) ? text.Length : (Math.Min(text.Length, MaxLength) * 18 * 3) + 16;

    /// <summary>Folds into a buffer and returns the bytes used.</summary>
    public static int Fold(ReadOnlySpan<char> text, Span<byte> into)
    {
        if (text.Length > MaxLength) text = text[..MaxLength];
        if (Ascii.IsValid(text)) return FoldAscii(text, into);
        Span<byte> piece = stackalloc byte[4];
        var used = 0;
        var space = true;
        foreach (var rune in WellFormed(text).Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.NonSpacingMark when !IsKanaMark(rune.Value):
                case UnicodeCategory.Format:
                case UnicodeCategory.EnclosingMark:
                    continue;
                case UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    if (!space) into[used++] = (byte)' ';
                    space = true;
                    continue;
            }

            space = false;
            var length = Expand(rune, piece);
            if (used + length >= into.Length) break;
            piece[..length].CopyTo(into[used..]);
            used += length;
        }

        return used > 0 && into[used - 1] == ' ' ? used - 1 : used;
    }

    /// <summary>Phone numbers: spaces, hyphens, brackets and dots are left out (RFC 4517 4.2.29).</summary>
    public static int FoldPhone(ReadOnlySpan<char> text, Span<byte> into)
    {
        var used = Fold(text, into);
        var kept = 0;
        for (var i = 0; i < used; i++)
        {
            if (into[i] is not ((byte)' ' or (byte)'-' or (byte)'(' or (byte)')' or (byte)'.' or (byte)'/')) into[kept++] = into[i];
        }

        return kept;
    }

    private static int FoldAscii(ReadOnlySpan<char> text, Span<byte> into)
    {
        var used = 0;
        var space = true;
        foreach (var c in text)
        {
            if (c is <= ' ' or '\x7f')
            {
                if (!space) into[used++] = (byte)' ';
                space = true;
                continue;
            }

            space = false;
            into[used++] = (byte)(c is >= 'A' and <= 'Z' ? c | 0x20 : c);
        }

        return used > 0 && space ? used - 1 : used;
    }

    /// <summary>Letters that no decomposition takes apart but that are looked for by their plain letters.</summary>
    private static int Expand(Rune rune, Span<byte> into)
    {
        var two = rune.Value switch
        {
            'ß' or 'ẞ' => "ss",
            'æ' or 'Æ' => "ae",
            'œ' or 'Œ' => "oe",
            'ø' or 'Ø' => "o",
            'ł' or 'Ł' => "l",
            'đ' or 'Đ' or 'ð' or 'Ð' => "d",
            'ħ' or 'Ħ' => "h",
            'ı' or 'İ' => "i",
            'þ' or 'Þ' => "th",
            'ς' => "σ",
            _ => null,
        };
        if (two is not null) return Encoding.UTF8.GetBytes(two, into);

        // Hiragana is read as katakana.
        if (rune.Value is >= 0x3041 and <= 0x3096) return new Rune(rune.Value + 0x60).EncodeToUtf8(into);
        return Rune.ToLowerInvariant(rune).EncodeToUtf8(into);
    }

    /// <summary>The voiced-sound marks tell one kana from another and are no accents.</summary>
    private static bool IsKanaMark(int value) => value is 0x3099 or 0x309A;

    /// <summary>The text with what <see cref="string.Normalize()"/> throws at replaced.</summary>
    internal static string WellFormed(ReadOnlySpan<char> text)
    {
        if (SmtpAddress.IsWellFormed(text)) return text.ToString();
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) result.Append(rune.Value == '\uFFFE' ? Rune.ReplacementChar.ToString() : rune.ToString());
        return result.ToString();
    }
}
