using System.Net;
using System.Text;
using Rialto.MailAccess.Pop3;
using Rialto.MailAccess.Tests.Imap;
using Rialto.MailAccess.Tests.Pop3;
using Rialto.Net;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests;

/// <summary>What is logged of sessions on a server that is left as it is: one line, with who, by what and from where.</summary>
public sealed class LogInLogTests : ImapTest
{
    internal override async Task<ImapServer> StartAsync()
    {
        var server = await ImapServer.StartAsync(users: 3);
        server.Remote = new IPEndPoint(IPAddress.Parse("192.0.2.7"), 4000);
        return server;
    }

    [Fact]
    public async Task An_imap_session_that_ends_in_order_is_one_line()
    {
        await Server.DeliverAsync(Mail("x"));
        await using (var client = await Server.LogInAsync(2))
        {
            await client.RunAsync("SELECT INBOX");
            await client.RunAsync("FETCH 1 BODY[]");
            await client.RunAsync("NONSENSE");
            await client.RunAsync("IDLE 1");
            await client.RunAsync("LOGOUT");
        }
        // The first is the client's of every test here.
        Server.Log.Usual.ShouldBe(["Information: imap C1: user1@example.com logged in from 192.0.2.7:4000 (LOGIN, no TLS)", "Information: imap C1: user2@example.com logged in from 192.0.2.7:4000 (LOGIN, no TLS)"]);
    }

    [Fact]
    public async Task A_pop3_session_that_ends_in_order_is_one_line()
    {
        await Server.DeliverAsync(Mail("x"));
        var log = new LogLines<Pop3Protocol>();
        var protocol = new Pop3Protocol(Server.Engine, Server.Directory.Authenticator, new Pop3Options(), log);
        foreach (var commands in (string[][])[
            ["USER user1@example.com", $"PASS {TestDirectory.Password}"],
            ["AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0user1@example.com\0{TestDirectory.Password}"))]])
        {
            var (output, input, _, session) = Server.Connect(protocol, TlsMode.StartTls, true);
            await using var client = new Pop3Client(output, input, session);
            await client.ReadLineAsync();
            foreach (var command in (string[])[.. commands, "STAT", "DELE 1", "RSET", "QUIT"])
                (await client.RunAsync(command)).ShouldStartWith("+OK");
        }
        log.Usual.ShouldBe(["Information: pop3 C1: user1@example.com logged in from 192.0.2.7:4000 (USER, no TLS)", "Information: pop3 C1: user1@example.com logged in from 192.0.2.7:4000 (PLAIN, no TLS)"]);
    }

    [Theory]
    [InlineData("LOGIN EXAMPLE/user2 demo", "Information: imap C1: EXAMPLE\\user2 logged in to user2@example.com from 192.0.2.7:4000 (LOGIN, no TLS)")]
    [InlineData("LOGIN user2@example.com/user3 demo", "Information: imap C1: user2@example.com logged in to user3@example.com from 192.0.2.7:4000 (LOGIN, no TLS)")]
    [InlineData("authenticate plain demo", "Information: imap C1: user2@example.com logged in from 192.0.2.7:4000 (PLAIN, no TLS)")]
    [InlineData("LOGIN user3@example.com/user2 demo", "Warning: imap C1: log-in of user3@example.com from 192.0.2.7:4000 refused: ActingAsAnother")]
    [InlineData("LOGIN user3@example.com/nobody demo", "Warning: imap C1: log-in of user3@example.com from 192.0.2.7:4000 refused: ActingAsAnother")]
    [InlineData("LOGIN user3@example.com wrong", "Warning: imap C1: log-in of user3@example.com from 192.0.2.7:4000 refused: InvalidCredentials")]
    public async Task Who_it_is_and_whose_mailbox_is_told(string command, string line)
    {
        var other = Server.Directory.Account("user3@example.com");
        await Server.Directory.Service.UpdateAsync(other with { FullAccess = [Server.Directory.Account("user2@example.com").Id] });
        await using var client = await Server.ConnectAsync();
        await client.RunAsync(command.StartsWith("auth", StringComparison.Ordinal)
            ? "authenticate plain " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0user2@example.com\0{TestDirectory.Password}"))
            : command.Replace(" demo", " " + TestDirectory.Password, StringComparison.Ordinal));
        Server.Log.Usual.Last().ShouldBe(line);
    }
}
