using Rialto.Content.Bodies;

namespace Rialto.Content.Tests.Bodies;

public class TextToHtmlTests
{
    private static string Body(string text, TextToHtmlOptions? options = null)
    {
        var html = TextToHtml.Convert(text, options);
        var start = html.IndexOf("pre-wrap\">", StringComparison.Ordinal) + 10;
        return html[start..html.LastIndexOf("</div>", StringComparison.Ordinal)];
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a\nb\r\nc\rd", "a\r\nb\r\nc\r\nd")]
    [InlineData("end\r\n", "end\r\n")]
    [InlineData("  two  blanks\tand <tags> & \"quotes\"", "  two  blanks\tand &lt;tags&gt; &amp; &quot;quotes&quot;")]
    [InlineData("see http://a.example/?x=1&y=2.", "see <a href=\"http://a.example/?x=1&amp;y=2\">http://a.example/?x=1&amp;y=2</a>.")]
    [InlineData("(www.a.example) <https://b.example/c>", "(<a href=\"http://www.a.example\">www.a.example</a>) &lt;<a href=\"https://b.example/c\">https://b.example/c</a>&gt;")]
    [InlineData("xhttp://a http:// www.", "xhttp://a http:// www.")]
    [InlineData("> one\n>> two\n> > also two\nnone", "<blockquote>one<blockquote>two\r\nalso two</blockquote></blockquote>none")]
    public void Layout(string text, string expected) => Body(text).ShouldBe(expected);

    [Theory]
    [InlineData("soft \nline\nhard", false, "soft line\r\nhard")]
    [InlineData("soft \nline", true, "softline")]
    [InlineData("> quoted \n> goes on \nends", false, "<blockquote>quoted goes on </blockquote>ends")]
    [InlineData(" stuffed\n >no quote\n-- \nname", false, "stuffed\r\n&gt;no quote\r\n-- \r\nname")]
    public void Flowed(string text, bool delete, string expected) => Body(text, new() { Flowed = true, DeleteSpace = delete }).ShouldBe(expected);

    [Theory]
    [InlineData(">")]
    [InlineData("www.")]
    [InlineData("http://")]
    [InlineData("\n>")]
    [InlineData("(mailto:x)")]
    public void Repeated_without_end_it_ends(string piece) => TextToHtml.Convert(string.Concat(Enumerable.Repeat(piece, 2_000_000 / piece.Length))).Length.ShouldBeLessThan(100_000_000);

    [Fact]
    public void Text_comes_back()
    {
        const string text = "one\r\ntwo  blanks\r\n\r\n  indented http://a.example/x end\r\n";
        HtmlToText.Convert(TextToHtml.Convert(text)).ShouldContain("http://a.example/x end");
    }
}
