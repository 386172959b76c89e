namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class ReplaceCommandTests : ImapTest
{
    [Fact]
    public async Task A_draft_takes_the_place_of_another()
    {
        await SelectWithAsync(2);
        var mail = Mail("Second version");

        var response = await Client.RunWithLiteralsAsync($"REPLACE 1 INBOX (\\Draft) {{{mail.Length}}}", mail, "");
        response.ShouldMatch(@"^\* OK \[APPENDUID \d+ 3\] [^\r]+\r\n\* 1 EXPUNGE\r\n\* 2 EXISTS\r\n[\s\S]*OK REPLACE completed$");
        (await Client.RunAsync("FETCH 1:* (UID FLAGS)")).ShouldStartWith("* 1 FETCH (UID 2 FLAGS ())\r\n* 2 FETCH (UID 3 FLAGS (\\Draft))\r\n");
    }

    [Fact]
    public async Task Into_another_mailbox_and_by_uid()
    {
        await SelectWithAsync(1);
        var mail = Mail("Sent");

        (await Client.RunWithLiteralsAsync($"UID REPLACE 1 \"Sent Items\" {{{mail.Length}+}}\r\n{mail}")).ShouldContain("* 1 EXPUNGE");
        (await Client.RunAsync("STATUS \"Sent Items\" (MESSAGES)")).ShouldContain("MESSAGES 1");
        (await Client.RunWithLiteralsAsync($"UID REPLACE 1 INBOX {{{mail.Length}}}")).ShouldContain("NO [NONEXISTENT]");
        (await Client.RunWithLiteralsAsync($"REPLACE 7 INBOX {{{mail.Length}}}")).ShouldContain("BAD");
        (await Client.RunWithLiteralsAsync("REPLACE 1:2 INBOX {5}")).ShouldContain("BAD");
        (await Client.RunAsync("NOOP")).ShouldStartWith("OK");
    }

    [Fact]
    public async Task What_is_refused_leaves_the_message()
    {
        await SelectWithAsync(1);
        (await Client.RunWithLiteralsAsync("REPLACE 1 nothing {5}")).ShouldContain("NO [TRYCREATE]");
        (await Client.RunAsync("EXAMINE INBOX")).ShouldContain("* 1 EXISTS");
        (await Client.RunWithLiteralsAsync("REPLACE 1 INBOX {5}")).ShouldContain("NO [CANNOT]");
        (await Client.RunAsync("FETCH 1 UID")).ShouldStartWith("* 1 FETCH (UID 1)");
    }
}
