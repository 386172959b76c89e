// Characters of the fonts Symbol and Wingdings that text uses; by the fonts' own tables in the Unicode consortium's VENDORS/ADOBE/symbol.txt.
namespace Rialto.Content.Rtf;

/// <summary>Places in symbol fonts as characters.</summary>
internal static class RtfSymbol
{
    private const string Greek = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
    private const string SmallGreek = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
    private const string High = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑";

    public static char SymbolFont(byte b) => b switch
    {
        >= (byte)'A' and <= (byte)'Z' => Greek[b - 'A'],
        >= (byte)'a' and <= (byte)'z' => SmallGreek[b - 'a'],
        >= 0xA1 and var high when high - 0xA1 < High.Length => High[high - 0xA1],
        >= 0x20 and < 0x7F => (char)b,
        _ => '\u00A0',
    };

    public static char Wingdings(byte b) => b switch
    {
        0x4A => '\u263A',
        0x4B => '\u2639',
        0x6C => '\u25CF',
        0x6E => '\u25A0',
        0x6F => '\u25A1',
        0x71 => '\u2751',
        0x75 => '\u25C6',
        0x76 => '\u2756',
        0x9F => '\u2022',
        0xA7 => '\u25AA',
        0xA8 => '\u25FB',
        0xD8 => '\u27A2',
        0xDF => '\u2190',
        0xE0 => '\u2192',
        0xE8 => '\u2794',
        0xF0 => '\u21E8',
        0xFB => '\u2717',
        0xFC => '\u2714',
        0xFD => '\u2612',
        0xFE => '\u2611',
        0x20 => ' ',
        _ => '\u2022',
    };
}
