using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Read state, status and receipts. [MS-OXCMSG] 3.2.5.8-3.2.5.11.</summary>
public class ReadFlagTests
{
    private const byte ClearReadFlag = 0x04;
    private const byte GenerateReceiptOnly = 0x10;

    [Fact]
    public async Task Reading_changes_the_read_state_alone()
    {
        await using var server = await MapiServer.StartAsync();
        for (var i = 0; i < 3; i++)
            await server.DeliverAsync($"mail {i}");
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var mids = (await session.RowsAsync(table, [PropertyTags.Mid])).Select(r => (ulong)r[0].AsInt64()).ToArray();
        var (_, message) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mids[0]);
        var before = await session.PropertiesAsync(message, PropertyTags.ChangeKey, PropertyTags.MessageFlags);
        (before[1].AsInt32() & 0x401).ShouldBe(0);
        (await SetReadAsync(session, message, 0)).ReadStatusChanged.ShouldBeFalse();
        var after = await session.PropertiesAsync(message, PropertyTags.ChangeKey, PropertyTags.MessageFlags);
        after[0].AsBinary().ShouldBe(before[0].AsBinary());
        (after[1].AsInt32() & 0x401).ShouldBe(0x401);
        await SetReadAsync(session, message, ClearReadFlag);
        // Once read, always "ever read".
        ((await session.PropertiesAsync(message, PropertyTags.MessageFlags))[0].AsInt32() & 0x401).ShouldBe(0x400);

        (await SetFlagsAsync(session, inbox, 0, mids)).PartialCompletion.ShouldBeFalse();
        (await session.PropertiesAsync(inbox, PropertyTags.ContentUnreadCount))[0].AsInt32().ShouldBe(0);
        (await SetFlagsAsync(session, inbox, ClearReadFlag)).PartialCompletion.ShouldBeFalse();
        (await session.PropertiesAsync(inbox, PropertyTags.ContentUnreadCount))[0].AsInt32().ShouldBe(3);
        (await SetFlagsAsync(session, inbox, 0, mids[1], StoreKeys.Id(999_999).ToWire())).PartialCompletion.ShouldBeTrue();
        (await session.PropertiesAsync(inbox, PropertyTags.ContentUnreadCount))[0].AsInt32().ShouldBe(2);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Status_is_set_by_mask_and_leaves_the_change_key_alone()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("mail");
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        PropertyTag[] columns = [PropertyTags.Mid, PropertyTags.ChangeKey, PropertyTags.LastModificationTime, PropertyTags.MessageStatus];
        var before = (await session.RowsAsync(table, columns)).Single();
        var mid = (ulong)before[0].AsInt64();
        (await SetStatusAsync(session, inbox, mid, 0x3004, 0x3004)).ShouldBe(0u);
        (await SetStatusAsync(session, inbox, mid, 0x0000, 0x1000)).ShouldBe(0x3004u);
        (await SetStatusAsync(session, inbox, mid, 0x0800, 0x0800)).ShouldBe(0x2004u);
        (await SetStatusAsync(session, inbox, mid, 0x0000, 0x0800)).ShouldBe(0x2804u);
        var status = await session.CallAsync<RopGetMessageStatus.Response>(RopId.GetMessageStatus, new RopGetMessageStatus.Request { MessageId = mid }, inbox);
        status.MessageStatusFlags.ShouldBe(0x2004u);
        (table, _) = await session.ContentsTableAsync(inbox);
        var after = (await session.RowsAsync(table, columns)).Single();
        after[1].AsBinary().ShouldBe(before[1].AsBinary());
        after[2].AsTime().ShouldBe(before[2].AsTime());
        after[3].AsInt32().ShouldBe(0x2004);
        (await session.TryAsync(RopId.GetMessageStatus, new RopGetMessageStatus.Request { MessageId = StoreKeys.Id(999_999).ToWire() }, inbox)).ShouldBe(ErrorCode.NotFound);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_receipt_is_handed_on_once_and_stays_owed_until_it_is()
    {
        await using var server = await MapiServer.StartAsync();
        server.Service.SendReadReceipt = null;
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "tell me"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.ReadReceiptRequested, true));
        await server.PutAsync(message);
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var mid = (ulong)(await session.RowsAsync(table, [PropertyTags.Mid])).Single()[0].AsInt64();
        var (_, opened) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        await SetReadAsync(session, opened, 0);
        ((await session.PropertiesAsync(opened, PropertyTags.MessageFlags))[0].AsInt32() & 0x101).ShouldBe(0x101);
        var sent = new List<string>();
        server.Service.SendReadReceipt = (due, _) =>
        {
            sent.Add(due.Message.Subject);
            return new(true);
        };
        await SetReadAsync(session, opened, GenerateReceiptOnly);
        await SetReadAsync(session, opened, GenerateReceiptOnly);
        sent.ShouldBe(["tell me"]);
        ((await session.PropertiesAsync(opened, PropertyTags.MessageFlags))[0].AsInt32() & 0x100).ShouldBe(0);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Associated_messages_that_are_named_are_read_too()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4], associated: true);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.MessageFlags, 0));
        var mid = await session.SaveAsync(message);
        (await FlagsAsync() & 1).ShouldBe(0);
        (await SetFlagsAsync(session, inbox, 0, mid)).PartialCompletion.ShouldBeFalse();
        (await FlagsAsync() & 1).ShouldBe(1);
        (await SetFlagsAsync(session, inbox, ClearReadFlag)).PartialCompletion.ShouldBeFalse();
        (await FlagsAsync() & 1).ShouldBe(1, "all messages are the ordinary ones");
        session.Http.Dispose();

        async Task<int> FlagsAsync() => (await session.RowsAsync((await session.ContentsTableAsync(inbox, associated: true)).Handle, [PropertyTags.MessageFlags])).Single()[0].AsInt32();
    }

    private static Task<RopSetMessageReadFlag.Response> SetReadAsync(RopSession session, uint message, byte flags) =>
        session.CallAsync<RopSetMessageReadFlag.Response>(RopId.SetMessageReadFlag, new RopSetMessageReadFlag.Request { ReadFlags = flags }, message);

    private static Task<PartialResponse> SetFlagsAsync(RopSession session, uint folder, byte flags, params ulong[] mids) =>
        session.CallAsync<PartialResponse>(RopId.SetReadFlags, new RopSetReadFlags.Request { ReadFlags = flags, MessageIds = mids }, folder);

    private static async Task<uint> SetStatusAsync(RopSession session, uint folder, ulong mid, uint flags, uint mask) =>
        (await session.CallAsync<RopSetMessageStatus.Response>(
            RopId.SetMessageStatus, new RopSetMessageStatus.Request { MessageId = mid, MessageStatusFlags = flags, MessageStatusMask = mask }, folder)).MessageStatusFlags;
}
