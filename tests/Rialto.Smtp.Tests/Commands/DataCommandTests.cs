using System.Text;
using Rialto.Store.Backend;

namespace Rialto.Smtp.Tests.Commands;

public class DataCommandTests
{
    [Fact]
    public async Task It_needs_recipients()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectAsync("RCPT TO:<nobody@example.com>", "550");
        await client.ExpectAsync("DATA", "554 5.5.1 No valid recipients");
        await client.ExpectAsync("DATA now", "501");
    }

    [Fact]
    public async Task Nul_bytes_long_lines_and_eight_bits_arrive_as_they_are()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        var content = "Subject: odd\r\n\r\n\0\u00ff\0" + new string('x', 200_000) + "\r\n." + new string('y', 5_000) + "\r\n\r\n";
        (await client.SendMessageAsync("a@b.test", "user1@example.com", content.Replace("\r\n.", "\r\n..", StringComparison.Ordinal) + ".\r\n")).ShouldStartWith("250");
        await server.Office.DrainAsync();
        var stored = Encoding.Latin1.GetString((await server.Office.InboxBytesAsync("user1@example.com")).ShouldHaveSingleItem());
        stored.EndsWith(content, StringComparison.Ordinal).ShouldBeTrue();
    }

    [Fact]
    public async Task A_message_over_the_limit_is_read_to_its_end_and_refused()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => (o.MaximumMessageSize, o.MaximumDiscarded) = (10_000, 1_000_000));
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await client.SendMessageAsync("a@b.test", "user1@example.com", Lines(20_000) + ".\r\n")).ShouldStartWith("552 5.3.4");
        (await client.SendMessageAsync("a@b.test", "user1@example.com", Lines(5_000) + ".\r\n")).ShouldStartWith("250");
        server.Office.Queue.Messages.ShouldHaveSingleItem();
        (await client.SendMessageAsync("a@b.test", "user1@example.com", Lines(1_200_000))).ShouldStartWith("421 4.3.4");
        (await client.IsClosedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_line_over_the_limit_is_refused()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => o.MaximumContentLine = 1_000);
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await client.SendMessageAsync("a@b.test", "user1@example.com", new string('x', 1_001) + "\r\n.\r\n")).ShouldStartWith("554 5.6.0");
        (await client.SendMessageAsync("a@b.test", "user1@example.com", new string('x', 1_000) + "\r\n.\r\n")).ShouldStartWith("250");
    }

    [Fact]
    public async Task A_loop_is_refused()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        var hops = string.Concat(Enumerable.Repeat("Received: from x by y; date\r\n", 100));
        (await client.SendMessageAsync("a@b.test", "user1@example.com", hops + "\r\nx\r\n.\r\n")).ShouldStartWith("250");
        (await client.SendMessageAsync("a@b.test", "user1@example.com", hops + "received: z\r\n\r\nx\r\n.\r\n")).ShouldStartWith("554 5.4.6");
    }

    [Fact]
    public async Task What_cannot_be_stored_is_not_accepted()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        server.Office.Queue.BeforeEnqueue = () => throw new StorageUnavailableException("The disk is full.");
        (await client.SendMessageAsync("a@b.test", "user1@example.com", "x\r\n.\r\n")).ShouldStartWith("452 4.3.1");
        server.Office.Queue.BeforeEnqueue = () => throw new InvalidOperationException("A defect.");
        (await client.SendMessageAsync("a@b.test", "user1@example.com", "x\r\n.\r\n")).ShouldStartWith("451 4.3.0");
        server.Office.Queue.BeforeEnqueue = null;
        (await client.SendMessageAsync("a@b.test", "user1@example.com", "x\r\n.\r\n")).ShouldStartWith("250");
    }

    [Fact]
    public async Task Half_a_message_is_none()
    {
        await using var server = await SmtpServer.StartAsync();
        await using (var client = await (await server.ConnectAsync()).HelloAsync())
        {
            await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
            await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
            await client.ExpectAsync("DATA", "354");
            await client.SendAsync("Subject: cut\r\n\r\nhalf\r\n.");
        }

        await server.DrainAsync();
        server.Office.Queue.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_slow_sender_is_cut_off()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => o.DataBlockTimeout = TimeSpan.FromMilliseconds(200));
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await client.SendMessageAsync("a@b.test", "user1@example.com", "Subject: slow\r\n")).ShouldStartWith("421 4.4.2");
        (await client.IsClosedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Ten_thousand_recipients_are_one_message()
    {
        await using var server = await SmtpServer.StartAsync();
        var directory = server.Office.Directory;
        await directory.Service.AddRangeAsync([.. Enumerable.Range(1, 10_000).Select(i => new Directory.NewDirectoryObject(new Directory.Account { PrimaryAddress = $"p{i}@example.com" }))]);
        await server.Office.CreateMailboxesAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        var commands = new StringBuilder("MAIL FROM:<a@b.test>\r\n");
        for (var i = 1; i <= 10_000; i++) commands.Append(System.Globalization.CultureInfo.InvariantCulture, $"RCPT TO:<p{i}@example.com>\r\n");
        commands.Append("DATA\r\n");
        var sending = client.SendAsync(commands.ToString());
        (await client.ReadAsync()).ShouldStartWith("250 2.1.0");
        for (var i = 1; i <= 10_000; i++) (await client.ReadAsync()).ShouldStartWith("250 2.1.5");
        (await client.ReadAsync()).ShouldStartWith("354");
        await sending;
        await client.SendAsync("Subject: all\r\n\r\nx\r\n.\r\n");
        (await client.ReadAsync()).ShouldStartWith("250");
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("p1@example.com")).ShouldHaveSingleItem();
        (await server.Office.InboxAsync("p10000@example.com")).ShouldHaveSingleItem().ShouldNotContain(" for <");
        server.Office.Delivery.Delivered.ShouldBe(10_000);
    }

    private static string Lines(int length) => string.Concat(Enumerable.Repeat(new string('x', 98) + "\r\n", length / 100));
}
