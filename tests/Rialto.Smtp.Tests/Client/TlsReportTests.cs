using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rialto.Delivery;
using Rialto.Smtp.Client;
using Rialto.Testing;
using static Rialto.Smtp.Tests.Client.Sending;

namespace Rialto.Smtp.Tests.Client;

/// <summary>RFC 8460: domains are told how mail to them was protected.</summary>
public class TlsReportTests
{
    private readonly ManualTimeProvider time = new();

    private static JsonElement Unpack(byte[] gzip)
    {
        using var stream = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress);
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }

    private static TlsReport Report(params PolicyCounts[] policies) => new("2026-11-21", "there.test", "example.com", policies);

    [Fact]
    public void A_report_has_what_the_document_wants()
    {
        var report = Report(
            new PolicyCounts { Type = "sts", Lines = ["version: STSv1", "mode: testing", "mx: *.there.test", "max_age: 86400"], Hosts = ["*.there.test"], Good = 5, Bad = 3, Failures = [new() { Type = TlsFinding.Expired, Host = "mx.there.test", Address = "192.0.2.1", From = "192.0.2.9", Reason = "x\"y", Count = 3 }] },
            new PolicyCounts { Type = "no-policy-found", Good = 1 });
        var json = Unpack(report.ToGzip());
        json.GetProperty("organization-name").GetString().ShouldBe("example.com");
        json.GetProperty("contact-info").GetString().ShouldBe("postmaster@example.com");
        json.GetProperty("report-id").GetString().ShouldBe("2026-11-21_there.test@example.com");
        json.GetProperty("date-range").GetProperty("start-datetime").GetString().ShouldBe("2026-11-21T00:00:00Z");
        json.GetProperty("date-range").GetProperty("end-datetime").GetString().ShouldBe("2026-11-21T23:59:59Z");
        var policy = json.GetProperty("policies")[0];
        policy.GetProperty("policy").GetProperty("policy-type").GetString().ShouldBe("sts");
        policy.GetProperty("policy").GetProperty("policy-domain").GetString().ShouldBe("there.test");
        policy.GetProperty("policy").GetProperty("policy-string").GetArrayLength().ShouldBe(4);
        policy.GetProperty("policy").GetProperty("mx-host")[0].GetString().ShouldBe("*.there.test");
        policy.GetProperty("summary").GetProperty("total-successful-session-count").GetInt32().ShouldBe(5);
        policy.GetProperty("summary").GetProperty("total-failure-session-count").GetInt32().ShouldBe(3);
        var failure = policy.GetProperty("failure-details")[0];
        failure.GetProperty("result-type").GetString().ShouldBe("certificate-expired");
        failure.GetProperty("receiving-mx-hostname").GetString().ShouldBe("mx.there.test");
        failure.GetProperty("receiving-ip").GetString().ShouldBe("192.0.2.1");
        failure.GetProperty("sending-mta-ip").GetString().ShouldBe("192.0.2.9");
        failure.GetProperty("failed-session-count").GetInt32().ShouldBe(3);
        json.GetProperty("policies")[1].TryGetProperty("failure-details", out _).ShouldBeFalse();
        report.FileName.ShouldBe("example.com!there.test!1795219200!1795305599.json.gz");
        var mail = Encoding.ASCII.GetString(report.ToMail("reports@there.test", "mail.example.com", time.GetUtcNow()));
        mail.ShouldContain("\r\nTLS-Report-Domain: there.test\r\nTLS-Report-Submitter: example.com\r\n");
        mail.ShouldContain("\r\nContent-Type: multipart/report; report-type=\"tlsrpt\";\r\n");
        mail.ShouldContain("\r\nContent-Type: application/tlsrpt+gzip\r\n");
        mail.ShouldContain("\r\nTLS-Required: No\r\n");
        mail.Split("\r\n").ShouldAllBe(l => l.Length < 998 && !l.Contains('\n', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("v=TLSRPTv1; rua=mailto:a@b.test", "mailto:a@b.test")]
    [InlineData("v=TLSRPTv1;rua=mailto:a@b.test,https://b.test/r", "mailto:a@b.test https://b.test/r")]
    [InlineData("v=TLSRPTv1; x=y; rua=https://b.test/r ;", "https://b.test/r")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@b.test,mailto:c@b.test,mailto:d@b.test", "mailto:a@b.test mailto:c@b.test")]
    [InlineData("v=TLSRPTv1; rua=http://b.test/", "")]
    [InlineData("v=TLSRPTv1; rua=mailto:a@b.test%0D%0ABcc:c@d.test", "")]
    [InlineData("v=TLSRPTv1; rua=mailto:nobody", "")]
    [InlineData("v=TLSRPTv1; rua=file:///etc/passwd", "")]
    [InlineData("v=TLSRPTv2; rua=mailto:a@b.test", "")]
    [InlineData("", "")]
    public void Receivers_are_read_from_the_record(string record, string receivers) =>
        string.Join(' ', TlsReporting.ReceiversOf([record, "v=spf1 -all"])).ShouldBe(receivers);

    [Fact]
    public void Two_records_are_none() => TlsReporting.ReceiversOf(["v=TLSRPTv1; rua=mailto:a@b.test", "v=TLSRPTv1; rua=mailto:c@b.test"]).ShouldBeEmpty();

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("192.0.2.1", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2001:db8::1", true)]
    public void Machines_that_only_this_one_reaches_are_posted_nothing(string address, bool isPublic) => TlsReporting.IsPublic(IPAddress.Parse(address)).ShouldBe(isPublic);

    [Fact]
    public void Counts_survive_a_restart_and_are_bounded()
    {
        using var data = new TempDirectory();
        var book = new TlsReportBook(data.Path, time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        for (var i = 0; i < 300; i++) book.Note("there.test", TlsPolicyFact.None, $"mx{i}.there.test", null, TlsFinding.NotSupported, "");
        book.Note("there.test", TlsPolicyFact.None, "mx.there.test", null, null, "");
        book.Save();
        book = new(data.Path, time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        book.Due().ShouldBeEmpty("the day is not over");
        time.Advance(TimeSpan.FromDays(1));
        var (day, domain, policies) = book.Due().ShouldHaveSingleItem();
        domain.ShouldBe("there.test");
        var policy = policies.ShouldHaveSingleItem();
        (policy.Good, policy.Bad, policy.Failures.Count).ShouldBe((1, 300, 100));
        book.Forget(day, domain);
        book.Save();
        System.IO.Directory.GetFiles(data.Path).ShouldBeEmpty();
        for (var i = 0; i < 11_000; i++) book.Note($"d{i}.test", TlsPolicyFact.None, "mx", null, null, "");
        time.Advance(TimeSpan.FromDays(1));
        book.Due().Count.ShouldBe(10_000);
        File.WriteAllText(data.File("2026-01-01.json"), "{");
        Should.NotThrow(() => new TlsReportBook(data.Path, time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
    }

    [Fact]
    public async Task What_was_met_is_counted_and_goes_out_by_mail_when_the_day_is_over()
    {
        using var certificate = RoutingTests.Certificate("mx.there.test");
        using var other = RoutingTests.Certificate("mx.there.test");
        await using var server = new ScriptedServer { Certificate = certificate };
        await using var sending = await StartAsync(server, o => o.FirstRest = TimeSpan.Zero, time: time);
        using var reporting = sending.Relay.StartReporting(sending.Office.Queue, () => "example.com", null, true, null);
        // A good session without a policy, a good one under DANE, a failed one, and a server without TLS.
        await SendAsync();
        Publish(certificate);
        await SendAsync();
        Publish(other);
        await SendAsync();
        server.Certificate = null;
        sending.Dns.Records.TryRemove(TlsaName(), out _);
        await SendAsync();
        sending.Dns.Txt("_smtp._tls.there.test", "v=TLSRPTv1; rua=mailto:reports@there.test");
        (await reporting.SendDueAsync(default)).ShouldBeTrue();
        server.Messages.ShouldNotContain(m => m.Contains("tlsrpt", StringComparison.Ordinal));
        server.Messages.Clear();
        sending.Office.Queue.MakeDue();
        await sending.DrainAsync();
        server.Messages.Clear();
        time.Advance(TimeSpan.FromDays(1));
        (await reporting.SendDueAsync(default)).ShouldBeTrue();
        (await reporting.SendDueAsync(default)).ShouldBeTrue("nothing is left, and nothing goes twice");
        await sending.DrainAsync();
        var mail = server.Messages.ShouldHaveSingleItem();
        server.Lines.ShouldContain("RCPT TO:<reports@there.test> NOTIFY=NEVER ORCPT=rfc822;reports@there.test");
        var at = mail.IndexOf(".json.gz\"\r\n\r\n", StringComparison.Ordinal) + 13;
        var json = Unpack(Convert.FromBase64String(mail[at..mail.IndexOf("\r\n--", at, StringComparison.Ordinal)]));
        var policies = json.GetProperty("policies").EnumerateArray().ToList();
        var none = policies.Single(p => p.GetProperty("policy").GetProperty("policy-type").GetString() == "no-policy-found");
        none.GetProperty("summary").GetProperty("total-successful-session-count").GetInt32().ShouldBe(1);
        none.GetProperty("failure-details")[0].GetProperty("result-type").GetString().ShouldBe("starttls-not-supported");
        IPAddress.IsLoopback(IPAddress.Parse(none.GetProperty("failure-details")[0].GetProperty("sending-mta-ip").GetString()!)).ShouldBeTrue();
        var dane = policies.Where(p => p.GetProperty("policy").GetProperty("policy-type").GetString() == "tlsa").ToList();
        dane.Count.ShouldBe(2, "the records changed in between");
        dane[0].GetProperty("summary").GetProperty("total-successful-session-count").GetInt32().ShouldBe(1);
        dane[1].GetProperty("failure-details")[0].GetProperty("result-type").GetString().ShouldBe("validation-failure");
        dane[1].GetProperty("policy").GetProperty("policy-string")[0].GetString().ShouldNotBeNull().ShouldStartWith("3 1 1 ");

        (string, Net.Dns.DnsRecordType) TlsaName() => ($"_{server.EndPoint.Port}._tcp.mx.there.test", Net.Dns.DnsRecordType.Tlsa);

        void Publish(System.Security.Cryptography.X509Certificates.X509Certificate2 published) =>
            sending.Dns.Tlsa(TlsaName().Item1, 3, 1, 1, SHA256.HashData(published.PublicKey.ExportSubjectPublicKeyInfo()));

        async Task SendAsync()
        {
            await sending.SendAsync(To("a@there.test"));
            await sending.IdleAsync();
        }
    }

    /// <summary>3: unsigned reports are ignored; 4.1, 5.5: neither all at midnight nor every minute.</summary>
    [Fact]
    public async Task Reports_wait_for_their_hour_and_go_by_mail_only_where_mail_is_signed()
    {
        using var dns = new LocalDns();
        var log = new Rialto.Delivery.Tests.RecordingLogger();
        var resolver = new Net.Dns.DnsResolver(new Net.Dns.DnsOptions { Servers = [IPEndPoint.Parse(dns.Address)] });
        await using var office = await Rialto.Delivery.Tests.MailOffice.CreateAsync();
        foreach (var signs in (bool[])[false, true])
        {
            dns.Txt("_smtp._tls.there.test", "v=TLSRPTv1; rua=mailto:reports@there.test");
            var book = new TlsReportBook(null, time, log);
            book.Note("there.test", TlsPolicyFact.None, "mx.there.test", IPAddress.Loopback, null, "");
            using var reporting = new TlsReporting(book, resolver, office.Queue, office.Backend.Blobs, () => "b\u00fccher.example", () => "mail.example.com", time, log, signsMail: signs);
            time.Advance(time.GetUtcNow().Date.AddDays(1) - time.GetUtcNow().DateTime);
            var waited = 0;
            while (!await reporting.SendDueAsync(default, isPatient: true) && waited++ < 100) time.Advance(TimeSpan.FromMinutes(5));
            waited.ShouldBeInRange(1, 49);
            if (signs) office.Queue.Messages.ShouldHaveSingleItem().Recipients[0].Address.ShouldBe("reports@there.test");
            else office.Queue.Messages.ShouldBeEmpty();
        }

        log.Lines.ShouldContain(l => l.Contains("have to be signed", StringComparison.Ordinal));
        using var mail = await office.Backend.Blobs.OpenAsync(office.Queue.Messages.Single().Content, default);
        Encoding.ASCII.GetString(mail.Memory.Span).ShouldMatch("Subject: Report Domain: there.test\r\n\tSubmitter: xn--bcher-kva.example\r\n\tReport-ID: <[0-9-]{10}_there.test@xn--bcher-kva.example>\r\n");
    }

    [Fact]
    public async Task Reports_go_out_by_HTTPS_and_are_tried_again()
    {
        using var certificate = RoutingTests.Certificate("reports.there.test");
        var taken = new List<(string Type, byte[] Body)>();
        var status = 500;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(certificate)));
        await using var site = builder.Build();
        site.MapPost("/tls", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            taken.Add((context.Request.ContentType!, body.ToArray()));
            context.Response.StatusCode = status;
        });
        await site.StartAsync();
        using var dns = new LocalDns();
        dns.Txt("_smtp._tls.there.test", $"v=TLSRPTv1; rua=https://reports.there.test:{new Uri(site.Urls.Single()).Port}/tls");
        dns.A("reports.there.test", "127.0.0.1");
        var log = new Rialto.Delivery.Tests.RecordingLogger();
        var book = new TlsReportBook(null, time, log);
        book.Note("there.test", TlsPolicyFact.None, "mx.there.test", IPAddress.Loopback, null, "");
        book.Note("silent.test", TlsPolicyFact.None, "mx.silent.test", IPAddress.Loopback, null, "");
        time.Advance(TimeSpan.FromDays(1));
        var resolver = new Net.Dns.DnsResolver(new Net.Dns.DnsOptions { Servers = [IPEndPoint.Parse(dns.Address)] });
        await using (var office = await Rialto.Delivery.Tests.MailOffice.CreateAsync())
        {
            using (var shy = new TlsReporting(book, resolver, office.Queue, office.Backend.Blobs, () => "example.com", () => "mail.example.com", time, log))
            {
                (await shy.SendDueAsync(default)).ShouldBeFalse("this machine is no public one");
                taken.ShouldBeEmpty();
            }

            using var reporting = new TlsReporting(book, resolver, office.Queue, office.Backend.Blobs, () => "example.com", () => "mail.example.com", time, log, true, (_, c, _, _) => c?.Subject == certificate.Subject);
            (await reporting.SendDueAsync(default)).ShouldBeFalse();
            taken.Count.ShouldBe(1);
            status = 201;
            (await reporting.SendDueAsync(default)).ShouldBeTrue();
            (await reporting.SendDueAsync(default)).ShouldBeTrue();
            office.Queue.Messages.ShouldBeEmpty();
        }

        taken.Count.ShouldBe(2);
        taken[1].Type.ShouldBe("application/tlsrpt+gzip");
        Unpack(taken[1].Body).GetProperty("policies")[0].GetProperty("summary").GetProperty("total-successful-session-count").GetInt32().ShouldBe(1);
    }
}
