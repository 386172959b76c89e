using System.Text;
using Rialto.Content.Bodies;
using Rialto.Content.Rtf;
using Rialto.Testing;

namespace Rialto.Content.Tests.Rtf;

public class RtfToHtmlTests
{
    private static byte[] Rtf(string body) => Encoding.Latin1.GetBytes("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fnil\\fcharset2 Symbol;}{\\f2\\fnil\\fcharset204 Arial Cyr;}{\\f3\\fnil\\fcharset128 MS Mincho;}}"
        + "{\\colortbl;\\red255\\green0\\blue0;}\\pard " + body + "}");

    private static string Body(string html) => html[(html.IndexOf("<body>", StringComparison.Ordinal) + 8)..html.IndexOf("</body>", StringComparison.Ordinal)];

    [Theory]
    [InlineData("one\\par two", "one\r\ntwo")]
    [InlineData("{\\f1 abG\\'b7}", "\u03B1\u03B2\u0393\u2022")]
    [InlineData("{\\f2 \\'cf\\'f0}{\\f3 \\'82\\'a0\\'83\\\\}", "\u041F\u0440\u3042\u30BD")]
    [InlineData("a\\u8364?b\\u-10179?\\u-8694?", "a\u20ACb\U0001F60A")]
    [InlineData("{\\v hidden}{\\*\\generator x}{\\info{\\title t}}{\\header h}{\\pict 00ff}seen", "seen")]
    [InlineData("{\\field{\\*\\fldinst{HYPERLINK \"http://a.example/?x=1\"}}{\\fldrslt{here}}} and", "here <http://a.example/?x=1>  and")]
    [InlineData("{\\field{\\*\\fldinst HYPERLINK http://a.example }{\\fldrslt http://a.example}}", "http://a.example")]
    [InlineData("{\\field{\\*\\fldinst PAGE}{\\fldrslt 7}}", "7")]
    [InlineData("{\\pntext 1.\\tab}\\pard{\\*\\pn\\pnlvlbody\\pndec{\\pntxta.}}item\\par", "1.\titem\r\n")]
    [InlineData("\\trowd\\cellx1\\cellx2\\intbl a\\cell b\\cell\\row\\pard c", "a\tb\t\r\nc")]
    [InlineData("x\\~y\\-z\\_w\\emdash v\\line u", "x\u00A0yz-w\u2014v\r\nu")]
    [InlineData("{\\upr{ansi}{\\*\\ud{uni\\u233?}}} {\\info{\\upr{\\author a}{\\*\\ud{\\author b}}}}", "uni\u00E9 ")]
    [InlineData("{\\caps shout} \\\r\nnext", "SHOUT \r\nnext")]
    public void Text_of_the_page(string body, string expected) => RtfToText.Convert(Rtf(body)).ShouldBe(expected);

    [Fact]
    public void Looks_become_tags()
    {
        Body(RtfToHtml.Convert(Rtf("\\fs24{\\b bold{\\i both}} \\cf1 red\\cf0\\par"))).ShouldBe("<p><span style=\"font-family:'Arial';font-size:12pt\"><b>bold</b></span>"
            + "<span style=\"font-family:'Arial';font-size:12pt\"><b><i>both</i></b></span><span style=\"font-family:'Arial';font-size:12pt\"> </span>"
            + "<span style=\"font-family:'Arial';font-size:12pt;color:#ff0000\">red</span></p>\r\n");
    }

    [Fact]
    public void Lists_inside_lists_come_back()
    {
        var html = Body(RtfToHtml.Convert(HtmlToRtf.Convert("<ul><li>a<ol><li>b<li>c</ol><li>d</ul>e")));
        Well(html);
        string.Concat(html.Split('<', '>').Where((_, i) => i % 2 == 1).Where(t => t is "ul" or "/ul" or "ol" or "/ol" or "li")).ShouldBe("ulliolli" + "li/olli/ul");
    }

    [Fact]
    public void Paths_in_links_lose_their_doubled_backslashes() =>
        RtfToHtml.Convert(Rtf("{\\field{\\*\\fldinst HYPERLINK \"..\\\\\\\\a b.doc\" \\\\* MERGEFORMAT}{\\fldrslt x}}")).ShouldContain("<a href=\"..\\a b.doc\">");

