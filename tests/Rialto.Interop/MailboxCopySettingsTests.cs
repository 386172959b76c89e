using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Store;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>`rialto mailbox copy`: what a mailbox has beside its mail, looked at over MAPI and IMAP on both servers.</summary>
public class MailboxCopySettingsTests
{
    private const string User = "user1@example.com";

    [Fact]
    public async Task Rules_searches_and_settings_work_in_the_copy_as_they_did()
    {
        using var data = new TempDirectory();
        using var otherData = new TempDirectory();
        await using var source = await ServerProcess.StartAsync(data.Path, demo: 2);
        await using var target = await ServerProcess.StartAsync(otherData.Path, demo: 2);
        await FullMailbox.FillAsync(source);
        // Ids here are to be others than there.
        await CommandLineTests.OkAsync(target, null, "folder", "add", User, "Something of its own");
        await SetUpAsync(source);

        var copied = await MailboxCopyTests.CopyAsync(source, target);
        copied.ExitCode.ShouldBe(0, copied.Error);
        copied.Output.ShouldContain(" 0 folders differ");
        var there = await DescribeAsync(source);
        var here = await DescribeAsync(target);
        here.ShouldBe(there);
        here.ShouldContain(l => l.StartsWith("rule Sorted moves to ", StringComparison.Ordinal) && l.EndsWith("Projects/2026", StringComparison.Ordinal));

        // The rule moves mail, and the search finds it, in the copy.
        var mail = Encoding.ASCII.GetBytes("From: a@example.org\r\nTo: user1@example.com\r\nSubject: sort me\r\n\r\nx\r\n");
        await using (var smtp = await SmtpTestClient.ConnectAsync(target["smtp"]))
            (await smtp.SendAsync("a@example.org", [User], mail)).ShouldStartWith("250");
        await using (var imap = await ImapTestClient.ConnectAsync(target["imap"], User))
        {
            var found = false;
            for (var i = 0; i < 200 && !found; i++)
            {
                await imap.OkAsync("SELECT Projects/2026");
                found = (await imap.OkAsync("SEARCH SUBJECT \"sort me\"")).Exists(a => a.Text.StartsWith("* SEARCH ", StringComparison.Ordinal));
                if (!found)
                    await Task.Delay(50);
            }
            found.ShouldBeTrue("The rule names the folder that the copy has.");
        }

        // What is changed in the copy stays, as long as the original does not change it.
        using (var client = await FullMailbox.ConnectAsync(target, User))
            await client.Session.SetAsync(client.Mailbox, PropertyValue.Of(PropertyTags.OutOfOfficeState, false));
        (await MailboxCopyTests.CopyAsync(source, target)).ExitCode.ShouldBe(0);
        using (var client = await FullMailbox.ConnectAsync(target, User))
            (await client.Session.PropertiesAsync(client.Mailbox, [PropertyTags.OutOfOfficeState]))[0].AsBoolean().ShouldBeFalse();
        // A search that looks elsewhere, and one that is gone.
        using (var client = await FullMailbox.ConnectAsync(source, User))
            await SearchAsync(client, "Found", "sort", "Projects");
        (await MailboxCopyTests.CopyAsync(source, target)).ExitCode.ShouldBe(0);
        (await DescribeAsync(target)).Where(l => l.StartsWith("search", StringComparison.Ordinal)).ShouldBe((await DescribeAsync(source)).Where(l => l.StartsWith("search", StringComparison.Ordinal)));
        (await CommandLineTests.OkAsync(target, null, "check")).Output.ShouldContain("sound");
    }

