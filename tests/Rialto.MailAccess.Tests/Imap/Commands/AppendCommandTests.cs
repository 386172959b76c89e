using Rialto.Store;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class AppendCommandTests : ImapTest
{
    internal override Task<ImapServer> StartAsync() => ImapServer.StartAsync(store: new StoreOptions { MaximumMessageSize = 1_000_000 });

    [Fact]
    public async Task Keeps_bytes_flags_and_date()
    {
        var response = await Client.RunWithLiteralsAsync($"APPEND INBOX (\\Seen $Label) \" 5-Feb-2019 11:12:13 +0100\" {{{Nested.Length}}}", Nested, "");
        response.ShouldMatch(@"^OK \[APPENDUID [1-9]\d* 1\] APPEND completed$");

        await Client.RunAsync("SELECT INBOX");
        (await Client.RunAsync("FETCH 1 (FLAGS INTERNALDATE BODY.PEEK[])")).ShouldBe(
            $"* 1 FETCH (FLAGS (\\Seen $Label) INTERNALDATE \" 5-Feb-2019 10:12:13 +0000\" BODY[] {{{Nested.Length}}}\r\n{Nested})\r\nOK FETCH completed");
    }

    [Fact]
    public async Task Non_synchronising_literals_need_no_leave()
    {
        var mail = Mail("plus");
        (await Client.RunAsync($"APPEND {{5+}}\r\nINBOX {{{mail.Length}+}}\r\n{mail}")).ShouldContain("OK [APPENDUID ");
    }

    [Fact]
    public async Task Large_messages_stream()
    {
        await Client.RunAsync("SELECT INBOX");
        var mail = Mail("large", string.Concat(Enumerable.Repeat("0123456789abcdef\r\n", 30_000)));

        (await Client.AppendAsync(mail)).ShouldContain("* 1 EXISTS");

        (await Client.RunAsync("FETCH 1 BODY.PEEK[]")).ShouldContain(mail, Case.Sensitive);
    }

    [Fact]
    public async Task Several_messages_in_one_command()
    {
        string a = Mail("a"), b = Mail("b");
        (await Client.RunWithLiteralsAsync($"APPEND INBOX {{{a.Length}}}", a, $" (\\Seen) {{{b.Length}}}", b, "")).ShouldMatch(@"^OK \[APPENDUID \d+ 1:2\]");
    }

    [Fact]
    public async Task Refuses_before_the_literal_is_sent()
    {
        (await Client.RunAsync("APPEND INBOX {1000001}")).ShouldStartWith("NO [TOOBIG]");
        (await Client.RunAsync("APPEND Nowhere {10}")).ShouldStartWith("NO [TRYCREATE]");
        (await Client.RunAsync("APPEND INBOX {0}")).ShouldStartWith("NO [CANNOT]");
        (await Client.RunAsync("APPEND INBOX {99999999999999999999999}")).ShouldStartWith("BAD");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    [Fact]
    public async Task Skips_what_is_on_its_way_all_the_same()
    {
        (await Client.RunAsync($"APPEND INBOX {{1000001+}}\r\n{new string('x', 1_000_001)}")).ShouldStartWith("NO [TOOBIG]");
        (await Client.RunAsync("APPEND Nowhere {10+}\r\n0123456789 {3+}\r\nabc")).ShouldStartWith("NO [TRYCREATE]");
        (await Client.RunAsync("APPEND INBOX (\\Nonsense) {10+}\r\n0123456789")).ShouldStartWith("BAD");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    [Fact]
    public async Task Over_quota_is_said_before()
    {
        using (var mailbox = await Server.OpenMailboxAsync(asSystem: true))
        {
            (await mailbox.SetQuotaAsync(2000, CancellationToken.None)).ShouldBe(StoreError.None);
            (await Client.AppendAsync(Mail("fits"))).ShouldContain("OK [APPENDUID");
        }
        (await Client.RunAsync("APPEND INBOX {5000}")).ShouldStartWith("NO [OVERQUOTA]");
    }

    [Theory]
    [InlineData("APPEND")]
    [InlineData("APPEND INBOX")]
    [InlineData("APPEND INBOX text")]
    [InlineData("APPEND INBOX \"99-Jan-2020 00:00:00 +0000\" {5}")]
    public async Task Malformed_appends_are_bad(string command) => (await Client.RunAsync(command)).ShouldStartWith("BAD ");

    [Fact]
    public async Task Nul_in_a_binary_literal_is_encoded()
    {
        const string header = "From: ann@example.com\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n";
        var message = header + "a\0b\r\n";
        (await Client.RunWithLiteralsAsync($"APPEND INBOX ~{{{message.Length}}}", message, "")).ShouldStartWith("OK");
        await Client.RunAsync("SELECT INBOX");
        (await Client.RunAsync("FETCH 1 BODY.PEEK[1]")).ShouldNotContain("\0");
        (await Client.RunAsync("FETCH 1 BINARY.PEEK[1]")).ShouldContain("~{5}\r\na\0b\r\n)");
    }
}
