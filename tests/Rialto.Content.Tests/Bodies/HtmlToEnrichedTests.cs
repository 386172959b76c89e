using Rialto.Content.Bodies;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Bodies;

public class HtmlToEnrichedTests
{
    [Theory]
    [InlineData("a <b>b</b> c", "a <bold>b</bold> c\r\n")]
    [InlineData("1 &lt; 2 &amp; <tt>x</tt>", "1 << 2 & <fixed>x</fixed>\r\n")]
    [InlineData("a<br>b<p>c</p><p>d</p>", "a\r\n\r\nb\r\n\r\n\r\nc\r\n\r\n\r\nd\r\n")]
    [InlineData("<b>a<i>b</b>c</i>", "<bold>a<italic>b</italic></bold>c\r\n")]
    [InlineData("<font color=red face=Arial>x</font>", "<fontfamily><param>Arial</param><color><param>ffff,0000,0000</param>x</color></fontfamily>\r\n")]
    [InlineData("<p align=center>m</p>n", "<center>m</center>\r\n\r\n\r\nn\r\n")]
    [InlineData("<blockquote>q</blockquote>r", "<excerpt>q</excerpt>\r\n\r\n\r\nr\r\n")]
    [InlineData("<pre>a\n  b</pre>c", "<nofill><fixed>a\r\n  b</fixed></nofill>\r\n\r\nc\r\n")]
    [InlineData("<ul><li>a<li>b</ul><ol><li>c<li>d</ol>", "* a\r\n\r\n* b\r\n\r\n1. c\r\n\r\n2. d\r\n")]
    [InlineData("<style>x</style><script>y</script><span style='display:none'>z</span>w", "w\r\n")]
    public void Commands(string html, string enriched) => HtmlToEnriched.Convert(html).ShouldBe(enriched);

    [Theory]
    [InlineData("<bold>Now</bold> is the <italic>time</italic>\r\n\r\nfor <smaller>all</smaller>\r\n")]
    [InlineData("<excerpt>a</excerpt>\r\n")]
    [InlineData("1 << 2\r\n\r\n<color><param>0000,ffff,0000</param>g <bold>b</bold></color>\r\n")]
    public void What_was_enriched_comes_back(string enriched) => HtmlToEnriched.Convert(EnrichedText.ToHtml(enriched)).ShouldBe(enriched);

    [CorpusFact]
    public void Pages_of_the_collection_keep_their_words()
    {
        var pages = 0;
        foreach (var file in Corpus.Files("eml"))
        {
            foreach (var piece in MimeContent.Of(MimeMessage.Parse(File.ReadAllBytes(file)).Root).Body.Where(p => p.Html.Count == 1))
            {
                var html = MimeText.Decode(piece.Html[0]);
                if (html.Contains("display", StringComparison.OrdinalIgnoreCase) || html.Contains("hide", StringComparison.OrdinalIgnoreCase))
                    continue;
                Words(EnrichedText.ToText(HtmlToEnriched.Convert(html))).ShouldBe(Words(HtmlToText.Convert(html, new HtmlToTextOptions { Links = false })), Corpus.NameOf(file));
                pages++;
            }
        }
        pages.ShouldBeGreaterThan(100);
    }

    /// <summary>Letters and digits: marks of lists, rules and quotes are each writer's own.</summary>
    private static string Words(string text) => string.Concat(text.Where(char.IsLetter));

    [Fact]
    public void Mail_is_written_in_it_where_that_is_asked_for()
    {
        var message = new PropertyMessage
        {
            Properties = new PropertyBag([PropertyValue.Of(PropertyTags.Subject, "s"), PropertyValue.Of(PropertyTags.Html, "<p>One <b>two</b></p>"u8.ToArray()), PropertyValue.Of(PropertyTags.InternetCodepage, 65001)]),
        };
        var mime = MimeMessage.Parse(PropertiesToMime.Convert(message, new PropertiesToMimeOptions { UseEnrichedText = true }));
        mime.Root.Children.Select(p => p.Subtype).ShouldBe(["plain", "enriched"]);
        MimeText.Decode(mime.Root.Children[1]).ShouldBe("One <bold>two</bold>\r\n");
        var back = MimeToProperties.Convert(mime).Properties;
        back.GetInt32(PropertyTags.NativeBody).ShouldBe(1, "plain text stands beside it");
    }

    [Theory]
    [InlineData("<b>")]
    [InlineData("<blockquote>")]
    [InlineData("<ul><li>x")]
    [InlineData("<font color=red>x")]
    [InlineData("</b>")]
    public void Repeated_without_end_it_ends(string piece) =>
        HtmlToEnriched.Convert(string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length))).Length.ShouldBeLessThan(30_000_000);
}
