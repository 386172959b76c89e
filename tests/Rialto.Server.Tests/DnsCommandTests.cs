using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Server.Commands;
using Rialto.Server.Configuration;
using Rialto.Server.Hosting;
using Rialto.Testing;

namespace Rialto.Server.Tests;

/// <summary>`rialto dns`: what a domain needs, and whether a real name server has it.</summary>
public sealed class DnsCommandTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private RialtoServices _services = null!;

    public async Task InitializeAsync()
    {
        var options = new RialtoOptions { Data = _directory.Path, HostName = "mail.example.com" };
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        using (var certificate = new CertificateRequest("CN=mail.example.com", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100)))
            await File.WriteAllTextAsync(_directory.File("certificate.pem"), certificate.ExportCertificatePem());
        _services = await RialtoServices.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, default);
        await _services.Directory.AddAsync(new Organisation { Name = "Example" });
        await RunAsync(0, "domain", "add", "example.com", "--alias", "example.net");
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Every_record_is_listed_for_each_domain_and_alias()
    {
        var rows = JsonNode.Parse(await RunAsync(0, "dns", "example.com", "--address", "192.0.2.1", "--address", "2001:db8::1", "--json"))!.AsArray();
        var records = rows.Select(r => $"{r!["name"]} {r["type"]} {r["value"]}").ToList();
        foreach (var expected in new[]
        {
            "mail.example.com A 192.0.2.1", "mail.example.com AAAA 2001:db8::1", "example.com MX 10 mail.example.com.", "example.com TXT \"v=spf1 mx -all\"",
            "autodiscover.example.com CNAME mail.example.com.", "_autodiscover._tcp.example.com SRV 0 0 443 mail.example.com.", "autoconfig.example.com CNAME mail.example.com.",
            "_imaps._tcp.example.com SRV 0 1 993 mail.example.com.", "_imap._tcp.example.com SRV 1 1 143 mail.example.com.",
            "_pop3s._tcp.example.com SRV 10 1 995 mail.example.com.", "_pop3._tcp.example.com SRV 11 1 110 mail.example.com.",
            "mta-sts.example.com CNAME mail.example.com.", "_smtp._tls.example.com TXT \"v=TLSRPTv1; rua=mailto:postmaster@example.com\"",
            "_submissions._tcp.example.com SRV 0 1 465 mail.example.com.", "_submission._tcp.example.com SRV 1 1 587 mail.example.com.",
        })
            records.ShouldContain(expected);
        records.Count(r => r.StartsWith("_25._tcp.mail.example.com TLSA 3 1 1 ", StringComparison.Ordinal)).ShouldBe(1);
        records.Count(r => r.StartsWith("_mta-sts.example.com TXT \"v=STSv1; id=", StringComparison.Ordinal)).ShouldBe(1);
        var all = await RunAsync(0, "dns");
        all.ShouldContain("autodiscover.example.com");
        all.ShouldContain("autodiscover.example.net");
        (await RunAsync(1, "dns", "other.example")).ShouldContain("domain list");
    }

    [Fact]
    public async Task What_is_not_served_is_not_listed()
    {
        foreach (var listener in new[] { "imap", "pop3", "pop3s", "ldap", "ldaps" })
            _services.Options.Listeners[listener] = "off";
        _services.Options.Listeners["https"] = "127.0.0.1:8443";
        _services.Options.Listeners["smtp"] = "off";
        var all = await RunAsync(0, "dns", "example.com", "--zone");
        all.ShouldNotContain("_imap._tcp");
        all.ShouldNotContain("_pop3");
        all.ShouldNotContain("_ldap");
        all.ShouldNotContain("_mta-sts");
        all.ShouldNotContain("IN MX");
        all.ShouldNotContain("_25._tcp");
        all.ShouldNotContain("_143._tcp");
        all.ShouldContain("_993._tcp.mail");
        all.ShouldContain("SRV   0 0 8443");
    }

    [ProgramFact("nsd")]
    public async Task A_zone_that_is_printed_is_served_and_found_right()
    {
        var zone = await RunAsync(0, "dns", "example.com", "--zone", "--address", "192.0.2.1");
        // What is optional is a comment until somebody decides.
        zone = System.Text.RegularExpressions.Regex.Replace(zone, @"(?m)^; (?=\S+ +IN )", "");
        zone.ShouldContain("\n_mta-sts ");
        await using var server = await NameServer.StartAsync(("example.com", zone));
        var output = await RunAsync(0, "dns", "check", "example.com", "--server", server.Address, "--address", "192.0.2.1", "--json");
        JsonNode.Parse(output)!.AsArray().Select(r => (string)r!["state"]!).Distinct().ShouldBe(["ok"]);
        (await RunAsync(0, "dns", "check", "example.com", "--server", server.Address)).ShouldContain("192.0.2.1");
    }

    [ProgramFact("nsd")]
    public async Task Each_record_that_is_wrong_or_missing_is_named()
    {
        var zone = (await RunAsync(0, "dns", "example.com", "--zone", "--address", "192.0.2.1"))
            .Replace("MX    10 mail", "MX    10 elsewhere", StringComparison.Ordinal)
            .Replace("v=spf1 mx -all", "v=spf1 -all", StringComparison.Ordinal)
            .Replace("SRV   0 1 993 mail", "SRV   0 1 994 mail", StringComparison.Ordinal)
            .Replace("_imap._tcp ", "_imax._tcp ", StringComparison.Ordinal)
            .Replace("; _25._tcp.mail", "_25._tcp.mail", StringComparison.Ordinal).Replace("TLSA  3 1 1 ", "TLSA  3 1 1 ff", StringComparison.Ordinal)
            .Replace("autodiscover             IN CNAME mail.example.com.", "autodiscover IN A 192.0.2.99", StringComparison.Ordinal)
            .Replace("autoconfig               IN CNAME mail.example.com.", "autoconfig IN A 192.0.2.1", StringComparison.Ordinal)
            + "_mta-sts IN TXT \"v=STSv1; id=2026-11-21\"\n_smtp._tls IN TXT \"v=TLSRPTv1;\"\n_dmarc IN TXT \"v=DMARC1; p=reject\"\n@ IN TXT \"other=1\"\n@ IN CAA 0 issue \"ca.example\"\n";
        await using var server = await NameServer.StartAsync(("example.com", zone));
        var output = await RunAsync(1, "dns", "check", "example.com", "--server", server.Address, "--address", "192.0.2.1", "--json");
        var states = JsonNode.Parse(output[..(output.LastIndexOf(']') + 1)])!.AsArray().ToDictionary(r => $"{r!["name"]} {r["type"]}", r => (string)r!["state"]!);
        states.Where(s => s.Value == "wrong").Select(s => s.Key).ShouldBe(
            ["example.com MX", "example.com TXT", "_dmarc.example.com TXT", "autodiscover.example.com CNAME", "_imaps._tcp.example.com SRV", "_25._tcp.mail.example.com TLSA",
                "_mta-sts.example.com TXT", "_smtp._tls.example.com TXT"], ignoreOrder: true);
        // The mail programs' TLSA records were left comments.
        int[] clients = [465, 587, 993, 143, 995, 110];
        states.Where(s => s.Value == "missing").Select(s => s.Key).ShouldBe(
            ["_imap._tcp.example.com SRV", "mta-sts.example.com CNAME", .. clients.Select(port => $"_{port}._tcp.mail.example.com TLSA")], ignoreOrder: true);
        states["autoconfig.example.com CNAME"].ShouldBe("ok", "its address is the server's");
    }

    [ProgramFact("nsd")]
    public async Task What_serves_as_well_is_right()
    {
        var zone = (await RunAsync(0, "dns", "example.com", "--zone", "--address", "192.0.2.1"))
            .Replace("v=spf1 mx -all", "v=spf1 include:spf.example a:mail.example.com ~all", StringComparison.Ordinal).Replace("p=none", "p=reject; adkim=s", StringComparison.Ordinal)
            + "@ IN MX 20 backup.example.com.\n@ IN TXT \"other=1\"\n";
        await using var server = await NameServer.StartAsync(("example.com", zone));
        await RunAsync(0, "dns", "check", "example.com", "--server", server.Address, "--address", "192.0.2.1");
    }

    [Fact]
    public async Task Without_an_answer_nothing_is_known()
    {
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)silent.Client.LocalEndPoint!).Port;
        silent.Dispose();
        (await RunAsync(1, "dns", "check", "example.com", "--server", $"127.0.0.1:{port}")).ShouldContain("unknown");
        (await RunAsync(1, "dns", "check", "--server", "nonsense")).ShouldContain("IP:PORT");
    }

    [Fact]
    public async Task Another_policy_has_another_id_and_none_no_record()
    {
        var testing = await RunAsync(0, "dns", "example.com", "--zone");
        _services.Options.MtaSts.Mode = MtaStsMode.Enforce;
        var enforced = await RunAsync(0, "dns", "example.com", "--zone");
        string IdIn(string zone) => zone[(zone.IndexOf("v=STSv1; id=", StringComparison.Ordinal) + 12)..].Split('"')[0];
        IdIn(testing).ShouldNotBe(IdIn(enforced));
        _services.Options.MtaSts.Mode = MtaStsMode.Off;
        (await RunAsync(0, "dns", "example.com", "--zone")).ShouldNotContain("mta-sts");
    }

    private async Task<string> RunAsync(int expected, params string[] arguments)
    {
        var console = new MemoryConsole([]);
        var code = await RialtoCommand.RunAsync(arguments, new CommandEnvironment(console, _directory.Path) { Services = _services }, default);
        code.ShouldBe(expected, $"{console.Written}\n{console.Errors}");
        return console.Written.ToString() + console.Errors;
    }
}
