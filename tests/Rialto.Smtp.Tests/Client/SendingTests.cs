using System.Net;
using Rialto.Delivery;
using static Rialto.Smtp.Tests.Client.Sending;

namespace Rialto.Smtp.Tests.Client;

/// <summary>Mail to other servers, over real sockets: what they are sent, and what becomes of it when they are slow, strict or hostile.</summary>
public class SendingTests
{
    [Fact]
    public async Task A_message_goes_to_the_mail_server_of_its_domain_without_the_field_of_its_own_delivery()
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server);
        await sending.SendAsync("Return-Path: <user1@example.com>\r\nReceived: by us\r\nSubject: out\r\n\r\n.one\r\n..two\r\nthree\r\n", null, To("a@there.test"), To("b@there.test"));
        server.Messages.ShouldHaveSingleItem().ShouldBe("Received: by us\r\nSubject: out\r\n\r\n.one\r\n..two\r\nthree\r\n");
        server.Lines.Where(l => l.StartsWith("RCPT", StringComparison.Ordinal)).ToArray().ShouldBe(new[] { "RCPT TO:<a@there.test>", "RCPT TO:<b@there.test>" });
        sending.Office.Queue.Messages.ShouldBeEmpty();
        (await sending.Office.InboxAsync("user1@example.com")).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_connection_serves_many_messages()
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server, o => (o.ConnectionsPerDestination, o.IdleTime) = (1, TimeSpan.FromMinutes(10)));
        for (var i = 0; i < 20; i++) await sending.Office.EnqueueAsync("user1@example.com", [To($"a{i}@there.test")], submitter: "user1@example.com");
        await sending.DrainAsync();
        server.Messages.Count.ShouldBe(20);
        server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("PIPELINING", "CHUNKING", "8BITMIME")]
    [InlineData("8BITMIME")]
    [InlineData("CHUNKING", "8BITMIME")]
    public async Task It_speaks_with_what_the_server_offers(params string[] features)
    {
        await using var server = new ScriptedServer { Features = features };
        await using var sending = await StartAsync(server);
        var large = "Subject: large\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('é', 70) + "\r\n.\r\n", 2_000));
        await sending.SendAsync(large, null, To("a@there.test"));
        await sending.SendAsync("Subject: small\r\n\r\n.\r\n", null, To("a@there.test"));
        server.Messages.ToArray().ShouldBe(new[] { large, "Subject: small\r\n\r\n.\r\n" });
        server.Lines.Any(l => l.StartsWith("BDAT", StringComparison.Ordinal)).ShouldBe(features.Contains("CHUNKING"));
        server.Lines.Any(l => l.Contains("BODY=8BITMIME", StringComparison.Ordinal)).ShouldBeTrue();
    }

    [Fact]
    public async Task No_bare_line_end_leaves_the_house()
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server);
        await sending.SendAsync("Subject: x\r\n\r\none\n.\ntwo\r.\rthree", null, To("a@there.test"));
        server.Messages.ShouldHaveSingleItem().ShouldBe("Subject: x\r\n\r\none\r\n.\r\ntwo\r\n.\r\nthree\r\n");
    }

    [Fact]
    public async Task A_server_of_seven_bits_gets_seven_bits()
    {
        await using var server = new ScriptedServer { Features = [] };
        await using var sending = await StartAsync(server);
        await sending.SendAsync("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße aus dem Norden, wo alles seinen gewohnten Gang geht.\r\n", null, To("a@there.test"));
        var message = server.Messages.ShouldHaveSingleItem();
        message.ShouldContain("Content-Transfer-Encoding: quoted-printable\r\n");
        message.ShouldContain("Gr=C3=BC=C3=9Fe");
    }

    [Fact]
    public async Task What_is_signed_is_returned_rather_than_broken()
    {
        await using var server = new ScriptedServer { Features = [] };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(
            "MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=b; protocol=\"application/pgp-signature\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n",
            null, To("a@there.test"));
        server.Messages.ShouldBeEmpty();
        (await sending.OnlyReportAsync()).ShouldContain("Status: 5.6.3");
    }

    [Fact]
    public async Task Addresses_beyond_ASCII_need_a_server_that_takes_them()
    {
        await using var server = new ScriptedServer { Features = ["8BITMIME"] };
        await using var sending = await StartAsync(server);
        await sending.SendAsync("Subject: x\r\n\r\nx\r\n", m => m with { SmtpUtf8 = true }, To("jürgen@there.test"), To("plain@there.test"));
        (await sending.OnlyReportAsync()).ShouldContain("Status: 5.6.7");
        server.Messages.Count.ShouldBe(1, "the other one needs nothing");
        server.Features = ["8BITMIME", "SMTPUTF8"];
        await sending.IdleAsync();
        await sending.SendAsync("Subject: x\r\n\r\nx\r\n", m => m with { SmtpUtf8 = true }, To("jürgen@there.test"));
        server.Messages.Count.ShouldBe(2);
        server.Lines.ShouldContain("RCPT TO:<jürgen@there.test>");
    }

    [Fact]
    public async Task Each_recipient_has_the_fate_that_its_server_names()
    {
        await using var server = new ScriptedServer
        {
            Reply = l => l.StartsWith("RCPT TO:<bad@", StringComparison.Ordinal) ? "550-5.1.1 No such\r\n550 5.1.1 person\r\n" : l.StartsWith("RCPT TO:<later@", StringComparison.Ordinal) ? "451 4.2.1 Busy\r\n" : null,
        };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(To("good@there.test"), To("bad@there.test"), To("later@there.test"));
        server.Messages.ShouldHaveSingleItem();
        var report = await sending.OnlyReportAsync();
        report.ShouldContain("Final-Recipient: rfc822; bad@there.test");
        report.ShouldContain("Status: 5.1.1");
        report.ShouldContain("Remote-MTA: dns; mx.there.test");
        report.ShouldContain("Diagnostic-Code: smtp; 550 5.1.1 No such person");
        report.ShouldNotContain("good@there.test");
        var waiting = sending.Office.Queue.Messages.ShouldHaveSingleItem().Recipients.ShouldHaveSingleItem();
        (waiting.Address, waiting.Attempts).ShouldBe(("later@there.test", 1));
        waiting.LastStatus.ShouldNotBeNull().ShouldBe("451 4.2.1 Busy");
        waiting.NextAttemptUtcTicks.ShouldBeGreaterThan(sending.Office.Time.GetUtcNow().UtcTicks);
    }

    [Theory]
    [InlineData("MAIL")]
    [InlineData("DATA")]
    [InlineData("END")]
    public async Task A_refusal_at_any_point_is_everybodys(string where)
    {
        await using var server = new ScriptedServer { Reply = l => l.StartsWith(where, StringComparison.Ordinal) ? "554 5.7.1 Not from you\r\n" : null };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(To("a@there.test"), To("b@there.test"));
        server.Messages.ShouldBeEmpty();
        var report = await sending.OnlyReportAsync();
        report.ShouldContain("a@there.test");
        report.ShouldContain("b@there.test");
        report.ShouldContain("554 5.7.1 Not from you");
        server.Reply = _ => null;
        await sending.SendAsync(To("c@there.test"));
        server.Messages.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_a_stranger_says_writes_no_fields_into_reports()
    {
        await using var server = new ScriptedServer { Reply = l => l.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 no\rBcc: victim@example.com\0\x1b[31m\r\n" : null };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(To("a@there.test"));
        var report = await sending.OnlyReportAsync();
        report.ShouldContain("Diagnostic-Code: smtp; 550 5.1.1 no?Bcc: victim@example.com??[31m\r\n");
        report.Split("\r\n").ShouldNotContain(l => l.StartsWith("Bcc:", StringComparison.OrdinalIgnoreCase));
        report.ShouldNotContain("\x1b");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("2")]
    [InlineData("220-")]
    [InlineData("\0\0\0\r\n")]
    public async Task A_server_that_speaks_no_SMTP_defers_its_mail(string greeting)
    {
        await using var server = new ScriptedServer { Greeting = greeting == "220-" ? string.Concat(Enumerable.Repeat("220-and so on\r\n", 500)) : greeting == "2" ? new string('2', 5_000) : greeting };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(To("a@there.test"));
        sending.Office.Queue.Messages.ShouldHaveSingleItem().Recipients.ShouldHaveSingleItem().LastStatus.ShouldNotBeNull().ShouldStartWith("451 4.5.0");
    }

    [Fact]
    public async Task A_connection_lost_in_the_middle_is_made_anew()
    {
        var cuts = 1;
        await using var server = new ScriptedServer { Reply = l => l == "END" && Interlocked.Decrement(ref cuts) >= 0 ? "421 4.3.2 going down\r\n" : null };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(To("a@there.test"));
        sending.Office.Queue.Messages.ShouldHaveSingleItem().Recipients[0].LastStatus.ShouldBe("421 4.3.2 going down");
        var lost = 1;
        server.Reply = l => l.StartsWith("RCPT", StringComparison.Ordinal) && Interlocked.Decrement(ref lost) >= 0 ? "CUT" : null;
        sending.Office.Queue.MakeDue();
        await sending.DrainAsync();
        server.Messages.ShouldHaveSingleItem();
        sending.Office.Queue.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Mail_too_large_for_the_server_is_not_even_begun()
    {
        await using var server = new ScriptedServer { Features = ["SIZE 1000", "PIPELINING"] };
        await using var sending = await StartAsync(server);
        await sending.SendAsync("Subject: x\r\n\r\n" + string.Concat(Enumerable.Repeat("0123456789\r\n", 200)), null, To("a@there.test"));
        server.Lines.ShouldNotContain(l => l.StartsWith("MAIL", StringComparison.Ordinal));
        (await sending.OnlyReportAsync()).ShouldContain("Status: 5.3.4");
    }

    [Fact]
    public async Task What_the_sender_wants_to_hear_is_passed_on_where_that_is_understood()
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server);
        await sending.SendAsync("Subject: x\r\n\r\nx\r\n", m => m with { EnvelopeId = "QQ314+2B159", Return = "HDRS" }, To("a@there.test", "SUCCESS,DELAY", "rfc822;Other+40there.test"));
        server.Lines.ShouldContain(l => l.StartsWith("MAIL FROM:<user1@example.com>", StringComparison.Ordinal) && l.EndsWith(" RET=HDRS ENVID=QQ314+2B159", StringComparison.Ordinal));
        server.Lines.ShouldContain("RCPT TO:<a@there.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Other+40there.test");
        (await sending.Office.InboxAsync("user1@example.com")).ShouldBeEmpty();
        server.Features = ["PIPELINING"];
        await sending.IdleAsync();
        await sending.SendAsync("Subject: x\r\n\r\nx\r\n", m => m with { EnvelopeId = "QQ314+2B159" }, To("a@there.test", "SUCCESS"));
        var report = await sending.OnlyReportAsync();
        report.ShouldContain("Subject: Relayed: x");
        report.ShouldContain("Action: relayed");
        report.ShouldContain("Original-Envelope-Id: QQ314+159");
    }

    [Theory]
    [InlineData("552 Too many recipients", 1)]
    [InlineData("552 5.5.3 Too many recipients", 1)]
    [InlineData("552 5.2.2 Mailbox full", 0)]
    public async Task An_old_servers_answer_to_too_many_recipients_is_no_failure(string answer, int waiting)
    {
        await using var server = new ScriptedServer { Reply = l => l.StartsWith("RCPT TO:<b@", StringComparison.Ordinal) ? answer + "\r\n" : null };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(To("a@there.test"), To("b@there.test"));
        server.Messages.ShouldHaveSingleItem();
        sending.Office.Queue.Messages.Sum(m => m.Recipients.Count).ShouldBe(waiting);
        (await sending.Office.InboxAsync("user1@example.com")).Count.ShouldBe(1 - waiting);
    }

    [Fact]
    public async Task An_original_address_beyond_ascii_is_said_as_such()
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server);
        await sending.SendAsync("Subject: x\r\n\r\nx\r\n", m => m with { SmtpUtf8 = true }, To("gr\u00fcn+x@there.test", "NEVER"));
        server.Lines.ShouldContain("RCPT TO:<gr\u00fcn+x@there.test> NOTIFY=NEVER ORCPT=utf-8;gr\u00fcn\\x{2B}x@there.test");
    }

    [Fact]
    public async Task A_report_that_cannot_be_delivered_is_the_end_of_it()
    {
        await using var server = new ScriptedServer { Reply = l => l.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 no\r\n" : null };
        await using var sending = await StartAsync(server);
        await sending.Office.EnqueueAsync("", [To("a@there.test", "NEVER")]);
        await sending.DrainAsync();
        sending.Office.Queue.Messages.ShouldBeEmpty();
        server.Lines.ShouldContain(l => l.StartsWith("MAIL FROM:<>", StringComparison.Ordinal));
        (await sending.Office.InboxAsync("user1@example.com")).ShouldBeEmpty();
    }
}
