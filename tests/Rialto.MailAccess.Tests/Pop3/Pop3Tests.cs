using Microsoft.Extensions.Logging.Abstractions;
using Rialto.MailAccess.Pop3;
using Rialto.MailAccess.Pop3.Commands;
using Rialto.MailAccess.Tests.Imap;
using Rialto.Model;
using Rialto.Net;
using Rialto.Store;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Pop3;

/// <summary>RFC 1939, 2449, 2595, 5034 and 6856 over the real engine.</summary>
public sealed class Pop3Tests : IAsyncLifetime
{
    private const string Short = "Subject: one\r\n\r\nfirst\r\n.\r\n..two stops\r\nlast\r\n";
    private const string NoEnd = "Subject: two\r\n\r\n.begins with a stop\r\nno line end";

    private ImapServer _server = null!;
    private Pop3Protocol _protocol = null!;

    public async Task InitializeAsync()
    {
        _server = await ImapServer.StartAsync();
        _protocol = Protocol(new Pop3Options());
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Mail_is_listed_fetched_and_deleted_at_quit()
    {
        await _server.DeliverAsync(Short);
        await _server.DeliverAsync(NoEnd);
        await using (var client = await LogInAsync())
        {
            (await client.RunAsync("STAT")).ShouldBe($"+OK 2 {Short.Length + NoEnd.Length}");
            (await client.RunManyAsync("LIST")).Text.ShouldBe($"1 {Short.Length}\r\n2 {NoEnd.Length}\r\n");
            (await client.RunAsync("LIST 2")).ShouldBe($"+OK 2 {NoEnd.Length}");
            (await client.RunManyAsync("RETR 1")).Text.ShouldBe(Short);
            (await client.RunManyAsync("RETR 2")).Text.ShouldBe(NoEnd + "\r\n");
            (await client.RunManyAsync("TOP 1 0")).Text.ShouldBe("Subject: one\r\n\r\n");
            (await client.RunManyAsync("TOP 1 2")).Text.ShouldBe("Subject: one\r\n\r\nfirst\r\n.\r\n");
            (await client.RunAsync("DELE 1")).ShouldStartWith("+OK");
            (await client.RunAsync("DELE 1")).ShouldStartWith("-ERR");
            (await client.RunAsync("RETR 1")).ShouldStartWith("-ERR");
            (await client.RunAsync("STAT")).ShouldBe($"+OK 1 {NoEnd.Length}");
            (await client.RunManyAsync("UIDL")).Text.Split("\r\n").Length.ShouldBe(2);
            (await client.RunAsync("RSET")).ShouldStartWith("+OK");
            (await client.RunAsync("STAT")).ShouldBe($"+OK 2 {Short.Length + NoEnd.Length}");
            (await client.RunAsync("DELE 2")).ShouldStartWith("+OK");
            (await client.RunAsync("QUIT")).ShouldStartWith("+OK");
            (await client.ReadLineAsync()).ShouldBeNull();
        }
        using var mailbox = await _server.OpenMailboxAsync();
        using var view = (await mailbox.OpenViewAsync(SpecialFolders.IdOf(SpecialFolder.Inbox), default)).Value;
        view.Current.Count.ShouldBe(1);
        (view.Current[0].State & MessageState.Read).ShouldBe(MessageState.Read, "it was fetched");
    }

    [Fact]
    public async Task Without_quit_nothing_is_deleted_and_unique_ids_stay()
    {
        await _server.DeliverAsync(Short);
        string unique;
        await using (var client = await LogInAsync())
        {
            unique = await client.RunAsync("UIDL 1");
            (await client.RunAsync("DELE 1")).ShouldStartWith("+OK");
        }
        await _server.DeliverAsync(NoEnd);
        await using var again = await LogInAsync();
        (await again.RunAsync("UIDL 1")).ShouldBe(unique);
        (await again.RunAsync("UIDL 2")).ShouldNotBe(unique.Replace("+OK 1", "+OK 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_maildrop_stays_as_it_was_at_log_in()
    {
        await _server.DeliverAsync(Short);
        await _server.DeliverAsync(NoEnd);
        await using var client = await LogInAsync();
        await _server.DeliverAsync(Short);
        using (var mailbox = await _server.OpenMailboxAsync())
        {
            using var view = (await mailbox.OpenViewAsync(SpecialFolders.IdOf(SpecialFolder.Inbox), default)).Value;
            (await mailbox.DeleteAsync(SpecialFolders.IdOf(SpecialFolder.Inbox), [view.Current[0].Id], default)).Succeeded.ShouldBeTrue();
        }
        (await client.RunAsync("STAT")).ShouldBe($"+OK 2 {Short.Length + NoEnd.Length}");
        (await client.RunAsync("RETR 1")).ShouldStartWith("-ERR Message is gone");
        (await client.RunManyAsync("RETR 2")).Text.ShouldBe(NoEnd + "\r\n");
        (await client.RunAsync("DELE 1")).ShouldStartWith("+OK");
        (await client.RunAsync("QUIT")).ShouldStartWith("+OK");
    }

    [Fact]
    public async Task Commands_that_come_together_are_answered_in_order()
    {
        await _server.DeliverAsync(Short);
        await using var client = await LogInAsync();
        await client.SendAsync("STAT\r\nRETR 1\r\nNOOP\r\nQUIT\r\n");
        (await client.ReadLineAsync())!.ShouldStartWith("+OK 1 ");
        (await client.ReadLineAsync())!.ShouldStartWith("+OK ");
        (await client.ReadTextAsync()).ShouldBe(Short);
        (await client.ReadLineAsync())!.ShouldStartWith("+OK");
        (await client.ReadLineAsync())!.ShouldStartWith("+OK");
    }

    [Theory]
    [InlineData("RETR", "-ERR")]
    [InlineData("RETR 0", "-ERR")]
    [InlineData("RETR 3", "-ERR")]
    [InlineData("RETR 99999999999999999999", "-ERR")]
    [InlineData("RETR -1", "-ERR")]
    [InlineData("TOP 1", "-ERR")]
    [InlineData("TOP 1 -1", "-ERR")]
    [InlineData("LIST x", "-ERR")]
    [InlineData("USER user1@example.com", "-ERR Already")]
    [InlineData("XYZZY", "-ERR Unknown")]
    [InlineData("", "-ERR Unknown")]
    [InlineData("noop", "+OK")]
    public async Task What_cannot_be_done_is_refused_and_the_session_goes_on(string command, string answer)
    {
        await _server.DeliverAsync(Short);
        await using var client = await LogInAsync();
        (await client.RunAsync(command)).ShouldStartWith(answer);
        (await client.RunAsync("STAT")).ShouldStartWith("+OK 1 ");
    }

    [Fact]
    public async Task Log_in_works_by_every_mechanism_and_says_nothing_of_who_exists()
    {
        var plain = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\0user1@example.com\0{TestDirectory.Password}"));
        await using (var client = await ConnectAsync())
            (await client.RunAsync($"AUTH PLAIN {plain}")).ShouldBe("+OK Logged in");
        await using (var client = await ConnectAsync())
        {
            (await client.RunAsync("AUTH PLAIN")).ShouldBe("+ ");
            (await client.RunAsync(plain)).ShouldBe("+OK Logged in");
        }
        await using (var client = await ConnectAsync())
        {
            (await client.RunAsync("AUTH LOGIN")).ShouldBe("+ VXNlcm5hbWU6");
            (await client.RunAsync("*")).ShouldStartWith("-ERR");
            (await client.RunAsync("AUTH CRAM-MD5")).ShouldStartWith("-ERR");
            (await client.RunAsync("PASS x")).ShouldStartWith("-ERR USER");
            (await client.RunAsync("USER nobody@example.com")).ShouldStartWith("+OK");
            var nobody = await client.RunAsync("PASS wrong-password");
            (await client.RunAsync("USER user1@example.com")).ShouldStartWith("+OK");
            (await client.RunAsync("PASS wrong-password")).ShouldBe(nobody);
            nobody.ShouldStartWith("-ERR [AUTH]");
            (await client.RunAsync("STAT")).ShouldBe("-ERR Log in first");
        }
    }

    [Fact]
    public async Task Passwords_wait_for_tls_and_nothing_slips_in_before_it()
    {
        await using (var client = await ConnectAsync(allowPlainText: false))
        {
            (await client.RunManyAsync("CAPA")).Text.ShouldNotContain("SASL");
            (await client.RunAsync("USER user1@example.com")).ShouldStartWith("-ERR");
            (await client.RunAsync("STLS")).ShouldStartWith("+OK");
            await client.StartTlsAsync();
            var capabilities = (await client.RunManyAsync("CAPA")).Text;
            capabilities.ShouldContain("SASL SCRAM-SHA-256 PLAIN LOGIN\r\n");
            capabilities.ShouldNotContain("STLS");
            (await client.RunAsync("USER user1@example.com")).ShouldStartWith("+OK");
            (await client.RunAsync($"PASS {TestDirectory.Password}")).ShouldBe("+OK Logged in");
        }
        await using var attacker = await ConnectAsync(allowPlainText: false);
        await attacker.SendAsync("STLS\r\nUSER user1@example.com\r\n");
        (await attacker.ReadLineAsync())!.ShouldStartWith("-ERR");
        (await attacker.ReadLineAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Who_talks_nonsense_is_sent_away()
    {
        _protocol = Protocol(new Pop3Options { MaximumConsecutiveErrors = 3, MaximumLine = 100 });
        await using var client = await ConnectAsync();
        await client.SendAsync(new string('x', 5000) + "\r\nNOOP\nGET / HTTP/1.1\r\n");
        (await client.ReadLineAsync())!.ShouldStartWith("-ERR Line is too long");
        (await client.ReadLineAsync())!.ShouldStartWith("-ERR Lines end");
        (await client.ReadLineAsync())!.ShouldStartWith("-ERR");
        (await client.ReadLineAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Who_talks_and_does_not_log_in_is_sent_away()
    {
        _protocol = Protocol(new Pop3Options { LoginTimeout = TimeSpan.FromTicks(1) });
        await using var stranger = await ConnectAsync();
        await stranger.SendAsync("NOOP\r\nNOOP\r\n");
        var told = new List<string>();
        while (await stranger.ReadLineAsync() is { } line)
            told.Add(line);
        told[^1].ShouldBe("-ERR Log-in took too long");
        told.Count.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_flood_of_commands_is_answered_in_order_and_no_faster_than_it_is_read()
    {
        const int count = 200_000;
        await _server.DeliverAsync(Short);
        await using var client = await LogInAsync();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < count; i += 1000)
                await client.SendAsync(string.Concat(Enumerable.Repeat("LIST 1\r\n", 1000)));
        });
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(3)));
        sending.IsCompleted.ShouldBeFalse();

        for (var i = 0; i < count; i++)
            (await client.ReadLineAsync()).ShouldBe($"+OK 1 {Short.Length}");
        await sending;
        (await client.RunAsync("QUIT")).ShouldStartWith("+OK");
    }

    [Fact]
    public void The_top_ends_after_so_many_lines_of_the_body()
    {
        TopCommand.LengthOfTop("a\n\nb\nc"u8, 1).ShouldBe(5);
        TopCommand.LengthOfTop("a"u8, 0).ShouldBe(1);
        TopCommand.LengthOfTop(""u8, 9).ShouldBe(0);
    }

    [Fact]
    public async Task Long_messages_pass_in_pieces()
    {
        _protocol = Protocol(new Pop3Options { FlushSize = 7 });
        var mime = "Subject: x\r\n\r\n" + string.Concat(Enumerable.Range(0, 200).Select(i => new string('y', i % 9) + "\r\n" + new string('.', i % 4)));
        await _server.DeliverAsync(mime);
        await using var client = await LogInAsync();
        (await client.RunManyAsync("RETR 1")).Text.ShouldBe(mime.EndsWith("\r\n", StringComparison.Ordinal) ? mime : mime + "\r\n");
    }

    /// <summary>RFC 6856 2.1: what goes beyond ASCII in header fields is for who asks.</summary>
    [Fact]
    public async Task Fields_are_ascii_unless_utf8_was_asked_for()
    {
        const string mail = "From: J\u00f8ran <j\u00f8ran@example.com>, Ann <ann@example.com>\r\nSubject: Gr\u00fc\u00dfe\r\nX-Plain: plain\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=XX\r\n\r\n" +
            "--XX\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nbody: \u00fc\r\n--XX\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=\"\u00fc.txt\"\r\n\r\nx\r\n--XX--\r\n";
        var bytes = System.Text.Encoding.Latin1.GetString(System.Text.Encoding.UTF8.GetBytes(mail));
        await _server.DeliverAsync(bytes);
        await _server.DeliverAsync("Subject: plain\r\n\r\nx\r\n");
        await using (var client = await LogInAsync())
        {
            var (status, text) = await client.RunManyAsync("RETR 1");
            status.ShouldBe($"+OK {text.Length} octets");
            (await client.RunAsync("LIST 2")).ShouldBe("+OK 2 21");
            (await client.RunAsync("LIST 1")).ShouldBe($"+OK 1 {text.Length}");
            (await client.RunManyAsync("LIST")).Text.ShouldBe($"1 {text.Length}\r\n2 21\r\n");
            text.ShouldBe("From: =?utf-8?q?J=C3=B8ran?= <invalid@internationalized-address.invalid>,\r\n Ann <ann@example.com>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nX-Plain: plain\r\nMIME-Version: 1.0\r\n" +
                "Content-Type: multipart/mixed; boundary=XX\r\n\r\n--XX\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nbody: \u00c3\u00bc\r\n--XX\r\nContent-Type: text/plain\r\n" +
                "Content-Disposition: attachment;\r\n filename*=utf-8''%C3%BC.txt\r\n\r\nx\r\n--XX--\r\n");
            (await client.RunManyAsync("TOP 1 0")).Text.ShouldBe(text[..(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)]);
        }
        await using var asking = await ConnectAsync();
        (await asking.RunAsync("UTF8 now")).ShouldStartWith("-ERR");
        (await asking.RunAsync("UTF8")).ShouldStartWith("+OK");
        (await asking.RunAsync("STLS")).ShouldStartWith("-ERR");
        (await asking.RunAsync("USER \u00e9")).ShouldStartWith("-ERR Text is not UTF-8");
        (await asking.RunAsync("USER user1@example.com")).ShouldStartWith("+OK");
        (await asking.RunAsync($"PASS {TestDirectory.Password}")).ShouldBe("+OK Logged in");
        (await asking.RunManyAsync("RETR 1")).Text.ShouldBe(bytes);
        (await asking.RunManyAsync("LIST")).Text.ShouldBe($"1 {bytes.Length}\r\n2 21\r\n");
    }

    /// <summary>RFC 6856 2.2: names and passwords by SASLprep.</summary>
    [Fact]
    public async Task Names_and_passwords_are_prepared()
    {
        await _server.Directory.Passwords.SetAsync(_server.Directory.Account("user1@example.com").Id, "caf\u00e9 \u2168 correct");
        await using var client = await ConnectAsync();
        (await client.RunUtf8Async("USER user1\u00ad@example.com")).ShouldStartWith("+OK");
        (await client.RunUtf8Async("PASS cafe\u0301\u00a0IX correct")).ShouldBe("+OK Logged in");

        await using var other = await ConnectAsync();
        (await other.RunUtf8Async("USER user1\u202e@example.com")).ShouldStartWith("-ERR [AUTH]");
        (await other.RunAsync("USER user1@example.com")).ShouldStartWith("+OK");
        (await other.RunUtf8Async("PASS caf\u00e9 IX correct\ue000")).ShouldStartWith("-ERR [AUTH]");
    }

    /// <summary>RFC 6856 3.</summary>
    [Theory]
    [InlineData("LANG en", "+OK en ")]
    [InlineData("LANG EN-gb", "+OK en ")]
    [InlineData("LANG *", "+OK en ")]
    [InlineData("LANG i-default", "+OK i-default ")]
    [InlineData("LANG de", "-ERR ")]
    [InlineData("LANG enx", "-ERR ")]
    [InlineData("LANG en-", "-ERR ")]
    [InlineData("LANG en-waytoolongpart", "-ERR ")]
    public async Task Languages_are_chosen(string command, string answer)
    {
        await using var client = await ConnectAsync();
        (await client.RunManyAsync("CAPA")).Text.ShouldContain("\r\nLANG\r\n");
        (await client.RunAsync(command)).ShouldStartWith(answer);
        (await client.RunManyAsync("LANG")).Text.ShouldBe("i-default\r\nen English\r\n");
    }

    private Pop3Protocol Protocol(Pop3Options options) => new(_server.Engine, _server.Directory.Authenticator, options, NullLogger<Pop3Protocol>.Instance);

    private async Task<Pop3Client> ConnectAsync(bool allowPlainText = true)
    {
        var (output, input, _, session) = _server.Connect(_protocol, TlsMode.StartTls, allowPlainText);
        var client = new Pop3Client(output, input, session);
        (await client.ReadLineAsync()).ShouldBe("+OK Rialto ready");
        return client;
    }

    private async Task<Pop3Client> LogInAsync()
    {
        var client = await ConnectAsync();
        (await client.RunAsync("USER user1@example.com")).ShouldStartWith("+OK");
        (await client.RunAsync($"PASS {TestDirectory.Password}")).ShouldBe("+OK Logged in");
        return client;
    }
}
