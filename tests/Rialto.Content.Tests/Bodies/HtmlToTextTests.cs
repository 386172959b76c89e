using System.Text;
using Rialto.Content.Bodies;

namespace Rialto.Content.Tests.Bodies;

public class HtmlToTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain\r\n")]
    [InlineData("<p>one</p><p>two</p>", "one\r\n\r\ntwo\r\n")]
    [InlineData("<div>one</div>\r\n<div>two <b>bold</b>text</div>", "one\r\ntwo boldtext\r\n")]
    [InlineData("a<br>b<br><br>c", "a\r\nb\r\n\r\nc\r\n")]
    [InlineData("  a \n  b&nbsp;&nbsp;c &amp; &lt;d&gt; &euro; &#8364; &#x20ac; &#150; &nosuch; & e", "a b  c & <d> \u20AC \u20AC \u20AC \u2013 &nosuch; & e\r\n")]
    [InlineData("<head><title>t</title><style>p{}</style></head><script>x<y</script><!-- c -->seen", "seen\r\n")]
    [InlineData("<ul><li>one<li>two<ol><li>a</li><li>b</ol></ul>end", "* one\r\n* two\r\n  1. a\r\n  2. b\r\n\r\nend\r\n")]
    [InlineData("<ol start=3><li>x", "3. x\r\n")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>", "a\tb\r\nc\td\r\n")]
    [InlineData("before<blockquote>quoted<p>more</blockquote>after", "before\r\n\r\n> quoted\r\n>\r\n> more\r\n\r\nafter\r\n")]
    [InlineData("<pre>\n  a\tb\n\n c</pre>x", "  a\tb\r\n\r\n c\r\n\r\nx\r\n")]
    [InlineData("<a href='http://a.example/'>here</a>, <a href=http://b.example>http://b.example</a>, <a href='mailto:x@y.z'>x@y.z</a>, <a href='#top'>top</a>",
        "here <http://a.example/>, http://b.example, x@y.z, top\r\n")]
    [InlineData("<img alt='Logo' src=x> <hr> z", "Logo\r\n________________________________\r\nz\r\n")]
    [InlineData("<div style='display:none'>pre<div>header</div></div>seen", "seen\r\n")]
    [InlineData("a < b <3 > c <", "a < b <3 > c <\r\n")]
    [InlineData("x<p title='a>b'>y", "x\r\n\r\ny\r\n")]
    [InlineData("<b>unclosed <i>tags", "unclosed tags\r\n")]
    public void Layout(string html, string expected) => HtmlToText.Convert(html).ShouldBe(expected);

    [Fact]
    public void Charset_of_bytes_is_told_by_meta()
    {
        var bytes = Encoding.Latin1.GetBytes("<meta http-equiv=Content-Type content='text/html; charset=koi8-r'><p>\xf0\xd2\xc9\xd7\xc5\xd4");
        HtmlCharset.Declared(bytes).ShouldBe(20866);
        HtmlToText.Convert(HtmlCharset.Decode(bytes)).ShouldBe("\u041F\u0440\u0438\u0432\u0435\u0442\r\n");
        HtmlCharset.Declared("<meta charset=\"utf-8\">").ShouldBe(65001);
        HtmlCharset.Declared("<body><meta charset=utf-8>").ShouldBe(-1);
    }

    [Fact]
    public void What_a_code_page_lacks_becomes_a_reference()
    {
        var codePage = 1252;
        Encoding.Latin1.GetString(HtmlCharset.Encode("\u00e9\u4e2d\U0001F600\ud83d", ref codePage)).ShouldBe("\u00e9&#20013;&#128512;&#65533;");
        codePage.ShouldBe(1252);
        codePage = 1200;
        HtmlCharset.Encode("\u4e2d", ref codePage).ShouldBe("\u4e2d"u8.ToArray());
        codePage.ShouldBe(65001);
    }

    [Theory]
    [InlineData("<div>")]
    [InlineData("<blockquote>x")]
    [InlineData("<ul><li>x")]
    [InlineData("<")]
    [InlineData("<a")]
    [InlineData("<a href=\"")]
    [InlineData("<a href=x>y")]
    [InlineData("<!--")]
    [InlineData("<!-- x>")]
    [InlineData("</")]
    [InlineData("<script>")]
    [InlineData("<script></")]
    [InlineData("<pre>\n")]
    [InlineData("<td>")]
    [InlineData("<div style='display:none'>")]
    [InlineData("&amp")]
    [InlineData("&#")]
    [InlineData("<table><tr><td>x")]
    [InlineData("<p style='color:red;'\">")]
    [InlineData("</div></b>")]
    [InlineData("<br>")]
    public void Repeated_without_end_it_ends(string piece)
    {
        // A quadratic reader would take minutes for these.
        var html = string.Concat(Enumerable.Repeat(piece, 2_000_000 / piece.Length));
        HtmlToText.Convert(html).Length.ShouldBeLessThan(160_000_000);
        var small = html.AsSpan(0, 200_000);
        HtmlCharset.Declared(small);
        var rtf = Content.Rtf.HtmlToRtf.Encapsulate(small);
        Content.Rtf.RtfEncapsulation.TryExtractHtml(rtf, out var back).ShouldBeTrue();
        back.AsSpan().SequenceEqual(small).ShouldBeTrue();
        Content.Rtf.HtmlToRtf.Convert(small).Length.ShouldBeLessThan(40_000_000);
    }

    [Fact]
    public void Tokens_join_to_the_input()
    {
        var random = new Random(3);
        string[] pieces = ["<", ">", "<a", " href=", "\"", "'", "</", "a>", "<!--", "-->", "<script>", "</script>", "&", "amp;", "x", " ", "<td>", "=", "/", "!", "?"];
        for (var round = 0; round < 3000; round++)
        {
            var html = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => pieces[random.Next(pieces.Length)]));
            var joined = new StringBuilder();
            var reader = new HtmlReader(html);
            while (reader.Read())
            {
                reader.Span.Length.ShouldBeGreaterThan(0);
                joined.Append(reader.Span);
                reader.TryGetAttribute("href", out _);
            }
            joined.ToString().ShouldBe(html);
            HtmlToText.Convert(html);
            Content.Rtf.HtmlToRtf.Convert(html);
            Content.Rtf.RtfEncapsulation.TryExtractHtml(Content.Rtf.HtmlToRtf.Encapsulate(html), out var back).ShouldBeTrue();
            back.ShouldBe(html);
        }
    }
}
