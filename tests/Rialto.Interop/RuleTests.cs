using System.Text;
using System.Text.Json;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Store;
using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Interop;

/// <summary>A rule set over MAPI/HTTP, mail that comes by SMTP, and where it ends.</summary>
public class RuleTests
{
    [Fact]
    public async Task Mail_from_outside_is_moved_and_passed_on_by_a_rule_of_its_recipient()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        using var first = await ConnectAsync(server, "user1@example.com");
        using var second = await ConnectAsync(server, "user2@example.com");
        var junk = SpecialFolders.IdOf(SpecialFolder.JunkEmail);
        var actions = RuleActionCodec.Write(
        [
            new FolderRuleAction(RuleActionType.Move, 0, 0, true, [1], WireCodec.ToArray(new ServerId { Ours = true, Folder = StoreKeys.Id(junk.Value), ClientData = [] })),
            new ForwardRuleAction(RuleActionType.Forward, (uint)ForwardFlavor.PreserveSender, 0,
            [
                new RuleRecipient(1, [PropertyValue.Of(PropertyTags.RecipientType, 1), PropertyValue.Of(PropertyTags.AddressType, "SMTP"), PropertyValue.Of(PropertyTags.EmailAddress, "user2@example.com")]),
            ]),
        ], ValueForm.Rop);
        var rule = new TableRowChange
        {
            ChangeFlags = 1,
            PropertyValues =
            [
                PropertyValue.Of(PropertyTags.RuleName, "Offers"), PropertyValue.Of(PropertyTags.RuleState, 1), PropertyValue.Of(PropertyTags.RuleSequence, 1),
                PropertyValue.Of(PropertyTags.RuleProvider, "RuleOrganizer"), PropertyValue.Of(PropertyTags.RuleActions, actions),
                PropertyValue.Of(PropertyTags.RuleCondition, new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "offer"))),
            ],
        };
        var inbox = await first.Session.OpenFolderAsync(first.Mailbox, first.Logon.FolderIds[4]);
        await first.Session.CallAsync<PlainResponse>(RopId.ModifyRules, new RopModifyRules.Request { RulesData = [rule] }, inbox);

        await using (var smtp = await SmtpTestClient.ConnectAsync(server["smtp"]))
        {
            foreach (var subject in new[] { "An offer", "News" })
                (await smtp.SendAsync("a@b.test", ["user1@example.com"], Encoding.ASCII.GetBytes($"Subject: {subject}\r\nFrom: a@b.test\r\nTo: user1@example.com\r\n\r\nText\r\n"))).ShouldStartWith("250");
        }

        (await SubjectsAsync(first, StoreKeys.Id(junk.Value).ToWire())).ShouldBe(["An offer"]);
        (await SubjectsAsync(first, first.Logon.FolderIds[4])).ShouldBe(["News"]);
        (await SubjectsAsync(second, second.Logon.FolderIds[4])).ShouldBe(["An offer"]);
    }

    /// <summary>The folder's subjects once there are any.</summary>
    private static async Task<IReadOnlyList<string>> SubjectsAsync(Client client, ulong folderId)
    {
        var folder = await client.Session.OpenFolderAsync(client.Mailbox, folderId);
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var (table, _) = await client.Session.ContentsTableAsync(folder);
            var rows = await client.Session.RowsAsync(table, [PropertyTags.Subject]);
            await client.Session.ReleaseAsync(table);
            if (rows.Count > 0)
                return [.. rows.Select(r => r[0].AsString())];
            await Task.Delay(100);
        }
        return [];
    }

    private static async Task<Client> ConnectAsync(ServerProcess server, string address)
    {
        var dn = JsonDocument.Parse((await CommandLineTests.OkAsync(server, null, "account", "show", address, "--json")).Output).RootElement.GetProperty("legacyExchangeDN").GetString()!;
        var http = new MapiHttpClient(new Uri($"https://{server["https"]}"), address, "demo-password");
        await http.ConnectAsync(dn);
        var session = new RopSession(http);
        var (logon, mailbox) = await session.LogonAsync(dn);
        return new Client(http, session, logon, mailbox);
    }

    private sealed record Client(MapiHttpClient Http, RopSession Session, RopLogon.Response Logon, uint Mailbox) : IDisposable
    {
        public void Dispose() => Http.Dispose();
    }
}
