using System.Collections;
using Rialto.Server.Configuration;

namespace Rialto.Server.Tests;

public class ConfigurationLoaderTests
{
    [Fact]
    public void Json_with_comments_sizes_and_periods_is_read()
    {
        var options = new RialtoOptions();
        ConfigurationLoader.ApplyJson(options, """
            {
              // where
              "data": "/srv/rialto", /* and */ "portOffset": 100,
              "listeners": { "imap": "127.0.0.1:1143", },
              "store": { "maximumMessageSize": "20MB", "changeLogPeriod": "30d" },
              "tls": { "names": ["a.example", "b.example"] }
            }
            """, "test");
        options.Data.ShouldBe("/srv/rialto");
        options.PortOffset.ShouldBe(100);
        options.Listeners["imap"].ShouldBe("127.0.0.1:1143");
        options.Store.MaximumMessageSize.ShouldBe(20L * 1024 * 1024);
        options.Store.ChangeLogPeriod.ShouldBe(TimeSpan.FromDays(30));
        options.Tls.Names.ShouldBe(["a.example", "b.example"]);
    }

    [Theory]
    [InlineData("{ \"hostNmae\": \"x\" }", "\"hostName\"")]
    [InlineData("{ \"store\": { \"defaultQota\": 1 } }", "\"defaultQuota\" in store")]
    [InlineData("{ \"portOffset\": \"many\" }", "portOffset")]
    [InlineData("{ \"store\": 5 }", "section")]
    [InlineData("{ \"store\": { \"maximumMessageSize\": \"9999999999999TB\" } }", "maximumMessageSize")]
    [InlineData("[1]", "one object")]
    [InlineData("{ nonsense", "line 1")]
    public void A_mistake_is_named_with_what_to_do(string json, string expected) =>
        Should.Throw<ConfigurationException>(() => ConfigurationLoader.ApplyJson(new RialtoOptions(), json, "test")).Message.Replace(" in store. Did", ". Did", StringComparison.Ordinal)
            .ShouldContain(expected.Replace(" in store", "", StringComparison.Ordinal));

    [Fact]
    public void Environment_variables_set_any_option()
    {
        var options = ConfigurationLoader.Load(null, new Hashtable { ["RIALTO__STORE__VIEWIDLE"] = "90s", ["RIALTO__LISTENERS__HTTP"] = "off", ["RIALTO__TLS__NAMES"] = "a, b", ["PATH"] = "/bin" });
        options.Store.ViewIdle.ShouldBe(TimeSpan.FromSeconds(90));
        options.Listeners["http"].ShouldBe("off");
        options.Tls.Names.ShouldBe(["a", "b"]);
        Should.Throw<ConfigurationException>(() => ConfigurationLoader.Load(null, new Hashtable { ["RIALTO__STOR"] = "x" })).Message.ShouldContain("\"store\"");
        Should.Throw<ConfigurationException>(() => ConfigurationLoader.Load(null, new Hashtable { ["RIALTO__STORE"] = "x" })).Message.ShouldContain("describe-config");
    }

    [Fact]
    public void The_manual_reads_back_as_the_defaults()
    {
        var manual = ConfigurationManual.Write();
        var options = new RialtoOptions { PortOffset = 7 };
        ConfigurationLoader.ApplyJson(options, manual, "manual");
        options.PortOffset.ShouldBe(0);
        options.Store.ChangeLogPeriod.ShouldBe(new RialtoOptions().Store.ChangeLogPeriod);
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("00:01:00", 60)]
    public void Periods(string text, int seconds)
    {
        OptionReflection.TryParsePeriod(text, out var period).ShouldBeTrue();
        period.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("five")]
    [InlineData("99999999999d")]
    public void Not_periods(string text) => OptionReflection.TryParsePeriod(text, out _).ShouldBeFalse();
}
