using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Bodies;

public class TextExtractorFormatsTests
{
    [Theory]
    [InlineData("text/rtf", "{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\b found} words\\par}", "found words\r\n")]
    [InlineData("text/richtext", "{\\rtf1\\ansi found}", "found\n")]
    [InlineData("text/enriched", "<bold>found</bold> <<words>", "found <words>\n")]
    [InlineData("text/richtext", "<bold>found</bold><nl>words<lt>", "found\r\nwords<\n")]
    public void Formatted_text_is_searched_without_its_marks(string type, string body, string expected) =>
        TextExtractor.Extract(MimeMessage.Parse(Encoding.ASCII.GetBytes($"MIME-Version: 1.0\r\nContent-Type: {type}\r\n\r\n{body}"))).ShouldBe(expected);
}
