using Microsoft.Extensions.Logging.Abstractions;
using Rialto.MailAccess.Pop3;
using Rialto.MailAccess.Tests.Imap;
using Rialto.MailAccess.Tests.Imap.Clients;
using Rialto.Net;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Pop3;

/// <summary>Programs that people use, against the POP3 server on a socket.</summary>
public sealed class Pop3RealClientTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProgramFact("curl")]
    public async Task Curl_lists_and_fetches_over_tls_and_by_stls()
    {
        await using var server = await ImapServer.StartAsync();
        await server.DeliverAsync(ImapTest.Nested);
        string[] login = ["-sS", "-k", "--ssl-reqd", "--max-time", "50", "-u", $"user1@example.com:{TestDirectory.Password}"];
        var pop3 = await server.ListenAsync(TlsMode.StartTls, Protocol(server));
        (await RealClientTests.RunAsync("curl", [.. login, $"pop3://{pop3}/1"])).Output.ShouldBe(ImapTest.Nested);
        (await RealClientTests.RunAsync("curl", [.. login, $"pop3://{pop3}/"])).Output.ShouldBe($"1 {ImapTest.Nested.Length}\r\n");
    }

    [ProgramFact("python3")]
    public async Task Poplib_goes_through_a_day()
    {
        await using var server = await ImapServer.StartAsync();
        await server.DeliverAsync(ImapTest.Nested);
        await server.DeliverAsync(ImapTest.Nested);
        var pop3 = await server.ListenAsync(TlsMode.Implicit, Protocol(server));
        var script = $"""
            import poplib, ssl, email
            context = ssl._create_unverified_context()
            p = poplib.POP3_SSL('{pop3.Address}', {pop3.Port}, context=context)
            assert 'PIPELINING' in p.capa()
            p.user('user1@example.com')
            p.pass_('{TestDirectory.Password}')
            assert p.stat()[0] == 2
            answer, lines, octets = p.retr(1)
            assert email.message_from_bytes(b'\r\n'.join(lines))['Subject'] == 'Outer'
            assert len(p.uidl()[1]) == 2
            assert b'Subject: Outer' in p.top(2, 0)[1]
            p.dele(1)
            p.quit()
            p = poplib.POP3_SSL('{pop3.Address}', {pop3.Port}, context=context)
            p.user('user1@example.com')
            p.pass_('{TestDirectory.Password}')
            assert p.stat()[0] == 1
            p.quit()
            """;
        var file = _folder.File("day.py");
        await File.WriteAllTextAsync(file, script);
        (await RealClientTests.RunAsync("python3", [file])).ShouldBe((0, "", ""));
    }

    [ProgramFact("fetchmail")]
    public async Task Fetchmail_empties_the_mailbox()
    {
        await using var server = await ImapServer.StartAsync();
        for (var i = 0; i < 3; i++)
            await server.DeliverAsync(ImapTest.Nested);
        var pop3 = await server.ListenAsync(TlsMode.Implicit, Protocol(server));
        var settings = _folder.File("fetchmailrc");
        var mail = _folder.File("mail");
        await File.WriteAllTextAsync(settings, $"poll {pop3.Address} port {pop3.Port} proto POP3 user \"user1@example.com\" password \"{TestDirectory.Password}\" ssl sslproto TLS1.2+ no sslcertck no keep mda \"cat >> {mail}\"\n");
        File.SetUnixFileMode(settings, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var (exitCode, output, error) = await RealClientTests.RunAsync("fetchmail", ["-f", settings, "--nodetach", "--pidfile", _folder.File("pid")]);
        exitCode.ShouldBe(0, output + error);
        (await File.ReadAllTextAsync(mail)).Split("Subject: Outer").Length.ShouldBe(4);
        using var mailbox = await server.OpenMailboxAsync();
        using var view = (await mailbox.OpenViewAsync(Rialto.Store.SpecialFolders.IdOf(Rialto.Model.SpecialFolder.Inbox), default)).Value;
        view.Current.Count.ShouldBe(0);
    }

    private static Pop3Protocol Protocol(ImapServer server) => new(server.Engine, server.Directory.Authenticator, new Pop3Options(), NullLogger<Pop3Protocol>.Instance);
}
