using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Server.Hosting;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXOMSG] 2.2.1.29, 2.2.2: read and non-read receipts, from the request to the sender's Inbox.</summary>
public sealed class ReceiptTests
{
    private const byte SuppressReceipt = 0x01;

    [Fact]
    public async Task Who_asked_for_a_receipt_gets_one_when_the_message_is_read_and_no_second()
    {
        await using var server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        var (reader, logon, handle, mid) = await ReceiveAsync(server);
        var (_, message) = await reader.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        // Whoever asks what became of a message asks for both.
        ((await reader.PropertiesAsync(message, PropertyTags.MessageFlags))[0].AsInt32() & 0x300).ShouldBe(0x300);
        for (var i = 0; i < 2; i++)
            await reader.CallAsync<RopSetMessageReadFlag.Response>(RopId.SetMessageReadFlag, new RopSetMessageReadFlag.Request(), message);
        await server.Delivery.DrainAsync(default);
        var receipt = (await InboxAsync(server, 1)).ShouldHaveSingleItem();
        receipt.Row.MessageClass.ShouldBe("REPORT.IPM.Note.IPNRN");
        receipt.Mime.ShouldContain("Subject: Read: Please confirm");
        receipt.Mime.ShouldContain("Final-Recipient: rfc822;user2@example.com");
        receipt.Mime.ShouldContain("Disposition: manual-action/MDN-sent-automatically; displayed");
        ((await reader.PropertiesAsync(message, PropertyTags.MessageFlags))[0].AsInt32() & 0x300).ShouldBe(0);
        reader.Http.Dispose();
    }

    [Fact]
    public async Task A_suppressed_receipt_is_never_sent()
    {
        await using var server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        var (reader, logon, handle, mid) = await ReceiveAsync(server);
        var (_, message) = await reader.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        await reader.CallAsync<RopSetMessageReadFlag.Response>(RopId.SetMessageReadFlag, new RopSetMessageReadFlag.Request { ReadFlags = SuppressReceipt }, message);
        await reader.CallAsync<RopSetMessageReadFlag.Response>(RopId.SetMessageReadFlag, new RopSetMessageReadFlag.Request { ReadFlags = 0x10 }, message);
        await server.Delivery.DrainAsync(default);
        (await InboxAsync(server, 1)).ShouldBeEmpty();
        reader.Http.Dispose();
    }

    [Fact]
    public async Task Mail_that_expires_unread_is_told_of_once()
    {
        await using var server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        const string asks = "\r\nDisposition-Notification-To: user1@example.com";
        await server.DeliverAsync("old", from: $"user1@example.com{asks}\r\nExpires: Thu, 02 Jan 2020 03:04:05 +0000", user: 2);
        await server.DeliverAsync("to come", from: $"user1@example.com{asks}\r\nExpires: Thu, 02 Jan 2099 03:04:05 +0000", user: 2);
        await server.DeliverAsync("for ever", from: "user1@example.com" + asks, user: 2);
        var read = await server.DeliverAsync("old and read", from: $"user1@example.com{asks}\r\nExpires: Thu, 02 Jan 2020 03:04:05 +0000", user: 2);
        using (var mailbox = await server.OpenMailboxAsync(2))
            await mailbox.ChangeFlagsAsync(MapiServer.Inbox, [read.Id], new FlagChange(MessageState.Read, 0, [], [], false), default);
        var options = new Delivery.DeliveryOptions { HostName = "mail.example.com" };
        var receipts = new Delivery.MailReceipts(server.Store, server.Directory.Service, server.Queue, options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<Delivery.MailReceipts>.Instance);
        var expired = new Delivery.ExpiredMail(server.Store, receipts, TimeProvider.System);
        (await expired.SendReceiptsAsync(server.User(2).MailboxGuid, default)).ShouldBe(1);
        (await expired.SendReceiptsAsync(server.User(2).MailboxGuid, default)).ShouldBe(0);
        await server.Delivery.DrainAsync(default);
        var receipt = (await InboxAsync(server, 1)).ShouldHaveSingleItem();
        receipt.Row.MessageClass.ShouldBe("REPORT.IPM.Note.IPNNRN");
        receipt.Mime.ShouldContain("old");
        using var after = await server.OpenMailboxAsync(2);
        after.Folders.Special(SpecialFolder.Inbox)!.Counters.Count.ShouldBe(4, "the messages stay");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_deleted_unread_is_told_of_where_the_client_says_so(bool notify)
    {
        await using var server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        var (reader, logon, handle, mid) = await ReceiveAsync(server);
        var inbox = await reader.OpenFolderAsync(handle, logon.FolderIds[4]);
        var request = new RopHardDeleteMessages.Request { NotifyNonRead = notify, MessageIds = [mid] };
        (await reader.CallAsync<PartialResponse>(RopId.HardDeleteMessages, request, inbox)).PartialCompletion.ShouldBeFalse();
        await server.Delivery.DrainAsync(default);
        var receipts = await InboxAsync(server, 1);
        receipts.Count.ShouldBe(notify ? 1 : 0);
        if (notify)
        {
            receipts[0].Row.MessageClass.ShouldBe("REPORT.IPM.Note.IPNNRN");
            receipts[0].Mime.ShouldContain("MDN-sent-automatically; deleted");
        }
        reader.Http.Dispose();
    }

    /// <summary>user1 sends user2 a message that asks for a receipt: user2's view of it.</summary>
    private static async Task<(RopSession Reader, RopLogon.Response Logon, uint Handle, ulong Mid)> ReceiveAsync(MapiServer server)
    {
        var (sender, senderLogon, senderHandle) = await server.LogonAsync(1);
        var draft = await TransportTests.DraftAsync(sender, senderLogon, senderHandle, "Please confirm", ("user2@example.com", 1));
        await sender.SetAsync(draft, PropertyValue.Of(PropertyTags.ReadReceiptRequested, true), PropertyValue.Of(PropertyTags.DeleteAfterSubmit, true));
        await sender.SaveAsync(draft);
        (await TransportTests.SubmitAsync(sender, draft)).ShouldBe(ErrorCode.Success);
        sender.Http.Dispose();
        await server.Delivery.DrainAsync(default);
        var (reader, logon, handle) = await server.LogonAsync(2);
        var row = (await TransportTests.RowsAsync(reader, handle, logon.FolderIds[4], PropertyTags.Mid)).ShouldHaveSingleItem();
        return (reader, logon, handle, (ulong)row[0].AsInt64());
    }

    private static async Task<IReadOnlyList<(MessageRow Row, string Mime)>> InboxAsync(MapiServer server, int user)
    {
        using var mailbox = await server.OpenMailboxAsync(user);
        using var view = (await mailbox.OpenViewAsync(MapiServer.Inbox, default)).Value;
        var found = new List<(MessageRow, string)>();
        for (var i = 0; i < view.Current.Count; i++)
        {
            var id = view.Current[i].Id;
            using var mime = (await mailbox.OpenMimeAsync(MapiServer.Inbox, id, default)).Value;
            found.Add(((await mailbox.ReadRowsAsync(MapiServer.Inbox, new[] { id }, default)).Value[0]!, Encoding.UTF8.GetString(mime.Memory.Span)));
        }
        return found;
    }
}
