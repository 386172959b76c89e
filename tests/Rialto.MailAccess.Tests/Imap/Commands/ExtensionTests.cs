using System.Text;

namespace Rialto.MailAccess.Tests.Imap.Commands;

/// <summary>Extensions that touch several commands.</summary>
public sealed class ExtensionTests : ImapTest
{
    private const string Encoded =
        "From: a@example.com\r\nSubject: Parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=XX\r\n\r\n" +
        "--XX\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n" +
        "--XX\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n" +
        "--XX\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: x-unknown\r\n\r\n??\r\n" +
        "--XX--\r\n";

    [Fact]
    public async Task Binary_parts_are_decoded()
    {
        await Server.DeliverAsync(Encoded);
        await Client.RunAsync("SELECT INBOX");

        (await Client.RunAsync("FETCH 1 (BINARY.SIZE[1] BINARY.SIZE[2] BINARY.PEEK[2])")).ShouldStartWith("* 1 FETCH (BINARY.SIZE[1] 7 BINARY.SIZE[2] 3 BINARY[2] ~{3}\r\n\0\u0001\u0002)\r\nOK");
        (await Client.RunAsync("FETCH 1 BINARY.PEEK[1]<2.3>")).ShouldStartWith("* 1 FETCH (BINARY[1]<2> {3}\r\n\u00c3\u00bc\u00c3)\r\nOK");
        (await Client.RunAsync("FETCH 1 BINARY[3]")).ShouldContain("NO [UNKNOWN-CTE]");
        (await Client.RunAsync("FETCH 1 (BINARY.PEEK[9] FLAGS)")).ShouldContain("BINARY[9] NIL FLAGS (\\Seen)");
        (await Client.RunAsync("FETCH 1 BINARY.PEEK[]")).ShouldContain($"BINARY[] {{{Encoded.Length}}}\r\n");
        (await Client.RunAsync("FETCH 1 BINARY[1.TEXT]")).ShouldStartWith("BAD");
        (await Client.RunAsync("FETCH 1 BINARY.SIZE[1]<0.1>")).ShouldStartWith("BAD");
    }

    /// <summary>RFC 3516 4.4: who does not ask for BINARY never meets NUL.</summary>
    [Theory]
    [InlineData(1_000)]
    [InlineData(300_000)]
    public async Task Binary_messages_of_any_size_are_kept_encoded(int size)
    {
        var content = string.Concat(Enumerable.Range(0, size).Select(i => (char)(i % 251)));
        var mail = "From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=XX\r\n\r\n--XX\r\n\r\ntext\r\n--XX\r\nContent-Type: application/octet-stream\r\n" +
            $"Content-Transfer-Encoding: binary\r\n\r\n{content}\r\n--XX--\r\n";
        (await Client.RunWithLiteralsAsync($"APPEND INBOX ~{{{mail.Length}}}", mail, "")).ShouldContain("OK [APPENDUID ");
        await Client.RunAsync("SELECT INBOX");

        (await Client.RunAsync("FETCH 1 BINARY.PEEK[2]")).ShouldBe($"* 1 FETCH (BINARY[2] ~{{{size}}}\r\n{content})\r\nOK FETCH completed");
        var whole = await Client.RunAsync("FETCH 1 BODY.PEEK[]");
        whole.ShouldNotContain("\0");
        whole.ShouldContain("\r\nContent-Transfer-Encoding: base64\r\n");
        whole.ShouldNotContain("binary");
    }

