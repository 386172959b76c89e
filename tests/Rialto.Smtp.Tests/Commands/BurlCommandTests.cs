using System.Text;
using Rialto.Smtp.Commands;

namespace Rialto.Smtp.Tests.Commands;

public class BurlCommandTests
{
    private const string Mail = "From: user1@example.com\r\nSubject: by URL\r\n\r\nfetched\r\n";

    private static readonly SubmittedUrl s_urls = (url, submitter, _) => url switch
    {
        "imap://user1@mail.example.com/Drafts/;uid=1;urlauth=submit+user1:internal:00" when submitter.PrimaryAddress == "user1@example.com" => new((Encoding.ASCII.GetBytes(Mail), new MemoryStream())),
        "imap://empty/" => new((ReadOnlyMemory<byte>.Empty, new MemoryStream())),
        "imap://down/" => throw new IOException("down"),
        _ => new(((ReadOnlyMemory<byte>, IDisposable)?)null),
    };

    private static async Task<SmtpClient> LogInAsync(SmtpServer server, string user = "user1@example.com")
    {
        var client = await (await server.ConnectAsync("submission")).HelloAsync();
        await client.ExpectAsync("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{Rialto.Testing.TestDirectory.Password}")), "235");
        return client;
    }

    private static async Task BeginAsync(SmtpClient client, string sender = "user1@example.com")
    {
        await client.ExpectAsync($"MAIL FROM:<{sender}>", "250");
        await client.ExpectAsync("RCPT TO:<user2@example.com>", "250");
    }

    [Fact]
    public async Task A_message_is_sent_without_passing_the_client()
    {
        await using var server = await SmtpServer.StartAsync(urls: s_urls);
        await using var client = await LogInAsync(server);
        (await client.AskAsync("EHLO x")).ShouldContain("BURL imap");
        await BeginAsync(client);
        await client.ExpectAsync("BURL imap://user1@mail.example.com/Drafts/;uid=1;urlauth=submit+user1:internal:00 LAST", "250 2.0.0");
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("user2@example.com")).ShouldHaveSingleItem().ShouldContain("Subject: by URL\r\n");
    }

    [Fact]
    public async Task Chunks_by_url_and_by_octets_take_turns()
    {
        await using var server = await SmtpServer.StartAsync(urls: s_urls);
        await using var client = await LogInAsync(server);
        await BeginAsync(client);
        await client.ExpectAsync("BURL imap://user1@mail.example.com/Drafts/;uid=1;urlauth=submit+user1:internal:00", "250");
        await client.ExpectRawAsync("BDAT 7 LAST\r\nmore.\r\n", "250");
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("user2@example.com")).ShouldHaveSingleItem().ShouldEndWith("\r\nfetched\r\nmore.\r\n");
    }

    [Fact]
    public async Task Urls_of_nothing_end_somewhere()
    {
        await using var server = await SmtpServer.StartAsync(urls: s_urls, configure: o => (o.MaximumAimlessCommands, o.MaximumErrors) = (10, 3));
        await using var client = await LogInAsync(server);
        await BeginAsync(client);
        var answers = 0;
        while ((await client.AskAsync("BURL imap://empty/")).StartsWith("250", StringComparison.Ordinal)) (++answers).ShouldBeLessThan(100);
        answers.ShouldBeInRange(5, 20);
        (await client.IsClosedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_url_that_fails_ends_the_transaction()
    {
        await using var server = await SmtpServer.StartAsync(urls: s_urls);
        await using var client = await LogInAsync(server);
        await BeginAsync(client);
        await client.ExpectAsync("BURL imap://elsewhere.example.com/INBOX/;uid=1 LAST", "554 5.6.6");
        await client.ExpectAsync("BURL imap://user1@mail.example.com/Drafts/;uid=1;urlauth=submit+user1:internal:00 LAST", "503 5.5.1 MAIL comes first");
        await BeginAsync(client);
        await client.ExpectAsync("BURL imap://down/ LAST", "451 4.6.6");
        await using var other = await LogInAsync(server, "user3@example.com");
        await BeginAsync(other, "user3@example.com");
        await other.ExpectAsync("BURL imap://user1@mail.example.com/Drafts/;uid=1;urlauth=submit+user1:internal:00 LAST", "554 5.6.6");
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("user2@example.com")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("BURL", "501")]
    [InlineData("BURL LAST", "501")]
    [InlineData("BURL imap://x/ FIRST", "501")]
    [InlineData("BURL imap://x/ LAST now", "501")]
    public async Task Others_are_answered(string line, string answer)
    {
        await using var server = await SmtpServer.StartAsync(urls: s_urls);
        await using var client = await LogInAsync(server);
        await BeginAsync(client);
        await client.ExpectAsync(line, answer);
    }

    [Fact]
    public async Task It_is_for_who_has_logged_in_on_the_submission_ports()
    {
        await using var server = await SmtpServer.StartAsync(urls: s_urls);
        await using var relay = await (await server.ConnectAsync()).HelloAsync();
        (await relay.AskAsync("EHLO x")).ShouldNotContain("BURL");
        await relay.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await relay.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        await relay.ExpectAsync("BURL imap://x/ LAST", "502");
        await using var stranger = await server.ConnectAsync("submission");
        (await stranger.AskAsync("EHLO x")).ShouldContain("BURL\n");
        await stranger.ExpectAsync("BURL imap://x/ LAST", "530");
        await using var without = await SmtpServer.StartAsync();
        await using var client = await LogInAsync(without);
        (await client.AskAsync("EHLO x")).ShouldNotContain("BURL");
        await BeginAsync(client);
        await client.ExpectAsync("BURL imap://x/ LAST", "502");
    }
}
