// RTF 1.9.1 "Font Table", \fcharset; [MS-WMF] 2.1.1.5 CharacterSet.
namespace Rialto.Content.Rtf;

/// <summary>Code pages of fonts.</summary>
internal static class RtfCharset
{
    /// <summary>The code page of symbol fonts, whose characters are places in the font.</summary>
    public const int Symbol = 42;

    /// <summary>The code page of a \fcharset; 0 for "the document's".</summary>
    public static int CodePage(int charset) => charset switch
    {
        0 => 1252,
        2 => Symbol,
        77 => 10000,
        78 => 10001,
        79 => 10003,
        80 => 10008,
        81 => 10002,
        83 => 10005,
        84 => 10004,
        85 => 10006,
        86 => 10081,
        87 => 10021,
        88 => 10029,
        89 => 10007,
        128 => 932,
        129 => 949,
        130 => 1361,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        254 => 437,
        255 => 850,
        _ => 0,
    };

    /// <summary>The \fcharset that a writer gives a font for text of a code page.</summary>
    public static int OfCodePage(int codePage) => codePage switch
    {
        932 => 128,
        949 => 129,
        936 => 134,
        950 => 136,
        1250 => 238,
        1251 => 204,
        1253 => 161,
        1254 => 162,
        1255 => 177,
        1256 => 178,
        1257 => 186,
        1258 => 163,
        874 => 222,
        _ => 0,
    };
}
