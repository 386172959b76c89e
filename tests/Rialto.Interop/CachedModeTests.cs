using System.Text;
using System.Text.RegularExpressions;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Interop;

/// <summary>A cached-mode start against the whole server, read by `rialto rop` from captured bodies and in the trace that the server wrote itself.</summary>
public partial class CachedModeTests
{
    private const string User = "user1@example.com";

    [GeneratedRegex("^!|^ +!|malformed", RegexOptions.Multiline)]
    private static partial Regex Trouble();

    [Fact]
    public async Task Hierarchy_contents_and_associated_items_of_every_folder_are_readable()
    {
        using var data = new TempDirectory();
        using var captures = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2, environment: null, "--trace", "mapi");
        await using (var imap = await ImapTestClient.ConnectAsync(server["imap"], User))
        {
            await imap.OkAsync("CREATE Projects");
            for (var i = 0; i < 5; i++)
                await imap.AppendAsync("Projects", Encoding.ASCII.GetBytes(FullMailbox.Mail(i)));
        }
        // One associated item and one ordinary one in every folder that has messages, special or not, hidden or not.
        Dictionary<ulong, string> folders;
        using (var client = await FullMailbox.ConnectAsync(server, User))
        {
            folders = await FoldersAsync(client);
            folders.Count.ShouldBeGreaterThan(20);
            foreach (var (id, name) in folders)
            {
                foreach (var associated in new[] { true, false })
                {
                    var message = await client.Session.CreateMessageAsync(client.Mailbox, id, associated);
                    await client.Session.SetAsync(message, PropertyValue.Of(PropertyTags.MessageClass, associated ? "IPM.Configuration.Mine" : "IPM.Note"),
                        PropertyValue.Of(PropertyTags.Subject, $"{(associated ? "beside" : "in")} {name}"), PropertyValue.Of(PropertyTags.Body, "text"));
                    await client.Session.SaveAsync(message);
                    await client.Session.ReleaseAsync(message);
                }
            }
        }

        var files = new List<string>();
        var dn = System.Text.Json.JsonDocument.Parse((await CommandLineTests.OkAsync(server, null, "account", "show", User, "--json")).Output).RootElement.GetProperty("legacyExchangeDN").GetString()!;
        var replica = new LocalReplica("r", Guid.NewGuid(), TimeProvider.System, TimeSpan.Zero);
        // The mailbox's root, so that what stands beside the mail folders is there too.
        var replicaClient = new ReplicaClient(replica, new SyncStrategy { Root = 0, Contents = f => folders.ContainsKey(new StoreId(1, f.Id).ToWire()) }, async () =>
        {
            var http = new MapiHttpClient(new Uri($"https://{server["https"]}"), User, "demo-password");
            (await http.ConnectAsync(dn)).ErrorCode.ShouldBe(0u);
            var session = new RopSession(async (buffer, flags, most) =>
            {
                Capture(WireCodec.ToArray(new ExecuteRequest { Flags = flags, RopBuffer = buffer, MaxRopOut = most }));
                var response = await http.ExecuteAsync(buffer, flags, most);
                Capture(WireCodec.ToArray(response));
                return response;
            }, http);
            var (response, handle) = await session.LogonAsync(dn);
            return (session, response, handle);
        });
        await replicaClient.SynchronizeAsync();
        replica.Folders.Count.ShouldBeGreaterThanOrEqualTo(folders.Count);

        var printed = await ServerProcess.CommandAsync(null, ["rop", .. files]);
        printed.ExitCode.ShouldBe(0, printed.Error);
        printed.Error.ShouldBeEmpty();
        Check(printed.Output, folders, replica);
        // The server's own trace of that session tells the same.
        var traces = System.IO.Directory.GetFiles(Path.Combine(data.Path, "trace")).Select(File.ReadAllText).ToList();
        traces.ShouldNotContain(t => Trouble().IsMatch(t));
        Check(traces.Single(t => t.Contains("RopSynchronizationConfigure", StringComparison.Ordinal)), folders, replica);

        void Capture(byte[] body)
        {
            var path = Path.Combine(captures.Path, $"{files.Count:D5}.bin");
            File.WriteAllBytes(path, body);
            files.Add(path);
        }
    }

    private static void Check(string text, Dictionary<ulong, string> folders, LocalReplica replica)
    {
        Trouble().Match(text).Value.ShouldBe("");
        text.ShouldNotContain(" = property", Case.Sensitive);
        foreach (var (id, name) in folders)
        {
            var counter = StoreId.FromWire(id).Counter;
            text.ShouldContain($"PidTagDisplayName (0x3001001F) = \"{name}\"", Case.Sensitive);
            text.ShouldContain($"{replica.Server}:{counter:X}", Case.Sensitive, name);
            text.ShouldContain($"\"beside {name}\"", Case.Sensitive);
            text.ShouldContain($"\"in {name}\"", Case.Sensitive);
            var folder = replica.Folders[counter];
            folder.Messages.Values.Select(m => (m.IsAssociated, m.Content.Subject)).ShouldContain((true, $"beside {name}"));
            folder.Messages.Values.Select(m => (m.IsAssociated, m.Content.Subject)).ShouldContain((false, $"in {name}"));
        }
        foreach (var words in (string[])["RopLogon", "RopOpenFolder", "IncrSyncChg", "IncrSyncMessage", "IncrSyncStateBegin", "MetaTagIdsetGiven", "MetaTagCnsetSeenFAI", "IncrSyncEnd", "end of the stream"])
            text.ShouldContain(words, Case.Sensitive);
    }

    /// <summary>Folders below the mailbox's root that hold messages, with their names.</summary>
    private static async Task<Dictionary<ulong, string>> FoldersAsync(FullMailbox client)
    {
        var root = await client.Session.OpenFolderAsync(client.Mailbox, client.Logon.FolderIds[0]);
        var (table, _) = await client.Session.HierarchyTableAsync(root, deep: true);
        var rows = await client.Session.RowsAsync(table, [PropertyTags.FolderId, PropertyTags.DisplayName, PropertyTags.FolderType]);
        return rows.Where(r => r[2].AsInt32() == 1).ToDictionary(r => (ulong)r[0].AsInt64(), r => r[1].AsString());
    }
}
