using System.Text;
using Rialto.Content.Rtf;
using Rialto.Testing;

namespace Rialto.Content.Tests.Rtf;

public class RtfEncapsulationTests
{
    private static string Html(string name) => RtfEncapsulation.TryExtractHtml(File.ReadAllBytes(Path.Combine(Corpus.Root, name)), out var html) ? html : "(none)";

    private static string Expected(string name) => File.ReadAllText(Path.Combine(Corpus.Root, name), Encoding.UTF8);

    [CorpusTheory]
    [InlineData("rtf/seamustuohy-RTFDE/rtf_parsing/encapsulated_example.rtf", "rtf/seamustuohy-RTFDE/rtf_parsing/encapsulated_example.html")]
    [InlineData("rtf/Sicos1977-MSGReader/Issue332.rtf", "rtf/Sicos1977-MSGReader/Issue332.html")]
    [InlineData("rtf/Sicos1977-MSGReader/Issue347.rtf", "rtf/Sicos1977-MSGReader/Issue347.html")]
    [InlineData("rtf/bbottema-rtf-to-html/input/simple-test.rtf", "rtf/bbottema-rtf-to-html/output/outlook/simple-test.html")]
    [InlineData("rtf/bbottema-rtf-to-html/input/chinese-fontbased-charset-override.rtf", "rtf/bbottema-rtf-to-html/output/outlook/chinese-fontbased-charset-override-test.html")]
    [InlineData("rtf/bbottema-rtf-to-html/input/mixed-charsets-test.rtf", "rtf/bbottema-rtf-to-html/output/outlook/mixed-charsets-test.html")]
    [InlineData("rtf/bbottema-rtf-to-html/input/unicode-test.rtf", "rtf/bbottema-rtf-to-html/output/outlook/unicode-test.html")]
    [InlineData("rtf/bbottema-rtf-to-html/input/complex-test.rtf", "rtf/bbottema-rtf-to-html/output/outlook/complex-test.html")]
    [InlineData("rtf/bbottema-rtf-to-html/input/hebrew-test.rtf", "rtf/bbottema-rtf-to-html/output/outlook/hebrew-test.html")]
    [InlineData("rtf/bbottema-rtf-to-html/input/chinese-exotic-test.rtf", "rtf/bbottema-rtf-to-html/output/outlook/chinese-exotic-test.html")]
    [InlineData("rtf/bbottema-rtf-to-html/input/russian-test.rtf", "rtf/bbottema-rtf-to-html/output/outlook/russian-test.html")]
    [InlineData("rtf/bbottema-rtf-to-html/input/bulletnumber-test.rtf", "rtf/bbottema-rtf-to-html/output/outlook/bulletnumber-test.html")]
    public void Html_comes_out_as_expected(string rtf, string expected)
    {
        File.WriteAllText("/tmp/rtfx/" + Path.GetFileName(rtf) + ".html", Html(rtf));
        Html(rtf).ShouldBe(Expected(expected));
    }
}