    [Fact]
    public void Pictures_of_the_text_are_kept()
    {
        var html = RtfToHtml.Convert(Rtf("a{\\*\\shppict{\\pict\\pngblip\\picwgoal1500\\pichgoal750 89504e\r\n47}}{\\nonshppict{\\pict\\wmetafile8 0102}}{\\pict\\jpegblip\\bin3 \u00ff\u00d8\u00ff}{\\pict\\wmetafile8 01}b"));
        html.ShouldContain("<img width=\"100\" height=\"50\" src=\"data:image/png;base64,iVBORw==\">");
        html.ShouldContain("<img src=\"data:image/jpeg;base64,/9j/\">");
        html.Split("<img").Length.ShouldBe(3);
        RtfToText.Convert(Rtf("a{\\pict\\pngblip 8950}b")).ShouldBe("ab");
    }

    [Fact]
    public void Attachments_stand_where_they_were_put()
    {
        var html = RtfToHtml.Convert(Rtf("a\\objattph  b\\objattph\\par"), new() { Attachment = n => $"[{n}]" });
        Body(html).ShouldContain("[0]");
        Body(html).ShouldContain("[1]");
        RtfToHtml.Convert(Rtf("a\\objattph  b")).ShouldNotContain("objattph");
    }

    [Fact]
    public void Tables_and_lists_nest_well()
    {
        var html = Body(RtfToHtml.Convert(Rtf("{\\pntext\\f1\\'b7\\tab}{\\*\\pn\\pnlvlblt}x\\par{\\pntext\\f1\\'b7\\tab}y\\par\\pard\\trowd\\cellx1\\cellx2\\intbl a\\par b\\cell\\cell\\row\\pard end\\par")));
        Well(html);
        html.Split("<li>").Length.ShouldBe(3);
        html.Split("<td>").Length.ShouldBe(3);
        html.IndexOf("</table>", StringComparison.Ordinal).ShouldBeLessThan(html.IndexOf("end", StringComparison.Ordinal));
    }

    [CorpusFact]
    public void Every_file_of_the_corpus_gives_well_formed_html_with_the_words_of_its_text()
    {
        var native = 0;
        foreach (var file in Corpus.Files("rtf", "rtf"))
        {
            var rtf = File.ReadAllBytes(file);
            var html = RtfToHtml.Convert(rtf);
            if (RtfEncapsulation.Detect(rtf) != RtfOrigin.Native)
                continue;
            native++;
            Well(Body(html), Corpus.NameOf(file));
            var inHtml = Words(HtmlToText.Convert(html));
            foreach (var word in Words(RtfToText.Convert(rtf)).Where(w => w.Length > 2 && w.All(char.IsLetter)).Take(300))
                inHtml.ShouldContain(word, Corpus.NameOf(file));
        }
        native.ShouldBeGreaterThan(40);
    }

    // kopano-core writes paragraphs of its own kind around the same text.
    [CorpusTheory]
    [InlineData("real-with-highchars")]
    [InlineData("real-russian-large-font-index")]
    [InlineData("real-korean-multi-unicode-skip")]
    public void Text_is_that_of_kopano(string name)
    {
        var folder = Path.Combine(Corpus.Root, "rtf/Kopano-dev-kopano-core");
        var expected = HtmlToText.Convert(File.ReadAllText(Path.Combine(folder, name + ".result.65001")));
        var rtf = File.ReadAllBytes(Path.Combine(folder, name + ".test"));
        Words(RtfToText.Convert(rtf)).ShouldBe(Words(expected));
        Words(HtmlToText.Convert(RtfToHtml.Convert(rtf))).ShouldBe(Words(expected));
    }

    private static string[] Words(string text) => text.Split((char[])[' ', '\t', '\r', '\n', '\u00A0', '<', '>'], StringSplitOptions.RemoveEmptyEntries);

    private static void Well(string html, string name = "")
    {
        var open = new Stack<string>();
        var reader = new HtmlReader(html);
        while (reader.Read())
        {
            if (reader.Kind == HtmlTokenKind.StartTag && !reader.Is("br") && !reader.Is("img"))
                open.Push(reader.Name.ToString());
            else if (reader.Kind == HtmlTokenKind.EndTag)
                open.Pop().ShouldBe(reader.Name.ToString(), name);
        }
        open.ShouldBeEmpty(name);
    }
}
