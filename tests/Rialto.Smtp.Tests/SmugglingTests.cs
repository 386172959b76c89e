using System.Text;

namespace Rialto.Smtp.Tests;

/// <summary>VU#302671: whatever else some server takes for the end of a message must not be one here, whole or split across packets.</summary>
public class SmugglingTests
{
    private const string Smuggled = "MAIL FROM:<evil@elsewhere.test>\r\nRCPT TO:<user2@example.com>\r\nDATA\r\nSubject: smuggled\r\n\r\nx";

    public static TheoryData<string> FalseEnds => new(
    [
        "\n.\n", "\n.\r\n", "\n.\r", "\r.\r", "\r.\r\n", "\r.\n", "\r\n.\n", "\r\n.\r", "\r\n\n.\r\n", "\r\n.\r\r\n", "\n\n.\r\n", "\r\n.\n\n", "\r\r\n.\n\r\n", "\r\n\r.\r\n", "\0\n.\r\n", "\r\n.\0\n",
    ]);

    [Theory]
    [MemberData(nameof(FalseEnds))]
    public async Task Only_crlf_dot_crlf_ends_a_message(string end)
    {
        await using var server = await SmtpServer.StartAsync();
        foreach (var split in new[] { int.MaxValue, 1, 2, 3 })
        {
            await using var client = await (await server.ConnectAsync()).HelloAsync();
            await client.ExpectAsync("MAIL FROM:<a@elsewhere.test>", "250");
            await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
            await client.ExpectAsync("DATA", "354");
            var content = Encoding.Latin1.GetBytes($"Subject: outer\r\n\r\ntext{end}{Smuggled}");
            await SendSplitAsync(client, content, split);
            await client.SendAsync("\r\n.\r\n");
            (await client.ReadAsync()).ShouldStartWith("550 5.5.2");

            // One answer, and the next is to the next command: nothing inside was run.
            await client.ExpectAsync("NOOP", "250 2.0.0");
            await client.ExpectAsync("RCPT TO:<user2@example.com>", "503");
        }

        server.Office.Queue.Messages.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(FalseEnds))]
    public async Task Normalised_they_are_line_ends_and_still_end_nothing(string end)
    {
        await using var server = await SmtpServer.StartAsync(configure: o => o.BareLineEndings = BareLineEndings.Normalise);
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await client.SendMessageAsync("a@elsewhere.test", "user1@example.com", $"Subject: outer\r\n\r\ntext{end}{Smuggled}\r\n.\r\n")).ShouldStartWith("250");
        await client.ExpectAsync("NOOP", "250");
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("user2@example.com")).ShouldBeEmpty();
        var message = (await server.Office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        message.ShouldContain("smuggled");
        message.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain("\n");
    }

    [Fact]
    public async Task A_command_that_ends_with_a_line_feed_alone_is_refused()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.SendAsync("NOOP\nNOOP\r\n");
        (await client.ReadAsync()).ShouldStartWith("500 5.5.2");
        (await client.ReadAsync()).ShouldStartWith("250 2.0.0");
    }

    [Fact]
    public async Task A_lone_carriage_return_inside_a_line_is_content()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await client.SendMessageAsync("a@elsewhere.test", "user1@example.com", "Subject: x\r\n\r\none\rtwo\r\r\n.\r\n")).ShouldStartWith("250");
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("user1@example.com")).ShouldHaveSingleItem().ShouldEndWith("\r\n\r\none\rtwo\r\r\n");
    }

    [Fact]
    public async Task Unless_it_is_forbidden()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => o.AllowLoneCarriageReturn = false);
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await client.SendMessageAsync("a@elsewhere.test", "user1@example.com", "Subject: x\r\n\r\none\rtwo\r\n.\r\n")).ShouldStartWith("550 5.5.2");
    }

    private static async Task SendSplitAsync(SmtpClient client, byte[] content, int size)
    {
        for (var i = 0; i < content.Length; i += size)
        {
            await client.SendAsync(content.AsMemory(i, Math.Min(size, content.Length - i)));
            if (size > content.Length) return;
            await Task.Yield();
        }
    }
}
