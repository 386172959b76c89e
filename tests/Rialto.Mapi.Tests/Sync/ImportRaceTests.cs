using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>Imports of one id that meet each other, or its deletion, between the operation that begins an import and the one that ends it. [MS-OXCFXICS] 3.2.5.9.4.2.</summary>
public class ImportRaceTests
{
    private const byte FailOnConflict = 0x40;

    [Fact]
    public async Task The_same_version_begun_twice_is_one_message()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        using var client = await UploadSession.OpenAsync(server);
        var version = client.Version(client.FirstId, 1);
        var handles = new[] { await BeginAsync(client, version, "same"), await BeginAsync(client, version, "same") };
        (await client.Session.TrySaveAsync(handles[0])).ShouldBe(ErrorCode.Success);
        (await client.Session.TrySaveAsync(handles[1])).ShouldBe(ErrorCode.IgnoreFailure);
        (await CountAsync(client)).ShouldBe(1);
        (await client.SeenAsync()).ShouldBe(IdSet.Of((ulong)(await client.RowAsync(client.FirstId))!.Cn));
    }

    /// <summary>In one request the second saving meets what the first one wrote before that is durable.</summary>
    [Fact]
    public async Task Two_versions_saved_in_one_request_are_both_kept()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        using var client = await UploadSession.OpenAsync(server);
        var one = await BeginAsync(client, client.Version(client.FirstId, 1), "one");
        client.BecomeAnother();
        var other = await BeginAsync(client, client.Version(client.FirstId, 1, new FileTime(UploadSession.Then.Ticks + 1)), "other");
        var reply = await client.Session.ExecuteAsync(
            [
                (RopId.SaveChangesMessage, new RopSaveChangesMessage.Request { InputHandleIndex = 0, ResponseIndex = 0 }),
                (RopId.SaveChangesMessage, new RopSaveChangesMessage.Request { InputHandleIndex = 1, ResponseIndex = 1 }),
            ],
            [one, other]);
        reply.Responses.ShouldAllBe(r => r.ReturnValue == ErrorCode.Success);
        (await CountAsync(client)).ShouldBe(1);
        (await VersionsAsync(client, client.FirstId)).ShouldBe(["one", "other"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(FailOnConflict)]
    public async Task Sessions_that_bring_one_id_at_the_same_moment_lose_no_version(byte flags)
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        using var first = await UploadSession.OpenAsync(server);
        using var second = await UploadSession.OpenAsync(server);
        for (var round = 0UL; round < 60; round++)
        {
            var id = first.FirstId + round;
            // Both know the id: one of them has it from a backup of the other's replica.
            var versions = new[]
            {
                SyncRops.VersionOf(first.Key(id), UploadSession.Then, first.Change((byte)(1 + round)), first.List((byte)(1 + round))),
                SyncRops.VersionOf(first.Key(id), UploadSession.Then, second.Change((byte)(1 + round)), second.List((byte)(1 + round))),
            };
            var handles = new[] { await BeginAsync(first, versions[0], "first", flags), await BeginAsync(second, versions[1], "second", flags) };
            var saved = await Task.WhenAll(
                Task.Run(() => first.Session.TrySaveAsync(handles[0])), Task.Run(() => second.Session.TrySaveAsync(handles[1])));
            if (flags == 0)
            {
                saved.ShouldBe([ErrorCode.Success, ErrorCode.Success]);
                (await VersionsAsync(first, id)).ShouldBe(["first", "second"], ignoreOrder: true);
            }
            else
            {
                saved.ShouldBe([ErrorCode.Success, ErrorCode.SyncConflict], ignoreOrder: true);
                (await first.RowAsync(id))!.Subject.ShouldBe(saved[0] == ErrorCode.Success ? "first" : "second");
            }
            // Who made the only version there is knows it; nobody knows a version that he did not bring.
            var cn = (ulong)(await first.RowAsync(id))!.Cn;
            (await first.SeenAsync()).Contains(cn).ShouldBe(flags != 0 && saved[0] == ErrorCode.Success);
            (await second.SeenAsync()).Contains(cn).ShouldBe(flags != 0 && saved[1] == ErrorCode.Success);
        }
        (await CountAsync(first)).ShouldBe(60);
    }

    [Fact]
    public async Task An_id_that_is_used_or_given_up_meanwhile_makes_no_message()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        using var client = await UploadSession.OpenAsync(server);
        using var folders = await UploadSession.OpenAsync(server, contents: false);
        var id = client.FirstId;
        var deleted = await BeginAsync(client, client.Version(id, 1), "x");
        (await client.Session.ImportDeletesAsync(client.Context, 0x02, client.Key(id))).ShouldBe(ErrorCode.Success);
        (await client.Session.TrySaveAsync(deleted)).ShouldBe(ErrorCode.ObjectDeleted);

        var excluded = await BeginAsync(client, client.Version(id + 1, 2), "x");
        (await client.Session.ExcludeIdsAsync(client.Inbox, client.Server, (id + 1, id + 1))).ShouldBe(ErrorCode.Success);
        (await client.Session.TrySaveAsync(excluded)).ShouldBe(ErrorCode.ObjectDeleted);

        var folder = await BeginAsync(client, client.Version(id + 2, 3), "x");
        (await folders.Session.ImportFolderAsync(
            folders.Context, [], SyncRops.VersionOf(client.Key(id + 2), UploadSession.Then, folders.Change(1), folders.List(1)), "folder")).ShouldBe(ErrorCode.Success);
        (await client.Session.TrySaveAsync(folder)).ShouldBe(ErrorCode.ObjectDeleted);

        // Brought, deleted and brought again, by another handle that was open all the time.
        var late = await BeginAsync(client, client.Version(id + 3, 4), "x");
        (await client.BringAsync(client.Version(id + 3, 5), "y")).ShouldBe(ErrorCode.Success);
        (await client.Session.ImportDeletesAsync(client.Context, 0x02, client.Key(id + 3))).ShouldBe(ErrorCode.Success);
        (await client.Session.TrySaveAsync(late)).ShouldBe(ErrorCode.ObjectDeleted);

        // Taken by a message that was moved here, or that is in another folder.
        (await client.BringAsync(client.Version(id + 4, 6), "moved")).ShouldBe(ErrorCode.Success);
        var drafts = await client.Session.OpenFolderAsync(client.Logon, client.Response.FolderIds[6]);
        var there = await client.Session.OpenCollectorAsync(drafts, contents: true);
        var elsewhere = await BeginAsync(client, client.Version(id + 5, 7), "x");
        var inbox = client.Key(StoreId.FromWire(client.Response.FolderIds[4]).Counter);
        (await client.Session.ImportMoveAsync(there, inbox, client.Key(id + 4), client.List(6), client.Key(id + 5), client.Change(8))).ShouldBe(ErrorCode.Success);
        (await client.Session.TrySaveAsync(elsewhere)).ShouldBe(ErrorCode.ObjectDeleted);
        (await CountAsync(client)).ShouldBe(0);

        // What was reserved and is none of these is free, however late it comes.
        (await client.BringAsync(client.Version(client.FirstId + 0x1FF, 9), "last")).ShouldBe(ErrorCode.Success);
        (await CountAsync(client)).ShouldBe(1);
    }

    [Fact]
    public async Task A_version_that_is_not_new_any_more_when_it_is_saved_is_left_alone()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        using var client = await UploadSession.OpenAsync(server);
        var old = await BeginAsync(client, client.Version(client.FirstId, 1), "old");
        (await client.BringAsync(client.Version(client.FirstId, 2, null, client.List(1)), "newer")).ShouldBe(ErrorCode.Success);
        (await client.Session.TrySaveAsync(old)).ShouldBe(ErrorCode.IgnoreFailure);
        (await client.RowAsync(client.FirstId))!.Subject.ShouldBe("newer");
        // A client put back in time gives the number it gave before.
        var again = await BeginAsync(client, client.Version(client.FirstId + 1, 3), "before");
        (await client.BringAsync(client.Version(client.FirstId + 1, 3, new FileTime(UploadSession.Then.Ticks + 10)), "after")).ShouldBe(ErrorCode.Success);
        (await client.Session.TrySaveAsync(again)).ShouldBe(ErrorCode.Success);
        (await VersionsAsync(client, client.FirstId + 1)).ShouldBe(["after", "before"]);
    }

    private static async Task<uint> BeginAsync(UploadSession client, PropertyValue[] version, string subject, byte flags = 0)
    {
        var (error, handle) = await client.Session.ImportMessageAsync(client.Context, version, flags);
        error.ShouldBe(ErrorCode.Success);
        (await client.Session.SetAsync(handle, PropertyValue.Of(PropertyTags.Subject, subject), PropertyValue.Of(PropertyTags.Body, "body"))).ShouldBeEmpty();
        return handle;
    }

    private static async Task<int> CountAsync(UploadSession client) =>
        (await client.Mailbox.ListAsync(MapiServer.Inbox, _ => true, default)).Value.Count;

    private static async Task<List<string>> VersionsAsync(UploadSession client, ulong id)
    {
        var row = (await client.RowAsync(id))!;
        var content = (await client.Mailbox.OpenPropertiesAsync(row.Folder, row.Id, default)).Value;
        return [.. content.Attachments.Where(a => a.Properties.TryGet(PropertyIds.InConflict, out var value) && value.AsBoolean()).Select(a => a.Embedded!.Properties.GetString(PropertyTags.Subject)!)];
    }
}
