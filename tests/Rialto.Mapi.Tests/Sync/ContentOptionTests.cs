using System.Buffers.Binary;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>What contents downloads give of each message, by flags and property lists. [MS-OXCFXICS] 3.2.5.9.1.1.</summary>
public class ContentOptionTests
{
    [Fact]
    public async Task Listed_properties_are_left_out_or_are_the_only_ones()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        await server.DeliverAsync("mail");
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var all = (await session.SynchronizeAsync(inbox)).Messages.Single();
        all.Properties.TryGet(PropertyIds.Body, out _).ShouldBeTrue();
        all.Recipients.Count.ShouldBe(1);
        all.DelProps.ShouldBe([FxTags.MessageRecipients, FxTags.MessageAttachments]);
        var without = (await session.SynchronizeAsync(inbox, tags: [PropertyTags.Body, new PropertyTag(FxTags.MessageRecipients)])).Messages.Single();
        without.Properties.TryGet(PropertyIds.Body, out _).ShouldBeFalse();
        without.Subject.ShouldBe("mail");
        without.DelProps.ShouldBe([FxTags.MessageAttachments]);
        without.Recipients.ShouldBeEmpty();
        var only = (await session.SynchronizeAsync(inbox, flags: SyncClient.Usual | 0x0080, tags: [PropertyTags.Subject, PropertyTags.MessageFlags])).Messages.Single();
        only.Properties.Select(p => p.Tag).ShouldBe([PropertyTags.Subject, PropertyTags.MessageFlags], ignoreOrder: true);
        only.DelProps.ShouldBeEmpty();
        only.Header.Count.ShouldBe(7);
        session.Http.Dispose();
    }

    /// <summary>3.2.5.9.1.1 OrderByDeliveryTime: in whatever order things were changed.</summary>
    [Fact]
    public async Task What_changed_comes_in_the_order_of_delivery_too()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        using var mailbox = await server.OpenMailboxAsync();
        var noon = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
        foreach (var hours in new[] { 3, 1, 4, 2 })
            await server.DeliverAsync($"after {hours}", received: noon.AddHours(hours));
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        const uint ordered = SyncClient.UsualExtra | 0x8;
        var all = await session.SynchronizeAsync(inbox, extra: ordered);
        all.Messages.Select(m => m.Subject).ShouldBe(["after 4", "after 3", "after 2", "after 1"]);
        foreach (var row in (await mailbox.ListAsync(MapiServer.Inbox, _ => true, default)).Value)
            (await mailbox.ChangeFlagsAsync(MapiServer.Inbox, [row.Id], new FlagChange(MessageState.Flagged, 0, [], [], false), default)).Succeeded.ShouldBeTrue();
        await server.DeliverAsync("before", received: noon.AddHours(-1));
        var changed = await session.SynchronizeAsync(inbox, all.State, extra: ordered);
        changed.Messages.Select(m => m.Subject).ShouldBe(["after 4", "after 3", "after 2", "after 1", "before"]);
        (await session.SynchronizeAsync(inbox, changed.State, extra: ordered)).Messages.ShouldBeEmpty();
        session.Dispose();
    }

    [Fact]
    public async Task Associated_messages_may_go_whole_beside_headers()
    {
        await using var server = await MapiServer.StartAsync();
        using var mailbox = await server.OpenMailboxAsync();
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Configuration.Test"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.RoamingDatatypes, 4));
        var prepared = await server.Store.PreparePropertiesAsync(message, default);
        await mailbox.AppendAsync(MapiServer.Inbox, prepared, AppendOptions.Default with { State = MessageState.Associated }, default);
        await server.DeliverAsync("mail");
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        PropertyTag[] tags = [PropertyTags.Subject];
        var bare = await session.SynchronizeAsync(inbox, flags: SyncClient.Usual | 0x0080, tags: tags);
        bare.Messages.Count.ShouldBe(2);
        bare.Messages.ShouldAllBe(m => m.Properties.Count <= 1);
        var whole = await session.SynchronizeAsync(inbox, flags: SyncClient.Usual | 0x0080 | 0x4000, tags: tags);
        whole.Messages.Single(m => m.Header.GetBoolean(PropertyTags.Associated)).Properties.GetInt32(PropertyTags.RoamingDatatypes).ShouldBe(4);
        whole.Messages.Single(m => !m.Header.GetBoolean(PropertyTags.Associated)).Properties.Count.ShouldBe(1);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Progress_tells_sizes_before_the_messages()
    {
        await using var server = await MapiServer.StartAsync();
        for (var i = 0; i < 3; i++)
            await server.DeliverAsync($"mail {i}");
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var result = await session.SynchronizeAsync(inbox, flags: unchecked((ushort)(SyncClient.Usual | 0x8000)));
        result.Order[0].ShouldBe((uint)FxMarker.IncrSyncProgressMode);
        result.Order.Where(m => m is (uint)FxMarker.IncrSyncProgressPerMsg or (uint)FxMarker.IncrSyncChg).Take(2).ShouldBe([(uint)FxMarker.IncrSyncProgressPerMsg, (uint)FxMarker.IncrSyncChg]);
        result.ProgressTotal!.Length.ShouldBe(32);
        BinaryPrimitives.ReadUInt32LittleEndian(result.ProgressTotal.AsSpan(16)).ShouldBe(3u);
        result.ProgressMessages.Count.ShouldBe(3);
        await server.DeliverAsync("late");
        var next = await session.SynchronizeAsync(inbox, result.State, flags: unchecked((ushort)(SyncClient.Usual | 0x8000)));
        BinaryPrimitives.ReadUInt32LittleEndian(next.ProgressTotal!.AsSpan(16)).ShouldBe(1u);
        BinaryPrimitives.ReadInt64LittleEndian(next.ProgressTotal!.AsSpan(24)).ShouldBeGreaterThan(0);
        session.Http.Dispose();
    }

    /// <summary>2.2.4.3.4: a message that cannot be read costs the client that message, and only while it cannot.</summary>
    [Fact]
    public async Task A_message_that_cannot_be_read_is_told_and_tried_again()
    {
        var converter = new FailingConverter();
        await using var server = await MapiServer.StartAsync(converter: converter);
        for (var i = 0; i < 3; i++)
            await server.DeliverAsync($"mail {i}");
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        converter.Fails = "mail 1";
        var result = await session.SynchronizeAsync(inbox, sendOptions: 0x05);
        result.Messages.Select(m => m.Subject).ShouldBe(["mail 0", "mail 2"], ignoreOrder: true);
        var error = result.Errors.Single();
        error.Length.ShouldBe(88);
        BinaryPrimitives.ReadUInt32LittleEndian(error.AsSpan(4)).ShouldBe((uint)ErrorCode.GeneralFailure);
        GlobalId.TryRead(error.AsSpan(8, 22), out var folder).ShouldBeTrue();
        folder.Counter.ShouldBe((ulong)MapiServer.Inbox.Value);
        GlobalId.TryRead(error.AsSpan(32, 22), out var message).ShouldBeTrue();
        result.Messages.ShouldNotContain(m => m.Mid == message.Counter);
        // Without recovery the download fails, and goes on failing.
        var context = await session.ConfigureAsync(inbox);
        await session.UploadStateAsync(context, ClientState.Empty);
        for (var i = 0; i < 2; i++)
            (await Should.ThrowAsync<RopException>(() => session.DownloadAsync(context))).Code.ShouldBe(ErrorCode.GeneralFailure);
        converter.Fails = null;
        var again = await session.SynchronizeAsync(inbox, result.State, sendOptions: 0x05);
        again.Messages.Single().Subject.ShouldBe("mail 1");
        (await session.SynchronizeAsync(inbox, again.State)).Messages.ShouldBeEmpty();
        session.Http.Dispose();
    }

    [Fact]
    public async Task Flags_and_categories_that_other_clients_set_are_changes()
    {
        await using var server = await MapiServer.StartAsync();
        var mail = await server.DeliverAsync("mail");
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var first = await session.SynchronizeAsync(inbox);
        using var mailbox = await server.OpenMailboxAsync();
        await mailbox.ChangeFlagsAsync(MapiServer.Inbox, [mail.Id], new FlagChange(MessageState.Flagged, MessageState.None, ["Blue"], [], false), default);
        var second = await session.SynchronizeAsync(inbox, first.State);
        second.Messages.Single().Properties.GetInt32(PropertyTags.FlagStatus).ShouldBe(2);
        (await session.SynchronizeAsync(inbox, second.State)).Messages.ShouldBeEmpty();
        session.Http.Dispose();
    }
}
