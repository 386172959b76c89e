namespace Rialto.Net.Tests;

public sealed class ConnectionHostTests
{
    [Fact]
    public async Task Connections_beyond_a_limit_are_told_and_closed()
    {
        await using var server = await TestServer.StartAsync(new EchoProtocol(), TlsMode.None, new() { MaxConnectionsPerAddress = 2 });
        var first = await server.ConnectAsync();
        using var second = await server.ConnectAsync();
        await first.ReadLineAsync();
        await second.ReadLineAsync();
        using (var third = await server.ConnectAsync())
        {
            (await third.ReadLineAsync()).ShouldBe("refused TooManyFromAddress");
            (await third.ReadLineAsync()).ShouldBeNull();
        }

        (await first.AskAsync("QUIT")).ShouldBe("bye");
        (await first.ReadLineAsync()).ShouldBeNull();
        first.Dispose();
        (await Testing.Eventually.HoldsAsync(() => server.Host.Count == 1)).ShouldBeTrue();
        using var fourth = await server.ConnectAsync();
        (await fourth.ReadLineAsync()).ShouldBe("hello");
    }

    [Fact]
    public void Counts_are_by_address_and_in_all()
    {
        var counter = new ConnectionCounter(new() { MaxConnections = 3, MaxConnectionsPerAddress = 2 });
        var (one, two) = (System.Net.IPAddress.Parse("2001:db8::1"), System.Net.IPAddress.Parse("192.0.2.1"));
        counter.TryAdd(one).ShouldBeNull();
        counter.TryAdd(System.Net.IPAddress.Parse("2001:db8::2")).ShouldBeNull();
        counter.TryAdd(one).ShouldBe(ConnectionRefusal.TooManyFromAddress);
        counter.TryAdd(two).ShouldBeNull();
        counter.TryAdd(null).ShouldBe(ConnectionRefusal.TooManyConnections);
        counter.Remove(one);
        counter.TryAdd(one).ShouldBeNull();
    }

    [Fact]
    public async Task Sessions_say_goodbye_when_the_server_drains()
    {
        await using var server = await TestServer.StartAsync(new EchoProtocol(), TlsMode.StartTls);
        using var plain = await server.ConnectAsync();
        using var tls = await server.ConnectAsync();
        await plain.ReadLineAsync();
        await tls.ReadLineAsync();
        await tls.AskAsync("STARTTLS");
        await tls.StartTlsAsync();
        (await tls.AskAsync("x")).ShouldBe("echo x");

        await server.Host.DrainAsync();
        (await plain.ReadLineAsync()).ShouldBe("Draining");
        (await tls.ReadLineAsync()).ShouldBe("Draining");
        (await tls.ReadLineAsync()).ShouldBeNull();
        server.Host.Count.ShouldBe(0);
        using var late = await server.ConnectAsync();
        (await late.ReadLineAsync()).ShouldBe("refused ShuttingDown");
    }

    [Fact]
    public async Task A_session_that_fails_ends_alone()
    {
        await using var server = await TestServer.StartAsync(new EchoProtocol(), TlsMode.None);
        using var good = await server.ConnectAsync();
        using var bad = await server.ConnectAsync();
        await good.ReadLineAsync();
        await bad.ReadLineAsync();
        (await bad.AskAsync("FAIL")).ShouldBeNull();
        (await good.AskAsync("x")).ShouldBe("echo x");
    }

    [Fact]
    public async Task A_silent_session_times_out()
    {
        var time = new Rialto.Testing.ManualTimeProvider();
        var protocol = new EchoProtocol();
        await using var server = await TestServer.StartAsync(protocol, TlsMode.None, time: time);
        using var client = await server.ConnectAsync();
        (await client.ReadLineAsync()).ShouldBe("hello");
        (await client.AskAsync("x")).ShouldBe("echo x");
        Task<string?> last = client.ReadLineAsync();

        // The session may not be waiting yet when the clock first moves.
        for (var i = 0; i < 3_000 && !last.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromSeconds(31));
            await Task.WhenAny(last, Task.Delay(20));
        }

        (await last).ShouldBe("TimedOut");
    }
}
