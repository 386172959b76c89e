using Rialto.Content.Bodies;

namespace Rialto.Content.Tests.Bodies;

public class EnrichedTextTests
{
    private static string Body(string text, bool richtext = false)
    {
        var html = EnrichedText.ToHtml(text, richtext);
        return html[(html.IndexOf("<body>", StringComparison.Ordinal) + 8)..html.IndexOf("\r\n</body>", StringComparison.Ordinal)];
    }

    // RFC 1896 section 1, in short.
    [Theory]
    [InlineData("<bold>Now</bold> is\nthe <italic>time</italic>\n\nfor <smaller>all</smaller>\n\n\ngood <<men>", "<b>Now</b> is the <i>time</i><br>\r\nfor <small>all</small><br>\r\n<br>\r\ngood &lt;men&gt;", "Now is the time\r\nfor all\r\n\r\ngood <men>")]
    [InlineData("<color><param>red</param>r<bold>b</bold></color> <color><param>0000,ffff,0000</param>g</color>", "<span style=\"color:#ff0000\">r<b>b</b></span> <span style=\"color:#00ff00\">g</span>", "rb g")]
    [InlineData("<fontfamily><param>Times</param>t</fontfamily><x-unknown><param>p</param>u</x-unknown>", "<span style=\"font-family:'Times'\">t</span>u", "tu")]
    [InlineData("<nofill>a\nb</nofill>\nc", "a<br>\r\nb c", "a\r\nb c")]
    [InlineData("<verbatim><bold>x</bold></verbatim>y", "&lt;bold&gt;x&lt;/bold&gt;y", "<bold>x</bold>y")]
    [InlineData("<bold>a<italic>b</bold>c</italic>", "<b>a<i>b</i></b>c", "abc")]
    [InlineData("<excerpt>q</excerpt>", "<blockquote>q</blockquote>", "q")]
    public void Enriched(string text, string html, string plain)
    {
        Body(text).ShouldBe(html);
        EnrichedText.ToText(text).ShouldBe(plain);
    }

    // RFC 1341 7.1.3.
    [Theory]
    [InlineData("<bold>Now</bold>\nis the<nl>time<lt>now><comment>not\nseen</comment>", "<b>Now</b> is the<br>\r\ntime&lt;now&gt;", "Now is the\r\ntime<now>")]
    [InlineData("a<np>b", "a<br>\r\n<br>\r\nb", "a\r\n\r\nb")]
    public void Richtext(string text, string html, string plain)
    {
        Body(text, true).ShouldBe(html);
        EnrichedText.ToText(text, true).ShouldBe(plain);
    }

    [Theory]
    [InlineData("<bold>")]
    [InlineData("<")]
    [InlineData("<<")]
    [InlineData("</bold>")]
    [InlineData("<param>")]
    [InlineData("<color><param>red</param>")]
    [InlineData("<comment>")]
    [InlineData("\n")]
    public void Repeated_without_end_it_ends(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        EnrichedText.ToHtml(text).Length.ShouldBeLessThan(20_000_000);
        EnrichedText.ToText(text, true).Length.ShouldBeLessThan(20_000_000);
    }
}
