using System.Net;
using Rialto.Testing;

namespace Rialto.Smtp.Tests;

/// <summary>RFC 6647: strangers come again.</summary>
public class GreylistTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.7");

    private readonly ManualTimeProvider time = new();
    private readonly GreylistOptions options = new() { Enabled = true };

    private Greylist Make(string? path = null) => new(options, path, time);

    [Fact]
    public void Who_comes_again_after_a_while_passes_and_goes_on_passing()
    {
        using var list = Make();
        list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(3));
        list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeFalse("too soon");
        list.Passes(Client, "a@b.test", "user2@example.com").ShouldBeFalse("another recipient");
        time.Advance(TimeSpan.FromMinutes(1));
        list.Passes(IPAddress.Parse("::ffff:192.0.2.200"), "A@B.test", "USER1@example.com").ShouldBeTrue("the same network, in another spelling");
        list.Passes(IPAddress.Parse("192.0.3.7"), "a@b.test", "user1@example.com").ShouldBeFalse("another network");
        time.Advance(TimeSpan.FromDays(35));
        list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeTrue();
        time.Advance(TimeSpan.FromDays(35));
        list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeTrue("seen again in between");
        time.Advance(TimeSpan.FromDays(37));
        list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeFalse("forgotten");
    }

    [Fact]
    public void Who_comes_again_too_late_begins_anew()
    {
        using var list = Make();
        list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeFalse();
        time.Advance(TimeSpan.FromDays(3));
        list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(5));
        list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeTrue();
    }

    [Fact]
    public void Numbers_in_senders_do_not_count()
    {
        using var list = Make();
        list.Passes(Client, "list-bounces+1234@b.test", "user1@example.com").ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(5));
        list.Passes(Client, "list-bounces+98765@b.test", "user1@example.com").ShouldBeTrue();
    }

    [Fact]
    public void A_network_that_has_shown_itself_is_known()
    {
        using var list = Make();
        for (var i = 0; i < 5; i++) list.Passes(Client, $"{(char)('a' + i)}@b.test", "user1@example.com").ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(5));
        for (var i = 0; i < 5; i++) list.Passes(Client, $"{(char)('a' + i)}@b.test", "user1@example.com").ShouldBeTrue();
        list.Passes(Client, "new@c.test", "user2@example.com").ShouldBeTrue();
        list.Passes(IPAddress.Parse("192.0.3.7"), "new@c.test", "user2@example.com").ShouldBeFalse();
    }

    [Fact]
    public void A_restart_forgets_nothing_and_a_cut_file_no_more_than_its_end()
    {
        using var data = new TempDirectory();
        var path = data.File("greylist");
        using (var list = Make(path))
        {
            list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeFalse();
            list.Passes(Client, "b@b.test", "user1@example.com").ShouldBeFalse();
        }

        time.Advance(TimeSpan.FromMinutes(5));
        using (var list = Make(path))
        {
            list.Count.ShouldBe(2);
            list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeTrue();
        }

        using (var list = Make(path)) list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeTrue();
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^5]);
        using (var list = Make(path)) list.Count.ShouldBe(2, "of three: the network is one");
        File.WriteAllBytes(path, [.. Enumerable.Range(0, 1_000).Select(i => (byte)(i * 37))]);
        using (var list = Make(path)) list.Passes(Client, "c@b.test", "user1@example.com").ShouldBeFalse();
    }

    [Fact]
    public void A_file_that_cannot_be_written_keeps_nobody_out()
    {
        var log = new Rialto.Delivery.Tests.RecordingLogger();
        using var list = new Greylist(options, "/nowhere/greylist", time, log);
        list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(5));
        list.Passes(Client, "a@b.test", "user1@example.com").ShouldBeTrue();
        log.Lines.ShouldAllBe(l => l.StartsWith("Warning 2002", StringComparison.Ordinal));
    }

    [Fact]
    public void A_flood_of_strangers_pushes_out_strangers()
    {
        options.MaximumEntries = 1_000;
        using var data = new TempDirectory();
        using var list = Make(data.File("greylist"));
        list.Passes(Client, "friend@b.test", "user1@example.com").ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(5));
        list.Passes(Client, "friend@b.test", "user1@example.com").ShouldBeTrue();
        for (var i = 0; i < 10_000; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            list.Passes(IPAddress.Parse("198.51.100.1"), $"{new string([.. i.ToString(System.Globalization.CultureInfo.InvariantCulture).Select(c => (char)(c + 50))])}@b.test", "user1@example.com");
        }

        list.Count.ShouldBeLessThanOrEqualTo(1_000);
        new FileInfo(data.File("greylist")).Length.ShouldBeLessThan(34 * 3_100);
        list.Passes(Client, "friend@b.test", "user1@example.com").ShouldBeTrue();
    }

    [Fact]
    public void Some_are_never_asked()
    {
        options.Exempt = ["203.0.113.0/24", "2001:db8::7"];
        using var list = Make();
        list.Passes(IPAddress.Loopback, "a@b.test", "user1@example.com").ShouldBeTrue();
        list.Passes(IPAddress.Parse("203.0.113.99"), "a@b.test", "user1@example.com").ShouldBeTrue();
        list.Passes(IPAddress.Parse("2001:db8::7"), "a@b.test", "user1@example.com").ShouldBeTrue();
        list.Passes(IPAddress.Parse("2001:db8::8"), "a@b.test", "user1@example.com").ShouldBeFalse();
        options.Exempt = ["nowhere"];
        Should.Throw<FormatException>(() => Make());
    }

    [Fact]
    public async Task The_server_asks_strangers_and_nobody_else()
    {
        options.ExemptsThisMachine = false;
        using var list = Make();
        await using var server = await SmtpServer.StartAsync(greylist: list);
        await using (var stranger = await (await server.ConnectAsync()).HelloAsync())
        {
            await stranger.ExpectAsync("MAIL FROM:<a@b.test>", "250");
            await stranger.ExpectAsync("RCPT TO:<nobody@example.com>", "550 5.1.1");
            await stranger.ExpectAsync("RCPT TO:<user1@example.com>", "451 4.7.1");
            time.Advance(TimeSpan.FromMinutes(5));
            await stranger.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        }

        await using var submitter = await (await server.ConnectAsync("submission")).LogInAsync();
        await submitter.ExpectAsync("MAIL FROM:<user1@example.com>", "250");
        await submitter.ExpectAsync("RCPT TO:<user2@example.com>", "250");
        server.Options.Greylist.Enabled.ShouldBeFalse("off by default");
    }
}
