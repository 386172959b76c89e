using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

public class BoundaryStackTests
{
    [Fact]
    public void Each_boundary_is_found_however_many_share_their_start()
    {
        var stack = new BoundaryStack();
        var prefix = new string('=', 60);
        for (var level = 0; level < 100; level++)
            stack.Push(Encoding.ASCII.GetBytes(prefix + level)).ShouldBe(level);
        for (var level = 99; level >= 0; level--)
        {
            stack.Find(Encoding.ASCII.GetBytes(prefix + level), out var isClose).ShouldBe(level);
            isClose.ShouldBeFalse();
            stack.Find(Encoding.ASCII.GetBytes(prefix + level + "--"), out isClose).ShouldBe(level);
            isClose.ShouldBeTrue();
            stack.Find(Encoding.ASCII.GetBytes(prefix), out _).ShouldBe(-1);
            stack.PopTo(level);
            stack.Find(Encoding.ASCII.GetBytes(prefix + level), out _).ShouldBe(-1);
        }
    }

    [Fact]
    public void The_innermost_of_equal_boundaries_counts()
    {
        var stack = new BoundaryStack();
        foreach (var boundary in (string[])["b", "c", "b", "b--", "d", "e", "b"])
            stack.Push(Encoding.ASCII.GetBytes(boundary));
        stack.Find("b"u8, out _).ShouldBe(6);
        stack.Find("b--"u8, out var isClose).ShouldBe(6);
        isClose.ShouldBeTrue();
        stack.PopTo(6);
        stack.Find("b"u8, out _).ShouldBe(2);
        stack.Find("b--"u8, out isClose).ShouldBe(3);
        isClose.ShouldBeFalse();
    }

    [Fact]
    public void Lines_of_dashes_under_many_boundaries_cost_no_memory()
    {
        var text = new StringBuilder();
        for (var level = 0; level < 90; level++)
            text.Append("Content-Type: multipart/mixed; boundary=").Append('-', 60).Append(level).Append("\r\n\r\n--").Append('-', 60).Append(level).Append("\r\n");
        text.Append("\r\n");
        for (var line = 0; line < 50_000; line++)
            text.Append('-', 62).Append("x\r\n");
        var bytes = Encoding.ASCII.GetBytes(text.ToString());
        MimeMessage.Parse(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        MimeMessage.Parse(bytes).Root.Descendants().Count().ShouldBe(91);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(120_000);
    }
}