    /// <summary>RFC 8514.</summary>
    [Fact]
    public async Task Messages_say_when_they_came_into_their_mailbox()
    {
        await Client.RunWithLiteralsAsync($"APPEND INBOX \" 1-Jan-2020 10:00:00 +0000\" {{{Mail("Old").Length}}}", Mail("Old"), "");
        await Client.RunAsync("CREATE There");
        await Client.RunAsync("SELECT INBOX");
        const string date = "\"[ 0-3][0-9]-[A-Z][a-z]{2}-20[0-9]{2} [0-9:]{8} [+]0000\"";
        var today = Server.Engine.Time.GetUtcNow().ToString("d-MMM-yyyy", System.Globalization.CultureInfo.InvariantCulture);

        (await Client.RunAsync("FETCH 1 (SAVEDATE INTERNALDATE)")).ShouldMatch($"^\\* 1 FETCH \\(SAVEDATE {date} INTERNALDATE \" 1-Jan-2020");
        (await Client.RunAsync("SEARCH SAVEDATESUPPORTED")).ShouldStartWith("* SEARCH 1\r\n");
        (await Client.RunAsync("SEARCH SAVEDSINCE 2-Jan-2020")).ShouldStartWith("* SEARCH 1\r\n");
        (await Client.RunAsync("SEARCH SAVEDBEFORE 2-Jan-2020")).ShouldStartWith("* SEARCH\r\n");
        (await Client.RunAsync($"SEARCH OR SAVEDON {today} SAVEDSINCE {today}")).ShouldStartWith("* SEARCH 1\r\n");
        (await Client.RunAsync("SEARCH SAVEDON nonsense")).ShouldStartWith("BAD");
        await Client.RunAsync("MOVE 1 There");
        await Client.RunAsync("SELECT There");
        (await Client.RunAsync("FETCH 1:* (UID SAVEDATE)")).ShouldMatch($"^\\* 1 FETCH \\(UID 1 SAVEDATE {date}\\)\r\nOK");
    }

    [Fact]
    public async Task Objects_have_names_that_stay()
    {
        await Server.DeliverAsync(Mail("One"));
        await Server.DeliverAsync(Mail("Two"));
        var selected = await Client.RunAsync("SELECT INBOX");
        var mailbox = Between(selected, "[MAILBOXID (", ")]");
        (await Client.RunAsync("STATUS INBOX (MAILBOXID MESSAGES)")).ShouldContain($"(MESSAGES 2 MAILBOXID ({mailbox}))");
        (await Client.RunAsync("CREATE Copy")).ShouldContain("OK [MAILBOXID (F");

        var first = await Client.RunAsync("FETCH 1 (EMAILID THREADID)");
        var email = Between(first, "EMAILID (", ")");
        await Client.RunAsync("COPY 1 Copy");
        (await Client.RunAsync($"SEARCH EMAILID {email}")).ShouldStartWith("* SEARCH 1\r\n");
        (await Client.RunAsync("SEARCH THREADID nothing")).ShouldStartWith("* SEARCH\r\n");
        await Client.RunAsync("SELECT Copy");
        (await Client.RunAsync("FETCH 1 EMAILID")).ShouldStartWith($"* 1 FETCH (EMAILID ({email}))\r\n");
    }

    [Fact]
    public async Task Rows_come_with_items_of_every_kind()
    {
        await SelectWithAsync(2);

        (await Client.RunAsync("FETCH 1:2 (UID PREVIEW (LAZY) ENVELOPE)")).ShouldMatch("^\\* 1 FETCH \\(UID 1 PREVIEW \".*\" ENVELOPE \\(.*Message 1.*\\)\r\n\\* 2 FETCH");
        (await Client.RunAsync("FETCH 2 PREVIEW")).ShouldStartWith("* 2 FETCH (PREVIEW ");
        (await Client.RunAsync("FETCH 2 (PREVIEW (NOW))")).ShouldStartWith("BAD");
    }

    [Fact]
    public async Task Results_are_told_in_parts()
    {
        await SelectWithAsync(5);

        (await Client.RunAsync("SEARCH RETURN (COUNT PARTIAL 2:3) ALL")).ShouldContain(" COUNT 5 PARTIAL (2:3 2:3)\r\n");
        (await Client.RunAsync("UID SEARCH RETURN (PARTIAL -1:-2) ALL")).ShouldContain(" UID PARTIAL (-1:-2 4:5)\r\n");
        (await Client.RunAsync("SEARCH RETURN (PARTIAL 7:9) ALL")).ShouldContain(" PARTIAL (7:9 NIL)\r\n");
        (await Client.RunAsync("SORT RETURN (PARTIAL 1:2) (REVERSE ARRIVAL) UTF-8 ALL")).ShouldContain(" PARTIAL (1:2 5,4)\r\n");
        (await Client.RunAsync("UID FETCH 1:* (FLAGS) (PARTIAL -1:-2)")).ShouldStartWith("* 4 FETCH (UID 4 FLAGS ())\r\n* 5 FETCH (UID 5 FLAGS ())\r\nOK");
        (await Client.RunAsync("SEARCH RETURN (ALL PARTIAL 1:2) ALL")).ShouldStartWith("BAD");
        (await Client.RunAsync("SEARCH RETURN (PARTIAL 1:-2) ALL")).ShouldStartWith("BAD");
        (await Client.RunAsync("FETCH 1:* FLAGS (PARTIAL 1:2)")).ShouldStartWith("BAD");
    }

