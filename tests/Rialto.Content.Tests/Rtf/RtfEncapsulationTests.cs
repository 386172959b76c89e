using System.Text;
using Rialto.Content.Rtf;
using Rialto.Testing;

namespace Rialto.Content.Tests.Rtf;

public class RtfEncapsulationTests
{
    private static string Html(string name) => RtfEncapsulation.TryExtractHtml(File.ReadAllBytes(Path.Combine(Corpus.Root, name)), out var html) ? html : "(none)";

    private static string Expected(string name) => File.ReadAllText(Path.Combine(Corpus.Root, name), Encoding.UTF8);

    /// <summary>
    /// rtf-to-html and RTFDE write LF where [MS-OXRTFEX] 2.1.3.1.4.2 has CR LF for \par; nothing else differs. MSGReader's files agree to the byte.
    /// </summary>
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
        var html = Html(rtf);
        if (!rtf.Contains("MSGReader", StringComparison.Ordinal))
            html = html.Replace("\r\n", "\n", StringComparison.Ordinal);
        html.ShouldBe(Expected(expected).Replace(rtf.Contains("MSGReader", StringComparison.Ordinal) ? "\0" : "\r\n", "\n", StringComparison.Ordinal));
    }

    // The texts that RTFDE's tests of these files expect.
    [CorpusTheory]
    [InlineData("plain_text/test_data.rtf", "body\r\n")]
    [InlineData("plain_text/japanese_iso_2022.rtf", "すみません。\r\n")]
    [InlineData("rtf_parsing/theta.rtf", "  ф\r\n")]
    [InlineData("rtf_parsing/five_spaces.rtf", "INSERT_BODY_TEXT_HERE     ")]
    public void Text_comes_out_as_expected(string rtf, string expected)
    {
        RtfEncapsulation.TryExtractText(File.ReadAllBytes(Path.Combine(Corpus.Root, "rtf/seamustuohy-RTFDE", rtf)), out var text).ShouldBeTrue();
        text.ShouldBe(expected);
    }

    [CorpusTheory]
    [InlineData("unicode_HH_replacement_01.rtf", "&#128522; \U0001F4DE")]
    [InlineData("unicode_HH_replacement.rtf", "&#128522;")]
    [InlineData("surrogate_pairs_02.rtf", "&#128522;")]
    [InlineData("windows_950.rtf", "Hello \uF0B7")]
    public void Unicode_and_code_pages(string rtf, string expected) => Html("rtf/seamustuohy-RTFDE/rtf_parsing/" + rtf).ShouldBe(expected);

    [CorpusFact]
    public void Stand_ins_are_counted_not_guessed() =>
        // RTF 1.9.1: \uc1 takes one character away; RTFDE's file has a line with two, and keeps the second.
        Html("rtf/seamustuohy-RTFDE/rtf_parsing/surrogate_pairs.rtf").ShouldBe("\u01E2?\r\n\u01E2\r\n\U0001F60A\r\n\uD83D?\uDE0A?\r\n\U0001F60A\r\n");

    [CorpusFact]
    public void Text_of_rtf_to_html_lacks_only_its_frame()
    {
        // rtf-to-html wraps \fromtext in HTML; [MS-OXRTFEX] 3.1.3.3 gives the text.
        RtfEncapsulation.TryExtractText(File.ReadAllBytes(Path.Combine(Corpus.Root, "rtf/bbottema-rtf-to-html/input/newlines-test.rtf")), out var text).ShouldBeTrue();
        var framed = Expected("rtf/bbottema-rtf-to-html/output/outlook/newlines-test.html");
        framed = framed[(framed.IndexOf("pre-wrap\">", StringComparison.Ordinal) + 10)..framed.IndexOf("</div>", StringComparison.Ordinal)];
        text.Replace("\r\n", "\n", StringComparison.Ordinal).ShouldBe(framed);
    }

    [Theory]
    [InlineData("{\\rtf1\\ansi\\fromhtml1 x}", RtfOrigin.Html)]
    [InlineData("{\\rtf1\\ansi\\ansicpg1252\\fbidis\\deff0\\deftab720\\fromtext x}", RtfOrigin.Text)]
    [InlineData("{\\rtf1\\ansi\\fromhtml2 x}", RtfOrigin.Native)]
    [InlineData("{\\rtf1\\ansi{\\fonttbl}\\fromhtml1 x}", RtfOrigin.Native)]
    [InlineData("{\\rtf1\\ansi text\\fromhtml1 x}", RtfOrigin.Native)]
    [InlineData("\\rtf1\\fromhtml1 x", RtfOrigin.Native)]
    [InlineData("{\\urtf1\\fromhtml1 x}", RtfOrigin.Native)]
    [InlineData("", RtfOrigin.Native)]
    public void Origin_is_told_by_the_header(string rtf, RtfOrigin origin) => RtfEncapsulation.Detect(Encoding.ASCII.GetBytes(rtf)).ShouldBe(origin);

    [Theory]
    [InlineData("{\\*\\htmltag84 <b>}\\htmlrtf {\\b hidden\\htmlrtf0 shown{\\*\\htmltag92 </b>}\\htmlrtf }\\htmlrtf0 ", "<b>shown</b>")]
    [InlineData("{\\*\\htmltag84 <a href=\"x\">}{\\*\\mhtmltag84 <a href=\"y\">}t", "<a href=\"x\">t")]
    [InlineData("a\\~b\\_c\\lquote d\\rquote\\ldblquote\\rdblquote\\bullet\\endash\\emdash\\tab e\\par\\line", "a&nbsp;b&shy;c&lsquo;d&rsquo;&ldquo;&rdquo;&bull;&ndash;&mdash;\te\r\n\r\n")]
    [InlineData("{\\*\\unknown gone{\\*\\htmltag84 <i>}}{\\pntext 1.}kept", "kept")]
    [InlineData("\\{\\}\\\\{\\*\\htmltag0 p\\{\\}}", "{}\\p{}")]
    [InlineData("x\\bin5 ab}{}y\\bin99999999999 z", "xy")]
    [InlineData("\\uc2\\u233\\'e9\\'e9{\\uc0\\u234}\\u235ab.", "\u00E9\u00EA\u00EB.")]
    public void Rules_of_the_reader(string body, string expected)
    {
        RtfEncapsulation.TryExtractHtml(Encoding.Latin1.GetBytes("{\\rtf1\\ansi\\fromhtml1 " + body + "}"), out var html).ShouldBeTrue();
        html.ShouldBe(expected);
    }
}
