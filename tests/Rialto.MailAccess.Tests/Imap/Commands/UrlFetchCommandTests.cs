using Rialto.MailAccess.Imap;
using Rialto.Store;

namespace Rialto.MailAccess.Tests.Imap.Commands;

/// <summary>RFC 4467 6, 7 URLFETCH.</summary>
public sealed class UrlFetchCommandTests : UrlAuthTest
{
    internal override Task<ImapServer> StartAsync() => ImapServer.StartAsync(new ImapOptions { TellsRecent = false, SubmissionAccounts = { "user3@example.com" } }, users: 3);

    [Fact]
    public async Task Who_may_use_a_url_is_in_it()
    {
        await using var second = await Server.LogInAsync(2);
        await using var third = await Server.LogInAsync(3);
        foreach (var (access, users) in ((string, int[])[])[("anonymous", [1, 2, 3]), ("authuser", [1, 2, 3]), ("user+user2", [2]), ("user+user2%40example.com", [2]), ("submit+user1", [3]), ("user+nobody", [])])
        {
            var url = await AuthorizeAsync($"{Inbox}/;uid=1/;section=1;urlauth={access}");
            foreach (var (user, client) in ((int, ImapClient)[])[(1, Client), (2, second), (3, third)])
                (await FetchAsync(client, url)).ShouldBe(users.Contains(user) ? "first part" : null, $"{access} for user{user}");
        }
    }

    [Fact]
    public async Task Whole_messages_parts_and_pieces()
    {
        (await FetchAsync(Client, await AuthorizeAsync(Inbox + "/;uid=1;urlauth=anonymous"))).ShouldBe(Nested);
        (await FetchAsync(Client, await AuthorizeAsync(Inbox + "/;uid=1/;section=2.HEADER;urlauth=anonymous"))).ShouldBe("From: Carl <carl@example.com>\r\nSubject: Inner\r\n\r\n");
        (await FetchAsync(Client, await AuthorizeAsync(Inbox + "/;uid=1/;section=1/;partial=6.3;urlauth=anonymous"))).ShouldBe("par");
        (await FetchAsync(Client, await AuthorizeAsync(Inbox + "/;uid=1/;section=1/;partial=100.3;urlauth=anonymous"))).ShouldBe("");
        (await FetchAsync(Client, await AuthorizeAsync(Inbox + "/;uid=1/;section=7;urlauth=anonymous"))).ShouldBeNull();
        (await FetchAsync(Client, await AuthorizeAsync(Inbox + "/;uid=7;urlauth=anonymous"))).ShouldBeNull();
        (await FetchAsync(Client, await AuthorizeAsync(Inbox + ";uidvalidity=1/;uid=1;urlauth=anonymous"))).ShouldBeNull();
    }

    [Fact]
    public async Task Nothing_in_a_url_may_be_changed()
    {
        var url = await AuthorizeAsync(Inbox + "/;uid=1/;section=1;urlauth=user+user2");
        await using var second = await Server.LogInAsync(2);

        (await FetchAsync(second, url)).ShouldBe("first part");
        (await FetchAsync(second, url.Replace(":internal:", ":INTERNAL:", StringComparison.Ordinal))).ShouldBe("first part");
        foreach (var other in (string[])[
            url.Replace("user+user2", "anonymous", StringComparison.Ordinal), url.Replace("section=1", "section=2", StringComparison.Ordinal), url.Replace("uid=1", "UID=1", StringComparison.Ordinal),
            url.Replace("mail.example.com", "MAIL.example.com", StringComparison.Ordinal), url.Replace("%40", "@", StringComparison.Ordinal), url.Replace("INBOX", "Drafts", StringComparison.Ordinal),
            url.Replace("user1%40", "user2%40", StringComparison.Ordinal), url.Replace(":internal:", ":other:", StringComparison.Ordinal), url[..^1], url + "0", url[..^66], url[..^66] + new string('0', 66), url[..url.IndexOf(":internal", StringComparison.Ordinal)]])
        {
            (await FetchAsync(second, other)).ShouldBeNull(other);
        }
    }

