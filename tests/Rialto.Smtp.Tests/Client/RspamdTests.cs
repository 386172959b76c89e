using System.Security.Cryptography;
using System.Text;
using Rialto.Delivery;
using Rialto.Delivery.Tests;
using Rialto.Testing;
using static Rialto.Smtp.Tests.Client.Sending;

namespace Rialto.Smtp.Tests.Client;

/// <summary>The mail filter: what it refuses is refused, what it lets pass bears its word, what leaves bears its signature, and mail goes on without it.</summary>
public class RspamdTests
{
    private const string Pattern = "JS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

    [ProgramFact("rspamd")]
    public async Task Mail_from_outside_is_judged_before_it_is_accepted()
    {
        await using var rspamd = await RspamdServer.StartAsync();
        var log = new RecordingLogger();
        using var filter = rspamd.Client(log);
        await using var server = await SmtpServer.StartAsync(filter: filter);
        (await SendAsync(server, $"Subject: spam\r\n\r\nX{Pattern}\r\n")).ShouldStartWith("550 5.7.1 Gtube pattern");
        (await SendAsync(server, $"Subject: perhaps\r\nX-MS-Exchange-Organization-SCL: -1\r\n\r\nY{Pattern}\r\n")).ShouldStartWith("250");
        (await SendAsync(server, "From: Stranger <stranger@elsewhere.test>\r\nTo: user1@example.com\r\nSubject: good\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@elsewhere.test>\r\n\r\nHello.\r\n")).ShouldStartWith("250");
        await server.Office.DrainAsync();
        var inbox = await server.Office.InboxAsync("user1@example.com");
        inbox.Count.ShouldBe(2);
        var perhaps = inbox.Single(m => m.Contains("Subject: perhaps", StringComparison.Ordinal));
        perhaps.ShouldStartWith("Return-Path: <stranger@elsewhere.test>\r\n");
        perhaps.ShouldContain("\r\nX-MS-Exchange-Organization-SCL: 6\r\n");
        perhaps.ShouldNotContain("SCL: -1");
        var good = inbox.Single(m => m.Contains("Subject: good", StringComparison.Ordinal));
        good.ShouldContain("\r\nX-Spamd-Result: default: False");
        good.ShouldMatch("\r\nX-MS-Exchange-Organization-SCL: [0-4]\r\n");
        log.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, "250")]
    [InlineData(false, "451 4.7.1")]
    public async Task When_it_is_away_mail_passes_or_waits_as_configured(bool open, string reply)
    {
        var log = new RecordingLogger();
        using var filter = new Rspamd(new RspamdOptions { Url = "http://127.0.0.1:1", FailOpen = open }, log);
        await using var server = await SmtpServer.StartAsync(filter: filter);
        (await SendAsync(server, "Subject: x\r\n\r\nx\r\n")).ShouldStartWith(reply);
        log.Lines.ShouldHaveSingleItem().ShouldStartWith("Warning 3013");
    }

    [ProgramFact("rspamd")]
    public async Task What_leaves_is_signed_and_spam_does_not_leave()
    {
        await using var rspamd = await RspamdServer.StartAsync();
        using var filter = rspamd.Client(new RecordingLogger());
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server, filter: filter);
        await sending.SendAsync("Return-Path: <user1@example.com>\r\nFrom: user1@example.com\r\nTo: a@there.test\r\nSubject: signed\r\n\r\nHello there.\r\n", null, To("a@there.test"));
        var sent = server.Messages.ShouldHaveSingleItem();
        sent.ShouldStartWith("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=sel;");
        // RFC 6376 3.7: what was signed is what went out.
        sent.ShouldContain("bh=" + Convert.ToBase64String(SHA256.HashData("Hello there.\r\n"u8)) + ";");
        await sending.SendAsync($"From: user1@example.com\r\nSubject: spam\r\n\r\nX{Pattern}\r\n", null, To("a@there.test"));
        server.Messages.Count.ShouldBe(1);
        (await sending.OnlyReportAsync()).ShouldContain("Status: 5.7.1");
    }

    [ProgramFact("rspamd")]
    public async Task What_arrives_elsewhere_verifies()
    {
        await using var rspamd = await RspamdServer.StartAsync();
        using var filter = rspamd.Client(new RecordingLogger());
        await using var server = new ScriptedServer { Features = ["PIPELINING", "8BITMIME", "CHUNKING"] };
        await using var sending = await StartAsync(server, filter: filter);
        await sending.SendAsync(
            "Return-Path: <user1@example.com>\r\nReceived: from x by mail.example.com; Sat, 21 Nov 2026 12:00:00 +0000\r\nFrom: One\r\n\t<user1@example.com>\r\nTo: a@there.test\r\nSubject: signed  twice \r\n\r\nHello \t there. \r\n.dot\r\n\r\n\r\n",
            null, To("a@there.test"));
        var sent = new SignedMail(server.Messages.ShouldHaveSingleItem());
        sent.Verifies("DKIM-Signature", rspamd.Key).ShouldBeTrue();
        sent.Verifies("ARC-Message-Signature", rspamd.Key).ShouldBeTrue();
        sent.SealVerifies(rspamd.Key).ShouldBeTrue();
        new SignedMail(sent.Text.Replace("Subject: signed", "Subject: forged", StringComparison.Ordinal)).Verifies("DKIM-Signature", rspamd.Key).ShouldBeFalse();
        new SignedMail(sent.Text.Replace("there.", "here.", StringComparison.Ordinal)).Verifies("DKIM-Signature", rspamd.Key).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"action\":7}")]
    [InlineData("{\"action\":\"reject\"")]
    public void What_is_no_reply_is_none(string json) => FilterVerdict.Read(Encoding.UTF8.GetBytes(json)).ShouldBeNull();

    [Fact]
    public void No_field_of_a_reply_ends_early()
    {
        var verdict = FilterVerdict.Read("""
            {"action":"no action","score":2.5,"milter":{"add_headers":{"X-A":{"value":"one\r\nBcc: x@y\r\n\r\nbody"},"X B":"no","X-C":["1","2"],"X-D":5}},"dkim-signature":["v=1;\r\n\tb=x"]}
            """u8.ToArray()).ShouldNotBeNull();
        (verdict.Action, verdict.Level).ShouldBe((FilterAction.Accept, 3));
        verdict.Fields.ShouldBe("DKIM-Signature: v=1;\r\n\tb=x\r\nX-A: one\r\n\tBcc: x@y\r\n\tbody\r\nX-C: 1\r\nX-C: 2\r\n");
    }

    private static async Task<string> SendAsync(SmtpServer server, string text)
    {
        await using var client = await server.ConnectAsync();
        await client.AskAsync("EHLO elsewhere.test");
        await client.AskAsync("MAIL FROM:<stranger@elsewhere.test>");
        await client.AskAsync("RCPT TO:<user1@example.com>");
        await client.AskAsync("DATA");
        return await client.AskAsync(text + ".");
    }
}
