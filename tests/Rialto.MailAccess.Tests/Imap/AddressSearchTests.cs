// RFC 3501 6.4.4 FROM, TO, CC, BCC: every name and address of the field; RFC 5256 by columns that grow.
namespace Rialto.MailAccess.Tests.Imap;

public class AddressSearchTests : ImapTest
{
    private static string Mail(string header) => $"{header}\r\nSubject: x\r\nDate: Mon, 7 Feb 1994 21:52:25 -0800\r\n\r\ntext\r\n";

    [Fact]
    public async Task Addresses_behind_names_further_senders_and_groups_are_found()
    {
        await Server.DeliverAsync(Mail("From: Ann Real <ann@example.org>, second@example.org\r\nTo: Bob Name <bob@example.org>, carl@example.org"));
        await Server.DeliverAsync(Mail("From: other@example.org\r\nTo: Friends: dora@example.org;\r\nCc: =?utf-8?q?J=C3=BCrgen?= <j@example.org>"));
        await Client.RunAsync("SELECT INBOX");
        await FindsAsync("FROM second", "1");
        await FindsAsync("FROM \"ann real\"", "1");
        await FindsAsync("TO bob@example.org", "1");
        await FindsAsync("TO ARL@EXAMPLE", "1");
        await FindsAsync("TO friends", "2");
        await FindsAsync("TO example.org", "1 2");
        await FindsAsync("CC rgen", "2");
        await FindsAsync("NOT CC j@example.org", "1");
        // What comes later joins the columns; what goes leaves them.
        await Server.DeliverAsync(Mail("From: third@example.org\r\nTo: bob@example.org"));
        await Client.RunAsync("NOOP");
        await FindsAsync("TO bob@example.org", "1 3");
        await Client.RunAsync("STORE 1 +FLAGS.SILENT (\\Deleted)");
        await Client.RunAsync("EXPUNGE");
        await FindsAsync("TO bob@example.org", "2");
    }

    [Fact]
    public async Task Orders_are_right_however_the_folder_has_grown_and_shrunk()
    {
        var subjects = new List<string>();
        var random = new Random(5);
        for (var round = 0; round < 6; round++)
        {
            for (var i = 0; i < (round == 0 ? 40 : 3); i++)
            {
                subjects.Add(((char)('a' + random.Next(26))).ToString() + "ubject " + random.Next(3));
                await Server.DeliverAsync(ImapTest.Mail(subjects[^1]));
            }
            await Client.RunAsync("SELECT INBOX");
            if (round == 3)
            {
                await Client.RunAsync("STORE 2:9 +FLAGS.SILENT (\\Deleted)");
                await Client.RunAsync("EXPUNGE");
                subjects.RemoveRange(1, 8);
            }
            var order = Enumerable.Range(1, subjects.Count).OrderBy(n => subjects[n - 1], StringComparer.Ordinal).ToArray();
            await SortsAsync("SORT (SUBJECT) UTF-8 ALL", order);
            await SortsAsync("SORT (REVERSE SUBJECT) UTF-8 ALL", [.. Enumerable.Range(1, subjects.Count).OrderByDescending(n => subjects[n - 1], StringComparer.Ordinal)]);
            await SortsAsync("SORT (FROM SUBJECT) UTF-8 3:7", [.. order.Where(n => n is >= 3 and <= 7)]);
        }
    }

    private async Task FindsAsync(string key, string numbers) => (await Client.RunAsync($"SEARCH CHARSET UTF-8 {key}")).ShouldContain($"* SEARCH {numbers}\r\n");

    private async Task SortsAsync(string command, int[] numbers) => (await Client.RunAsync(command)).ShouldStartWith($"* SORT {string.Join(' ', numbers)}\r\n");
}
