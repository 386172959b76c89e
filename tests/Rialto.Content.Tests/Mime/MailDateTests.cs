using System.Globalization;
using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

public class MailDateTests
{
    [Theory]
    [InlineData("Thu, 1 Jan 2026 10:20:30 +0100", "2026-01-01T10:20:30+01:00")]
    [InlineData("1 Jan 2026 10:20 -0530 (comment (nested))", "2026-01-01T10:20:00-05:30")]
    [InlineData("Thu, 01 Jan 98 10:20:30 EST", "1998-01-01T10:20:30-05:00")]
    [InlineData("1 Jan 26 10:20:30 GMT", "2026-01-01T10:20:30+00:00")]
    [InlineData("1 Jan 126 10:20:30 Z", "2026-01-01T10:20:30+00:00")]
    [InlineData("Thu Jan  1 10:20:30 2026", "2026-01-01T10:20:30+00:00")]
    [InlineData("Thu Jan  1 10:20:30 PST 2026", "2026-01-01T10:20:30-08:00")]
    [InlineData("2026-01-01T10:20:30Z", "2026-01-01T10:20:30+00:00")]
    [InlineData("2026-01-01T10:20:30.123+02:00", "2026-01-01T10:20:30+02:00")]
    [InlineData("2026-01-01 10:20:30 +0200", "2026-01-01T10:20:30+02:00")]
    [InlineData("01-Jan-2026 10:20:30 +0000", "2026-01-01T10:20:30+00:00")]
    [InlineData("Thursday, January 1, 2026 10:20 PM", "2026-01-01T22:20:00+00:00")]
    [InlineData("Thu, 1 Jan 2026 23:59:60 +0000", "2026-01-01T23:59:59+00:00")]
    [InlineData("Thu, 1 Jan 2026 10:20:30 GMT+0100", "2026-01-01T10:20:30+01:00")]
    [InlineData("Thu, 1 Jan 2026 10:20:30 +9900", "2025-12-28T07:20:30+00:00")]
    [InlineData("1 Jan 2026", "2026-01-01T00:00:00+00:00")]
    public void Reads(string raw, string expected)
    {
        var time = MailDate.Parse(Encoding.ASCII.GetBytes(raw));
        time.ShouldNotBeNull();
        time.Value.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture).ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("31 Feb 2026 10:00:00 +0000")]
    [InlineData("10:00:00")]
    [InlineData("99999999999 Jan 99999999999")]
    public void Refuses(string raw) => MailDate.Parse(Encoding.ASCII.GetBytes(raw)).ShouldBeNull();

    [Fact]
    public void Formats() => MailDate.Format(new DateTimeOffset(2026, 1, 1, 10, 20, 30, TimeSpan.FromMinutes(-90))).ShouldBe("Thu, 01 Jan 2026 10:20:30 -0130");
}
