using System.Text;
using System.Text.Json;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Store;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>A mailbox with something of everything: mail with marks and properties beside it, messages of properties, associated ones, a rule, permissions, folders.</summary>
internal sealed class FullMailbox : IDisposable
{
    public static readonly PropertyName Mine = new(PropertySets.PublicStrings, "Mine");

    private FullMailbox(MapiHttpClient http, RopSession session, RopLogon.Response logon, uint mailbox) => (Http, Session, Logon, Mailbox) = (http, session, logon, mailbox);

    public MapiHttpClient Http { get; }

    public RopSession Session { get; }

    public RopLogon.Response Logon { get; }

    public uint Mailbox { get; }

    public static async Task<FullMailbox> ConnectAsync(ServerProcess server, string address)
    {
        var dn = JsonDocument.Parse((await CommandLineTests.OkAsync(server, null, "account", "show", address, "--json")).Output).RootElement.GetProperty("legacyExchangeDN").GetString()!;
        var http = new MapiHttpClient(new Uri($"https://{server["https"]}"), address, "demo-password");
        await http.ConnectAsync(dn);
        var session = new RopSession(http);
        var (logon, mailbox) = await session.LogonAsync(dn);
        return new FullMailbox(http, session, logon, mailbox);
    }

    /// <summary>Fills the mailbox of user1.</summary>
    public static async Task FillAsync(ServerProcess server)
    {
        await using (var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com"))
        {
            await imap.OkAsync("CREATE Projects");
            await imap.OkAsync("CREATE Projects/2026");
            await imap.OkAsync("UNSUBSCRIBE Projects");
            for (var i = 0; i < 40; i++)
                await imap.AppendAsync(i % 3 == 0 ? "Projects/2026" : "INBOX", Encoding.ASCII.GetBytes(Mail(i)));
            await imap.OkAsync("SELECT INBOX");
            await imap.OkAsync("STORE 1:5 +FLAGS (\\Seen)");
            await imap.OkAsync("STORE 2 +FLAGS (\\Flagged \\Answered Important)");
            await imap.OkAsync("STORE 3 +FLAGS (\\Deleted)");
            await imap.OkAsync("EXPUNGE");
        }
        using var client = await ConnectAsync(server, "user1@example.com");
        var session = client.Session;
        var inbox = await session.OpenFolderAsync(client.Mailbox, client.Logon.FolderIds[4]);
        var rule = new TableRowChange
        {
            ChangeFlags = 1,
            PropertyValues =
            [
                PropertyValue.Of(PropertyTags.RuleName, "Offers"), PropertyValue.Of(PropertyTags.RuleState, 1), PropertyValue.Of(PropertyTags.RuleSequence, 1),
                PropertyValue.Of(PropertyTags.RuleProvider, "RuleOrganizer"),
                PropertyValue.Of(PropertyTags.RuleActions, RuleActionCodec.Write([new PlainRuleAction(RuleActionType.Delete, 0, 0)], ValueForm.Rop)),
                PropertyValue.Of(PropertyTags.RuleCondition, new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "offer"))),
            ],
        };
        await session.CallAsync<PlainResponse>(RopId.ModifyRules, new RopModifyRules.Request { RulesData = [rule] }, inbox);
        await session.SetAsync(inbox, PropertyValue.Of(PropertyTags.Comment, "Where mail comes in"));
        var named = (await session.CallAsync<RopGetPropertyIdsFromNames.Response>(RopId.GetPropertyIdsFromNames, new RopGetPropertyIdsFromNames.Request { Flags = 2, PropertyNames = [Mine] }, client.Mailbox)).PropertyIds[0];
        foreach (var associated in new[] { false, true })
        {
            var message = await session.CreateMessageAsync(client.Mailbox, client.Logon.FolderIds[4], associated);
            await session.SetAsync(message, PropertyValue.Of(PropertyTags.MessageClass, associated ? "IPM.Configuration.Mine" : "IPM.Note"), PropertyValue.Of(PropertyTags.Subject, "of properties"),
                PropertyValue.Of(PropertyTags.Body, "text"), PropertyValue.Of(new PropertyTag(named, PropertyType.String), "named"));
            var (_, attachment) = await session.CreateAttachmentAsync(message);
            await session.SetAsync(attachment, PropertyValue.Of(PropertyTags.AttachMethod, 1), PropertyValue.Of(PropertyTags.AttachLongFilename, "a.bin"), PropertyValue.Of(PropertyTags.AttachDataBinary, new byte[] { 1, 2, 3 }));
            await session.SaveAttachmentAsync(attachment);
            await session.SaveAsync(message);
        }
        // Properties beside a mail that came as MIME.
        var (table, _) = await session.ContentsTableAsync(inbox);
        var rows = await session.RowsAsync(table, [PropertyTags.Mid, PropertyTags.Subject]);
        var mail = rows.First(r => r[1].AsString() == "mail 7");
        var opened = await session.OpenAsync(client.Mailbox, client.Logon.FolderIds[4], (ulong)mail[0].AsInt64(), 1);
        await session.SetAsync(opened, PropertyValue.Of(new PropertyTag(named, PropertyType.String), "beside"), PropertyValue.Of(PropertyTags.FlagStatus, 2));
        await session.SaveAsync(opened);
        await CommandLineTests.OkAsync(server, null, "folder", "set", "user1@example.com", "Projects", "--permission", "user2@example.com=reviewer");
    }

    public static string Mail(int number) =>
        $"From: a{number}@example.org\r\nTo: user1@example.com\r\nSubject: mail {number}\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{number}@example.org>\r\nX-Odd:   kept as it is \r\n\r\nText {number}\r\n";

    public void Dispose() => Http.Dispose();
}
