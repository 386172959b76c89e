using System.Text;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>RFC 4468 over RFC 4467: a draft in an IMAP mailbox is sent by its URL, through the server as it is shipped.</summary>
public class SubmittedUrlTests
{
    private const string Draft = "From: user1@example.com\r\nTo: user2@example.com\r\nSubject: sent by its URL\r\n\r\nThis text never came back to the client.\r\n";

    [Fact]
    public async Task A_draft_is_sent_by_its_url_and_by_its_owner_alone()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
        (await imap.AppendAsync("Drafts", Encoding.ASCII.GetBytes(Draft))).Text.ShouldContain("OK");
        var answer = (await imap.OkAsync($"GENURLAUTH \"imap://user1@example.com:{server["imap"].Port}/Drafts/;uid=1;urlauth=submit+user1\" INTERNAL"))[0].Text;
        var url = answer["* GENURLAUTH \"".Length..^1];

        (await SendAsync(server, "user2@example.com", url)).ShouldStartWith("554 5.6.6");
        (await SendAsync(server, "user1@example.com", url)).ShouldStartWith("250 ");
        await using var other = await ImapTestClient.ConnectAsync(server["imap"], "user2@example.com");
        await other.OkAsync("SELECT INBOX");
        for (var i = 0; i < 100 && !(await other.OkAsync("SEARCH SUBJECT \"sent by its URL\""))[0].Text.EndsWith(" 1", StringComparison.Ordinal); i++)
            await Task.Delay(100);
        Encoding.ASCII.GetString((await other.OkAsync("FETCH 1 BODY.PEEK[TEXT]"))[0].Literals[0]).ShouldBe("This text never came back to the client.\r\n");

        await imap.OkAsync("RESETKEY Drafts");
        (await SendAsync(server, "user1@example.com", url)).ShouldStartWith("554 5.6.6");
    }

    private static async Task<string> SendAsync(ServerProcess server, string user, string url)
    {
        await using var smtp = await SmtpTestClient.ConnectAsync(server["submission"]);
        (await smtp.CommandAsync("EHLO client.example.com")).ShouldContain("BURL");
        (await smtp.CommandAsync("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0demo-password")))).ShouldStartWith("235");
        (await smtp.CommandAsync($"MAIL FROM:<{user}>")).ShouldStartWith("250");
        (await smtp.CommandAsync("RCPT TO:<user2@example.com>")).ShouldStartWith("250");
        return await smtp.CommandAsync($"BURL {url} LAST");
    }
}