    [Fact]
    public async Task A_url_ends_when_it_says()
    {
        var now = Server.Engine.Time.GetUtcNow();
        var before = await AuthorizeAsync($"{Inbox}/;uid=1/;section=1;expire={now.AddMinutes(-1):yyyy-MM-ddTHH:mm:ssZ};urlauth=anonymous");
        var after = await AuthorizeAsync($"{Inbox}/;uid=1/;section=1;expire={now.AddHours(1):yyyy-MM-ddTHH:mm:ssZ};urlauth=anonymous");

        (await FetchAsync(Client, before)).ShouldBeNull();
        (await FetchAsync(Client, after)).ShouldBe("first part");
        (await FetchAsync(Client, after.Replace($"expire={now.AddHours(1):yyyy}", $"expire={now.AddYears(5):yyyy}", StringComparison.Ordinal))).ShouldBeNull();
    }

    [Fact]
    public async Task Several_are_answered_at_once_and_what_is_none_is_nil()
    {
        var url = await AuthorizeAsync(Inbox + "/;uid=1/;section=1;urlauth=anonymous");
        (await Client.RunAsync($"URLFETCH imap://mail.example.com/ \"{url}\" nonsense /INBOX/;UID=1"))
            .ShouldBe($"* URLFETCH \"imap://mail.example.com/\" NIL \"{url}\" {{10}}\r\nfirst part \"nonsense\" NIL \"/INBOX/;UID=1\" NIL\r\nOK URLFETCH completed");
        (await Client.RunAsync("URLFETCH")).ShouldStartWith("BAD");
    }

    /// <summary>The one that this client is connected to; a URL with a token may be used at every other, and in submission.</summary>
    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.1:143")]
    public async Task The_server_may_be_named_by_its_address(string host)
    {
        var url = await AuthorizeAsync($"imap://user1@{host}/INBOX/;uid=1/;section=1;urlauth=submit+user1");
        (await Client.RunAsync($"APPEND Drafts CATENATE (URL \"imap://{host}/INBOX/;uid=1\")")).ShouldContain("OK [APPENDUID");
        (await Client.RunAsync("APPEND Drafts CATENATE (URL \"imap://192.0.2.2/INBOX/;uid=1\")")).ShouldContain("NO [BADURL ");
        await using var third = await Server.LogInAsync(3);
        (await FetchAsync(third, url)).ShouldBe("first part");
        (await FetchAsync(third, url.Replace("192.0.2.1", "192.0.2.2", StringComparison.Ordinal))).ShouldBeNull();

        var found = await Server.Protocol.OpenForSubmissionAsync(url, Server.Directory.Account("user1@example.com"), CancellationToken.None);
        found.ShouldNotBeNull().Lease.Dispose();
    }

    /// <summary>The access is that of the URL's maker at the time of use.</summary>
    [Fact]
    public async Task An_account_that_is_closed_takes_its_urls_with_it()
    {
        var url = await AuthorizeAsync(Inbox + "/;uid=1/;section=1;urlauth=anonymous");
        await using var second = await Server.LogInAsync(2);
        (await FetchAsync(second, url)).ShouldBe("first part");
        await Server.Directory.Service.UpdateAsync<Rialto.Directory.Account>(Server.Directory.Account("user1@example.com").Id, a => a with { LoginEnabled = false });
        (await FetchAsync(second, url)).ShouldBeNull();
    }

