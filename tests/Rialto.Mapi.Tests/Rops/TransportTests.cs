using Rialto.Delivery;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Server.Hosting;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXOMSG] 3.3.5 over HTTP: from a client's message to somebody else's Inbox.</summary>
public sealed class TransportTests
{
    private const int Inbox = 4;
    private const int Outbox = 5;
    private const int SentItems = 6;

    [Fact]
    public async Task A_message_is_submitted_as_Outlook_does_it_and_ends_in_Sent_Items()
    {
        await using var server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        var (session, logon, handle) = await server.LogonAsync();
        var message = await DraftAsync(session, logon, handle, "Hello", ("user2@example.com", 1), ("user3@example.com", 3));
        await session.SetAsync(message, SentMail(logon.FolderIds[SentItems]));
        await session.SaveAsync(message);
        (await FlagsAsync(session, message)).ShouldBe(0x08, "unsent");
        (await SubmitAsync(session, message)).ShouldBe(ErrorCode.Success);
        (await FlagsAsync(session, message)).ShouldBe(0x04, "submitted");
        (await SubmitAsync(session, message)).ShouldBe(ErrorCode.AlreadySent);
        await session.ReleaseAsync(message);
        await server.Delivery.DrainAsync(default);

        (await CountAsync(session, handle, logon.FolderIds[Outbox])).ShouldBe(0);
        var sent = (await RowsAsync(session, handle, logon.FolderIds[SentItems], PropertyTags.MessageFlags, PropertyTags.Subject, PropertyTags.SenderSmtpAddress, PropertyTags.DisplayBcc)).ShouldHaveSingleItem();
        (sent[0].AsInt32() & 0x0D).ShouldBe(0x01, "read, neither unsent nor submitted");
        sent[1].AsString().ShouldBe("Hello");
        sent[2].AsString().ShouldBe("user1@example.com");
        sent[3].AsString().ShouldBe("somebody");

        var (other, otherLogon, otherHandle) = await server.LogonAsync(2);
        var received = (await RowsAsync(other, otherHandle, otherLogon.FolderIds[Inbox], PropertyTags.Subject, PropertyTags.SentRepresentingName, PropertyTags.MessageFlags, PropertyTags.Mid)).ShouldHaveSingleItem();
        received[0].AsString().ShouldBe("Hello");
        (received[2].AsInt32() & 0x0D).ShouldBe(0);
        var (_, opened) = await other.OpenMessageAsync(otherHandle, otherLogon.FolderIds[Inbox], (ulong)received[3].AsInt64());
        (await other.TextAsync(opened, PropertyTags.Body))!.TrimEnd().ShouldBe("Text.");
        (await other.PropertiesAsync(opened, PropertyTags.DisplayBcc))[0].AsString().ShouldBeEmpty();
        session.Http.Dispose();
        other.Http.Dispose();
    }

    [Fact]
    public async Task Mail_tells_where_it_came_from()
    {
        const int FromMe = 0x20, Internet = 0x2000;
        await using var server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        var (session, logon, handle) = await server.LogonAsync();
        var message = await DraftAsync(session, logon, handle, "To both", ("user1@example.com", 1), ("user2@example.com", 1));
        (await SubmitAsync(session, message)).ShouldBe(ErrorCode.Success);
        await server.Delivery.DrainAsync(default);
        var (other, otherLogon, otherHandle) = await server.LogonAsync(2);
        ((await RowsAsync(session, handle, logon.FolderIds[Inbox], PropertyTags.MessageFlags)).ShouldHaveSingleItem()[0].AsInt32() & (FromMe | Internet)).ShouldBe(FromMe);
        ((await RowsAsync(other, otherHandle, otherLogon.FolderIds[Inbox], PropertyTags.MessageFlags)).ShouldHaveSingleItem()[0].AsInt32() & (FromMe | Internet)).ShouldBe(0);

        await server.Queue.EnqueueAsync(
            new QueuedMessage
            {
                Id = Guid.NewGuid(),
                Content = await server.Store.Backend.Blobs.WriteAsync(new System.Buffers.ReadOnlySequence<byte>("From: a@example.net\r\nSubject: From outside\r\n\r\nText.\r\n"u8.ToArray()), default),
                Sender = "a@example.net",
                Recipients = [new("user3@example.com", null, null, 0, 0, null)],
                ReceivedUtcTicks = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks,
            },
            default);
        await server.Delivery.DrainAsync(default);
        var (third, thirdLogon, thirdHandle) = await server.LogonAsync(3);
        ((await RowsAsync(third, thirdHandle, thirdLogon.FolderIds[Inbox], PropertyTags.MessageFlags)).ShouldHaveSingleItem()[0].AsInt32() & (FromMe | Internet)).ShouldBe(Internet);
        session.Http.Dispose();
        other.Http.Dispose();
        third.Http.Dispose();
    }

