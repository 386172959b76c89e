using Rialto.Delivery;

namespace Rialto.Smtp.Tests;

/// <summary>RFC 2852 3, 4: until when a client wants its mail delivered.</summary>
public class DeliverByTests
{
    [Theory]
    [InlineData("BY=120;R", 120, true, false)]
    [InlineData("by=+60;rt", 60, true, true)]
    [InlineData("BY=1;N", 1, false, false)]
    [InlineData("BY=0;NT", 0, false, true)]
    [InlineData("BY=-999999999;N", -999_999_999, false, false)]
    public async Task It_is_kept_with_the_message(string parameter, int seconds, bool returns, bool traces)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        var before = DateTimeOffset.UtcNow;
        await client.ExpectAsync($"MAIL FROM:<a@b.test> {parameter}", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        await client.ExpectAsync("DATA", "354");
        await client.SendAsync("Subject: x\r\n\r\nx\r\n.\r\n");
        (await client.ReadAsync()).ShouldStartWith("250");
        var by = server.Office.Queue.Messages.ShouldHaveSingleItem().DeliverBy.ShouldNotBeNull();
        (by.Returns, by.Traces).ShouldBe((returns, traces));
        new DateTimeOffset(by.UtcTicks, TimeSpan.Zero).ShouldBeInRange(before.AddSeconds(seconds), DateTimeOffset.UtcNow.AddSeconds(seconds));
    }

    [Theory]
    [InlineData("BY=0;R", "501 5.5.4")]
    [InlineData("BY=-5;R", "501 5.5.4")]
    [InlineData("BY=59;R", "555 5.5.4")]
    [InlineData("BY", "501 5.5.4")]
    [InlineData("BY=120", "501 5.5.4")]
    [InlineData("BY=;N", "501 5.5.4")]
    [InlineData("BY=120;", "501 5.5.4")]
    [InlineData("BY=120;X", "501 5.5.4")]
    [InlineData("BY=120;NX", "501 5.5.4")]
    [InlineData("BY=120;NTT", "501 5.5.4")]
    [InlineData("BY=--1;N", "501 5.5.4")]
    [InlineData("BY=1234567890;N", "501 5.5.4")]
    [InlineData("BY=120;N BY=120;N", "501 5.5.4")]
    [InlineData("BY=120;N HOLDFOR=300", "501 5.5.4")]
    [InlineData("HOLDFOR=300 BY=120;R", "501 5.5.4")]
    public async Task What_cannot_be_promised_is_refused(string parameters, string reply)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync("submission")).LogInAsync();
        await client.ExpectAsync($"MAIL FROM:<user1@example.com> {parameters}", reply);
        await client.ExpectAsync("MAIL FROM:<user1@example.com> BY=400;R HOLDFOR=300", "250");
    }

    [Fact]
    public async Task It_is_not_offered_where_that_is_configured()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => o.ShortestDeliverBy = TimeSpan.Zero);
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await client.AskAsync("EHLO x")).ShouldNotContain("DELIVERBY");
        await client.ExpectAsync("MAIL FROM:<a@b.test> BY=120;R", "555 5.5.4");
    }
}