    private static async Task SetUpAsync(ServerProcess server)
    {
        await CommandLineTests.OkAsync(server, null, "account", "set", User, "--send-on-behalf", "user2@example.com");
        using var client = await FullMailbox.ConnectAsync(server, User);
        var session = client.Session;
        var folders = await FoldersAsync(client);
        var inbox = await session.OpenFolderAsync(client.Mailbox, client.Logon.FolderIds[4]);
        var into = folders.Single(f => f.Value.EndsWith("Projects/2026", StringComparison.Ordinal)).Key;
        var named = (await session.CallAsync<RopGetPropertyIdsFromNames.Response>(RopId.GetPropertyIdsFromNames, new RopGetPropertyIdsFromNames.Request { Flags = 2, PropertyNames = [FullMailbox.Mine] }, client.Mailbox)).PropertyIds[0];
        var byName = new NotRestriction(new PropertyRestriction(RelationalOperator.Equal, new PropertyTag(named, PropertyType.String), PropertyValue.Of(new PropertyTag(named, PropertyType.String), "never")));
        var move = new FolderRuleAction(RuleActionType.Move, 0, 0, true, [], Rialto.Wire.WireCodec.ToArray(new ServerId { Ours = true, Folder = StoreId.FromWire(into) }));
        await session.CallAsync<PlainResponse>(RopId.ModifyRules, new RopModifyRules.Request
        {
            RulesData =
            [
                new TableRowChange
                {
                    ChangeFlags = 1,
                    PropertyValues =
                    [
                        PropertyValue.Of(PropertyTags.RuleName, "Sorted"), PropertyValue.Of(PropertyTags.RuleState, 1), PropertyValue.Of(PropertyTags.RuleSequence, 2),
                        PropertyValue.Of(PropertyTags.RuleProvider, "RuleOrganizer"), PropertyValue.Of(PropertyTags.RuleActions, RuleActionCodec.Write([move], ValueForm.Rop)),
                        PropertyValue.Of(PropertyTags.RuleCondition, new AndRestriction([new ContentRestriction(FuzzyLevel.Substring, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "sort")), byName])),
                    ],
                },
            ],
        }, inbox);
        // A shortcut as clients keep them: an associated message, and a property of a folder, with the folder's EntryID.
        var opened = await session.OpenFolderAsync(client.Mailbox, into);
        var entryId = (await session.PropertiesAsync(opened, [PropertyTags.EntryId]))[0].AsBinary();
        var shortcut = await session.CreateMessageAsync(client.Mailbox, client.Logon.FolderIds[4], associated: true);
        await session.SetAsync(shortcut, PropertyValue.Of(PropertyTags.MessageClass, "IPM.Microsoft.WunderBar.Link"), PropertyValue.Of(PropertyTags.Subject, "shortcut"), PropertyValue.Of(PropertyTags.WlinkEntryId, entryId));
        await session.SaveAsync(shortcut);
        await session.SetAsync(inbox, PropertyValue.OfArray(PropertyTags.AdditionalRenEntryIds, new[] { entryId, [] }));
        await SearchAsync(client, "Found", "mail", "INBOX", "Projects/2026");
        await session.CallAsync<PlainResponse>(RopId.SetReceiveFolder, new RopSetReceiveFolder.Request { FolderId = into, MessageClass = "IPM.Note.Project" }, client.Mailbox);
        await session.SetAsync(client.Mailbox, PropertyValue.Of(PropertyTags.OutOfOfficeState, true));
    }

    /// <summary>Makes a search folder, or changes it.</summary>
    private static async Task SearchAsync(FullMailbox client, string name, string subject, params string[] scope)
    {
        var session = client.Session;
        var finder = await session.OpenFolderAsync(client.Mailbox, client.Logon.FolderIds[5]);
        var made = (await session.OpenAsync<RopCreateFolder.Response>(RopId.CreateFolder, new RopCreateFolder.Request { FolderType = 2, OpenExisting = true, DisplayName = name, Comment = "" }, finder)).Handle;
        var folders = await FoldersAsync(client);
        await session.CallAsync<PlainResponse>(RopId.SetSearchCriteria, new RopSetSearchCriteria.Request
        {
            RestrictionData = new ContentRestriction(FuzzyLevel.Substring, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, subject)),
            FolderIds = [.. scope.Select(s => folders.Single(f => f.Value.EndsWith("/" + s, StringComparison.OrdinalIgnoreCase)).Key)],
            SearchFlags = (uint)(RopSetSearchCriteria.SearchFlag.Restart | RopSetSearchCriteria.SearchFlag.Shallow),
        }, made);
    }

    /// <summary>Paths of all folders by their ids.</summary>
    private static async Task<Dictionary<ulong, string>> FoldersAsync(FullMailbox client)
    {
        var root = await client.Session.OpenFolderAsync(client.Mailbox, client.Logon.FolderIds[0]);
        var (table, _) = await client.Session.HierarchyTableAsync(root, deep: true);
        var rows = await client.Session.RowsAsync(table, [PropertyTags.FolderId, PropertyTags.ParentFolderId, PropertyTags.DisplayName]);
        var known = rows.ToDictionary(r => (ulong)r[0].AsInt64(), r => ((ulong)r[1].AsInt64(), r[2].AsString()));
        return known.Keys.ToDictionary(id => id, PathOf);

        string PathOf(ulong id) => known.TryGetValue(id, out var at) ? PathOf(at.Item1) + "/" + at.Item2 : "";
    }

    /// <summary>Everything that names folders, by their paths; and what the mailbox itself says.</summary>
    private static async Task<List<string>> DescribeAsync(ServerProcess server)
    {
        var lines = new List<string>();
        using var client = await FullMailbox.ConnectAsync(server, User);
        var session = client.Session;
        var folders = await FoldersAsync(client);
        var inbox = await session.OpenFolderAsync(client.Mailbox, client.Logon.FolderIds[4]);
        var (_, table) = await session.OpenAsync<PlainResponse>(RopId.GetRulesTable, new RopGetRulesTable.Request { TableFlags = 0x40 }, inbox);
        foreach (var row in await session.RowsAsync(table, [PropertyTags.RuleName, PropertyTags.RuleActions, PropertyTags.RuleState]))
        {
            foreach (var action in RuleActionCodec.Read((byte[])row[1].Reference!, ValueForm.Rop)!)
            {
                var into = action is FolderRuleAction move && Rialto.Wire.WireCodec.TryRead<ServerId>(move.Folder, out var id) ? " moves to " + folders[id.Folder.ToWire()] : " " + action.Type;
                lines.Add($"rule {row[0].AsString()}{into} {row[2].AsInt32()}".TrimEnd('1').TrimEnd());
            }
        }
        var (contents, _) = await session.ContentsTableAsync(inbox, associated: true);
        foreach (var row in await session.RowsAsync(contents, [PropertyTags.MessageClass, PropertyTags.WlinkEntryId]))
        {
            if (!row[1].IsError)
                lines.Add($"shortcut to {PathOf(row[1].AsBinary())}");
        }
        var ren = (await session.PropertiesAsync(inbox, [PropertyTags.AdditionalRenEntryIds]))[0].AsArray<byte[]>();
        lines.Add($"beside the Inbox {PathOf(ren[0])}, {ren.Length}");
        foreach (var (id, path) in folders.Where(f => f.Value.EndsWith("/Found", StringComparison.Ordinal)))
        {
            var search = await session.OpenFolderAsync(client.Mailbox, id);
            var criteria = await session.CallAsync<RopGetSearchCriteria.Response>(
                RopId.GetSearchCriteria, new RopGetSearchCriteria.Request { IncludeRestriction = true, IncludeFolders = true, UseUnicode = true }, search);
            var term = (ContentRestriction)criteria.RestrictionData!;
            lines.Add($"search {path} for {term.Value.AsString()} in {string.Join(", ", criteria.FolderIds.Select(f => folders[f]).Order())}");
            for (var i = 0; i < 100; i++)
            {
                if ((await session.ContentsTableAsync(search)).RowCount is > 0 and var count)
                {
                    lines.Add($"search {path} finds {count}");
                    break;
                }
                await Task.Delay(50);
            }
        }
        var receive = await session.CallAsync<RopGetReceiveFolder.Response>(RopId.GetReceiveFolder, new RopGetReceiveFolder.Request { MessageClass = "IPM.Note.Project.One" }, client.Mailbox);
        lines.Add($"receives {receive.ExplicitMessageClass} in {folders[receive.FolderId]}");
        lines.Add($"away {(await session.PropertiesAsync(client.Mailbox, [PropertyTags.OutOfOfficeState]))[0].AsBoolean()}");
        var shown = System.Text.Json.Nodes.JsonNode.Parse((await CommandLineTests.OkAsync(server, null, "account", "show", User, "--json")).Output)!;
        lines.Add($"on behalf {shown["sendOnBehalf"]?.ToJsonString()}");
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], User);
        lines.AddRange((await imap.OkAsync("LSUB \"\" \"Projects*\"")).Where(a => a.Text.StartsWith("* LSUB", StringComparison.Ordinal)).Select(a => a.Text));
        return lines;

        string PathOf(byte[] entryId) => EntryId.Parse(entryId) is FolderEntryId folder ? folders.GetValueOrDefault(new StoreId(1, folder.Folder.Counter).ToWire(), "nowhere") : "nothing";
    }
}
