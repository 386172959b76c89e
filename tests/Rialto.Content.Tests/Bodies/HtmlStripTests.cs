using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Bodies;

public class HtmlStripTests
{
    [Theory]
    [InlineData("<div>Offer</div><div>&#847;&zwnj;&nbsp;&#8199;&shy; &#847;&zwnj;&nbsp;&shy;</div>text", "Offer\ntext")]
    [InlineData("a\u200B\uFEFF b &hellip; &Zcaron;&#150;&bogus;&", "a b \u2026 \u017D\u2013&bogus;&")]
    [InlineData("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645")]
    [InlineData("x&amp;&lt;y&gt;", "x&<y>")]
    public void Filling_is_dropped_and_references_are_resolved(string html, string expected)
    {
        var text = new StringBuilder();
        HtmlText.Strip(html, text, 1000);
        text.ToString().ShouldBe(expected);
    }
}
