using Rialto.Delivery;
using static Rialto.Smtp.Tests.Client.Sending;

namespace Rialto.Smtp.Tests.Client;

/// <summary>RFC 2852 4.1.4, 7: mail that is to be delivered by a certain time, passed on.</summary>
public class DeliverByTests
{
    private static Task<Guid> SendAsync(Sending sending, int seconds, bool returns, bool traces, string? notify = null) => sending.SendAsync(
        "Subject: now\r\n\r\nNow.\r\n", m => m with { DeliverBy = new(DateTimeOffset.UtcNow.AddSeconds(seconds).UtcTicks, returns, traces) }, To("a@there.test", notify));

    [Theory]
    [InlineData(true, false, "R")]
    [InlineData(true, true, "RT")]
    [InlineData(false, false, "N")]
    public async Task A_server_that_knows_it_is_told_what_is_left(bool returns, bool traces, string modes)
    {
        await using var server = new ScriptedServer { Features = ["PIPELINING", "DSN", "DELIVERBY 30"] };
        await using var sending = await StartAsync(server);
        await SendAsync(sending, 120, returns, traces);
        server.Lines.Single(l => l.StartsWith("MAIL", StringComparison.Ordinal)).ShouldMatch($"^MAIL FROM:<user1@example.com> BY=1(1[0-9]|20);{modes}$");
        server.Lines.ShouldContain("RCPT TO:<a@there.test>");
        server.Messages.ShouldHaveSingleItem();
        if (traces) (await sending.OnlyReportAsync()).ShouldContain("Action: relayed\r\nStatus: 2.");
        else (await sending.Office.InboxAsync("user1@example.com")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_late_and_goes_on_says_so()
    {
        await using var server = new ScriptedServer { Features = ["PIPELINING", "DELIVERBY"] };
        await using var sending = await StartAsync(server);
        await SendAsync(sending, -60, returns: false, traces: false);
        server.Lines.Single(l => l.StartsWith("MAIL", StringComparison.Ordinal)).ShouldMatch("^MAIL FROM:<user1@example.com> BY=-6[0-9];N$");
    }

    [Theory]
    [InlineData("DSN", "does not promise that")]
    [InlineData("DELIVERBY 240", "sooner")]
    public async Task What_has_to_come_back_goes_only_where_that_is_promised(string feature, string reason)
    {
        await using var server = new ScriptedServer { Features = ["PIPELINING", feature] };
        await using var sending = await StartAsync(server);
        await SendAsync(sending, 120, returns: true, traces: false);
        server.Messages.ShouldBeEmpty();
        server.Lines.ShouldNotContain(l => l.StartsWith("MAIL", StringComparison.Ordinal));
        var report = await sending.OnlyReportAsync();
        report.ShouldContain("Action: failed\r\nStatus: 5.3.3");
        report.ShouldContain(reason);
        report.ShouldMatch("Arrival-Date: .*\r\nDeliver-By-Date: [A-Z][a-z]{2}, ");
        sending.Office.Queue.Messages.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, " NOTIFY=FAILURE,DELAY")]
    [InlineData("FAILURE", " NOTIFY=FAILURE,DELAY ORCPT=rfc822;a@there.test")]
    [InlineData("SUCCESS,DELAY", " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a@there.test")]
    [InlineData("NEVER", " NOTIFY=NEVER ORCPT=rfc822;a@there.test")]
    public async Task Elsewhere_the_sender_hears_that_nobody_knows_it(string? notify, string parameters)
    {
        await using var server = new ScriptedServer { Features = ["PIPELINING", "DSN"] };
        await using var sending = await StartAsync(server);
        await SendAsync(sending, 120, returns: false, traces: false, notify);
        server.Lines.ShouldContain("MAIL FROM:<user1@example.com>");
        server.Lines.ShouldContain("RCPT TO:<a@there.test>" + parameters);
        if (notify == "NEVER") (await sending.Office.InboxAsync("user1@example.com")).ShouldBeEmpty();
        else (await sending.OnlyReportAsync()).ShouldContain("Action: relayed");
    }
}
