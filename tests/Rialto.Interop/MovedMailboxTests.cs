using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>A mailbox that went from one server to another: where clients are sent, and what still arrives.</summary>
public class MovedMailboxTests
{
    [Fact]
    public async Task Clients_are_sent_to_the_new_server_and_late_mail_can_be_fetched()
    {
        using var data = new TempDirectory();
        using var otherData = new TempDirectory();
        await using var source = await ServerProcess.StartAsync(data.Path, demo: 2);
        await using var target = await ServerProcess.StartAsync(otherData.Path, demo: 2);
        await FullMailbox.FillAsync(source);
        (await MailboxCopyTests.CopyAsync(source, target)).ExitCode.ShouldBe(0);
        using var open = await FullMailbox.ConnectAsync(source, "user1@example.com");
        await CommandLineTests.OkAsync(source, null, "mailbox", "moved", "user1@example.com", "--to", $"https://new.example.com:{target["https"].Port}");

        // A session that was open is over; the next logon says where the mailbox is.
        (await Should.ThrowAsync<RopException>(() => open.Session.OpenFolderAsync(open.Mailbox, open.Logon.FolderIds[4]))).Code.ShouldBe(ErrorCode.WrongServer);
        var dn = JsonDocument.Parse((await CommandLineTests.OkAsync(source, null, "account", "show", "user1@example.com", "--json")).Output).RootElement.GetProperty("legacyExchangeDN").GetString()!;
        using var http = new MapiHttpClient(new Uri($"https://{source["https"]}"), "user1@example.com", "demo-password");
        await http.ConnectAsync(dn);
        var logon = new RopLogon.Request { LogonFlags = RopLogon.LogonFlag.Private, OpenFlags = RopLogon.OpenFlag.UsePerMdbReplidMapping, Essdn = dn };
        var answer = (await new RopSession(http).ExecuteAsync([(RopId.Logon, logon)], [RopSession.NoHandle])).Get<RopLogon.Response>();
        answer.ReturnValue.ShouldBe(ErrorCode.WrongServer);
        answer.ServerName.ShouldEndWith("/cn=Configuration/cn=Servers/cn=new.example.com");
        (await DiscoverAsync(source)).ShouldContain($"<RedirectUrl>https://new.example.com:{target["https"].Port}/autodiscover/autodiscover.xml</RedirectUrl>");
        await Should.ThrowAsync<InvalidOperationException>(() => ImapTestClient.ConnectAsync(source["imap"], "user1@example.com"));

        // Mail that did not know of it is fetched by one more run.
        await using (var smtp = await SmtpTestClient.ConnectAsync(source["smtp"]))
            (await smtp.SendAsync("a@b.test", ["user1@example.com"], Encoding.ASCII.GetBytes("Subject: late\r\nFrom: a@b.test\r\nTo: user1@example.com\r\n\r\nText\r\n"))).ShouldStartWith("250");
        var late = "";
        for (var i = 0; i < 50 && !late.Contains("1 new and", StringComparison.Ordinal); i++)
        {
            var run = await MailboxCopyTests.CopyAsync(source, target);
            run.ExitCode.ShouldBe(0, run.Error);
            late = run.Output;
        }
        late.ShouldContain("1 new and");

        await CommandLineTests.OkAsync(source, null, "mailbox", "moved", "user1@example.com", "--back");
        await using var imap = await ImapTestClient.ConnectAsync(source["imap"], "user1@example.com");
        await imap.OkAsync("SELECT INBOX");
    }

    private static async Task<string> DiscoverAsync(ServerProcess server)
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("user1@example.com:demo-password"u8));
        const string body = """
            <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>user1@example.com</EMailAddress>
            <AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>
            """;
        using var content = new StringContent(body, Encoding.UTF8, "text/xml");
        var response = await http.PostAsync(new Uri($"https://{server["https"]}/autodiscover/autodiscover.xml"), content);
        return await response.Content.ReadAsStringAsync();
    }
}
