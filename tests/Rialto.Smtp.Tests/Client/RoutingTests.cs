using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rialto.Delivery;
using Rialto.Net.Dns;
using Rialto.Smtp.Client;
using static Rialto.Smtp.Tests.Client.Sending;

namespace Rialto.Smtp.Tests.Client;

/// <summary>RFC 5321 5.1, RFC 7505, RFC 7672, RFC 8461: where mail goes, and how well protected.</summary>
public class RoutingTests
{
    private static async Task<string> StatusAsync(Sending sending, string to = "a@there.test")
    {
        await sending.SendAsync(To(to));
        return sending.Office.Queue.Messages.ShouldHaveSingleItem().Recipients.ShouldHaveSingleItem().LastStatus!;
    }

    [Fact]
    public async Task The_next_server_is_tried_when_the_first_is_dead()
    {
        await using var server = new ScriptedServer("127.0.0.2");
        await using var sending = await StartAsync(server);
        sending.Dns.Mx("there.test", (5, "dead.there.test"), (10, "gone.there.test"), (20, "mx.there.test"));
        sending.Dns.A("dead.there.test", "127.0.0.3");
        await sending.SendAsync(To("a@there.test"));
        server.Messages.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_domain_without_MX_takes_mail_at_its_address()
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server);
        sending.Dns.A("plain.test", "127.0.0.1");
        await sending.SendAsync(To("a@plain.test"));
        server.Messages.ShouldHaveSingleItem();
        await sending.SendAsync(To("a@[127.0.0.1]"));
        server.Messages.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Domains_that_take_no_mail_or_are_none_fail_at_once()
    {
        await using var sending = await StartAsync(null);
        sending.Dns.Mx("null.test", (0, "."));
        await sending.SendAsync(To("a@null.test"), To("b@nowhere.test"));
        sending.Office.Queue.Messages.ShouldBeEmpty();
        var reports = string.Concat(await sending.Office.InboxAsync("user1@example.com"));
        reports.ShouldContain("556 5.1.10");
        reports.ShouldContain("550 5.1.2");
        sending.Dns.Broken["broken.test"] = true;
        (await StatusAsync(sending, "c@broken.test")).ShouldStartWith("451 4.4.3");
    }

    [Fact]
    public async Task This_server_among_a_domains_servers_is_no_place_to_send_to()
    {
        await using var server = new ScriptedServer("127.0.0.2");
        await using var sending = await StartAsync(server);
        sending.Own.Add(IPAddress.Parse("127.0.0.9"));
        sending.Dns.A("us.test", "127.0.0.9");
        // Nearer ones may have it.
        sending.Dns.Mx("there.test", (5, "mx.there.test"), (10, "us.test"), (20, "farther.test"));
        await sending.SendAsync(To("a@there.test"));
        server.Messages.ShouldHaveSingleItem();
        sending.Dns.Mx("loop.test", (10, "mail.example.com"), (20, "mx.there.test"));
        await sending.SendAsync(To("a@loop.test"));
        (await sending.OnlyReportAsync()).ShouldContain("Status: 5.4.6");
    }

