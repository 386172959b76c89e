using Rialto.MailAccess.Imap;

namespace Rialto.MailAccess.Tests.Imap;

/// <summary>Hostile and careless input: its own command suffers, memory is bounded.</summary>
public sealed class SessionTests : ImapTest
{
    internal override Task<ImapServer> StartAsync() => ImapServer.StartAsync(new ImapOptions { MaximumConsecutiveErrors = 5, MaximumSkippedLiteral = 1_000_000 });

    [Fact]
    public async Task Lines_that_are_too_long_are_skipped()
    {
        await Client.SendAsync("a NOOP " + new string('x', 1_000_000) + "\r\n");
        (await Client.ReadLineAsync()).ShouldBe("* BAD Line is too long");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    [Fact]
    public async Task Bare_line_feeds_are_bad()
    {
        await Client.SendAsync("a NOOP\n");
        (await Client.ReadToAsync("a")).ShouldStartWith("BAD");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" NOOP")]
    [InlineData("+ NOOP")]
    [InlineData("(x NOOP")]
    [InlineData("\0\u0001\u00ff")]
    public async Task Lines_without_tag_are_bad(string line)
    {
        await Client.SendAsync(line + "\r\n");
        (await Client.ReadLineAsync())!.ShouldStartWith("* BAD");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    [Theory]
    [InlineData("SELECT \"a\0b\"")]
    [InlineData("SELECT \"a\\b\"")]
    [InlineData("SELECT a\u00e9")]
    [InlineData("NONSENSE")]
    [InlineData("UID")]
    [InlineData("UID NONSENSE 1")]
    [InlineData("NOOP  ")]
    [InlineData("SEARCH CHARSET UTF-8 TEXT {2+}\r\n\u00ff\u00fe")]
    [InlineData("SELECT {5}x")]
    public async Task Malformed_commands_are_bad_and_nothing_else(string command)
    {
        (await Client.RunAsync(command)).ShouldStartWith("BAD ");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    [Fact]
    public async Task Too_many_errors_in_a_row_end_the_connection()
    {
        for (var i = 0; i < 4; i++)
            (await Client.RunAsync("NONSENSE")).ShouldStartWith("BAD");
        await Client.RunAsync("NOOP");
        for (var i = 0; i < 4; i++)
            (await Client.RunAsync("NONSENSE")).ShouldStartWith("BAD");
        await Client.SendAsync("z NONSENSE\r\n");
        (await Client.ReadToAsync("z")).ShouldStartWith("BAD");
        (await Client.ReadLineAsync()).ShouldBe("* BYE Too many errors");
        (await Client.ReadLineAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Literals_are_bounded()
    {
        (await Client.RunAsync("SELECT {200000}")).ShouldStartWith("NO [TOOBIG]");
        (await Client.RunAsync($"SELECT {{200000+}}\r\n{new string('x', 200_000)}")).ShouldStartWith("NO [TOOBIG]");
        (await Client.RunAsync("NONSENSE {5+}\r\nhello {3+}\r\nabc")).ShouldStartWith("BAD");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
        (await Client.RunAsync("SELECT {99999999999+}")).ShouldContain("* BYE [TOOBIG]");
        (await Client.ReadLineAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_connection_that_breaks_within_a_literal_just_ends()
    {
        await using var other = await Server.LogInAsync();
        await other.SendAsync("a APPEND INBOX {1000+}\r\nonly so much");
        await other.DisposeAsync();

        (await Client.RunAsync("STATUS INBOX (MESSAGES)")).ShouldContain("MESSAGES 0");
    }

    [Fact]
    public async Task Commands_may_be_pipelined()
    {
        await Client.SendAsync("a SELECT INBOX\r\nb APPEND INBOX {4+}\r\nX: y\r\nc NOOP\r\n");

        (await Client.ReadToAsync("a")).ShouldEndWith("SELECT completed");
        (await Client.ReadToAsync("b")).ShouldContain("OK [APPENDUID");
        (await Client.ReadToAsync("c")).ShouldBe("OK NOOP completed");
    }

    [Fact]
    public async Task Draining_says_goodbye()
    {
        Client.Transport.Drain();
        (await Client.ReadLineAsync()).ShouldBe("* BYE [UNAVAILABLE] The server is stopping");
        (await Client.ReadLineAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_storage_failure_is_a_temporary_no()
    {
        await SelectWithAsync(1);
        Server.Backend.BeforeApply = _ => throw new Rialto.Store.Backend.StorageUnavailableException("The disk is full.");

        (await Client.RunAsync("STORE 1 +FLAGS (\\Seen)")).ShouldStartWith("NO [UNAVAILABLE]");
        (await Client.AppendAsync(Mail("lost"))).ShouldStartWith("NO [UNAVAILABLE]");
        Server.Backend.BeforeApply = null;

        (await Client.RunAsync("STORE 1 +FLAGS (\\Seen)")).ShouldContain("\\Seen");
        (await Client.RunAsync("STATUS INBOX (MESSAGES)")).ShouldContain("MESSAGES 1");
    }

    [Fact]
    public async Task Who_talks_and_does_not_log_in_is_sent_away()
    {
        await using var server = await ImapServer.StartAsync(new ImapOptions { LoginTimeout = TimeSpan.FromTicks(1) });
        await using var stranger = await server.ConnectAsync();
        await stranger.SendAsync("a NOOP\r\nb NOOP\r\n");
        var told = new List<string>();
        while (await stranger.ReadLineAsync() is { } line)
            told.Add(line);
        told[^1].ShouldBe("* BYE Log-in took too long");
        told.Count.ShouldBeLessThanOrEqualTo(2);
    }
}
