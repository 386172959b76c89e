using System.Globalization;
using System.Text.RegularExpressions;
using Rialto.Store;

namespace Rialto.MailAccess.Tests.Imap;

/// <summary>RFC 7162: CONDSTORE and QRESYNC.</summary>
public sealed partial class ModSeqTests : ImapTest
{
    [Fact]
    public async Task Sequences_are_told_from_the_first_command_that_knows_them()
    {
        await SelectWithAsync(2);
        (await Client.RunAsync("STORE 1 +FLAGS (\\Flagged)")).ShouldBe("* 1 FETCH (FLAGS (\\Flagged))\r\nOK STORE completed");
        var status = await Client.RunAsync("STATUS Drafts (HIGHESTMODSEQ)");
        status.ShouldContain("(HIGHESTMODSEQ ");
        (await Client.RunAsync("STORE 1 -FLAGS (\\Flagged)")).ShouldMatch(@"^\* 1 FETCH \(FLAGS \(\) MODSEQ \(\d+\)\)\r\nOK");
        (await Client.RunAsync("STORE 1 +FLAGS.SILENT (\\Flagged)")).ShouldMatch(@"^\* 1 FETCH \(MODSEQ \(\d+\)\)\r\nOK");
        (await Client.RunAsync("FETCH 1 (FLAGS)")).ShouldMatch(@"^\* 1 FETCH \(FLAGS \(\\Flagged\) MODSEQ \(\d+\)\)\r\nOK");
        await using var other = await Server.LogInAsync();
        await other.RunAsync("SELECT INBOX");
        await other.RunAsync("STORE 2 +FLAGS (\\Seen)");
        (await other.RunAsync("FETCH 1 (MODSEQ)")).ShouldMatch(@"^\* OK \[HIGHESTMODSEQ \d+\] Highest\r\n\* 1 FETCH", "the mailbox's own comes first");
        (await Client.RunAsync("NOOP")).ShouldMatch(@"^\* 2 FETCH \(UID 2 FLAGS \(\\Seen\) MODSEQ \(\d+\)\)\r\nOK");
    }

    [Fact]
    public async Task Highestmodseq_rises_with_every_change_and_never_falls()
    {
        var before = Highest(await Client.RunAsync("SELECT INBOX"));
        before.ShouldBeGreaterThan(0);
        await SelectWithAsync(2);
        var arrived = Highest(await Client.RunAsync("SELECT INBOX"));
        arrived.ShouldBeGreaterThan(before);
        await Client.RunAsync("STORE 1 +FLAGS (\\Deleted)");
        var stored = Highest(await Client.RunAsync("SELECT INBOX"));
        stored.ShouldBeGreaterThan(arrived);
        await Client.RunAsync("EXPUNGE");
        Highest(await Client.RunAsync("SELECT INBOX")).ShouldBeGreaterThan(stored);
    }

    [Fact]
    public async Task Changedsince_gives_what_changed_alone()
    {
        await SelectWithAsync(3);
        var since = Highest(await Client.RunAsync("SELECT INBOX (CONDSTORE)"));
        await Client.RunAsync("STORE 2 +FLAGS (\\Seen)");
        (await Client.RunAsync($"FETCH 1:* (FLAGS) (CHANGEDSINCE {since})")).ShouldMatch(@"^\* 2 FETCH \(FLAGS \(\\Seen\) MODSEQ \(\d+\)\)\r\nOK");
        (await Client.RunAsync($"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {since + 1000})")).ShouldBe("OK FETCH completed");
        (await Client.RunAsync($"SEARCH MODSEQ {since + 1}")).ShouldMatch(@"^\* SEARCH 2 \(MODSEQ \d+\)\r\nOK");
        (await Client.RunAsync($"SEARCH MODSEQ \"/flags/\\\\draft\" all {since + 1}")).ShouldMatch(@"^\* SEARCH 2 \(MODSEQ \d+\)\r\nOK");
        (await Client.RunAsync($"SEARCH RETURN (MIN COUNT) MODSEQ 1")).ShouldMatch(@"MIN 1 COUNT 3 MODSEQ \d+\r\nOK");
        (await Client.RunAsync($"SEARCH MODSEQ {since + 1000}")).ShouldBe("* SEARCH\r\nOK SEARCH completed");
    }

    [Fact]
    public async Task A_store_that_comes_too_late_is_told_so()
    {
        await SelectWithAsync(3);
        var since = Highest(await Client.RunAsync("SELECT INBOX"));
        await using (var other = await Server.LogInAsync())
        {
            await other.RunAsync("SELECT INBOX");
            await other.RunAsync("STORE 2 +FLAGS (\\Seen)");
        }
        var answer = await Client.RunAsync($"STORE 1:3 (UNCHANGEDSINCE {since}) +FLAGS.SILENT (\\Deleted)");
        answer.ShouldContain("OK [MODIFIED 2] ");
        var flags = await Client.RunAsync("FETCH 1:3 (FLAGS)");
        flags.ShouldContain("* 1 FETCH (FLAGS (\\Deleted) ");
        flags.ShouldContain("* 2 FETCH (FLAGS (\\Seen) ");
        flags.ShouldContain("* 3 FETCH (FLAGS (\\Deleted) ");
        (await Client.RunAsync("UID STORE 1:3 (UNCHANGEDSINCE 0) +FLAGS (\\Answered)")).ShouldContain("OK [MODIFIED 1:3] ");
    }

