// IANA character sets under the names that mail really uses; RFC 2152 UTF-7 apart.
using System.Collections.Concurrent;
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

    private static readonly ConcurrentDictionary<int, Encoding?> Known = new();

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
        ["viscii"] = TableCharsets.Viscii, ["csviscii"] = TableCharsets.Viscii, ["viscii1.1-1"] = TableCharsets.Viscii, ["x-viet-tcvn5712"] = TableCharsets.Tcvn, ["tcvn"] = TableCharsets.Tcvn,
        ["tcvn5712-1"] = TableCharsets.Tcvn, ["x-viet-vps"] = 1258, ["armscii-8"] = TableCharsets.Armscii, ["koi8-t"] = TableCharsets.Koi8T,
        ["iso-8859-10"] = TableCharsets.Iso885910, ["latin6"] = TableCharsets.Iso885910, ["l6"] = TableCharsets.Iso885910, ["iso-ir-157"] = TableCharsets.Iso885910,
        ["iso-8859-14"] = TableCharsets.Iso885914, ["latin8"] = TableCharsets.Iso885914, ["l8"] = TableCharsets.Iso885914, ["iso-celtic"] = TableCharsets.Iso885914,
        ["iso-8859-16"] = TableCharsets.Iso885916, ["latin10"] = TableCharsets.Iso885916, ["l10"] = TableCharsets.Iso885916, ["iso-ir-226"] = TableCharsets.Iso885916,
        ["iso-ir-100"] = 1252, ["cp819"] = 1252, ["ibm819"] = 1252, ["csisolatin1"] = 1252, ["latin-2"] = 28592, ["latin-5"] = 1254, ["turkish"] = 1254, ["iso-8859-9-windows-latin-5"] = 1254,
        ["utf-8bom"] = 65001, ["utf-8-bom"] = 65001, ["x-utf-8"] = 65001, ["utf"] = 65001, ["utf-8-sig"] = 65001, ["utf8_general_ci"] = 65001, ["cp-utf8"] = 65001,
        ["macroman"] = 10000, ["x-macroman"] = 10000, ["macos-roman"] = 10000, ["x-mac-turkish"] = 10081, ["x-euc-kr"] = 949, ["x-johab"] = 1361, ["big5-eten"] = 950, ["x-big5"] = 950,
        ["big5-tw"] = 950, ["big5-2003"] = 950, ["eucjp-ms"] = 51932, ["eucjpms"] = 51932, ["euc_jp"] = 51932, ["euc-jp-ms"] = 51932, ["shift_jisx0213"] = 932, ["shift_jis-2004"] = 932,
        ["windows-31"] = 932, ["shiftjis"] = 932, ["x-ms-cp932"] = 932, ["iso-2022-jp-3"] = 50220, ["iso-2022-jp-2004"] = 50220, ["x-iso-2022-jp"] = 50220, ["cp50220"] = 50220, ["cp50221"] = 50220,
        ["cp50222"] = 50220, ["gb-2312"] = 936, ["gb_2312"] = 936, ["gb2312-80"] = 936, ["x-gb2312"] = 936, ["gbk2312"] = 936, ["iso-10646-utf-8"] = 65001, ["unicode-1-1"] = 1201,
        ["iso-10646"] = 1200, ["ucs2"] = 1200, ["ucs-4"] = 12001, ["x-mac-japanese"] = 10001, ["x-mac-korean"] = 10003, ["x-mac-chinesesimp"] = 10008, ["x-mac-chinesetrad"] = 10002,
        ["undefined"] = -1, ["none"] = -1, ["null"] = -1, ["binary"] = -1, ["iso-8859-8-windows"] = 1255,
        ["unknown-8bit"] = -1, ["x-unknown"] = -1, ["unknown"] = -1, ["default"] = -1, ["8bit"] = -1, ["x-user-defined"] = -1,
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
            return codePage <= 0 ? null : Known.GetOrAdd(codePage, Make);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static Encoding? Make(int codePage) =>
        (CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? (codePage is 12001 or 28591 ? Encoding.GetEncoding(codePage) : null)) is not { } plain ? null
        : codePage is 12001 or 28591 ? plain
        : CodePagesEncodingProvider.Instance.GetEncoding(codePage, EncoderFallback.ReplacementFallback, new UnreadableFallback(plain));

    /// <summary>The encoding of a charset name; null where it is unknown.</summary>
    public static Encoding? Find(string? name) => Find(FindCodePage(name));

    /// <summary>
    /// Whether Windows has this code page for text in bytes, so that PidTagInternetCodepage may name it and a client reads PidTagHtml in it. UTF-16, UTF-32 and UTF-7 are
    /// none for that, and charsets that are only a table here have no number anywhere else.
    /// </summary>
    public static bool IsClientCodePage(int codePage) => codePage is > 0 and not (1200 or 1201 or 12000 or 12001 or 65000) && !TableCharsets.Has(codePage);

    /// <summary>The string in some bytes, by their declared charset as far as that can be believed.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string? charset) => DecodeByCodePage(bytes, FindCodePage(charset));

    /// <summary>As <see cref="Decode"/>, for a code page; -1 for none declared.</summary>
    public static string DecodeByCodePage(ReadOnlySpan<byte> bytes, int codePage)
    {
        switch (codePage)
        {
            case -1 or 20127:
                return DecodeUndeclared(bytes);
            case 65001:
                return DecodeUtf8(bytes);
            case 1200 or 1201:
                return DecodeUtf16(bytes, codePage);
            case 50220 or 50221 or 50222:
                return Iso2022Japanese.Decode(bytes);
            case var _ when TableCharsets.Has(codePage):
                return TableCharsets.Decode(bytes, codePage);
            default:
                return Find(codePage)?.GetString(bytes) ?? DecodeUndeclared(bytes);
        }
    }

    /// <summary>By what the bytes show: see <see cref="Detect"/>.</summary>
    public static string DecodeUndeclared(ReadOnlySpan<byte> bytes) => Detect(bytes) switch
    {
        20127 => Encoding.ASCII.GetString(bytes),
        65001 => Utf8.GetString(WithoutMark(bytes)),
        1252 => Windows1252.GetString(bytes),
        var codePage => DecodeByCodePage(bytes, codePage),
    };

    /// <summary>
    /// The code page that undeclared bytes most likely are in: by their byte order mark (1200, 1201, 65001), by their escapes (50220 ISO-2022-JP, 50225 ISO-2022-KR), ASCII
    /// (20127), UTF-8 where they are valid (65001), else 1252.
    /// </summary>
    public static int Detect(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 2 && bytes[0] >= 0xFE && bytes[0] + bytes[1] == 0xFE + 0xFF)
            return bytes[0] == 0xFF ? 1200 : 1201;
        if (Ascii.IsValid(bytes))
            return DetectEscapes(bytes);
        return System.Text.Unicode.Utf8.IsValid(bytes) ? 65001 : 1252;
    }

    private static int DetectEscapes(ReadOnlySpan<byte> bytes)
    {
        var escape = bytes.IndexOf("\x1b$"u8);
        if (escape < 0 || escape + 2 >= bytes.Length)
            return 20127;
        var rest = bytes[(escape + 2)..];
        if (rest[0] is (byte)'B' or (byte)'@')
            return 50220;
        return rest.StartsWith(")C"u8) && rest.Contains((byte)0x0E) ? 50225 : 20127;
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;

    /// <summary>Text that says UTF-8 and holds not one character of it beyond ASCII is what mailers with the wrong label send: windows-1252.</summary>
    private static string DecodeUtf8(ReadOnlySpan<byte> bytes)
    {
        bytes = WithoutMark(bytes);
        return System.Text.Unicode.Utf8.IsValid(bytes) || HasUtf8(bytes) ? Utf8.GetString(bytes) : Windows1252.GetString(bytes);
    }

    private static bool HasUtf8(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var start = bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (start < 0)
                return false;
            bytes = bytes[start..];
            var status = Rune.DecodeFromUtf8(bytes, out _, out var consumed);
            // A character that the end cuts off counts: previews are cut anywhere.
            if (status != System.Buffers.OperationStatus.InvalidData)
                return true;
            bytes = bytes[consumed..];
        }
    }

    /// <summary>
    /// RFC 2781 3.3: a byte order mark overrules the label. Where there is none, text in Latin letters shows its order by where its zeros are.
    /// </summary>
    private static string DecodeUtf16(ReadOnlySpan<byte> bytes, int codePage)
    {
        if (bytes.Length >= 2)
        {
            var mark = bytes[0] << 8 | bytes[1];
            if (mark is 0xFEFF or 0xFFFE)
                return (mark == 0xFEFF ? Encoding.BigEndianUnicode : Encoding.Unicode).GetString(bytes[2..]);
        }
        if (codePage == 1200 && ZerosAt(bytes, 0) > ZerosAt(bytes, 1) * 4)
            codePage = 1201;
        return (codePage == 1201 ? Encoding.BigEndianUnicode : Encoding.Unicode).GetString(bytes);
    }

    private static int ZerosAt(ReadOnlySpan<byte> bytes, int parity)
    {
        var count = 0;
        for (var i = parity; i < Math.Min(bytes.Length, 512); i += 2)
            count += bytes[i] == 0 ? 1 : 0;
        return count;
    }
}
