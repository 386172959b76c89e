using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rialto.Smtp.Client;
using Rialto.Testing;
using static Rialto.Smtp.Tests.Client.Sending;

namespace Rialto.Smtp.Tests.Client;

/// <summary>RFC 8461: policies are read, fetched, kept and kept to.</summary>
public class StsTests
{
    [Theory]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.test\nmx: *.b.test\nmax_age: 86400\n", "x.b.test", true)]
    [InlineData("version: STSv1\r\nmode: testing\r\nmx: a.test\r\nmax_age: 86400\r\nother: x\r\n", "A.test.", true)]
    [InlineData("version: STSv1\nmode: enforce\nmx: *.b.test\nmax_age: 1", "y.x.b.test", false)]
    [InlineData("version: STSv1\nmode: enforce\nmx: *.b.test\nmax_age: 1", "b.test", false)]
    public void A_policy_names_hosts(string text, string host, bool named) =>
        StsPolicy.Read("1", System.Text.Encoding.UTF8.GetBytes(text)).ShouldNotBeNull().Names(host).ShouldBe(named);

    [Theory]
    [InlineData("")]
    [InlineData("version: STSv2\nmode: enforce\nmx: a.test\nmax_age: 1")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 1")]
    [InlineData("version: STSv1\nmode: perhaps\nmx: a\nmax_age: 1")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a\nmax_age: -1")]
    public void What_is_no_policy_is_none(string text) => StsPolicy.Read("1", System.Text.Encoding.UTF8.GetBytes(text)).ShouldBeNull();

    [Theory]
    [InlineData("v=STSv1; id=20160831085700Z;", "20160831085700Z")]
    [InlineData("v=STSv1;id=1", "1")]
    [InlineData("v=STSv1; id=not/good", null)]
    [InlineData("v=STSv12; id=1", null)]
    public void A_record_has_an_id(string record, string? id) => StsPolicy.IdOf([record, "something else"]).ShouldBe(id);

    [Fact]
    public async Task A_policy_is_enforced_and_outlives_a_restart_and_its_record()
    {
        using var data = new TempDirectory();
        using var web = RoutingTests.Certificate("mta-sts.there.test");
        using var trusted = RoutingTests.Certificate("mx.there.test");
        using var stranger = RoutingTests.Certificate("stranger.test");
        await File.WriteAllTextAsync(data.File("ca.pem"), web.ExportCertificatePem() + "\n" + trusted.ExportCertificatePem());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(web)));
        await using var site = builder.Build();
        site.MapGet("/.well-known/mta-sts.txt", () => Results.Text("version: STSv1\nmode: enforce\nmx: mx.there.test\nmax_age: 86400\n", "text/plain"));
        await site.StartAsync();
        var port = new Uri(site.Urls.Single()).Port;

        await using var server = new ScriptedServer { Certificate = stranger };
        await using (var sending = await StartAsync(server, Configure, port, data.Path))
        {
            sending.Dns.Txt("_mta-sts.there.test", "v=STSv1; id=1;");
            sending.Dns.A("mta-sts.there.test", "127.0.0.1");
            await sending.SendAsync(To("a@there.test"));
            sending.Office.Queue.Messages.ShouldHaveSingleItem().Recipients[0].LastStatus.ShouldNotBeNull().ShouldStartWith("451 4.7.5");
            server.Certificate = trusted;
            sending.Office.Queue.MakeDue();
            await sending.DrainAsync();
            server.Messages.ShouldHaveSingleItem();
            sending.Dns.Mx("there.test", (10, "elsewhere.test"));
        }

        // Whoever silences DNS does not make it forget.
        await using (var sending = await StartAsync(server, Configure, port, data.Path))
        {
            sending.Dns.Mx("there.test", (10, "elsewhere.test"));
            sending.Dns.A("elsewhere.test", "127.0.0.1");
            await sending.SendAsync(To("a@there.test"));
            sending.Office.Queue.Messages.ShouldHaveSingleItem().Recipients[0].LastStatus.ShouldNotBeNull().ShouldStartWith("451 4.7.0");
        }

        void Configure(OutboundOptions o) => (o.TrustedCertificates, o.FirstRest, o.Dane) = (data.File("ca.pem"), TimeSpan.Zero, false);
    }
}