    [Fact]
    public async Task A_dead_destination_rests_and_is_not_asked_for_every_message()
    {
        await using var sending = await StartAsync(null, o => o.Port = 1);
        sending.Dns.Mx("there.test", (10, "mx.there.test"));
        sending.Dns.A("mx.there.test", "127.0.0.8");
        for (var i = 0; i < 50; i++) await sending.Office.EnqueueAsync("user1@example.com", [To($"a{i}@there.test")], submitter: "user1@example.com");
        await sending.DrainAsync();
        sending.Office.Queue.Messages.Count.ShouldBe(50);
        sending.Office.Queue.Messages.ShouldAllBe(m => m.Recipients[0].LastStatus!.StartsWith("451 4.4.1 mx.there.test: Cannot connect"));
        sending.Office.Log.Lines.Count(l => l.Contains(" 2101 ", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Everything_goes_to_the_smart_host_with_its_log_in_but_for_routes_of_their_own()
    {
        await using var server = new ScriptedServer { Features = ["AUTH PLAIN LOGIN"], Reply = l => l.StartsWith("AUTH", StringComparison.Ordinal) ? "235 2.7.0 in\r\n" : null };
        await using var other = new ScriptedServer();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "geheim\n");
        await using var sending = await StartAsync(null, o =>
        {
            (o.SmartHost, o.SmartHostTls, o.SmartHostUser, o.SmartHostPasswordFile) = (server.EndPoint.ToString(), OutboundTls.Opportunistic, "us", file);
            o.Routes[".inside.test"] = other.EndPoint.ToString();
        });
        await sending.SendAsync(To("a@anywhere.test"), To("b@elsewhere.test"), To("c@a.inside.test"));
        server.Messages.ShouldHaveSingleItem();
        server.Lines.ShouldContain("AUTH PLAIN " + Convert.ToBase64String("\0us\0geheim"u8));
        server.Lines.Count(l => l.StartsWith("RCPT", StringComparison.Ordinal)).ShouldBe(2);
        other.Messages.ShouldHaveSingleItem();
        string.Concat(sending.Office.Log.Lines).ShouldNotContain("geheim");
        File.Delete(file);
    }

    [Fact]
    public async Task A_server_that_takes_so_many_domains_over_a_connection_gets_no_more()
    {
        await using var server = new ScriptedServer { Features = ["PIPELINING", "LIMITS RCPTDOMAINMAX=2"] };
        await using var sending = await StartAsync(null, o => (o.SmartHost, o.SmartHostTls, o.ConnectionsPerDestination) = (server.EndPoint.ToString(), OutboundTls.Off, 1));
        await sending.SendAsync(To("a@one.test"), To("b@two.test"), To("c@three.test"), To("d@ONE.test"), To("e@four.test"));
        (server.Connections, server.Messages.Count).ShouldBe((2, 2));
        server.Lines.Where(l => l.StartsWith("RCPT", StringComparison.Ordinal))
            .ShouldBe(["RCPT TO:<a@one.test>", "RCPT TO:<b@two.test>", "RCPT TO:<d@ONE.test>", "RCPT TO:<c@three.test>", "RCPT TO:<e@four.test>"]);
        sending.Office.Queue.Messages.ShouldBeEmpty();
        sending.Relay.Pending.ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_takes_so_many_recipients_and_transactions_gets_no_more()
    {
        await using var server = new ScriptedServer { Features = ["PIPELINING", "LIMITS RCPTMAX=2 MAILMAX=2"] };
        await using var sending = await StartAsync(server, o => o.ConnectionsPerDestination = 1);
        await sending.SendAsync([.. Enumerable.Range(1, 5).Select(i => To($"r{i}@there.test"))]);
        (server.Connections, server.Messages.Count).ShouldBe((2, 3));
        server.Lines.Count(l => l.StartsWith("RCPT", StringComparison.Ordinal)).ShouldBe(5);
        sending.Office.Queue.Messages.ShouldBeEmpty();
        sending.Relay.Pending.ShouldBe(0);
    }

    [Fact]
    public async Task TLS_is_taken_where_it_is_offered_and_done_without_where_it_is_broken()
    {
        using var certificate = Certificate("whatever.test");
        await using var server = new ScriptedServer { Certificate = certificate };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(To("a@there.test"));
        (server.Messages.Count, server.TlsConnections).ShouldBe((1, 1));
        server.Reply = l => l == "STARTTLS" ? "220 go\r\n250 injected\r\n" : null;
        await sending.IdleAsync();
        await sending.SendAsync(To("b@there.test"));
        server.Messages.Count.ShouldBe(2);
        sending.Office.Log.Lines.ShouldContain(l => l.Contains("2103", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Required_TLS_is_required()
    {
        using var certificate = Certificate("mx.there.test");
        await using var server = new ScriptedServer();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        await using var sending = await StartAsync(server, o => (o.Tls, o.TrustedCertificates, o.FirstRest) = (OutboundTls.Required, file, TimeSpan.Zero));
        (await StatusAsync(sending)).ShouldStartWith("451 4.7.4");
        server.Certificate = certificate;
        sending.Office.Queue.MakeDue();
        await sending.DrainAsync();
        (server.Messages.Count, server.TlsConnections).ShouldBe((1, 1));
        using var wrong = Certificate("other.test");
        server.Certificate = wrong;
        await sending.IdleAsync();
        (await StatusAsync(sending)).ShouldStartWith("451 4.7.5");
        File.Delete(file);
    }

    [Theory]
    [InlineData(3, 1, 1, true)]
    [InlineData(3, 0, 2, true)]
    [InlineData(2, 0, 1, true)]
    [InlineData(3, 1, 1, false)]
    public async Task DANE_lets_the_published_certificate_pass_and_no_other(byte usage, byte selector, byte matching, bool fits)
    {
        using var certificate = Certificate("mx.there.test");
        using var other = Certificate("mx.there.test");
        await using var server = new ScriptedServer { Certificate = certificate };
        await using var sending = await StartAsync(server);
        var published = fits ? certificate : other;
        var data = selector == 0 ? published.RawData : published.PublicKey.ExportSubjectPublicKeyInfo();
        sending.Dns.Tlsa($"_{server.EndPoint.Port}._tcp.mx.there.test", usage, selector, matching, matching == 1 ? SHA256.HashData(data) : SHA512.HashData(data));
        if (fits) await sending.SendAsync(To("a@there.test"));
        else (await StatusAsync(sending)).ShouldStartWith("451 4.7.5");
        server.Messages.Count.ShouldBe(fits ? 1 : 0);
    }

    [Fact]
    public async Task DANE_asks_for_TLS_and_for_an_answer_and_counts_only_where_DNSSEC_does()
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server, o => o.FirstRest = TimeSpan.Zero);
        var name = $"_{server.EndPoint.Port}._tcp.mx.there.test";
        sending.Dns.Tlsa(name, 3, 1, 1, new byte[32]);
        (await StatusAsync(sending)).ShouldStartWith("451 4.7.4");
        sending.Dns.Records.TryRemove((name, DnsRecordType.Tlsa), out _);
        sending.Dns.Broken[name] = true;
        sending.Office.Queue.MakeDue();
        await sending.DrainAsync();
        sending.Office.Queue.Messages.ShouldHaveSingleItem().Recipients[0].LastStatus.ShouldNotBeNull().ShouldStartWith("451 4.7.5");
        sending.Dns.Authentic = false;
        sending.Office.Queue.MakeDue();
        await sending.DrainAsync();
        server.Messages.ShouldHaveSingleItem();
    }

    internal static X509Certificate2 Certificate(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + names[0], key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