    [Fact]
    public async Task A_message_is_put_together_from_absolute_urls()
    {
        var url = await AuthorizeAsync(Inbox + "/;uid=1/;section=1;urlauth=user+user2");
        await using var second = await Server.LogInAsync(2);

        (await second.RunAsync($"APPEND Drafts CATENATE (TEXT {{14+}}\r\nSubject: x\r\n\r\n URL \"{url}\")")).ShouldContain("OK [APPENDUID");
        (await second.RunAsync("APPEND Drafts CATENATE (URL \"" + Inbox + "/;uid=1\")")).ShouldContain("NO [BADURL ");
        (await Client.RunAsync("APPEND Drafts CATENATE (URL \"" + Inbox + "/;uid=1\")")).ShouldContain("OK [APPENDUID");
        (await Client.RunAsync("APPEND Drafts CATENATE (URL \"//mail.example.com/INBOX/;uid=1\")")).ShouldContain("OK [APPENDUID");
        (await Client.RunAsync($"APPEND Drafts CATENATE (URL \"{url}\")")).ShouldContain("NO [BADURL ");
        await second.RunAsync("SELECT Drafts");
        (await second.RunAsync("FETCH 1 BODY.PEEK[]")).ShouldContain("Subject: x\r\n\r\nfirst part)");
    }

    /// <summary>RFC 4468 3.3: for who submits, as this server's own submission asks.</summary>
    [Fact]
    public async Task Submission_reads_what_is_for_it()
    {
        var one = Server.Directory.Account("user1@example.com");
        var two = Server.Directory.Account("user2@example.com");
        var url = await AuthorizeAsync(Inbox + "/;uid=1/;section=1;urlauth=submit+user1");

        var found = await Server.Protocol.OpenForSubmissionAsync(url, one, CancellationToken.None);
        System.Text.Encoding.ASCII.GetString(found!.Value.Octets.Span).ShouldBe("first part");
        found.Value.Lease.Dispose();
        (await Server.Protocol.OpenForSubmissionAsync(url, two, CancellationToken.None)).ShouldBeNull();
        (await Server.Protocol.OpenForSubmissionAsync(Inbox + "/;uid=1", one, CancellationToken.None)).ShouldBeNull();
        (await Server.Protocol.OpenForSubmissionAsync("nonsense", one, CancellationToken.None)).ShouldBeNull();
    }

    private const string Encoded =
        "Subject: Encoded\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=YY\r\n\r\n" +
        "--YY\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nSi vis pacem, =\r\npara bellum.\r\nGr=C3=BC=C3=9Fe\r\n" +
        "--YY\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.png\r\n\r\nAAECAw==\r\n" +
        "--YY\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: x-blurdybloop\r\n\r\nwho knows\r\n" +
        "--YY\r\nContent-Type: text/x-own\r\nContent-Transfer-Encoding: base64\r\n\r\naGVs\r\nbG8NCg0K\r\nd29y\r\nbGQ=\r\n" +
        "--YY\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nlone=0Afeeds=0A\r\n" +
        "--YY\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: BINARY\r\n\r\nas it is\r\n" +
        "--YY--\r\n";

