using System.Text;

namespace Rialto.Smtp.Tests;

/// <summary>Clients that mean harm: they cost their own connection and nothing else.</summary>
public class HostileClientTests
{
    [Fact]
    public async Task A_command_that_trickles_in_has_one_deadline()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => o.CommandTimeout = TimeSpan.FromSeconds(3));
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        var answer = client.ReadAsync();
        for (var i = 0; i < 2_000 && !answer.IsCompleted; i++)
        {
            try
            {
                await client.SendAsync("N");
            }
            catch (IOException)
            {
                break;
            }

            await Task.Delay(50);
        }

        (await answer).ShouldStartWith("421 4.4.2");
    }

    [Theory]
    [InlineData("DATA\r\n")]
    [InlineData("BDAT 1000000 LAST\r\n")]
    public async Task Content_that_trickles_in_is_cut(string begin)
    {
        await using var server = await SmtpServer.StartAsync(configure: o => (o.DataBlockTimeout, o.MinimumDataRate) = (TimeSpan.FromSeconds(2), 1_000));
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        await client.SendAsync(begin);
        if (begin[0] == 'D') (await client.ReadAsync()).ShouldStartWith("354");
        var answer = client.ReadAsync();
        for (var i = 0; i < 2_000 && !answer.IsCompleted; i++)
        {
            try
            {
                await client.SendAsync("x");
            }
            catch (IOException)
            {
                break;
            }

            await Task.Delay(20);
        }

        (await answer).ShouldStartWith("421 4.4.2 Too slow");
        server.Office.Queue.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Chunks_that_trickle_in_one_by_one_are_cut()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => (o.DataBlockTimeout, o.MinimumDataRate) = (TimeSpan.FromMilliseconds(300), 100_000));
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        var answer = "250";
        for (var i = 0; i < 500 && answer.StartsWith("250", StringComparison.Ordinal); i++)
        {
            await client.SendAsync("BDAT 1\r\nx");
            answer = await client.ReadAsync();
            await Task.Delay(20);
        }

        answer.ShouldStartWith("421 4.4.2 Too slow");
    }

    [Theory]
    [InlineData("NOOP")]
    [InlineData("RSET")]
    [InlineData("EHLO x")]
    [InlineData("HELP")]
    [InlineData("VRFY user1")]
    public async Task Commands_that_lead_nowhere_end_somewhere(string command)
    {
        await using var server = await SmtpServer.StartAsync(configure: o => (o.MaximumAimlessCommands, o.MaximumErrors) = (20, 5));
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        var sending = client.SendAsync(string.Concat(Enumerable.Repeat(command + "\r\n", 5_000)));
        var answers = 0;
        while (await client.ReadAsync() is { Length: > 0 } answer)
        {
            answers++;
            if (!answer.StartsWith("421 4.7.0", StringComparison.Ordinal)) continue;
            answers.ShouldBe(24, "the greeting counted, twenty are free and five are errors");
            try
            {
                await sending;
            }
            catch (IOException)
            {
                // The server did not read the rest.
            }

            return;
        }

        throw new Xunit.Sdk.XunitException($"No end after {answers} answers.");
    }

    [Fact]
    public async Task A_client_that_resets_before_every_message_goes_on()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => (o.MaximumAimlessCommands, o.MaximumErrors) = (3, 1));
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        for (var i = 0; i < 10; i++)
        {
            await client.ExpectAsync("RSET", "250");
            await client.ExpectAsync("NOOP", "250");
            (await client.SendMessageAsync("a@b.test", "user1@example.com", "Subject: x\r\n\r\nx\r\n.\r\n")).ShouldStartWith("250");
        }
    }

    [Fact]
    public async Task Naming_one_recipient_again_and_again_is_naming_many()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => (o.MaximumRecipients, o.MaximumErrors) = (5, 5));
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        for (var i = 0; i < 10; i++) await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        for (var i = 0; i < 4; i++) await client.ExpectAsync("RCPT TO:<user1@example.com>", "452 4.5.3");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "421 4.7.0");
    }

    [Theory]
    [InlineData("ENVID=x+0D+0AEvil:+20yes")]
    [InlineData("ENVID=x+00")]
    [InlineData("ENVID=x+7F")]
    [InlineData("ENVID=x+C2+85y")]
    public async Task An_envelope_id_that_hides_a_line_end_is_refused(string parameter)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync($"MAIL FROM:<a@b.test> {parameter}", "501 5.5.4");
    }

    [Theory]
    [InlineData("rfc822;x+0D+0AAction:+20delivered")]
    [InlineData("rfc822;x+0A")]
    [InlineData("rfc822;x+1B[2J")]
    [InlineData("x+0D+0A;y")]
    public async Task An_original_recipient_that_hides_a_line_end_is_refused(string value)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectAsync($"RCPT TO:<user1@example.com> ORCPT={value}", "501 5.5.4");
        await client.ExpectAsync("RCPT TO:<user1@example.com> ORCPT=rfc822;other+20one+2Bx@example.com", "250");
    }

    [Fact]
    public async Task What_was_slipped_in_before_TLS_is_not_run_after_it()
    {
        await using var server = await SmtpServer.StartAsync();
        foreach (var injected in new[] { "STARTTLS\r\nEHLO evil\r\n", "STARTTLS\r\nRSET\r\nMAIL FROM:<evil@b.test>\r\nRCPT TO:<user1@example.com>\r\n", "STARTTLS\r\n\r\n", "STARTTLS\r\nx" })
        {
            await using var client = await (await server.ConnectAsync()).HelloAsync();
            await client.SendAsync(injected);
            (await client.ReadAsync()).ShouldStartWith("554 5.5.1");
            (await client.IsClosedAsync()).ShouldBeTrue();
        }

        server.Office.Queue.Messages.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("FROB Zaphod")]
    [InlineData("MAIL FROM:<Zaphod>")]
    [InlineData("VRFY Zaphod")]
    [InlineData("EXPN Zaphod")]
    [InlineData("EHLO <Zaphod>")]
    [InlineData("NOOP Zaphod")]
    [InlineData("HELP Zaphod")]
    public async Task A_client_hears_nothing_of_what_it_said(string line)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await client.AskAsync(line)).ShouldNotContain("Zaphod");
    }

    [Fact]
    public async Task A_report_goes_to_nobody_but_its_sender_and_is_never_answered()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<>", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com> NOTIFY=SUCCESS,FAILURE,DELAY", "250");
        await client.ExpectAsync("DATA", "354");
        await client.SendAsync(Encoding.ASCII.GetBytes("From: mailer@b.test\r\nReturn-Receipt-To: user2@example.com\r\nSubject: x\r\n\r\nx\r\n.\r\n"));
        (await client.ReadAsync()).ShouldStartWith("250");
        await server.Office.DrainAsync();
        server.Office.Queue.Messages.ShouldBeEmpty();
        (await server.Office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        (await server.Office.InboxAsync("user2@example.com")).ShouldBeEmpty();
    }
}
