using System.Text;
using Rialto.Content.Bodies;
using Rialto.Content.Rtf;
using Rialto.Model;

namespace Rialto.Content.Tests.Bodies;

public class MessageBodiesTests
{
    private static string Rtf(byte[] compressed)
    {
        CompressedRtf.TryDecompress(compressed, out var rtf).ShouldBeTrue();
        return Encoding.ASCII.GetString(rtf);
    }

    [Fact]
    public void From_text()
    {
        var bodies = new MessageBodies("Hello <you>\r\n\u00e9", null, null);
        bodies.Best.ShouldBe(BodyKind.PlainText);
        bodies.Text.ShouldBe("Hello <you>\r\n\u00e9");
        Encoding.UTF8.GetString(bodies.Html).ShouldContain("Hello &lt;you&gt;\r\n\u00e9");
        bodies.CodePage.ShouldBe(65001);
        Rtf(bodies.RtfCompressed).ShouldContain("\\fromtext");
        // Back from the RTF alone.
        new MessageBodies(null, null, bodies.RtfCompressed).Text.ShouldBe("Hello <you>\r\n\u00e9");
    }

    [Fact]
    public void From_html_in_its_own_code_page()
    {
        var html = Encoding.Latin1.GetBytes("<html><head><meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\"></head><body><p>\xcf\xf0\xe8</p><p>x</p></body></html>");
        var bag = new PropertyBag();
        bag.Set(PropertyValue.Of(PropertyTags.Html, html));
        bag.Set(PropertyValue.Of(PropertyTags.InternetCodepage, 1251));
        bag.Set(PropertyValue.Of(PropertyTags.NativeBody, 3));
        var bodies = MessageBodies.Of(bag);
        bodies.Best.ShouldBe(BodyKind.Html);
        bodies.Text.ShouldBe("\u041F\u0440\u0438\r\n\r\nx\r\n");
        bodies.Html.ShouldBeSameAs(html);
        Rtf(bodies.RtfCompressed).ShouldContain("\\fromhtml1");
        var back = new MessageBodies(null, null, bodies.RtfCompressed);
        back.Best.ShouldBe(BodyKind.Rtf);
        back.Html.ShouldBe(html);
        back.CodePage.ShouldBe(1251);
        back.Text.ShouldBe(bodies.Text);
    }

    [Fact]
    public void From_native_rtf()
    {
        var compressed = CompressedRtf.Compress("{\\rtf1\\ansi{\\b bold} text\\par}"u8);
        var bodies = new MessageBodies(null, null, compressed, rtfInSync: true);
        bodies.Text.ShouldBe("bold text\r\n");
        Encoding.UTF8.GetString(bodies.Html).ShouldContain("<b>bold</b>");
        bodies.RtfCompressed.ShouldBeSameAs(compressed);
    }

    [Fact]
    public void Rtf_that_is_out_of_step_gives_way()
    {
        var stale = CompressedRtf.Compress("{\\rtf1\\ansi old}"u8);
        var bodies = new MessageBodies("new", Encoding.UTF8.GetBytes("<p>new</p>"), stale, 65001);
        bodies.Best.ShouldBe(BodyKind.Html);
        RtfEncapsulation.TryExtractHtml(Encoding.ASCII.GetBytes(Rtf(bodies.RtfCompressed)), out var html).ShouldBeTrue();
        html.ShouldBe("<p>new</p>");
        new MessageBodies("new", null, stale, rtfInSync: true).Best.ShouldBe(BodyKind.Rtf);
    }

    [Fact]
    public void Nothing_gives_empty_bodies()
    {
        var bodies = MessageBodies.Of(new PropertyBag());
        bodies.Best.ShouldBe(BodyKind.Undefined);
        bodies.Text.ShouldBe("");
        Encoding.UTF8.GetString(bodies.Html).ShouldContain("<body>");
        Rtf(bodies.RtfCompressed).ShouldContain("\\fromtext");
        // Broken RTF is no body.
        new MessageBodies(null, null, [1, 2, 3], native: BodyKind.Rtf).Text.ShouldBe("");
    }
}
