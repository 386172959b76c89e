using System.Text;
using Rialto.Content.Bodies;
using Rialto.Content.Mime;
using Rialto.Content.Rtf;
using Rialto.Testing;

namespace Rialto.Content.Tests.Rtf;

public class HtmlToRtfTests
{
    private static void ComesBack(string html, string name)
    {
        var rtf = HtmlToRtf.Encapsulate(html);
        RtfEncapsulation.TryExtractHtml(rtf, out var back).ShouldBeTrue(name);
        if (back == html)
            return;
        var at = html.Zip(back).TakeWhile(p => p.First == p.Second).Count();
        throw new ShouldAssertException($"{name}: differs at {at}: {Around(html, at)} became {Around(back, at)}");
    }

    private static string Around(string text, int at) => text[Math.Max(0, at - 30)..Math.Min(text.Length, at + 30)];

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("<b>bold</b> and <i>it\r\nalic</i>")]
    [InlineData("a &amp; b&nbsp;&unknown; & c &")]
    [InlineData("<p>one\n two\r three\t four  five</p>")]
    [InlineData("<pre>a\r\n\tb\n  c\r</pre>")]
    [InlineData("{braces} \\backslash \\par")]
    [InlineData("<ul><li>1<li>2</ul><ol><li>x</ol>")]
    [InlineData("<table><tr><td>1<td>2</table>")]
    [InlineData("\u00e9\u4e2d\ud83d\ude00\ud83d lone \u0000\u0007\u007f")]
    [InlineData("<b><i>crossed</b></i></p></div></td>")]
    [InlineData("<style>p {color:red}\n</style><script>if (a<b) {}</script><!-- c --><![endif]>")]
    [InlineData("< b <3 <a")]
    [InlineData("<a href='x\\y{z}'>l</a>")]
    public void Html_comes_back_exactly(string html) => ComesBack(html, html);

    [CorpusFact]
    public void All_html_of_the_corpus_comes_back_exactly()
    {
        var count = 0;
        foreach (var file in Corpus.Files("eml"))
        {
            foreach (var part in Parts(MimeMessage.Parse(File.ReadAllBytes(file)).Root))
            {
                if (part.Type != "text" || part.Subtype != "html")
                    continue;
                count++;
                ComesBack(MimeText.Decode(part), Corpus.NameOf(file));
            }
        }
        foreach (var file in Corpus.Files("rtf", "html"))
            ComesBack(File.ReadAllText(file), Corpus.NameOf(file));
        count.ShouldBeGreaterThan(150);
    }

    [CorpusFact]
    public void Html_taken_out_of_rtf_goes_in_again()
    {
        foreach (var file in Corpus.Files("rtf", "rtf"))
        {
            if (RtfEncapsulation.TryExtractHtml(File.ReadAllBytes(file), out var html))
                ComesBack(html, Corpus.NameOf(file));
        }
    }

    [CorpusFact]
    public void Bytes_come_back_where_their_code_page_can_hold_them()
    {
        var exact = 0;
        foreach (var (name, bytes, codePage) in Pages())
        {
            var html = HtmlCharset.Decode(bytes, codePage);
            var again = codePage;
            // Where decoding loses nothing and the page names its own code page, the bytes are the measure; else the characters are.
            var lossless = HtmlCharset.Encode(html, ref again).AsSpan().SequenceEqual(bytes);
            var compressed = new MessageBodies(null, bytes, null, codePage).RtfCompressed;
            var back = new MessageBodies(null, null, compressed, codePage);
            HtmlCharset.Decode(back.Html, back.CodePage).ShouldBe(html, name);
            if (!lossless || back.CodePage != codePage)
                continue;
            back.Html.AsSpan().SequenceEqual(bytes).ShouldBeTrue(name);
            exact++;
        }
        exact.ShouldBeGreaterThan(100);
    }

    private static IEnumerable<(string Name, byte[] Html, int CodePage)> Pages()
    {
        foreach (var file in Corpus.Files("rtf", "html"))
            yield return (Corpus.NameOf(file), File.ReadAllBytes(file), 65001);
        foreach (var file in Corpus.Files("eml"))
        {
            foreach (var part in Parts(MimeMessage.Parse(File.ReadAllBytes(file)).Root))
            {
                if (part.Type != "text" || part.Subtype != "html")
                    continue;
                var bytes = TransferDecoder.Decode(part.Encoding, part.RawBody);
                var declared = MimeText.DeclaredCodePage(part);
                var codePage = declared > 0 ? declared : HtmlCharset.Declared(bytes) is > 0 and var own ? own : MailCharset.Detect(bytes);
                // Of these no PidTagHtml is made, and undeclared ASCII is read by its bytes.
                if (codePage is not (20127 or 1200 or 1201 or 65000) && !bytes.AsSpan().StartsWith("\uFEFF"u8))
                    yield return (Corpus.NameOf(file), bytes, codePage);
            }
        }
    }

    [Fact]
    public void Other_readers_see_the_formatting()
    {
        // What is left for a reader that skips \*\htmltag is RTF of its own.
        var rtf = Encoding.ASCII.GetString(HtmlToRtf.Encapsulate("<p>A <b>bold</b> word &amp; caf\u00e9</p><ul><li>item</ul>")).Replace("\\fromhtml1", "", StringComparison.Ordinal);
        RtfToText.Convert(Encoding.ASCII.GetBytes(rtf)).Trim().ShouldBe("A bold word & caf\u00e9\r\n\r\n\u2022\titem");
        var html = RtfToHtml.Convert(Encoding.ASCII.GetBytes(rtf));
        html.ShouldContain("<b>bold</b>");
        html.ShouldContain("<ul>");
    }

    [Fact]
    public void Native_rtf_holds_links_lists_tables_and_looks()
    {
        var rtf = HtmlToRtf.Convert("<p align=center>x <span style='color:#FF0000;font-size:20pt;font-family:Verdana'>red</span> <a href=\"http://example.com/a\">link</a> after</p>"
            + "<ol><li>one<li>two</ol><table><tr><td>a<td><b>b</b></tr><tr><td>c<td>d</table><p>end");
        var html = RtfToHtml.Convert(rtf);
        html.ShouldContain("text-align:center");
        html.ShouldContain("color:#ff0000");
        html.ShouldContain("font-size:20pt");
        html.ShouldContain("font-family:'Verdana'");
        html.ShouldContain("<a href=\"http://example.com/a\">");
        html.ShouldContain("<ol>");
        html.Split("<td>").Length.ShouldBe(5);
        html.Split("<tr>").Length.ShouldBe(3);
        RtfToText.Convert(rtf).ShouldBe("x red link <http://example.com/a>  after\r\n\r\n1.\tone\r\n2.\ttwo\r\na\tb\t\r\nc\td\t\r\nend");
    }

    private static IEnumerable<MimePart> Parts(MimePart part)
    {
        yield return part;
        foreach (var child in part.Children)
        {
            foreach (var inner in Parts(child))
                yield return inner;
        }
        if (part.Embedded is { } embedded)
        {
            foreach (var inner in Parts(embedded))
                yield return inner;
        }
    }
}