    /// <summary>RFC 5524 4, example by example.</summary>
    [Theory]
    [InlineData("1", "BINARY", "(BINARY {35}\r\nSi vis pacem, para bellum.\r\nGr\u00c3\u00bc\u00c3\u009fe)")]
    [InlineData("1", "BODYPARTSTRUCTURE", "(BODYPARTSTRUCTURE (\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"quoted-printable\" 46 2 NIL NIL NIL NIL))")]
    [InlineData("1", "BINARY BODYPARTSTRUCTURE", "(BODYPARTSTRUCTURE (\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"8bit\" 35 1 NIL NIL NIL NIL)) (BINARY {35}\r\nSi vis pacem, para bellum.\r\nGr\u00c3\u00bc\u00c3\u009fe)")]
    [InlineData("2", "BINARY BODYPARTSTRUCTURE", "(BODYPARTSTRUCTURE (\"image\" \"png\" NIL NIL NIL \"binary\" 4 NIL (\"attachment\" (\"filename\" \"a.png\")) NIL NIL)) (BINARY ~{4}\r\n\0\u0001\u0002\u0003)")]
    [InlineData("2", "BODYPARTSTRUCTURE BODY", "(BODYPARTSTRUCTURE (\"image\" \"png\" NIL NIL NIL \"base64\" 8 NIL (\"attachment\" (\"filename\" \"a.png\")) NIL NIL)) (BODY {8}\r\nAAECAw==)")]
    [InlineData("3", "BODYPARTSTRUCTURE BINARY", "(BODYPARTSTRUCTURE (\"image\" \"png\" NIL NIL NIL \"x-blurdybloop\" 9 NIL NIL NIL NIL)) (BINARY NIL)")]
    [InlineData("4", "BINARY BODYPARTSTRUCTURE", "(BODYPARTSTRUCTURE (\"text\" \"x-own\" NIL NIL NIL \"7bit\" 14 2 NIL NIL NIL NIL)) (BINARY {14}\r\nhello\r\n\r\nworld)")]
    [InlineData("5", "BINARY BODYPARTSTRUCTURE", "(BODYPARTSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"binary\" 11 2 NIL NIL NIL NIL)) (BINARY {11}\r\nlone\nfeeds\n)")]
    [InlineData("6", "BINARY BODYPARTSTRUCTURE", "(BODYPARTSTRUCTURE (\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"BINARY\" 8 0 NIL NIL NIL NIL)) (BINARY {8}\r\nas it is)")]
    [InlineData("200", "BODYPARTSTRUCTURE BODY", "NIL")]
    [InlineData("HEADER", "BODYPARTSTRUCTURE BODY", "NIL")]
    [InlineData("2.MIME", "BINARY", "(BINARY {111}\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.png\r\n\r\n)")]
    [InlineData("2/;partial=1.2", "BINARY", "(BINARY {2}\r\n\u0001\u0002)")]
    [InlineData("2/;partial=1.2", "BODY", "(BODY {2}\r\nAE)")]
    [InlineData("2", "", "{8}\r\nAAECAw==")]
    public async Task What_is_asked_of_a_url_is_told(string section, string parameters, string told)
    {
        await Server.DeliverAsync(Encoded);
        var url = await AuthorizeAsync($"{Inbox}/;uid=2/;section={section};urlauth=anonymous");
        var answer = await Client.RunAsync($"URLFETCH (\"{url}\"{(parameters.Length > 0 ? " " : "")}{parameters})");
        answer.ShouldBe($"* URLFETCH \"{url}\" {told}\r\nOK URLFETCH completed");
    }

    [Fact]
    public async Task A_whole_message_has_its_own_structure()
    {
        var url = await AuthorizeAsync(Inbox + "/;uid=1;urlauth=anonymous");
        var structure = await Client.RunAsync($"URLFETCH (\"{url}\" BODYPARTSTRUCTURE) (\"{url}\" BINARY) \"{url}\"");
        await Client.RunAsync("SELECT INBOX");
        var fetched = await Client.RunAsync("FETCH 1 BODYSTRUCTURE");
        fetched = fetched[(fetched.IndexOf("BODYSTRUCTURE ", StringComparison.Ordinal) + 14)..fetched.IndexOf(")\r\nOK", StringComparison.Ordinal)];
        structure.ShouldBe($"* URLFETCH \"{url}\" (BODYPARTSTRUCTURE {fetched}) \"{url}\" (BINARY {{{Nested.Length}}}\r\n{Nested}) \"{url}\" {{{Nested.Length}}}\r\n{Nested}\r\nOK URLFETCH completed");
    }

    [Theory]
    [InlineData("(/INBOX/;UID=1 BODY BINARY)")]
    [InlineData("(/INBOX/;UID=1 BODY BODY)")]
    [InlineData("(/INBOX/;UID=1 PREVIEW)")]
    [InlineData("(/INBOX/;UID=1 BODY")]
    [InlineData("(/INBOX/;UID=1 )")]
    [InlineData("()")]
    public async Task Other_parameters_are_bad(string argument) => (await Client.RunAsync("URLFETCH " + argument)).ShouldStartWith("BAD ");
}