    [Fact]
    public async Task Qresync_tells_what_was_missed_and_nothing_else()
    {
        await SelectWithAsync(6);
        var selected = await Client.RunAsync("SELECT INBOX");
        var (validity, since) = (UidValidity().Match(selected).Groups[1].Value, Highest(selected));
        await Client.RunAsync("STORE 2,4 +FLAGS (\\Deleted)");
        await Client.RunAsync("EXPUNGE"); // 1 3 5 6 are left
        await Client.RunAsync("UID MOVE 6 Drafts");
        await Client.RunAsync("UID STORE 3 +FLAGS (\\Seen)");
        await Server.DeliverAsync(Mail("Message 7"));
        var passing = await Server.DeliverAsync(Mail("Message 8"));
        await Client.RunAsync("NOOP");
        await Client.RunAsync($"UID STORE {passing.Uid} +FLAGS (\\Deleted)");
        await Client.RunAsync("EXPUNGE");

        await using var client = await Server.LogInAsync();
        (await client.RunAsync($"SELECT INBOX (QRESYNC ({validity} {since}))")).ShouldStartWith("BAD");
        (await client.RunAsync("ENABLE QRESYNC")).ShouldBe("* ENABLED QRESYNC\r\nOK ENABLE completed");
        var answer = await client.RunAsync($"SELECT INBOX (QRESYNC ({validity} {since}))");
        answer.ShouldContain("* VANISHED (EARLIER) 2,4,6\r\n");
        Regex.Matches(answer, @"\* \d+ FETCH \(UID (\d+) FLAGS").Select(m => m.Groups[1].Value).ShouldBe(["3", "7"]);
        answer.ShouldNotContain("CLOSED");
        (await client.RunAsync($"SELECT INBOX (QRESYNC ({validity} {since} 1:3 (1:2 1:2)))")).ShouldContain("* OK [CLOSED] ");
        answer = await client.RunAsync($"SELECT INBOX (QRESYNC ({validity} {since} 1:3))");
        answer.ShouldContain("* VANISHED (EARLIER) 2\r\n");
        answer.ShouldNotContain("UID 7 ");
        (await client.RunAsync($"SELECT INBOX (QRESYNC (1 {since}))")).ShouldNotContain("EARLIER", Case.Sensitive, "another mailbox of that name");
        (await client.RunAsync($"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {since} VANISHED)")).ShouldContain("* VANISHED (EARLIER) 2,4,6\r\n");
        var now = Highest(await client.RunAsync("SELECT INBOX"));
        answer = await client.RunAsync($"SELECT INBOX (QRESYNC ({validity} {now}))");
        answer.ShouldNotContain("VANISHED");
        answer.ShouldNotContain("FETCH");
    }

    [Fact]
    public async Task Vanished_takes_the_place_of_expunge()
    {
        await SelectWithAsync(4);
        await Client.RunAsync("ENABLE QRESYNC");
        await Client.RunAsync("STORE 1:3 +FLAGS.SILENT (\\Deleted)");
        (await Client.RunAsync("EXPUNGE")).ShouldMatch(@"^\* VANISHED 1:3\r\nOK \[HIGHESTMODSEQ \d+\] EXPUNGE completed");
        (await Client.RunAsync("FETCH 1 (UID)")).ShouldContain("* 1 FETCH (UID 4)");
        (await Client.RunAsync("MOVE 1 Drafts")).ShouldContain("* VANISHED 4\r\n");
    }

    [Theory]
    [InlineData("SELECT INBOX (QRESYNC)")]
    [InlineData("SELECT INBOX (QRESYNC (0 1))")]
    [InlineData("SELECT INBOX (QRESYNC (1 0))")]
    [InlineData("SELECT INBOX (QRESYNC (1 1 1 (1)))")]
    [InlineData("SELECT INBOX (NONSENSE)")]
    [InlineData("SELECT INBOX ()")]
    [InlineData("FETCH 1 (FLAGS) (CHANGEDSINCE 0)")]
    [InlineData("FETCH 1 (FLAGS) (CHANGEDSINCE 1 VANISHED)")]
    [InlineData("UID FETCH 1 (FLAGS) (VANISHED)")]
    [InlineData("STORE 1 (UNCHANGEDSINCE x) FLAGS ()")]
    [InlineData("SEARCH MODSEQ -1")]
    [InlineData("SEARCH MODSEQ 99999999999999999999")]
    public async Task What_is_no_such_parameter_is_refused(string command)
    {
        await SelectWithAsync(1);
        await Client.RunAsync("ENABLE QRESYNC");
        (await Client.RunAsync(command)).ShouldStartWith("BAD");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    private static long Highest(string answer) => long.Parse(HighestModSeq().Match(answer).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"HIGHESTMODSEQ (\d+)")]
    private static partial Regex HighestModSeq();

    [GeneratedRegex(@"UIDVALIDITY (\d+)")]
    private static partial Regex UidValidity();
}
