using System.Security.Authentication;

namespace Rialto.Net.Tests;

public sealed class StartTlsTests
{
    [Fact]
    public async Task A_session_goes_on_in_TLS()
    {
        await using var server = await TestServer.StartAsync(new EchoProtocol(), TlsMode.StartTls);
        using var client = await server.ConnectAsync();
        (await client.ReadLineAsync()).ShouldBe("hello");
        (await client.AskAsync("TLS")).ShouldBe("echo none");
        (await client.AskAsync("STARTTLS")).ShouldBe("go ahead");
        await client.StartTlsAsync();
        (await client.AskAsync("TLS"))!.ShouldStartWith("echo TLSv1.");
        (await client.AskAsync("grüezi")).ShouldBe("echo grüezi");
        await client.SendAsync("LITERAL 300000\r\n" + new string('\u0001', 300_000) + "after\r\n");
        (await client.ReadLineAsync()).ShouldBe("literal Done 300000");
        (await client.ReadLineAsync()).ShouldBe("echo after");
        (await client.AskAsync("QUIT")).ShouldBe("bye");
        (await client.ReadLineAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Plain_text_slipped_in_behind_STARTTLS_is_refused()
    {
        await using var server = await TestServer.StartAsync(new EchoProtocol(), TlsMode.StartTls);
        using var client = await server.ConnectAsync();
        (await client.ReadLineAsync()).ShouldBe("hello");
        await client.SendAsync("STARTTLS\r\nMAIL FROM:<evil@example.com>\r\n");
        (await client.ReadLineAsync()).ShouldBe("no: text after STARTTLS");
        (await client.ReadLineAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Plain_text_between_the_answer_and_the_handshake_ends_the_connection()
    {
        await using var server = await TestServer.StartAsync(new EchoProtocol(), TlsMode.StartTls);
        using var client = await server.ConnectAsync();
        await client.ReadLineAsync();
        (await client.AskAsync("STARTTLS")).ShouldBe("go ahead");
        await client.SendAsync("MAIL FROM:<evil@example.com>\r\n");
        (await client.ReadLineAsync())?.ShouldNotStartWith("echo");
    }

    [Fact]
    public async Task Implicit_TLS_speaks_from_the_first_byte_in_both_versions()
    {
        await using var server = await TestServer.StartAsync(new EchoProtocol(), TlsMode.Implicit);
        foreach (var (version, says) in ((SslProtocols, string)[])[(SslProtocols.Tls12, "TLSv1.2"), (SslProtocols.Tls13, "TLSv1.3")])
        {
            using var client = await server.ConnectAsync();
            await client.StartTlsAsync(protocols: version);
            (await client.ReadLineAsync()).ShouldBe("hello");
            (await client.AskAsync("TLS"))!.ShouldStartWith("echo " + says);
        }
    }

    [Fact]
    public async Task Interruptions_reach_a_session_in_TLS_and_lose_nothing()
    {
        var protocol = new EchoProtocol();
        await using var server = await TestServer.StartAsync(protocol, TlsMode.Implicit);
        using var client = await server.ConnectAsync();
        await client.StartTlsAsync();
        await client.ReadLineAsync();
        var session = await protocol.Session.Task;
        for (var i = 0; i < 20; i++)
        {
            session.Interrupt();
            (await client.ReadLineAsync()).ShouldBe("Interrupted");
            (await client.AskAsync("line " + i)).ShouldBe("echo line " + i);
        }

        // Interruptions in the middle of lines that come in pieces.
        for (var i = 0; i < 20; i++)
        {
            await client.SendAsync("part");
            session.Interrupt();
            (await client.ReadLineAsync()).ShouldBe("Interrupted");
            await client.SendAsync("ial\r\n");
            (await client.ReadLineAsync()).ShouldBe("echo partial");
        }
    }

    [Fact]
    public async Task Rubbish_instead_of_a_handshake_ends_that_connection_only()
    {
        await using var server = await TestServer.StartAsync(new EchoProtocol(), TlsMode.Implicit);
        using var bad = await server.ConnectAsync();
        await bad.SendAsync("EHLO example.com\r\n");
        (await bad.ReadLineAsync())?.ShouldNotStartWith("hello");
        using var good = await server.ConnectAsync();
        await good.StartTlsAsync();
        (await good.ReadLineAsync()).ShouldBe("hello");
    }
}
