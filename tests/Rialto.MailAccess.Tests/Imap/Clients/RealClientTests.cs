using System.Diagnostics;
using System.Net;
using System.Text;
using Rialto.Net;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Imap.Clients;

/// <summary>Programs that people use, against the server on a socket.</summary>
public sealed class RealClientTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProgramFact("curl")]
    public async Task Curl_lists_fetches_and_appends_over_tls()
    {
        await using var server = await ImapServer.StartAsync();
        var imaps = await server.ListenAsync(TlsMode.Implicit);
        var mail = _folder.File("mail.eml");
        await File.WriteAllTextAsync(mail, ImapTest.Nested);
        string[] login = ["-sS", "-k", "--max-time", "50", "-u", $"user1@example.com:{TestDirectory.Password}"];

        (await RunAsync("curl", [.. login, "-T", mail, $"imaps://{imaps}/INBOX"])).ExitCode.ShouldBe(0);
        var fetched = await RunAsync("curl", [.. login, $"imaps://{imaps}/INBOX;MAILINDEX=1"]);
        fetched.Output.ShouldBe(ImapTest.Nested);
        (await RunAsync("curl", [.. login, $"imaps://{imaps}/"])).Output.ShouldContain("\"Sent Items\"");
        (await RunAsync("curl", [.. login, "-X", "EXAMINE INBOX", $"imaps://{imaps}/"])).Output.ShouldContain("* 1 EXISTS");
    }

    [ProgramFact("curl")]
    public async Task Curl_upgrades_by_starttls()
    {
        await using var server = await ImapServer.StartAsync();
        await server.DeliverAsync(ImapTest.Nested);
        var imap = await server.ListenAsync(TlsMode.StartTls);

        var fetched = await RunAsync("curl", ["-sS", "-k", "--ssl-reqd", "--max-time", "50", "-u", $"user1@example.com:{TestDirectory.Password}", $"imap://{imap}/INBOX;UID=1"]);

        fetched.Output.ShouldBe(ImapTest.Nested);
    }

    [ProgramFact("python3")]
    public async Task Imaplib_goes_through_a_day()
    {
        await using var server = await ImapServer.StartAsync();
        await server.DeliverAsync(ImapTest.Nested);
        var imap = await server.ListenAsync(TlsMode.None);
        var script = $"""
            import imaplib, email
            m = imaplib.IMAP4('{imap.Address}', {imap.Port})
            m.login('user1@example.com', '{TestDirectory.Password}')
            assert m.select('INBOX') == ('OK', [b'1'])
            typ, data = m.fetch('1', '(UID FLAGS BODY.PEEK[])')
            assert email.message_from_bytes(data[0][1])['Subject'] == 'Outer'
            assert m.create('Archive/2026')[0] == 'OK'
            assert m.copy('1', 'Archive/2026')[0] == 'OK'
            assert m.store('1', '+FLAGS', '(\\Deleted)')[0] == 'OK'
            assert m.expunge() == ('OK', [b'1'])
            assert m.append('Drafts', '(\\Draft)', imaplib.Time2Internaldate(1600000000), b'Subject: x\r\n\r\ny\r\n')[0] == 'OK'
            assert m.status('Drafts', '(MESSAGES UNSEEN)')[0] == 'OK'
            m.select('Archive/2026')
            assert m.search(None, 'SUBJECT', '"Outer"') == ('OK', [b'1'])
            assert m.rename('Archive/2026', 'Archive/Old')[0] == 'OK'
            m.logout()
            """;
        var result = await RunAsync("python3", ["-c", script]);

        result.Error.ShouldBe("");
        result.ExitCode.ShouldBe(0);
    }

    [ProgramFact("python3")]
    public async Task Imaplib_speaks_the_extensions_that_it_knows()
    {
        await using var server = await ImapServer.StartAsync();
        await server.DeliverAsync("Message-ID: <a@x>\r\nSubject: One\r\n\r\nx\r\n");
        await server.DeliverAsync("Message-ID: <b@x>\r\nReferences: <a@x>\r\nSubject: Re: One\r\n\r\nx\r\n");
        var imap = await server.ListenAsync(TlsMode.None);
        var script = $"""
            import imaplib
            m = imaplib.IMAP4('{imap.Address}', {imap.Port})
            m.login('user1@example.com', '{TestDirectory.Password}')
            assert m.enable('UTF8=ACCEPT') == ('OK', [b'ENABLE completed'])
            assert m.create('"Grüße & mehr"')[0] == 'OK'
            assert 'Grüße & mehr'.encode() in b''.join(m.list('""', '*')[1])
            m.select('INBOX')
            assert m.thread('REFERENCES', 'UTF-8', 'ALL') == ('OK', [b'(1 2)'])
            assert m.sort('(REVERSE SUBJECT)', 'UTF-8', 'ALL') == ('OK', [b'1 2'])
            assert m.namespace()[0] == 'OK'
            assert m.setacl('INBOX', 'user2@example.com', 'lr')[0] == 'OK'
            assert b'user2@example.com lr' in m.getacl('INBOX')[1][0]
            assert m.myrights('INBOX')[1][0].startswith(b'INBOX lrsw')
            assert m.deleteacl('INBOX', 'user2@example.com')[0] == 'OK'
            assert m.getquotaroot('INBOX')[0] == 'OK'
            m.logout()
            """;
        var result = await RunAsync("python3", ["-c", script]);

        result.Error.ShouldBe("");
        result.ExitCode.ShouldBe(0);
    }

    [ProgramFact("mbsync")]
    public async Task Mbsync_copies_both_ways()
    {
        await using var server = await ImapServer.StartAsync();
        for (var i = 1; i <= 20; i++)
            await server.DeliverAsync(ImapTest.Mail($"Message {i}"));
        await server.DeliverAsync(ImapTest.Nested, Model.SpecialFolder.SentItems);
        var imap = await server.ListenAsync(TlsMode.None);
        var mail = Path.Combine(_folder.Path, "mail");
        System.IO.Directory.CreateDirectory(mail);
        await File.WriteAllTextAsync(_folder.File("mbsyncrc"), Configuration(imap, mail));

        var first = await RunAsync("mbsync", ["-c", _folder.File("mbsyncrc"), "-a"]);
        Complaints(first.Error).ShouldBeEmpty();
        first.ExitCode.ShouldBe(0);
        var inbox = Path.Combine(mail, "INBOX");
        Messages(inbox).Length.ShouldBe(20);
        Messages(Path.Combine(mail, "Sent Items")).Length.ShouldBe(1);

        // One message read, one deleted and one new here; one new there.
        var local = Messages(inbox);
        File.Move(local[0], Path.Combine(inbox, "cur", Path.GetFileName(local[0]).Split(':')[0] + ":2,S"));
        File.Delete(local[1]);
        await File.WriteAllTextAsync(Path.Combine(inbox, "new", "1600000000.1_1.here"), ImapTest.Mail("from here").Replace("\r\n", "\n", StringComparison.Ordinal));
        await server.DeliverAsync(ImapTest.Mail("from there"));

        var second = await RunAsync("mbsync", ["-c", _folder.File("mbsyncrc"), "-a"]);
        Complaints(second.Error).ShouldBeEmpty();
        second.ExitCode.ShouldBe(0);
        Messages(inbox).Length.ShouldBe(21);
        await using var client = await server.LogInAsync();
        (await client.RunAsync("SELECT INBOX")).ShouldContain("* 21 EXISTS");
        (await client.RunAsync("SEARCH SEEN")).ShouldMatch(@"^\* SEARCH \d+\r\n");
        (await client.RunAsync("SEARCH SUBJECT \"from here\"")).ShouldMatch(@"^\* SEARCH \d+\r\n");

        (await RunAsync("mbsync", ["-c", _folder.File("mbsyncrc"), "-a"])).ExitCode.ShouldBe(0);
        (await client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    private static IEnumerable<string> Complaints(string error) =>
        error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.Contains("Password is being sent in the clear", StringComparison.Ordinal));

    private static string[] Messages(string maildir) =>
        [.. new[] { "cur", "new" }.SelectMany(d => System.IO.Directory.GetFiles(Path.Combine(maildir, d))).Order(StringComparer.Ordinal)];

    private static string Configuration(IPEndPoint imap, string mail) => $"""
        IMAPAccount server
        Host {imap.Address}
        Port {imap.Port}
        User user1@example.com
        Pass {TestDirectory.Password}
        SSLType None
        AuthMechs LOGIN

        IMAPStore far
        Account server

        MaildirStore near
        Path {mail}/
        Inbox {mail}/INBOX
        SubFolders Verbatim

        Channel all
        Far :far:
        Near :near:
        Patterns *
        Create Near
        Expunge Both
        SyncState *

        """;

    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.Latin1 };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
