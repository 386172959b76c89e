using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

public class FlowedTextTests
{
    [Theory]
    [InlineData("a \r\nb\r\nc", false, "a b\r\nc")]
    [InlineData("a \r\nb\r\nc", true, "ab\r\nc")]
    [InlineData("a\r\n b\r\n >c\r\n From d", false, "a\r\nb\r\n>c\r\nFrom d")]
    [InlineData("> a \r\n> b\r\n>> c \r\n> d\r\n", false, "> a b\r\n>> c \r\n> d\r\n")]
    [InlineData(">> a\r\n>>\r\n", false, ">> a\r\n>>\r\n")]
    [InlineData("a \r\n> b\r\n", false, "a \r\n> b\r\n")]
    [InlineData("a \r\n-- \r\nJohn\r\n", false, "a \r\n-- \r\nJohn\r\n")]
    [InlineData("> -- \r\n> J \r\n> K\r\n", false, "> -- \r\n> J K\r\n")]
    [InlineData("a \n  b\nc", false, "a  b\r\nc")]
    [InlineData("a ", false, "a ")]
    [InlineData("a \r\n", false, "a \r\n")]
    [InlineData("", false, "")]
    [InlineData("\r\n\r\n", false, "\r\n\r\n")]
    public void Decodes(string text, bool delSp, string expected) => FlowedText.Decode(text, delSp).ShouldBe(expected);

    [Fact]
    public void What_is_written_reads_back()
    {
        var random = new Random(3);
        string[] words = ["a", "word", ">", ">>", "From", "longer-than-most", "--", new string('x', 90)];
        for (var round = 0; round < 500; round++)
        {
            var lines = new List<string>();
            for (var i = random.Next(6); i >= 0; i--)
            {
                var line = string.Join(' ', Enumerable.Range(0, random.Next(40)).Select(_ => words[random.Next(words.Length)]));
                var depth = random.Next(3);
                lines.Add(depth == 0 || line.StartsWith('>') ? (line.StartsWith('>') ? "x" : "") + line : new string('>', depth) + (line.Length > 0 ? " " + line : ""));
            }
            lines.Add("-- ");
            var text = string.Join("\r\n", lines);
            var encoded = FlowedText.Encode(text);
            FlowedText.Decode(encoded, false).ShouldBe(text);
            encoded.Split("\r\n").ShouldAllBe(l => l.Length <= 78 || l.Contains("xxx", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("text/plain; format=flowed; DelSp=\"Yes\"", true, true)]
    [InlineData("text/plain; Format=Flowed", true, false)]
    [InlineData("text/plain", false, false)]
    [InlineData("text/html; format=flowed", false, false)]
    public void Is_told_by_its_parameters(string type, bool flowed, bool delSp)
    {
        var part = MimeMessage.Parse(System.Text.Encoding.ASCII.GetBytes($"Content-Type: {type}\r\n\r\n")).Root;
        FlowedText.IsFlowed(part, out var actual).ShouldBe(flowed);
        (actual && flowed).ShouldBe(delSp);
    }
}
