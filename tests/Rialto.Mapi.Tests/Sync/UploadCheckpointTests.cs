using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>
/// The state that an upload context gives after each of its imports: a download from there brings what others did, and nothing of what the client itself had brought.
/// [MS-OXCFXICS] 3.2.5.9.3.1, 3.3.5.6.
/// </summary>
public class UploadCheckpointTests
{
    [Fact]
    public async Task After_each_import_the_state_holds_what_was_brought_and_nothing_of_others()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        using var client = await UploadSession.OpenAsync(server);
        var id = client.FirstId;
        for (var i = 0; i < 4; i++)
            await server.DeliverAsync($"mail {i}");
        var known = (await client.Session.SynchronizeAsync(client.Inbox)).State!;
        var mids = (await client.Mailbox.ReadRowsAsync(
            MapiServer.Inbox, (await client.Mailbox.ListAsync(MapiServer.Inbox, _ => true, default)).Value.Select(e => e.Id).ToArray(), default)).Value.Select(r => (ulong)r!.Mid).ToList();
        var context = await client.Session.OpenCollectorAsync(client.Inbox, contents: true);
        foreach (var (tag, value) in known.Properties.Skip(1))
            await client.Session.PutStateAsync(context, tag.Value, value);
        var drafts = await client.Session.OpenFolderAsync(client.Logon, client.Response.FolderIds[6]);
        var elsewhere = await client.Session.OpenCollectorAsync(drafts, contents: true);
        await BringAsync(elsewhere, client.Version(id + 9, 1), "to be moved");
        var given = ReplicaIdSet.ParseReplGuids(known.IdsetGiven)!;
        (string What, Func<Task<ErrorCode>> Do, ulong[] Given, ulong[] Gone)[] steps =
        [
            ("new", () => BringAsync(context, client.Version(id, 2), "new"), [id], []),
            ("associated", () => BringAsync(context, client.Version(id + 1, 3), "associated", 0x10), [id + 1], []),
            ("changed", () => BringAsync(context, client.Version(id, 4, null, client.List(2)), "changed"), [], []),
            ("read", () => client.Session.ImportReadStatesAsync(context, (client.Key(mids[0]), true), (client.Key(mids[1]), true)), [], []),
            ("unread", () => client.Session.ImportReadStatesAsync(context, (client.Key(mids[0]), false)), [], []),
            ("soft deleted", () => client.Session.ImportDeletesAsync(context, 0, client.Key(mids[0])), [], [mids[0]]),
            ("deleted", () => client.Session.ImportDeletesAsync(context, 0x02, client.Key(mids[1]), client.Key(id)), [], [mids[1], id]),
            ("moved here", () => client.Session.ImportMoveAsync(
                context, client.Key(StoreId.FromWire(client.Response.FolderIds[6]).Counter), client.Key(id + 9), client.List(1), client.Key(id + 2), client.Change(5)), [id + 2], []),
            ("moved away", () => client.Session.ImportMoveAsync(
                elsewhere, client.Key(StoreId.FromWire(client.Response.FolderIds[4]).Counter), client.Key(id + 1), client.List(3), client.Key(id + 10), client.Change(6)), [], [id + 1]),
            ("given up", () => client.Session.ImportDeletesAsync(context, 0x02, client.Key(id + 20)), [], []),
        ];
        var theirs = new List<string>();
        foreach (var (what, act, more, less) in steps)
        {
            (await act()).ShouldBe(ErrorCode.Success, what);
            foreach (var one in more)
                given.Add(new GlobalId(client.Server, one));
            foreach (var one in less)
                given[client.Server].Remove(one);
            // Others go on meanwhile: of each of their changes the client has yet to hear.
            var name = "beside " + what;
            theirs.Add(name);
            await server.DeliverAsync(name);
            var state = await client.Session.TransferStateAsync(context);
            var download = await client.Session.SynchronizeAsync(
                client.Inbox, new ClientState(given.ToReplGuids(), state.Seen.ToReplGuids(), state.SeenFai.ToReplGuids(), state.Read.ToReplGuids()));
            download.Messages.Select(m => m.Subject).ShouldBe(theirs, ignoreOrder: true, what);
            download.Deleted.IsEmpty.ShouldBeTrue(what);
            download.Read.IsEmpty.ShouldBeTrue(what);
            download.Unread.IsEmpty.ShouldBeTrue(what);
        }

        async Task<ErrorCode> BringAsync(uint into, PropertyValue[] version, string subject, byte flags = 0)
        {
            var (error, handle) = await client.Session.ImportMessageAsync(into, version, flags);
            if (error != ErrorCode.Success)
                return error;
            await client.Session.SetAsync(handle, PropertyValue.Of(PropertyTags.Subject, subject), PropertyValue.Of(PropertyTags.Body, "body"));
            return await client.Session.TrySaveAsync(handle);
        }
    }
}
