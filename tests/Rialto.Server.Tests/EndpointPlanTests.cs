using System.Net;
using Rialto.Net;
using Rialto.Server.Configuration;
using Rialto.Server.Hosting;

namespace Rialto.Server.Tests;

public class EndpointPlanTests
{
    [Fact]
    public void Standard_ports_move_by_the_offset()
    {
        var plan = EndpointPlan.Make(new RialtoOptions { PortOffset = 10_000, Bind = "127.0.0.1" });
        plan.ToDictionary(l => l.Name, l => l.Port).ShouldBe(new Dictionary<string, int>
        {
            ["smtp"] = 10_025, ["submission"] = 10_587, ["submissions"] = 10_465, ["imap"] = 10_143, ["imaps"] = 10_993, ["pop3"] = 10_110, ["pop3s"] = 10_995, ["ldap"] = 10_389, ["ldaps"] = 10_636, ["http"] = 10_080, ["https"] = 10_443,
        }, ignoreOrder: true);
        plan.ShouldAllBe(l => l.Address.Equals(IPAddress.Loopback));
        plan.Single(l => l.Name == "imaps").Tls.ShouldBe(TlsMode.Implicit);
    }

    [Fact]
    public void One_listener_is_placed_or_switched_off_and_later_ones_are_absent()
    {
        var plan = EndpointPlan.Make(new RialtoOptions { Listeners = { ["imap"] = "[::1]:1143", ["http"] = "off", ["rpc"] = "127.0.0.1:1389" } });
        plan.Single(l => l.Name == "imap").ShouldBe(new PlannedListener("imap", ListenerKind.Imap, TlsMode.StartTls, IPAddress.IPv6Loopback, 1143));
        plan.ShouldNotContain(l => l.Name == "http" || l.Name == "rpc");
    }

    [Fact]
    public void Metrics_are_listened_for_only_where_they_are_placed()
    {
        EndpointPlan.Make(new RialtoOptions()).ShouldNotContain(l => l.Name == "metrics");
        EndpointPlan.Make(new RialtoOptions { Listeners = { ["metrics"] = "127.0.0.1:9464" } }).ShouldContain(new PlannedListener("metrics", ListenerKind.Metrics, TlsMode.None, IPAddress.Loopback, 9464));
    }

    [Theory]
    [InlineData("imap", "nowhere")]
    [InlineData("imap", "127.0.0.1:99999")]
    [InlineData("imap", "host.example:143")]
    [InlineData("imapx", "127.0.0.1:1143")]
    public void A_place_that_cannot_be_is_refused(string name, string place) =>
        Should.Throw<ConfigurationException>(() => EndpointPlan.Make(new RialtoOptions { Listeners = { [name] = place } }));

    [Fact]
    public void An_offset_past_the_last_port_is_refused() => Should.Throw<ConfigurationException>(() => EndpointPlan.Make(new RialtoOptions { PortOffset = 65_000 }));
}
