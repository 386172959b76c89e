namespace Rialto.Smtp.Tests.Commands;

public class CommandTableTests
{
    [Fact]
    public void Every_command_has_one_file_and_one_test()
    {
        var commands = typeof(SmtpSession).Assembly.GetTypes().Where(t => t.Namespace == "Rialto.Smtp.Commands" && t.Name.EndsWith("Command", StringComparison.Ordinal)).ToList();
        commands.Count.ShouldBe(SmtpCommandTable.Rows.Count);
        foreach (var row in SmtpCommandTable.Rows)
        {
            commands.ShouldContain(t => t.Name.Equals(row.Verb + "Command", StringComparison.OrdinalIgnoreCase), row.Verb);
            typeof(CommandTableTests).Assembly.GetTypes().ShouldContain(t => t.Name.Equals(row.Verb + "CommandTests", StringComparison.OrdinalIgnoreCase), row.Verb);
        }

        SmtpCommandTable.Rows.Select(r => r.Verb).ShouldBeUnique();
    }

    [Fact]
    public async Task What_is_no_command_is_said_so_and_counted()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => o.MaximumErrors = 4);
        await using var client = await server.ConnectAsync();
        await client.ExpectAsync("ETRN example.com", "500 5.5.2");
        await client.ExpectAsync("", "500 5.5.2");
        await client.ExpectAsync("\0\u00ff", "500 5.5.2");
        await client.ExpectAsync("WHAT", "421 4.7.0");
        (await client.IsClosedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_browser_is_sent_away()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.ExpectAsync("POST / HTTP/1.1\r\nHost: x\r\n\r\nMAIL FROM:<a@b.test>", "421 4.7.0");
        (await client.IsClosedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Lines_beyond_the_limit_are_skipped_in_bounded_memory()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.ExpectAsync("NOOP " + new string('x', 2_043), "250");
        await client.ExpectAsync("NOOP " + new string('x', 2_044), "500 5.5.2");
        await client.ExpectAsync("NOOP " + new string('x', 3_000_000), "500 5.5.2");
        await client.ExpectAsync("NOOP", "250");
    }

    [Fact]
    public async Task Commands_need_what_the_table_says()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.ExpectAsync("MAIL FROM:<>", "503 5.5.1 Say EHLO");
        await client.HelloAsync();
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "503 5.5.1 MAIL comes first");
        await client.ExpectAsync("DATA", "503 5.5.1 MAIL comes first");
        await client.ExpectAsync("RSET now", "501 5.5.4");
        await using var submitter = await (await server.ConnectAsync("submission")).HelloAsync();
        await submitter.ExpectAsync("MAIL FROM:<user1@example.com>", "530 5.7.0 Authentication required");
    }
}