    [Fact]
    public async Task Clients_without_sequence_numbers()
    {
        await SelectWithAsync(3);
        (await Client.RunAsync("ENABLE UIDONLY")).ShouldStartWith("* ENABLED UIDONLY\r\n");

        (await Client.RunAsync("FETCH 1 FLAGS")).ShouldStartWith("BAD [UIDREQUIRED]");
        (await Client.RunAsync("SEARCH ALL")).ShouldStartWith("BAD [UIDREQUIRED]");
        (await Client.RunAsync("UID SEARCH 1:2")).ShouldStartWith("BAD [UIDREQUIRED]");
        (await Client.RunAsync("UID SEARCH UID 2:3")).ShouldStartWith("* SEARCH 2 3\r\n");
        (await Client.RunAsync("UID FETCH 2 FLAGS")).ShouldStartWith("* 2 UIDFETCH (FLAGS ())\r\nOK");
        (await Client.RunAsync("UID STORE 1 +FLAGS (\\Deleted)")).ShouldStartWith("* 1 UIDFETCH (FLAGS (\\Deleted))\r\nOK");
        (await Client.RunAsync("EXPUNGE")).ShouldStartWith("* VANISHED 1\r\nOK");
        (await Client.RunAsync("UID FETCH 2 (BODY.PEEK[HEADER.FIELDS (SUBJECT)])")).ShouldStartWith("* 2 UIDFETCH (BODY[");
    }

    [Fact]
    public async Task Names_are_utf8_where_the_client_says_so()
    {
        await Client.RunAsync("CREATE \"Entw&APw-rfe\"");
        (await Client.RunAsync("ENABLE UTF8=ACCEPT")).ShouldStartWith("* ENABLED UTF8=ACCEPT\r\n");
        var name = Encoding.Latin1.GetString("Entw\u00fcrfe"u8);

        (await Client.RunAsync("LIST \"\" Entw*")).ShouldContain($" \"{name}\"\r\n");
        (await Client.RunAsync($"SELECT \"{name}\"")).ShouldContain("OK [READ-WRITE]");
        (await Client.RunAsync("CREATE \"R&D\"")).ShouldStartWith("OK");
        (await Client.RunAsync("LIST \"\" R*")).ShouldContain(" \"R&D\"\r\n");
        (await Client.RunAsync("CREATE \"\u00ff\"")).ShouldStartWith("BAD");
        (await Client.RunAsync("SEARCH CHARSET UTF-8 ALL")).ShouldStartWith("BAD");
        var mail = Mail(name);
        (await Client.RunWithLiteralsAsync($"APPEND INBOX UTF8 (~{{{mail.Length}}}", mail, ")")).ShouldContain("OK [APPENDUID ");
    }

    [Fact]
    public async Task Revision_2_speaks_as_it_should()
    {
        await Server.DeliverAsync(Mail("One"));
        (await Client.RunAsync("ENABLE IMAP4rev2")).ShouldStartWith("* ENABLED IMAP4rev2\r\n");

        var selected = await Client.RunAsync("SELECT inbox");
        selected.ShouldContain("* LIST (\\HasNoChildren) \"/\" INBOX\r\n");
        selected.ShouldNotContain("RECENT");
        selected.ShouldNotContain("UNSEEN");
        (await Client.RunAsync("SEARCH ALL")).ShouldMatch("^\\* ESEARCH \\(TAG \"t\\d+\"\\) ALL 1\r\nOK");
        (await Client.RunAsync("UID SEARCH SEEN")).ShouldMatch("^\\* ESEARCH \\(TAG \"t\\d+\"\\) UID\r\nOK");
        await Client.RunAsync("STORE 1 +FLAGS.SILENT (\\Deleted)");
        (await Client.RunAsync("STATUS INBOX (MESSAGES DELETED SIZE)")).ShouldContain("MESSAGES 1 SIZE ");
        (await Client.RunAsync("STATUS INBOX (DELETED)")).ShouldContain("(DELETED 1)");
        (await Client.RunAsync("SELECT Drafts")).ShouldStartWith("* OK [CLOSED]");
    }

    private static string Between(string text, string before, string after)
    {
        var from = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[from..text.IndexOf(after, from, StringComparison.Ordinal)];
    }
}
