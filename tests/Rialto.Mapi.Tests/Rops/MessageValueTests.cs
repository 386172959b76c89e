using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Server.Hosting;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Values that the server tells of messages by itself, open or in rows. [MS-OXCMSG] 2.2.1.</summary>
public class MessageValueTests
{
    [Fact]
    public async Task A_message_without_a_body_says_that_none_is_its_own()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "empty"));
        var mid = await session.SaveAsync(message);
        var (_, opened) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        (await session.PropertiesAsync(opened, PropertyTags.NativeBody))[0].AsInt32().ShouldBe(0);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_body_of_rtf_is_in_step_with_its_text()
    {
        await using var server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        var (session, logon, handle) = await server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.RtfCompressed, Content.Rtf.CompressedRtf.Compress("{\\rtf1 some text}"u8)));
        var mid = await session.SaveAsync(message);
        var (_, opened) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        var values = await session.PropertiesAsync(opened, PropertyTags.NativeBody, PropertyTags.RtfInSync);
        values[0].AsInt32().ShouldBe(2);
        values[1].AsBoolean().ShouldBeTrue();
        (await session.TextAsync(opened, PropertyTags.Body))!.Trim().ShouldBe("some text");
        session.Http.Dispose();
    }

    [Fact]
    public async Task The_time_of_the_last_change_counts_the_read_state()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("mail", received: DateTimeOffset.UnixEpoch);
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        PropertyTag[] columns = [PropertyTags.Mid, PropertyTags.LocalCommitTime, PropertyTags.LastModificationTime];
        var before = await RowAsync();
        before[1].AsTime().ShouldBe(before[2].AsTime());
        await Task.Delay(20);
        await session.CallAsync<PartialResponse>(RopId.SetReadFlags, new RopSetReadFlags.Request { MessageIds = [(ulong)before[0].AsInt64()] }, inbox);
        var after = await RowAsync();
        after[1].AsTime().Ticks.ShouldBeGreaterThan(before[1].AsTime().Ticks);
        after[2].AsTime().ShouldBe(before[2].AsTime(), "the content is what it was");
        var (_, opened) = await session.OpenMessageAsync(handle, logon.FolderIds[4], (ulong)before[0].AsInt64());
        (await session.PropertiesAsync(opened, PropertyTags.LocalCommitTime))[0].AsTime().ShouldBe(after[1].AsTime());
        session.Http.Dispose();

        async Task<PropertyValue[]> RowAsync() => (await session.RowsAsync((await session.ContentsTableAsync(inbox)).Handle, columns)).Single();
    }

    [Fact]
    public async Task Rows_show_icons_marks_and_categories_of_messages_of_properties()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var name = new PropertyName(PropertySets.PublicStrings, "Keywords");
        var keywords = new PropertyTag((await session.NamesAsync(handle, name))[0], PropertyType.MultipleString);
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "marked"), PropertyValue.Of(PropertyTags.IconIndex, 0x300), PropertyValue.Of(PropertyTags.LastVerbExecuted, 103),
            PropertyValue.Of(PropertyTags.FlagStatus, 1), PropertyValue.OfArray(keywords, new[] { "Red", "Blue" }));
        await session.SaveAsync(message);
        PropertyTag[] columns = [PropertyTags.IconIndex, PropertyTags.LastVerbExecuted, PropertyTags.FlagStatus, keywords];
        var row = await RowAsync();
        row[0].AsInt32().ShouldBe(0x300);
        row[1].AsInt32().ShouldBe(103);
        row[2].AsInt32().ShouldBe(1);
        row[3].AsArray<string>().ShouldBe(["Red", "Blue"]);

        // What is set later, and what the content is replaced by, go the same way.
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.IconIndex, 0x301));
        await session.SaveAsync(message);
        (await RowAsync())[0].AsInt32().ShouldBe(0x301);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Body, "new"), PropertyValue.Of(PropertyTags.IconIndex, 0x302));
        await session.SaveAsync(message);
        (await RowAsync())[0].AsInt32().ShouldBe(0x302);
        await session.DeleteAsync(message, PropertyTags.IconIndex);
        await session.SaveAsync(message);
        (await RowAsync())[0].AsInt32().ShouldBe(0x105, "it was answered");
        session.Http.Dispose();

        async Task<PropertyValue[]> RowAsync() =>
            (await session.RowsAsync((await session.ContentsTableAsync(await session.OpenFolderAsync(handle, logon.FolderIds[4]))).Handle, columns)).Single();
    }

    [Fact]
    public async Task Rows_do_not_show_the_keywords_of_imap_clients_alone()
    {
        await using var server = await MapiServer.StartAsync();
        var put = await server.DeliverAsync("mail");
        var (session, logon, handle) = await server.LogonAsync();
        var keywords = new PropertyTag((await session.NamesAsync(handle, new PropertyName(PropertySets.PublicStrings, "Keywords")))[0], PropertyType.MultipleString);
        using (var mailbox = await server.OpenMailboxAsync())
            await mailbox.ChangeFlagsAsync(MapiServer.Inbox, [put.Id], new FlagChange(0, 0, ["$Junk", "Work"], [], false), CancellationToken.None);
        var rows = await session.RowsAsync((await session.ContentsTableAsync(await session.OpenFolderAsync(handle, logon.FolderIds[4]))).Handle, [keywords]);
        rows.Single()[0].AsArray<string>().ShouldBe(["Work"]);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Rows_and_streams_tell_who_received_a_mail()
    {
        await using var server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        await server.DeliverAsync("mail");
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        PropertyTag[] columns = [PropertyTags.Mid, PropertyTags.ReceivedBySmtpAddress, PropertyTags.ReceivedRepresentingName, PropertyTags.ReceivedByEntryId];
        var row = (await session.RowsAsync((await session.ContentsTableAsync(inbox)).Handle, columns)).Single();
        row[1].AsString().ShouldBe(server.User(1).PrimaryAddress);
        row[2].AsString().ShouldBe(server.User(1).DisplayName);
        row[3].AsBinary().ShouldBe(new AddressBookEntryId(AddressBookEntryType.LocalMailUser, server.User(1).LegacyExchangeDn).ToArray());

        // The same in what a client downloads, and a draft was not received by anybody.
        var (_, download) = await session.OpenAsync<PlainResponse>(
            RopId.FastTransferSourceCopyMessages, new RopFastTransferSourceCopyMessages.Request { MessageIds = [(ulong)row[0].AsInt64()] }, inbox);
        var stream = (await session.CallAsync<RopFastTransferSourceGetBuffer.Response>(
            RopId.FastTransferSourceGetBuffer, new RopFastTransferSourceGetBuffer.Request { BufferSize = 0x7000 }, download)).TransferBuffer;
        stream.Span.IndexOf(BitConverter.GetBytes(PropertyTags.ReceivedByEntryId.Value)).ShouldBeGreaterThan(0);
        var draft = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SaveAsync(draft);
        (await session.PropertiesAsync(draft, PropertyTags.ReceivedByEntryId))[0].AsError().ShouldBe(ErrorCode.NotFound);
        session.Http.Dispose();
    }
}
