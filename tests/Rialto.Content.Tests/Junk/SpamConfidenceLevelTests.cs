using System.Text;
using Rialto.Content.Junk;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Tests.Junk;

public class SpamConfidenceLevelTests
{
    [Theory]
    [InlineData("5", 5)]
    [InlineData(" -1 ", -1)]
    [InlineData("12", 9)]
    [InlineData("-9", -1)]
    [InlineData("", null)]
    [InlineData("high", null)]
    public void It_is_a_number_from_minus_one_to_nine(string text, int? level) => SpamConfidenceLevel.Parse(text).ShouldBe(level);

    [Fact]
    public void The_header_field_is_the_property_both_ways()
    {
        var message = MimeToProperties.Convert(MimeMessage.Parse(Encoding.ASCII.GetBytes("From: a@example.com\r\nx-ms-exchange-organization-scl: 7\r\n\r\nBuy\r\n")));
        message.Properties.GetInt32(PropertyTags.ContentFilterSpamConfidenceLevel).ShouldBe(7);
        Encoding.ASCII.GetString(PropertiesToMime.Convert(message)).ShouldContain("\r\nX-MS-Exchange-Organization-SCL: 7\r\n");
        var without = MimeToProperties.Convert(MimeMessage.Parse(Encoding.ASCII.GetBytes("From: a@example.com\r\n\r\nHello\r\n")));
        without.Properties.TryGet(PropertyIds.ContentFilterSpamConfidenceLevel, out _).ShouldBeFalse();
        Encoding.ASCII.GetString(PropertiesToMime.Convert(without)).ShouldNotContain("SCL");
    }
}
