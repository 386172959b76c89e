// RFC 3501 2.3.2 \Recent, 6.4.4 NEW, OLD, RECENT, 7.3.2; 7.2.6 FLAGS.
using Rialto.MailAccess.Imap;

namespace Rialto.MailAccess.Tests.Imap;

public class RecentTests : ImapTest
{
    internal override Task<ImapServer> StartAsync() => ImapServer.StartAsync(new ImapOptions());

    [Fact]
    public async Task The_first_that_selects_a_mailbox_takes_what_is_new()
    {
        await Server.DeliverAsync(Mail("One"));
        await Server.DeliverAsync(Mail("Two"));
        (await Client.RunAsync("STATUS INBOX (RECENT)")).ShouldContain("(RECENT 2)");
        (await Client.RunAsync("EXAMINE INBOX")).ShouldContain("* 2 RECENT\r\n", Case.Sensitive, "looking on takes nothing");
        (await Client.RunAsync("SELECT INBOX")).ShouldContain("* 2 RECENT\r\n");
        (await Client.RunAsync("STATUS INBOX (RECENT)")).ShouldContain("(RECENT 0)");
        await using var other = await Server.LogInAsync();
        (await other.RunAsync("SELECT INBOX")).ShouldContain("* 0 RECENT\r\n");
        (await other.RunAsync("FETCH 1 (FLAGS)")).ShouldContain("FLAGS ()");
        (await Client.RunAsync("FETCH 1 (FLAGS)")).ShouldContain("FLAGS (\\Recent)");
        await Client.RunAsync("STORE 1 +FLAGS.SILENT (\\Seen)");
        await other.RunAsync("NOOP");
        (await Client.RunAsync("SEARCH RECENT")).ShouldContain("* SEARCH 1 2\r\n");
        (await Client.RunAsync("SEARCH NEW")).ShouldContain("* SEARCH 2\r\n");
        (await Client.RunAsync("SEARCH OLD")).ShouldContain("* SEARCH\r\n");
        (await other.RunAsync("SEARCH OLD")).ShouldContain("* SEARCH 1 2\r\n");
    }

    [Fact]
    public async Task What_comes_while_two_watch_is_new_to_one_of_them()
    {
        await using var other = await Server.LogInAsync();
        await Client.RunAsync("SELECT INBOX");
        await other.RunAsync("SELECT INBOX");
        await Server.DeliverAsync(Mail("One"));
        (await other.RunAsync("NOOP")).ShouldStartWith("* 1 EXISTS\r\n* 1 RECENT\r\n");
        (await Client.RunAsync("NOOP")).ShouldStartWith("* 1 EXISTS\r\n* 0 RECENT\r\n");
        await Server.DeliverAsync(Mail("Two"));
        (await Client.RunAsync("NOOP")).ShouldStartWith("* 2 EXISTS\r\n* 1 RECENT\r\n");
        (await Client.RunAsync("FETCH 1:2 (FLAGS)")).ShouldStartWith("* 1 FETCH (FLAGS ())\r\n* 2 FETCH (FLAGS (\\Recent))\r\n");
    }

    [Fact]
    public async Task What_was_told_stays_told_when_the_last_session_has_ended()
    {
        await Server.DeliverAsync(Mail("One"));
        await Client.RunAsync("SELECT INBOX");
        await Client.RunAsync("LOGOUT");
        await Client.DisposeAsync();
        await Server.DeliverAsync(Mail("Two"));
        await using var next = await Server.LogInAsync();
        (await next.RunAsync("SELECT INBOX")).ShouldContain("* 1 RECENT\r\n");
        (await next.RunAsync("SEARCH RECENT")).ShouldContain("* SEARCH 2\r\n");
    }

    /// <summary>One of several sessions that end at once writes down what was told, whichever ends last.</summary>
    [Fact]
    public async Task Sessions_that_end_at_once_forget_nothing()
    {
        await Client.DisposeAsync();
        for (var round = 0; round < 30; round++)
        {
            var sessions = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Server.LogInAsync()));
            foreach (var session in sessions)
                await session.RunAsync("SELECT INBOX");
            await Server.DeliverAsync(Mail($"Round {round}"));
            (await sessions[round % 6].RunAsync("NOOP")).ShouldContain("* 1 RECENT\r\n");
            await Task.WhenAll(sessions.Select(session => Task.Run(async () => await session.DisposeAsync())));

            await using var next = await Server.LogInAsync();
            (await next.RunAsync("SELECT INBOX")).ShouldContain("* 0 RECENT\r\n", Case.Sensitive, $"round {round}");
        }
    }

    [Fact]
    public async Task Clients_of_revision_2_know_no_such_flag()
    {
        await Server.DeliverAsync(Mail("One"));
        await Client.RunAsync("ENABLE IMAP4rev2");
        (await Client.RunAsync("SELECT INBOX")).ShouldNotContain("RECENT");
        (await Client.RunAsync("FETCH 1 (FLAGS)")).ShouldContain("FLAGS ()");
    }

    [Fact]
    public async Task Keywords_are_named_before_a_message_has_them()
    {
        await SelectWithAsync(2);
        await using var other = await Server.LogInAsync();
        (await other.RunAsync("SELECT INBOX")).ShouldNotContain("Label");
        (await Client.RunAsync("STORE 1 +FLAGS (Label $Junk)")).ShouldMatch(@"^\* FLAGS \([^)]* Label\)\r\n\* OK \[PERMANENTFLAGS \([^)]* Label \\\*\)\][^\r]*\r\n\* 1 FETCH \(FLAGS");
        (await Client.RunAsync("STORE 2 +FLAGS (label)")).ShouldNotContain("* FLAGS");
        (await other.RunAsync("NOOP")).ShouldMatch(@"^\* FLAGS \([^)]* Label\)\r\n[^\r]*\r\n\* 1 FETCH \(UID 1 FLAGS");
        await using var third = await Server.LogInAsync();
        (await third.RunAsync("EXAMINE INBOX")).ShouldMatch(@"^\* FLAGS \([^)]* Label\)\r\n\* OK \[PERMANENTFLAGS \(\)\]");
    }
}
