using System.Security.Cryptography;
using Rialto.Delivery;
using Rialto.Smtp.Client;
using Rialto.Testing;
using static Rialto.Smtp.Tests.Client.Sending;

namespace Rialto.Smtp.Tests.Client;

/// <summary>RFC 8689: what the sender wants of TLS goes all the way.</summary>
public class RequireTlsTests
{
    private static readonly string[] Promising = ["PIPELINING", "8BITMIME", "DSN", "REQUIRETLS"];

    private static Task<Guid> SendAsync(Sending sending, TlsDemand demand) =>
        sending.SendAsync("Subject: secret\r\n\r\nThe secret.\r\n", m => m with { Tls = demand }, To("a@there.test"));

    private static void Publish(Sending sending, ScriptedServer server, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate) =>
        sending.Dns.Tlsa($"_{server.EndPoint.Port}._tcp.mx.there.test", 3, 1, 1, SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    [Fact]
    public async Task It_is_offered_under_TLS_and_kept_with_the_message()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await client.AskAsync("EHLO x")).ShouldNotContain("REQUIRETLS");
        await client.ExpectAsync("STARTTLS", "220");
        await client.StartTlsAsync();
        (await client.AskAsync("EHLO x")).ShouldContain("REQUIRETLS");
        await client.ExpectAsync("MAIL FROM:<a@b.test> REQUIRETLS=yes", "555");
        await client.ExpectAsync("MAIL FROM:<a@b.test> REQUIRETLS", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        await client.ExpectAsync("DATA", "354");
        // 4.1: with REQUIRETLS the field counts for nothing.
        await client.SendAsync("TLS-Required: No\r\nSubject: x\r\n\r\nx\r\n.\r\n");
        (await client.ReadAsync()).ShouldStartWith("250");
        server.Office.Queue.Messages.ShouldHaveSingleItem().Tls.ShouldBe(TlsDemand.Required);
    }

    [Theory]
    [InlineData("TLS-Required: No\r\n", TlsDemand.NotRequired)]
    [InlineData("tls-required:no \r\n", TlsDemand.NotRequired)]
    [InlineData("TLS-Required: Yes\r\n", TlsDemand.Policy)]
    [InlineData("TLS-Required: No way at all\r\n", TlsDemand.Policy)]
    [InlineData("X-TLS-Required: No\r\n", TlsDemand.Policy)]
    [InlineData("Subject: x\r\n\r\nTLS-Required: No\r\n", TlsDemand.Policy)]
    public async Task A_field_of_the_message_waives_it(string header, TlsDemand demand)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await client.SendMessageAsync("a@b.test", "user1@example.com", header + "\r\nx\r\n.\r\n")).ShouldStartWith("250");
        server.Office.Queue.Messages.ShouldHaveSingleItem().Tls.ShouldBe(demand);
    }

    [Fact]
    public async Task It_goes_to_a_server_that_is_known_and_promises_the_same()
    {
        using var certificate = RoutingTests.Certificate("mx.there.test");
        await using var server = new ScriptedServer { Certificate = certificate, Features = Promising };
        await using var sending = await StartAsync(server);
        Publish(sending, server, certificate);
        await SendAsync(sending, TlsDemand.Required);
        server.Messages.ShouldHaveSingleItem();
        server.TlsConnections.ShouldBe(1);
        server.Lines.ShouldContain("MAIL FROM:<user1@example.com> REQUIRETLS");
    }

    [Fact]
    public async Task A_certificate_that_is_trusted_and_a_name_that_DNSSEC_vouches_for_will_do()
    {
        using var certificate = RoutingTests.Certificate("mx.there.test");
        using var data = new TempDirectory();
        await File.WriteAllTextAsync(data.File("ca.pem"), certificate.ExportCertificatePem());
        await using var server = new ScriptedServer { Certificate = certificate, Features = Promising };
        await using var sending = await StartAsync(server, o => o.TrustedCertificates = data.File("ca.pem"));
        await SendAsync(sending, TlsDemand.Required);
        server.Messages.ShouldHaveSingleItem();
        using var stranger = RoutingTests.Certificate("stranger.test");
        server.Certificate = stranger;
        await sending.IdleAsync();
        await SendAsync(sending, TlsDemand.Required);
        server.Messages.Count.ShouldBe(1);
        sending.Office.Queue.Messages.ShouldHaveSingleItem().Recipients[0].LastStatus.ShouldNotBeNull().ShouldStartWith("451 4.7.5");
    }

    [Fact]
    public async Task A_server_that_does_not_promise_it_does_not_get_it_and_the_report_holds_no_content()
    {
        using var certificate = RoutingTests.Certificate("mx.there.test");
        await using var server = new ScriptedServer { Certificate = certificate };
        await using var sending = await StartAsync(server);
        Publish(sending, server, certificate);
        await SendAsync(sending, TlsDemand.Required);
        server.Messages.ShouldBeEmpty();
        server.Lines.ShouldNotContain(l => l.StartsWith("MAIL", StringComparison.Ordinal));
        var report = await sending.OnlyReportAsync();
        report.ShouldContain("Status: 5.7.30");
        report.ShouldContain("Subject: secret");
        report.ShouldNotContain("The secret.");
        // Others are none the worse for it, over connections of their own.
        await SendAsync(sending, TlsDemand.Policy);
        server.Messages.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_report_about_it_asks_for_the_same_and_is_not_lost_where_that_is_unknown(bool promises)
    {
        using var certificate = RoutingTests.Certificate("mx.there.test");
        await using var server = new ScriptedServer { Certificate = certificate, Features = promises ? Promising : ["PIPELINING", "DSN"] };
        await using var sending = await StartAsync(server);
        sending.Dns.Authentic = false;
        await sending.Office.EnqueueAsync("", [To("a@there.test", "NEVER")], change: m => m with { Tls = TlsDemand.Required });
        await sending.DrainAsync();
        server.Messages.ShouldHaveSingleItem();
        server.TlsConnections.ShouldBe(1);
        server.Lines.ShouldContain(promises ? "MAIL FROM:<> REQUIRETLS" : "MAIL FROM:<>");
    }

    [Fact]
    public async Task A_name_that_nobody_vouches_for_is_not_enough()
    {
        using var certificate = RoutingTests.Certificate("mx.there.test");
        await using var server = new ScriptedServer { Certificate = certificate, Features = Promising };
        await using var sending = await StartAsync(server);
        sending.Dns.Authentic = false;
        await SendAsync(sending, TlsDemand.Required);
        server.Connections.ShouldBe(0);
        (await sending.OnlyReportAsync()).ShouldContain("Status: 5.7.30");
    }

    [Fact]
    public async Task Who_waives_it_gets_through_where_a_policy_cannot_be_met()
    {
        using var certificate = RoutingTests.Certificate("mx.there.test");
        using var other = RoutingTests.Certificate("mx.there.test");
        await using var server = new ScriptedServer { Certificate = certificate };
        await using var sending = await StartAsync(server, o => o.FirstRest = TimeSpan.Zero);
        Publish(sending, server, other);
        await SendAsync(sending, TlsDemand.Policy);
        server.Messages.ShouldBeEmpty();
        await SendAsync(sending, TlsDemand.NotRequired);
        server.Messages.ShouldHaveSingleItem();
        server.TlsConnections.ShouldBe(2, "the refused one, and one that asks for nothing");
    }

    [Fact]
    public async Task An_administrator_who_wants_TLS_is_not_overruled()
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server, o => o.Tls = OutboundTls.Required);
        await SendAsync(sending, TlsDemand.NotRequired);
        server.Messages.ShouldBeEmpty();
    }
}
