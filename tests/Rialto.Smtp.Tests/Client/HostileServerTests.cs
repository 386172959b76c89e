using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Rialto.Smtp.Client;
using static Rialto.Smtp.Tests.Client.Sending;

namespace Rialto.Smtp.Tests.Client;

/// <summary>Servers that mean harm, or are broken: what they are sent waits or goes back, and nothing else suffers.</summary>
public class HostileServerTests
{
    private static async Task<string> StatusAsync(Sending sending)
    {
        await sending.SendAsync(To("a@there.test"));
        return sending.Office.Queue.Messages.ShouldHaveSingleItem().Recipients.ShouldHaveSingleItem().LastStatus!;
    }

    [Theory]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    [InlineData("END")]
    public async Task A_reply_without_an_end_is_left(string where)
    {
        await using var server = new ScriptedServer { Reply = l => l.StartsWith(where, StringComparison.Ordinal) ? string.Concat(Enumerable.Repeat("250-more\r\n", 10_000)) : null };
        await using var sending = await StartAsync(server, o => (o.CommandTimeout, o.DataTimeout, o.EndTimeout) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)));
        (await StatusAsync(sending)).ShouldStartWith("451 4.5.0");
    }

    [Theory]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    [InlineData("END")]
    public async Task A_reply_line_of_any_length_costs_four_kilobytes(string where)
    {
        await using var server = new ScriptedServer { Reply = l => l.StartsWith(where, StringComparison.Ordinal) ? "250 " + new string('x', 2_000_000) + "\r\n" : null };
        await using var sending = await StartAsync(server);
        (await StatusAsync(sending)).ShouldEndWith("The server's reply is no SMTP: a line is too long.");
    }

    [Theory]
    [InlineData("MAIL")]
    [InlineData("DATA")]
    [InlineData("END")]
    public async Task A_server_that_falls_silent_is_left_and_asked_again(string where)
    {
        await using var server = new ScriptedServer { Reply = l => l.StartsWith(where, StringComparison.Ordinal) ? "" : null };
        await using var sending = await StartAsync(server, o => o.CommandTimeout = o.DataTimeout = o.EndTimeout = TimeSpan.FromSeconds(1));
        (await StatusAsync(sending)).ShouldStartWith("451 4.4.2 The server did not answer in time");
        server.Messages.Clear();
        server.Reply = _ => null;
        sending.Options.CommandTimeout = sending.Options.DataTimeout = sending.Options.EndTimeout = TimeSpan.FromMinutes(1);
        sending.Office.Queue.MakeDue();
        await sending.DrainAsync();
        server.Messages.ShouldHaveSingleItem();
        sending.Office.Queue.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reply_that_trickles_in_has_one_deadline()
    {
        await using var server = new ScriptedServer { Trickle = TimeSpan.FromMilliseconds(50) };
        await using var sending = await StartAsync(server, o => o.CommandTimeout = TimeSpan.FromMilliseconds(500));
        (await StatusAsync(sending)).ShouldContain("did not answer in time");
    }

    [Theory]
    [InlineData("MAIL", "354 go on\r\n")]
    [InlineData("RCPT", "354 go on\r\n")]
    [InlineData("RCPT", "199 what\r\n")]
    [InlineData("DATA", "250 taken already\r\n")]
    [InlineData("END", "354 more\r\n")]
    [InlineData("END", "334 who are you\r\n")]
    public async Task An_answer_to_another_question_is_no_answer(string where, string answer)
    {
        await using var server = new ScriptedServer { Features = [], Reply = l => l.StartsWith(where, StringComparison.Ordinal) ? answer : null };
        await using var sending = await StartAsync(server, o => o.CommandTimeout = o.DataTimeout = o.EndTimeout = TimeSpan.FromSeconds(1));
        (await StatusAsync(sending)).ShouldStartWith("451 4.");
        (await sending.Office.InboxAsync("user1@example.com")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reply_of_many_lines_says_one_line_of_a_few_hundred_letters()
    {
        var lines = string.Concat(Enumerable.Range(0, 100).Select(i => $"550-5.1.1 {i} Subject: evil\rTo: victim@example.com\u00e9{new string('y', 900)}\r\n")) + "550 5.1.1 end\r\n";
        await using var server = new ScriptedServer { Reply = l => l.StartsWith("RCPT", StringComparison.Ordinal) ? lines : null };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(To("a@there.test"));
        var report = await sending.OnlyReportAsync();
        foreach (var line in report.Split("\r\n"))
        {
            line.Length.ShouldBeLessThan(998);
            line.ShouldNotStartWith("To: victim");
            Encoding.UTF8.GetByteCount(line).ShouldBe(line.Length);
            line.Any(char.IsControl).ShouldBe(line.Contains('\t', StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_server_that_hangs_up_in_the_middle_of_the_content_gets_it_again()
    {
        var cuts = 1;
        await using var server = new ScriptedServer { Features = [], Reply = l => l == "DATA" && Interlocked.Decrement(ref cuts) >= 0 ? "CUT" : null };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(To("a@there.test"));
        server.Messages.ShouldHaveSingleItem();
        sending.Office.Queue.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task TLS_refused_after_it_was_offered_means_without_it_or_not_at_all()
    {
        using var certificate = Certificate();
        await using var server = new ScriptedServer { Certificate = certificate, Reply = l => l == "STARTTLS" ? "454 4.7.0 not now\r\n" : null, AnswersOnly = true };
        await using (var sending = await StartAsync(server))
        {
            await sending.SendAsync(To("a@there.test"));
            server.Messages.ShouldHaveSingleItem();
            server.TlsConnections.ShouldBe(0);
        }

        await using var strict = await StartAsync(server, o => o.Tls = OutboundTls.Required);
        (await StatusAsync(strict)).ShouldStartWith("451 4.7.5");
        server.Messages.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_a_server_says_before_TLS_is_not_taken_for_what_it_says_under_it()
    {
        // CVE-2021-38371: EHLO's answer of somebody in between, sent along with the answer to STARTTLS.
        using var certificate = Certificate();
        await using var server = new ScriptedServer { Certificate = certificate, Reply = l => l == "STARTTLS" ? "220 go\r\n250-evil\r\n250 AUTH PLAIN\r\n" : null, AnswersOnly = true };
        await using var sending = await StartAsync(server, o => o.Tls = OutboundTls.Required);
        (await StatusAsync(sending)).ShouldStartWith("451 4.7.0");
        server.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_of_mail_servers_write_nothing_into_reports()
    {
        await using var sending = await StartAsync(null);
        sending.Dns.Mx("there.test", (10, "x\r\nBcc: victim@example.com\r\n.there.test"));
        await sending.SendAsync(To("a@there.test"));
        var report = await sending.OnlyReportAsync();
        report.ShouldContain("550 5.1.2");
        report.ShouldNotContain("victim");
    }

    [Fact]
    public async Task One_hostile_destination_does_not_keep_the_others_waiting()
    {
        await using var silent = new ScriptedServer("127.0.0.2") { Greeting = "" };
        await using var server = new ScriptedServer("127.0.0.3", silent.EndPoint.Port);
        await using var sending = await StartAsync(server, o => o.CommandTimeout = TimeSpan.FromMinutes(5));
        sending.Dns.Mx("silent.test", (10, "mx.silent.test"));
        sending.Dns.A("mx.silent.test", "127.0.0.2");
        var waiting = sending.SendAsync(To("a@silent.test"));
        await sending.Office.EnqueueAsync("user1@example.com", [To("b@there.test")], submitter: "user1@example.com");
        for (var i = 0; server.Messages.IsEmpty; i++)
        {
            waiting.IsCompleted.ShouldBeFalse("the silent one was answered for first");
            i.ShouldBeLessThan(10_000);
            await sending.AttemptAsync();
            await Task.Delay(5);
        }

        await silent.DisposeAsync();
        await waiting;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mx.there.test", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(70));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
