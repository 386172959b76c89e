using Rialto.Delivery;

namespace Rialto.Smtp.Tests;

/// <summary>RFC 4865: a submission that is to be sent later.</summary>
public class FutureReleaseTests
{
    [Theory]
    [InlineData("HOLDFOR=86400", 86_400)]
    [InlineData("HOLDFOR=600", 600)]
    public async Task A_submission_waits_as_long_as_it_asks_to(string parameter, int seconds)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync("submission")).LogInAsync();
        var before = DateTimeOffset.UtcNow;
        await client.ExpectAsync($"MAIL FROM:<user1@example.com> {parameter}", "250");
        await client.ExpectAsync("RCPT TO:<user2@example.com>", "250");
        await client.ExpectAsync("DATA", "354");
        await client.SendAsync("Subject: later\r\n\r\nx\r\n.\r\n");
        (await client.ReadAsync()).ShouldStartWith("250");
        var waiting = server.Office.Queue.Messages.ShouldHaveSingleItem();
        var release = new DateTimeOffset(waiting.Recipients.ShouldHaveSingleItem().NextAttemptUtcTicks, TimeSpan.Zero);
        release.ShouldBeInRange(before.AddSeconds(seconds), DateTimeOffset.UtcNow.AddSeconds(seconds));
        waiting.ReceivedUtcTicks.ShouldBe(release.UtcTicks, "it is tried for two days from then on");
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("user2@example.com")).ShouldBeEmpty();
        server.Office.Queue.MakeDue();
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("user2@example.com")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_time_may_be_named()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync("submission")).LogInAsync();
        var time = DateTimeOffset.UtcNow.AddHours(2);
        foreach (var value in new[] { $"{time:yyyy-MM-dd'T'HH:mm:ss'Z'}", $"{time:yyyy-MM-dd'T'HH:mm:ss'.5Z'}", "2001-01-01T00:00:00Z" })
        {
            await client.ExpectAsync($"MAIL FROM:<user1@example.com> HOLDUNTIL={value}", "250");
            await client.ExpectAsync("RSET", "250");
        }
    }

    [Theory]
    [InlineData("HOLDFOR=0")]
    [InlineData("HOLDFOR=-1")]
    [InlineData("HOLDFOR=060")]
    [InlineData("HOLDFOR=9999999999")]
    [InlineData("HOLDFOR=2592001")]
    [InlineData("HOLDFOR=1 HOLDFOR=1")]
    [InlineData("HOLDFOR=1 HOLDUNTIL=2001-01-01T00:00:00Z")]
    [InlineData("HOLDUNTIL=tomorrow")]
    [InlineData("HOLDUNTIL=9999-01-01T00:00:00Z")]
    [InlineData("HOLDUNTIL=2001-01-01T00:00:00Z;C")]
    [InlineData("HOLDUNTIL=2001-01-01T02:00:00+02:00")]
    public async Task What_is_no_time_or_too_far_is_refused(string parameters)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync("submission")).LogInAsync();
        await client.ExpectAsync($"MAIL FROM:<user1@example.com> {parameters}", "501 5.5.4");
    }

    /// <summary>5.1.2.</summary>
    [Fact]
    public async Task Reports_on_it_say_what_was_asked_and_when_it_came()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync("submission")).LogInAsync();
        await client.ExpectAsync("MAIL FROM:<user1@example.com> HOLDFOR=3600", "250");
        await client.ExpectAsync("RCPT TO:<user2@example.com> NOTIFY=SUCCESS", "250");
        await client.ExpectAsync("DATA", "354");
        await client.SendAsync("Subject: later\r\n\r\nx\r\n.\r\n");
        (await client.ReadAsync()).ShouldStartWith("250");
        var arrived = new DateTimeOffset(server.Office.Queue.Messages.ShouldHaveSingleItem().FutureRelease.ShouldNotBeNull().ArrivedUtcTicks, TimeSpan.Zero);
        server.Office.Queue.MakeDue();
        await server.Office.DrainAsync();
        var report = (await server.Office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        report.ShouldContain($"\r\nArrival-Date: {DsnWriter.Date(arrived)}\r\nFuture-Release-Request: for;3600\r\n");
    }

    [Fact]
    public async Task Nobody_outside_may_fill_the_queue_with_it()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test> HOLDFOR=5", "555 5.5.4");
    }
}
