// IANA character sets under the names that mail really uses; RFC 2152 UTF-7 apart.
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>Character sets by name and the decoding of bytes whose declaration is missing, wrong or unknown.</summary>
public static class MailCharset
{
    private static readonly UTF8Encoding Utf8 = new(false);

    /// <summary>Windows-1252: what "iso-8859-1" means in practice, and what undeclared 8-bit text most often is.</summary>
    public static Encoding Windows1252 { get; } = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    private static readonly FrozenDictionary<string, int> Aliases = new Dictionary<string, int>
    {
        ["utf-8"] = 65001, ["utf8"] = 65001, ["unicode-1-1-utf-8"] = 65001, ["utf-8-mac"] = 65001, ["utf8mb4"] = 65001, ["cp65001"] = 65001,
        ["us-ascii"] = 20127, ["ascii"] = 20127, ["ansi_x3.4-1968"] = 20127, ["iso-ir-6"] = 20127, ["646"] = 20127, ["us"] = 20127, ["iso646-us"] = 20127, ["7bit"] = 20127,
        ["iso-8859-1"] = 1252, ["iso8859-1"] = 1252, ["latin1"] = 1252, ["latin-1"] = 1252, ["iso_8859-1"] = 1252, ["l1"] = 1252, ["iso-8859-1-windows-3.1-latin-1"] = 1252,
        ["ansi"] = 1252, ["iso-8859-1i"] = 1252, ["iso-8859-8-i"] = 28598, ["iso-8859-8-e"] = 28598, ["iso-8859-6-i"] = 28596, ["iso-8859-6-e"] = 28596, ["latin2"] = 28592,
        ["latin5"] = 28599, ["latin9"] = 28605, ["latin-9"] = 28605, ["iso-8859-11"] = 874, ["tis-620"] = 874, ["tis620"] = 874, ["windows-874"] = 874,
        ["iso-8859-9"] = 1254, ["iso-8859-15"] = 28605,
        ["gb2312"] = 936, ["gbk"] = 936, ["x-gbk"] = 936, ["cp936"] = 936, ["ms936"] = 936, ["windows-936"] = 936, ["gb_2312-80"] = 936, ["chinese"] = 936, ["csgb2312"] = 936,
        ["gb18030"] = 54936, ["gb-18030"] = 54936, ["hz-gb-2312"] = 52936, ["hz"] = 52936, ["euc-cn"] = 936, ["x-euc-cn"] = 936,
        ["big5"] = 950, ["big-5"] = 950, ["cn-big5"] = 950, ["x-x-big5"] = 950, ["big5-hkscs"] = 950, ["big5hkscs"] = 950, ["csbig5"] = 950, ["windows-950"] = 950,
        ["shift_jis"] = 932, ["shift-jis"] = 932, ["sjis"] = 932, ["x-sjis"] = 932, ["ms_kanji"] = 932, ["csshiftjis"] = 932, ["windows-31j"] = 932, ["cp932"] = 932, ["ms932"] = 932,
        ["euc-jp"] = 51932, ["eucjp"] = 51932, ["x-euc-jp"] = 51932, ["x-euc"] = 51932,
        ["iso-2022-jp"] = 50220, ["iso2022jp"] = 50220, ["csiso2022jp"] = 50220, ["iso-2022-jp-1"] = 50220, ["iso-2022-jp-2"] = 50220, ["iso-2022-jp-ms"] = 50220, ["jis"] = 50220,
        ["ks_c_5601-1987"] = 949, ["ks_c_5601"] = 949, ["ks-c-5601"] = 949, ["ksc5601"] = 949, ["ksc_5601"] = 949, ["euc-kr"] = 949, ["euckr"] = 949, ["cseuckr"] = 949,
        ["korean"] = 949, ["uhc"] = 949, ["x-uhc"] = 949, ["windows-949"] = 949, ["cp949"] = 949, ["iso-2022-kr"] = 50225, ["csiso2022kr"] = 50225,
        ["koi8-r"] = 20866, ["koi8r"] = 20866, ["koi8"] = 20866, ["koi8-u"] = 21866, ["koi8-ru"] = 21866, ["koi8u"] = 21866,
        ["utf-16"] = 1200, ["utf-16le"] = 1200, ["utf16"] = 1200, ["unicode"] = 1200, ["ucs-2"] = 1200, ["iso-10646-ucs-2"] = 1200, ["utf-16be"] = 1201, ["unicodefffe"] = 1201,
        ["utf-32"] = 12000, ["utf-32le"] = 12000, ["utf-32be"] = 12001,
        ["utf-7"] = 65000, ["unicode-1-1-utf-7"] = 65000, ["x-unicode-2-0-utf-7"] = 65000, ["utf7"] = 65000, ["csunicode11utf7"] = 65000,
        ["macintosh"] = 10000, ["mac"] = 10000, ["x-mac-roman"] = 10000, ["x-mac-cyrillic"] = 10007, ["x-mac-ce"] = 10029, ["x-mac-centraleurroman"] = 10029,
        ["viscii"] = 1258, ["x-viet-tcvn5712"] = 1258, ["unknown-8bit"] = -1, ["x-unknown"] = -1, ["unknown"] = -1, ["default"] = -1, ["8bit"] = -1, ["x-user-defined"] = -1,
        ["default_charset"] = -1, ["_iso-2022-jp$esc"] = 50220, ["_iso-2022-jp$sio"] = 50220, ["_autodetect"] = -1, ["iso"] = 1252,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The Windows code page of a charset name: 65001 UTF-8, 65000 UTF-7, 20127 US-ASCII; -1 where the name is unknown or says nothing.
    /// iso-8859-1 gives 1252, gb2312 gives 936 and their like, since mail so labelled uses the larger set.
    /// </summary>
    public static int FindCodePage(string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 64)
            return -1;
        name = name.Trim(' ', '\t', '"', '\'', ';', '\r', '\n');
        if (Aliases.TryGetValue(name, out var codePage))
            return codePage;
        var digits = name.AsSpan();
        foreach (var prefix in (ReadOnlySpan<string>)["windows-", "windows", "cp-", "cp", "ibm-", "ibm", "x-cp", "x-ibm", "win-", "win", "x-windows-", "ms", "dos-", "x-ms-cp"])
        {
            if (digits.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && int.TryParse(digits[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is > 36 and < 65536 && Find(number) is not null)
            {
                return number;
            }
        }
        var iso = name.Replace('_', '-');
        if (iso.StartsWith("iso8859", StringComparison.OrdinalIgnoreCase))
            iso = "iso-8859" + iso[7..];
        if (iso.IndexOf(':', StringComparison.Ordinal) is > 0 and var year)
            iso = iso[..year];
        if (Aliases.TryGetValue(iso, out codePage))
            return codePage;
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(iso)?.CodePage ?? -1;
        }
        catch (ArgumentException)
        {
            return -1;
        }
    }

    /// <summary>The encoding of a code page; null for one that is not known here. UTF-7 (65000) can only be decoded.</summary>
    public static Encoding? Find(int codePage)
    {
        switch (codePage)
        {
            case 65001:
                return Utf8;
            case 65000:
                return Utf7Encoding.Instance;
            case 20127:
                return Encoding.ASCII;
            case 1200:
                return Encoding.Unicode;
            case 1201:
                return Encoding.BigEndianUnicode;
            case 12000:
                return Encoding.UTF32;
            case 1252:
                return Windows1252;
        }
        try
        {
            return codePage <= 0 ? null : CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? (codePage is 12001 or 28591 ? Encoding.GetEncoding(codePage) : null);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The encoding of a charset name; null where it is unknown.</summary>
    public static Encoding? Find(string? name) => Find(FindCodePage(name));

    /// <summary>The string in some bytes, by their declared charset as far as that can be believed.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string? charset) => DecodeByCodePage(bytes, FindCodePage(charset));

    /// <summary>As <see cref="Decode"/>, for a code page; -1 for none declared.</summary>
    public static string DecodeByCodePage(ReadOnlySpan<byte> bytes, int codePage)
    {
        if (codePage is -1 or 20127)
            return DecodeUndeclared(bytes);
        if (codePage == 65001)
            return bytes.StartsWith("\uFEFF"u8) ? Utf8.GetString(bytes[3..]) : Utf8.GetString(bytes);
        if (codePage is 1200 or 1201 && bytes.Length >= 2)
        {
            // RFC 2781 3.3: a byte order mark overrules.
            if (bytes[0] == 0xFE && bytes[1] == 0xFF)
                return Encoding.BigEndianUnicode.GetString(bytes[2..]);
            if (bytes[0] == 0xFF && bytes[1] == 0xFE)
                return Encoding.Unicode.GetString(bytes[2..]);
        }
        return Find(codePage)?.GetString(bytes) ?? DecodeUndeclared(bytes);
    }

    /// <summary>ISO-2022-JP where its escapes occur, UTF-8 where the bytes are valid, else windows-1252.</summary>
    public static string DecodeUndeclared(ReadOnlySpan<byte> bytes) => Detect(bytes) switch
    {
        50220 => Find(50220)!.GetString(bytes),
        1252 => Windows1252.GetString(bytes),
        _ => bytes.StartsWith("\uFEFF"u8) ? Utf8.GetString(bytes[3..]) : Utf8.GetString(bytes),
    };

    /// <summary>The code page that undeclared bytes most likely are in: 20127, 50220, 65001 or 1252.</summary>
    public static int Detect(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes))
            return bytes.IndexOf("\x1b$"u8) is >= 0 and var i && i + 2 < bytes.Length && bytes[i + 2] is (byte)'B' or (byte)'@' ? 50220 : 20127;
        return System.Text.Unicode.Utf8.IsValid(bytes) ? 65001 : 1252;
    }
}
