using System.Text;
using Rialto.Content.Mime;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mime;

public class MailCharsetTests
{
    [Theory]
    [InlineData("iso-2022-jp", "1b24422d214b5c1b284934411b284241", "①本ｴﾁA")]
    [InlineData("ISO-2022-JP", "1b244030210a41", "亜\nA")]
    [InlineData("iso-2022-jp-1", "1b24284430211b2842", "丂")]
    [InlineData("iso-2022-jp-2", "1b24413e7d1b2428433e481b2842411b2e411b4e64", "君안Aä")]
    [InlineData("csISO2022JP", "0e340f41", "ｴA")]
    [InlineData("iso-2022-jp", "1b2442", "")]
    [InlineData("iso-2022-jp", "1b244230", "0")]
    [InlineData("iso-2022-jp", "1b", "\u001b")]
    [InlineData("iso-2022-kr", "1b2429430e3e480f41", "안A")]
    [InlineData("hz-gb-2312", "7e7b44633a437e7d41", "你好A")]
    [InlineData("utf-7", "2b414f512d62", "äb")]
    [InlineData("unicode-1-1-utf-7", "2b2d", "+")]
    [InlineData("x-unicode-2-0-utf-7", "2b494b772d", "€")]
    [InlineData("ks_c_5601-1987", "bec8", "안")]
    [InlineData("johab", "8861", "가")]
    [InlineData("x-sjis", "82a0", "あ")]
    [InlineData("cp932", "8740", "①")]
    [InlineData("windows-31j", "fa40", "ⅰ")]
    [InlineData("euc-jp", "a4a2", "あ")]
    [InlineData("gb2312", "c4e3", "你")]
    [InlineData("gb18030", "8130813094e9", "\u0080旈")]
    [InlineData("big5", "a440", "一")]
    [InlineData("iso-8859-1", "80", "€")]
    [InlineData("iso-8859-15", "a4", "€")]
    [InlineData("iso-8859-10", "bd", "―")]
    [InlineData("iso-8859-14", "a1", "Ḃ")]
    [InlineData("iso-8859-16", "a1aa", "ĄȘ")]
    [InlineData("viscii", "d00241", "ĐẲA")]
    [InlineData("koi8-u", "a4", "є")]
    [InlineData("macintosh", "80", "Ä")]
    [InlineData("utf-16", "00410042", "AB")]
    [InlineData("utf-16", "41004200", "AB")]
    [InlineData("utf-16", "feff0041", "A")]
    [InlineData("utf-16le", "feff0041", "A")]
    [InlineData("utf-32be", "00000041", "A")]
    [InlineData("utf-8", "efbbbfc3a4", "ä")]
    [InlineData("utf-8", "e4f6", "äö")]
    [InlineData("utf-8", "e4c3b6", "\ufffdö")]
    [InlineData("us-ascii", "c3a4", "ä")]
    [InlineData("us-ascii", "e4", "ä")]
    [InlineData("no-such-charset", "c3a4", "ä")]
    [InlineData("", "fffe4100", "A")]
    [InlineData("", "1b24422422", "あ")]
    [InlineData("shift_jis", "81", "\ufffd")]
    public void Decodes(string charset, string hex, string expected) => MailCharset.Decode(Convert.FromHexString(hex), charset).ShouldBe(expected);

    /// <summary>Whole tables of the Encoding Standard. Lines that differ are characters that Windows' tables lack or that the standard refuses; they are counted, so that none is added.</summary>
    [CorpusTheory]
    [InlineData("euc-kr", "euc_kr_out_ref.txt", "euc_kr_out.txt", 0)]
    [InlineData("shift_jis", "shift_jis_out_ref.txt", "shift_jis_out.txt", 0)]
    [InlineData("euc-jp", "jis0208_in.txt", "jis0208_in_ref.txt", 0)]
    [InlineData("big5", "big5_out_ref.txt", "big5_out.txt", 1156)]
    public void Tables_of_the_encoding_standard(string charset, string legacy, string unicode, int differing) =>
        Differing(charset, "mozilla-releases-comm-central-encoding_rs", legacy, unicode).ShouldBe(differing);

    [CorpusTheory]
    [InlineData("windows-1251", "cyrillic.cp1251.txt")]
    [InlineData("iso-8859-5", "cyrillic.iso-8859-5.txt")]
    [InlineData("koi8-r", "cyrillic.koi8-r.txt")]
    public void Texts(string charset, string file) => Differing(charset, "jstedfast-gmime-filters", file, "cyrillic.utf-8.txt").ShouldBe(0);

    [Fact]
    public void ISO_2022_JP_reads_what_the_platform_writes()
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(50220)!;
        const string text = "日本語のテスト、ABC。\r\n漢字①②ⅠⅡ㈱髙";
        MailCharset.Decode(encoding.GetBytes(text), "iso-2022-jp").ShouldBe(encoding.GetString(encoding.GetBytes(text)));
    }

    private static int Differing(string charset, string folder, string legacy, string unicode)
    {
        folder = Path.Combine(Corpus.Root, "charset", folder);
        var actual = MailCharset.Decode(File.ReadAllBytes(Path.Combine(folder, legacy)), charset).Split('\n');
        var expected = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, unicode))).Split('\n');
        actual.Length.ShouldBe(expected.Length);
        return actual.Zip(expected).Count(p => p.First.TrimEnd('\r') != p.Second.TrimEnd('\r'));
    }
}