    [Fact]
    public async Task A_message_that_was_never_saved_is_saved_by_submitting_it()
    {
        await using var server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        var (session, logon, handle) = await server.LogonAsync();
        var message = await DraftAsync(session, logon, handle, "Unsaved", ("user2@example.com", 1));
        (await SubmitAsync(session, message)).ShouldBe(ErrorCode.Success);
        (await CountAsync(session, handle, logon.FolderIds[Outbox])).ShouldBe(1);
        await server.Delivery.DrainAsync(default);
        // Without a wish it stays where it was sent from, as sent.
        ((await RowsAsync(session, handle, logon.FolderIds[Outbox], PropertyTags.MessageFlags))[0][0].AsInt32() & 0x0C).ShouldBe(0);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_deferred_message_is_aborted_and_is_a_draft_again()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var message = await DraftAsync(session, logon, handle, "Later", ("user2@example.com", 1));
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.DeferredSendTime, FileTime.From(DateTimeOffset.UtcNow.AddHours(1))));
        var mid = await session.SaveAsync(message);
        (await SubmitAsync(session, message)).ShouldBe(ErrorCode.Success);
        await session.ReleaseAsync(message);
        await server.Delivery.DrainAsync(default);
        server.Queue.Messages.Count.ShouldBe(1);

        (await AbortAsync(session, handle, logon.FolderIds[Inbox], mid)).ShouldBe(ErrorCode.NotFound);
        (await AbortAsync(session, handle, logon.FolderIds[Outbox], mid)).ShouldBe(ErrorCode.Success);
        server.Queue.Messages.ShouldBeEmpty();
        ((await RowsAsync(session, handle, logon.FolderIds[Outbox], PropertyTags.MessageFlags))[0][0].AsInt32() & 0x0C).ShouldBe(0x08);
        (await AbortAsync(session, handle, logon.FolderIds[Outbox], mid)).ShouldBe(ErrorCode.NotInQueue);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_message_that_left_cannot_be_aborted()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var message = await DraftAsync(session, logon, handle, "Left", ("user2@example.com", 1));
        await session.SetAsync(message, SentMail(logon.FolderIds[SentItems]));
        var mid = await session.SaveAsync(message);
        (await SubmitAsync(session, message)).ShouldBe(ErrorCode.Success);
        await server.Delivery.DrainAsync(default);
        (await AbortAsync(session, handle, logon.FolderIds[Outbox], mid)).ShouldBe(ErrorCode.NotInQueue);
        (await CountAsync(session, handle, logon.FolderIds[SentItems])).ShouldBe(1);
        session.Http.Dispose();
    }

    [Fact]
    public async Task What_cannot_be_sent_is_refused_and_stays_a_draft()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var nobody = await DraftAsync(session, logon, handle, "Nobody");
        (await SubmitAsync(session, nobody)).ShouldBe(ErrorCode.NoRecipients);
        var unresolved = await DraftAsync(session, logon, handle, "Who", ("just a name", 1));
        (await SubmitAsync(session, unresolved)).ShouldBe(ErrorCode.InvalidRecipients);
        var forged = await DraftAsync(session, logon, handle, "Forged", ("user2@example.com", 1));
        await session.SetAsync(forged, PropertyValue.Of(PropertyTags.SentRepresentingAddressType, "SMTP"), PropertyValue.Of(PropertyTags.SentRepresentingEmailAddress, "user3@example.com"));
        await session.SaveAsync(forged);
        (await SubmitAsync(session, forged)).ShouldBe(ErrorCode.AccessDenied);
        (await FlagsAsync(session, forged)).ShouldBe(0x08);
        server.Queue.Messages.ShouldBeEmpty();
        (await session.TryAsync(RopId.SubmitMessage, new RopSubmitMessage.Request(), handle)).ShouldBe(ErrorCode.NotSupported);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_spooler_sends_and_learns_what_the_server_set()
    {
        await using var server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        var (session, logon, handle) = await server.LogonAsync();
        var folder = await session.CallAsync<RopGetTransportFolder.Response>(RopId.GetTransportFolder, new RopGetTransportFolder.Request(), handle);
        folder.FolderId.ShouldBe(logon.FolderIds[Outbox]);
        var message = await DraftAsync(session, logon, handle, "Spooled", ("user2@example.com", 1));
        var mid = await session.SaveAsync(message);
        var spoolerLock = new RopSpoolerLockMessage.Request { MessageId = mid };
        (await session.TryAsync(RopId.SpoolerLockMessage, spoolerLock, handle)).ShouldBe(ErrorCode.AccessDenied, "no spooler yet");
        (await session.TryAsync(RopId.SetSpooler, new RopSetSpooler.Request(), handle)).ShouldBe(ErrorCode.Success);
        (await session.TryAsync(RopId.SpoolerLockMessage, spoolerLock, handle)).ShouldBe(ErrorCode.Success);
        (await AbortAsync(session, handle, logon.FolderIds[Outbox], mid)).ShouldBe(ErrorCode.AbortFailed);
        var sent = await session.CallAsync<RopTransportSend.Response>(RopId.TransportSend, new RopTransportSend.Request(), message);
        sent.NoPropertiesReturned.ShouldBeFalse();
        sent.PropertyValues.Single(v => v.Tag == PropertyTags.SenderEmailAddress).AsString().ShouldBe(server.User(1).LegacyExchangeDn);
        spoolerLock.LockState = 2;
        (await session.TryAsync(RopId.SpoolerLockMessage, spoolerLock, handle)).ShouldBe(ErrorCode.Success);
        (await session.TryAsync(RopId.SpoolerLockMessage, spoolerLock, handle)).ShouldBe(ErrorCode.NotInQueue);
        await server.Delivery.DrainAsync(default);
        using var mailbox = await server.OpenMailboxAsync(2);
        using var view = (await mailbox.OpenViewAsync(MapiServer.Inbox, default)).Value;
        view.Current.Count.ShouldBe(1);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_resend_goes_to_who_has_not_got_it_and_says_so()
    {
        const int resend = 0x80;
        await using var server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        var (session, logon, handle) = await server.LogonAsync();
        var message = await DraftAsync(session, logon, handle, "again", ("user1@example.com", 1), ("user2@example.com", 0x81), ("user3@example.com", 2));
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.MessageFlags, resend | 1 | 8));
        var mid = await session.SaveAsync(message);
        (await SubmitAsync(session, message)).ShouldBe(ErrorCode.Success);
        var (opened, _) = await session.OpenMessageAsync(handle, logon.FolderIds[5], mid);
        opened.Message.RecipientRows.Select(r => (int)r.RecipientType).ShouldBe([0x10, 1, 0x10]);
        await server.Delivery.DrainAsync(default);
        foreach (var (user, got) in new[] { (1, 1), (2, 0), (3, 1) })
        {
            using var mailbox = await server.OpenMailboxAsync(user);
            mailbox.Folders.Special(SpecialFolder.Inbox)!.Counters.Count.ShouldBe(got, $"user {user}");
        }
        session.Http.Dispose();
    }

    [Fact]
    public async Task Address_types_and_options_are_told()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, _, handle) = await server.LogonAsync();
        var types = await session.CallAsync<RopGetAddressTypes.Response>(RopId.GetAddressTypes, new RopGetAddressTypes.Request(), handle);
        types.AddressTypes.ShouldBe(["EX", "SMTP"]);
        var options = await session.CallAsync<RopOptionsData.Response>(RopId.OptionsData, new RopOptionsData.Request { AddressType = "EX", WantWin32 = true }, handle);
        // Nothing, in the form that Microsoft's test client can read.
        options.OptionsInfo.ShouldBe([0]);
        options.HelpFile.ShouldBeEmpty();
        session.Http.Dispose();
    }

    [Fact]
    public async Task Mail_that_a_clients_transport_brought_is_announced()
    {
        await using var server = await MapiServer.StartAsync();
        var put = await server.DeliverAsync("brought");
        var (session, logon, handle) = await server.LogonAsync();
        await session.OpenAsync<PlainResponse>(
            RopId.RegisterNotification, new RopRegisterNotification.Request { NotificationTypes = (byte)RopNotify.NotificationFlags.NewMail, WantWholeStore = true }, handle);
        var folder = await session.OpenFolderAsync(handle, logon.FolderIds[Inbox]);
        var (table, _) = await session.ContentsTableAsync(folder);
        var mid = (ulong)(await session.RowsAsync(table, [PropertyTags.Mid]))[0][0].AsInt64();
        var request = new RopTransportNewMail.Request { MessageId = mid, FolderId = logon.FolderIds[Inbox], MessageClass = "IPM.Note" };
        (await session.TryAsync(RopId.TransportNewMail, request, handle)).ShouldBe(ErrorCode.Success);
        session.Notifications.ShouldContain(n => n.MessageId == mid && (n.Flags & RopNotify.NotificationFlags.NewMail) != 0);
        request.MessageId = StoreKeys.Id(999_999).ToWire();
        (await session.TryAsync(RopId.TransportNewMail, request, handle)).ShouldBe(ErrorCode.NotFound);
        put.Uid.ShouldBeGreaterThan(0u);
        session.Http.Dispose();
    }

    internal static async Task<uint> DraftAsync(RopSession session, RopLogon.Response logon, uint handle, string subject, params (string Address, byte Type)[] recipients)
    {
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[Outbox]);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, subject), PropertyValue.Of(PropertyTags.Body, "Text."));
        if (recipients.Length > 0)
            await session.ModifyRecipientsAsync(message, [], [.. recipients.Select((r, i) => RopWriting.Recipient((uint)i, r.Type, "somebody", r.Address))]);
        return message;
    }

    internal static PropertyValue SentMail(ulong folder) =>
        PropertyValue.Of(PropertyTags.SentMailSvrEID, WireCodec.ToArray(new ServerId { Ours = true, Folder = StoreId.FromWire(folder), ClientData = [] }));

    internal static Task<ErrorCode> SubmitAsync(RopSession session, uint message) => session.TryAsync(RopId.SubmitMessage, new RopSubmitMessage.Request(), message);

    internal static async Task<List<PropertyValue[]>> RowsAsync(RopSession session, uint handle, ulong folder, params PropertyTag[] columns)
    {
        var (table, _) = await session.ContentsTableAsync(await session.OpenFolderAsync(handle, folder));
        return await session.RowsAsync(table, columns);
    }

    private static Task<ErrorCode> AbortAsync(RopSession session, uint handle, ulong folder, ulong message) =>
        session.TryAsync(RopId.AbortSubmit, new RopAbortSubmit.Request { FolderId = folder, MessageId = message }, handle);

    private static async Task<int> CountAsync(RopSession session, uint handle, ulong folder) =>
        (await session.ContentsTableAsync(await session.OpenFolderAsync(handle, folder))).RowCount;

    /// <summary>mfSubmitted and mfUnsent.</summary>
    private static async Task<int> FlagsAsync(RopSession session, uint message) => (await session.PropertiesAsync(message, PropertyTags.MessageFlags))[0].AsInt32() & 0x0C;
}
