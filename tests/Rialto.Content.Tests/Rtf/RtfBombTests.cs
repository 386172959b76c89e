using System.Text;
using Rialto.Content.Rtf;
using Rialto.Testing;

namespace Rialto.Content.Tests.Rtf;

public class RtfBombTests
{
    [Theory]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("{}")]
    [InlineData("{\\b x")]
    [InlineData("\\u8364")]
    [InlineData("\\u8364?")]
    [InlineData("\\'")]
    [InlineData("\\'e")]
    [InlineData("\\'82")]
    [InlineData("\\")]
    [InlineData("\\bin2147483647 ")]
    [InlineData("\\bin-1 ")]
    [InlineData("{\\*\\htmltag ")]
    [InlineData("{\\*\\htmltag0 x}")]
    [InlineData("\\htmlrtf{\\htmlrtf0 ")]
    [InlineData("{\\fonttbl{\\f1\\fcharset128 x;}")]
    [InlineData("{\\fonttbl{\\f99999\\fcharset128 x;}}")]
    [InlineData("{\\colortbl;\\red1;")]
    [InlineData("{\\field{\\*\\fldinst HYPERLINK \"x\"}{\\fldrslt x}}")]
    [InlineData("{\\field{\\*\\fldinst HYPERLINK ")]
    [InlineData("\\trowd\\intbl\\cell")]
    [InlineData("\\intbl x\\cell\\row")]
    [InlineData("\\intbl x\\par\\pard y\\par")]
    [InlineData("{\\pntext x}y\\par\\ilvl8")]
    [InlineData("\\f2 x\\f1 y")]
    [InlineData("\\par")]
    [InlineData(" ")]
    [InlineData("\\uc255\\u1")]
    public void Repeated_without_end_it_ends(string piece)
    {
        foreach (var head in new[] { "{\\rtf1\\ansi\\fromhtml1 ", "{\\rtf1\\ansi\\fromtext ", "{\\rtf1\\ansi{\\fonttbl{\\f1\\fcharset128 a;}{\\f2\\fcharset2 Symbol;}}" })
        {
            var rtf = Encoding.ASCII.GetBytes(head + string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length)));
            RtfEncapsulation.TryExtractHtml(rtf, out _);
            RtfToHtml.Convert(rtf).Length.ShouldBeLessThan(100_000_000);
            RtfToText.Convert(rtf).Length.ShouldBeLessThan(20_000_000);
        }
    }

    [Fact]
    public void A_numbers_overflow_is_no_number()
    {
        RtfToText.Convert("{\\rtf1\\fs99999999999999999999\\li-99999999999 a\\u-99999999999?b\\u1114111?c\\u1114112?d}"u8).Length.ShouldBeGreaterThan(3);
    }

    [Fact]
    public void Depth_beyond_the_limit_keeps_the_text_and_comes_back_up()
    {
        var rtf = Encoding.ASCII.GetBytes("{\\rtf1 a" + new string('{', 100_000) + "\\b deep" + new string('}', 100_000) + " after}");
        RtfToText.Convert(rtf).ShouldBe("adeep after");
        var html = RtfToHtml.Convert(rtf);
        html.ShouldContain("deep");
    }

    [CorpusFact]
    public void Damaged_files_of_the_corpus_give_something()
    {
        var random = new Random(11);
        foreach (var file in Corpus.Files("rtf", "rtf").Where(f => new FileInfo(f).Length < 60_000))
        {
            var rtf = File.ReadAllBytes(file);
            for (var round = 0; round < 6; round++)
            {
                var bad = (byte[])rtf.Clone();
                for (var i = 0; i < 20; i++)
                    bad[random.Next(bad.Length)] = (byte)"{}\\'*u0 \n;"[random.Next(10)];
                var cut = bad.AsSpan(0, random.Next(bad.Length));
                RtfToHtml.Convert(cut).ShouldNotBeNull();
                RtfToText.Convert(cut).ShouldNotBeNull();
            }
        }
    }
}
