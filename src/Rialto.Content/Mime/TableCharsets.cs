// RFC 1345 and the standards named: sets of 128 characters beyond ASCII that the platform has no code page for.

namespace Rialto.Content.Mime;

/// <summary>
/// Reads charsets that are a table. Windows has no code page for them: the numbers are 28590 + n for ISO-8859-n as Windows counts the others, and beyond 65535, where no
/// code page can be, for the rest.
/// </summary>
internal static class TableCharsets
{
    public const int Iso885910 = 28600;
    public const int Iso885914 = 28604;
    public const int Iso885916 = 28606;
    public const int Viscii = 65600;
    public const int Tcvn = 65601;
    public const int Armscii = 65602;
    public const int Koi8T = 65603;

    // RFC 1456 2 (VISCII): capital letters in the place of control characters that text does not use.
    private const string VisciiLow = "\u0002\u1EB2\u0005\u1EB4\u0006\u1EAA\u0014\u1EF6\u0019\u1EF8\u001E\u1EF4";

    private static string? Table(int codePage) => codePage switch
    {
        Iso885910 =>
            "\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008A\u008B\u008C\u008D\u008E\u008F\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009A\u009B\u009C\u009D\u009E\u009F" +
            "\u00A0ĄĒĢĪĨĶ§ĻĐŠŦŽ\u00ADŪŊ°ąēģīĩķ·ļđšŧž―ūŋ" +
            "ĀÁÂÃÄÅÆĮČÉĘËĖÍÎÏÐŅŌÓÔÕÖŨØŲÚÛÜÝÞß" +
            "āáâãäåæįčéęëėíîïðņōóôõöũøųúûüýþĸ",
        Iso885914 =>
            "\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008A\u008B\u008C\u008D\u008E\u008F\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009A\u009B\u009C\u009D\u009E\u009F" +
            "\u00A0Ḃḃ£ĊċḊ§Ẁ©ẂḋỲ\u00AD®ŸḞḟĠġṀṁ¶ṖẁṗẃṠỳẄẅṡ" +
            "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏŴÑÒÓÔÕÖṪØÙÚÛÜÝŶß" +
            "àáâãäåæçèéêëìíîïŵñòóôõöṫøùúûüýŷÿ",
        Iso885916 =>
            "\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008A\u008B\u008C\u008D\u008E\u008F\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009A\u009B\u009C\u009D\u009E\u009F" +
            "\u00A0ĄąŁ€„Š§š©Ș«Ź\u00ADźŻ°±ČłŽ”¶·žčș»ŒœŸż" +
            "ÀÁÂĂÄĆÆÇÈÉÊËÌÍÎÏĐŃÒÓÔŐÖŚŰÙÚÛÜĘȚß" +
            "àáâăäćæçèéêëìíîïđńòóôőöśűùúûüęțÿ",
        Viscii =>
            "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ" +
            "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ" +
            "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư" +
            "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
        Tcvn =>
            "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ" +
            "\u00A0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ" +
            "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò" +
            "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ",
        Armscii =>
            "\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008A\u008B\u008C\u008D\u008E\u008F\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009A\u009B\u009C\u009D\u009E\u009F" +
            "\u00A0\uFFFDև։\u0029\u0028»«—\u002E՝\u002C\u002D֊…՜՛՞ԱաԲբԳգԴդԵեԶզԷէ" +
            "ԸըԹթԺժԻիԼլԽխԾծԿկՀհՁձՂղՃճՄմՅյՆնՇշ" +
            "ՈոՉչՊպՋջՌռՍսՎվՏտՐրՑցՒւՓփՔքՕօՖֆ՚\uFFFD",
        Koi8T =>
            "қғ‚Ғ„…†‡\uFFFD‰ҳ‹ҲҷҶ\uFFFDҚ‘’“”•–—\uFFFD™\uFFFD›\uFFFD\uFFFD\uFFFD\uFFFD" +
            "\uFFFDӯӮё¤ӣ¦§\uFFFD\uFFFD\uFFFD«¬\u00AD®\uFFFD°±²Ё\uFFFDӢ¶·\uFFFD№\uFFFD»\uFFFD\uFFFD\uFFFD©" +
            "юабцдефгхийклмнопярстужвьызшэщчъ" +
            "ЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ",
        _ => null,
    };

    public static bool Has(int codePage) => codePage is Iso885910 or Iso885914 or Iso885916 or (>= Viscii and <= Koi8T);

    /// <summary>Characters that stand nowhere in the table come out as U+FFFD.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, int codePage) => string.Create(bytes.Length, bytes, (chars, source) =>
    {
        var table = Table(codePage)!;
        for (var i = 0; i < source.Length; i++)
            chars[i] = source[i] >= 128 ? table[source[i] - 128] : codePage == Viscii ? Low(source[i]) : (char)source[i];
    });

    private static char Low(byte b)
    {
        var at = b < 32 ? VisciiLow.IndexOf((char)b, StringComparison.Ordinal) : -1;
        return at < 0 ? (char)b : VisciiLow[at + 1];
    }
}
