using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>Flags of downloads one by one: what is there with each and is not without. [MS-OXCFXICS] 2.2.3.2.1.1.1, 3.2.5.9.1.1.</summary>
public class DownloadFlagTests
{
    private const ushort NoForeignIdentifiers = 0x0100, BestBody = 0x2000, Progress = 0x8000;
    private const ushort Plain = 0x0001 | 0x0008 | 0x0010 | 0x0020;

    private static async Task<(RopSession Session, uint Logon, uint Folder)> OpenAsync(MapiServer server, int folder = 4)
    {
        var (session, logon, handle) = await server.LogonAsync();
        return (session, handle, await session.OpenFolderAsync(handle, logon.FolderIds[folder]));
    }

    [Theory]
    [InlineData(0x0u)]
    [InlineData(0x1u)]
    [InlineData(0x2u)]
    [InlineData(0x4u)]
    [InlineData(0xFFFFFFF0u)]
    public async Task Headers_have_what_extra_flags_ask_for_and_no_more(uint extra)
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("mail");
        var (session, _, inbox) = await OpenAsync(server);
        var header = (await session.SynchronizeAsync(inbox, extra: extra)).Messages.Single().Header;
        header.TryGet(PropertyIds.Mid, out _).ShouldBe((extra & 0x1) != 0);
        header.TryGet(PropertyIds.MessageSize, out var size).ShouldBe((extra & 0x2) != 0);
        header.TryGet(PropertyIds.ChangeNumber, out _).ShouldBe((extra & 0x4) != 0);
        if ((extra & 0x2) != 0)
            size.AsInt32().ShouldBeGreaterThan(0);
        using var mailbox = await server.OpenMailboxAsync();
        await mailbox.CreateFolderAsync(MapiServer.Inbox, new NewFolder("Below"), default);
        var folder = (await session.SynchronizeAsync(inbox, type: SyncClient.Hierarchy, flags: 0x0001, extra: extra)).Folders.Single();
        folder.TryGet(PropertyIds.FolderId, out _).ShouldBe((extra & 0x1) != 0);
        folder.TryGet(PropertyIds.ParentFolderId, out _).ShouldBe((extra & 0x1) != 0);
        session.Dispose();
    }

    /// <summary>What was made in another replica keeps its key; who does not want it gets the key of the id that it has here.</summary>
    [Fact]
    public async Task Keys_of_other_replicas_come_unless_they_are_unwanted()
    {
        await using var server = await MapiServer.StartAsync();
        using var client = await UploadSession.OpenAsync(server);
        byte[] message = [.. Guid.NewGuid().ToByteArray(), 0, 0, 0, 0, 0, 7], above = [.. Guid.NewGuid().ToByteArray(), 1], below = [.. Guid.NewGuid().ToByteArray(), 2];
        (await client.BringAsync(SyncRops.VersionOf(message, UploadSession.Then, client.Change(1), client.List(1)), "foreign")).ShouldBe(ErrorCode.Success);
        (await client.Session.SynchronizeAsync(client.Inbox, flags: Plain)).Messages.Single().Header.GetBinary(PropertyTags.SourceKey).ShouldBe(message);
        var own = (await client.Session.SynchronizeAsync(client.Inbox, flags: Plain | NoForeignIdentifiers)).Messages.Single();
        own.Header.GetBinary(PropertyTags.SourceKey).ShouldBe(client.Key(own.Mid));
        own.Mid.ShouldNotBe(0ul);

        using var hierarchy = await UploadSession.OpenAsync(server, contents: false);
        (await hierarchy.Session.ImportFolderAsync(hierarchy.Context, [], SyncRops.VersionOf(above, UploadSession.Then, hierarchy.Change(1), hierarchy.List(1)), "above")).ShouldBe(ErrorCode.Success);
        (await hierarchy.Session.ImportFolderAsync(hierarchy.Context, above, SyncRops.VersionOf(below, UploadSession.Then, hierarchy.Change(2), hierarchy.List(2)), "below")).ShouldBe(ErrorCode.Success);
        var foreign = await FoldersAsync(Plain);
        foreign[0].GetBinary(PropertyTags.SourceKey).ShouldBe(above);
        foreign[1].GetBinary(PropertyTags.SourceKey).ShouldBe(below);
        foreign[1].GetBinary(PropertyTags.ParentSourceKey).ShouldBe(above);
        var here = await FoldersAsync(Plain | NoForeignIdentifiers);
        here[1].GetBinary(PropertyTags.ParentSourceKey).ShouldBe(here[0].GetBinary(PropertyTags.SourceKey));
        here.Select(f => GlobalId.TryRead(f.GetBinary(PropertyTags.SourceKey), out var id) ? id.Replica : Guid.Empty).ShouldBe([hierarchy.Server, hierarchy.Server]);

        async Task<List<PropertyBag>> FoldersAsync(ushort flags) =>
            [.. (await hierarchy.Session.SynchronizeAsync(hierarchy.Inbox, type: SyncClient.Hierarchy, flags: flags)).Folders.Where(f => f.GetString(PropertyTags.DisplayName) is "above" or "below")];
    }

    [Fact]
    public async Task The_best_body_alone_comes_where_it_is_wanted()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        await server.PutAsync(Bodies.Message());
        var (session, _, inbox) = await OpenAsync(server);
        var all = (await session.SynchronizeAsync(inbox, flags: Plain)).Messages.Single();
        Bodies.Of(all.Properties).ShouldBe([PropertyIds.Body, PropertyIds.Html]);
        var best = (await session.SynchronizeAsync(inbox, flags: Plain | BestBody)).Messages.Single();
        Bodies.Of(best.Properties).ShouldBe([PropertyIds.Html]);
        session.Dispose();
    }

    /// <summary>3.2.5.9.1.1 Unicode: the flag of the synchronisation decides between Unicode and the connection's code page; SendOptions may ask for more than that.</summary>
    [Theory]
    [InlineData(0x0000, 0x00, 0x001E)]
    [InlineData(0x0000, 0x01, 0x001E)]
    [InlineData(0x0001, 0x00, 0x001F)]
    [InlineData(0x0001, 0x01, 0x001F)]
    [InlineData(0x0000, 0x08, 0x001F)]
    [InlineData(0x0001, 0x02, 0x84B0)]
    [InlineData(0x0001, 0x03, 0x84B0)]
    [InlineData(0x0001, 0x0B, 0x84B0)]
    public async Task Strings_come_in_the_form_that_flags_ask_for(int flags, int sendOptions, int type)
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        await server.DeliverAsync("a subject");
        var (session, _, inbox) = await OpenAsync(server);
        var context = await session.ConfigureAsync(inbox, flags: (ushort)(0x0030 | flags), sendOptions: (byte)sendOptions);
        await session.UploadStateAsync(context, ClientState.Empty);
        var subject = (await SyncClient.DownloadAsync(session, context)).Single(e => e.Tag >> 16 == PropertyIds.Subject);
        (subject.Tag & 0xFFFF).ShouldBe((uint)type);
        subject.Value.AsString().ShouldBe("a subject");
        session.Dispose();
    }

    [Fact]
    public async Task Progress_is_told_to_those_alone_who_ask_for_it()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("mail");
        var (session, _, inbox) = await OpenAsync(server);
        (await session.SynchronizeAsync(inbox, flags: Plain | Progress)).Order.ShouldContain((uint)FxMarker.IncrSyncProgressPerMsg);
        var without = (await session.SynchronizeAsync(inbox, flags: Plain)).Order;
        without.ShouldNotContain((uint)FxMarker.IncrSyncProgressMode);
        without.ShouldNotContain((uint)FxMarker.IncrSyncProgressPerMsg);
        session.Dispose();
    }

    /// <summary>Without OnlySpecifiedProperties the flag for associated messages means nothing; of a hierarchy all that is about messages means nothing.</summary>
    [Fact]
    public async Task Flags_that_have_nothing_to_decide_change_nothing()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("mail");
        var (session, logon, inbox) = await OpenAsync(server);
        (await BytesAsync(Plain | 0x4000)).ShouldBe(await BytesAsync(Plain));
        var root = await session.OpenFolderAsync(logon, StoreKeys.Id(SpecialFolders.IdOf(SpecialFolder.IpmSubtree).Value).ToWire());
        (await BytesAsync(0x0001 | 0x0004 | 0x0008 | 0x0010 | 0x0020 | BestBody | Progress | 0x4000, SyncClient.Hierarchy, root)).ShouldBe(await BytesAsync(0x0001, SyncClient.Hierarchy, root));
        // Flags of SynchronizationExtraFlags that nobody knows.
        (await BytesAsync(Plain, extra: 0xFFFFFFF0)).ShouldBe(await BytesAsync(Plain, extra: 0));
        session.Dispose();

        async Task<byte[]> BytesAsync(int flags, byte type = SyncClient.Contents, uint? folder = null, uint extra = SyncClient.UsualExtra)
        {
            var context = await SyncClient.ConfigureAsync(session, folder ?? inbox, type, (ushort)flags, extra);
            await session.UploadStateAsync(context, ClientState.Empty);
            using var all = new MemoryStream();
            while (true)
            {
                var (data, isLast) = await session.GetBufferAsync(context);
                all.Write(data);
                if (isLast)
                    return all.ToArray();
            }
        }
    }

    [Fact]
    public async Task Who_wants_nothing_of_deletions_hears_nothing_of_what_went_out_of_scope()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("mail");
        var (session, _, inbox) = await OpenAsync(server);
        var known = (await session.SynchronizeAsync(inbox)).State;
        var none = new ContentRestriction(FuzzyLevel.Substring, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "no such"));
        (await session.SynchronizeAsync(inbox, known, restriction: none)).NoLongerInScope.Cardinality.ShouldBe(1ul);
        foreach (var flag in new ushort[] { 0x0002, 0x0004 })
        {
            var result = await session.SynchronizeAsync(inbox, known, flags: (ushort)(SyncClient.Usual | flag), restriction: none);
            (result.NoLongerInScope.IsEmpty, result.Deleted.IsEmpty, result.Messages.Count).ShouldBe((true, true, 0));
        }
        session.Dispose();
    }
}

/// <summary>A message with two bodies.</summary>
internal static class Bodies
{
    public static PropertyMessage Message()
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "two bodies"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Body, "text"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Html, "<html><body><b>text</b></body></html>"u8.ToArray()));
        message.Properties.Set(PropertyValue.Of(PropertyTags.NativeBody, 3));
        return message;
    }

    public static List<ushort> Of(IEnumerable<PropertyValue> properties) =>
        [.. properties.Select(p => p.Tag.Id).Where(id => id is PropertyIds.Body or PropertyIds.Html or PropertyIds.RtfCompressed).Order()];
}
