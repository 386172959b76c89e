using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Server.Hosting;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>
/// [MS-OXOMSG] 2.2.1.73, 2.2.1.74 voting, [MS-OXOFLAG] 3.1.4.1.5 recipient flags, [MS-OXSHARE] 2.2.2 sharing: what a sender says by properties reaches the recipient's mailbox,
/// whose ids of names are others.
/// </summary>
public sealed class CarriedPropertyTests : IAsyncLifetime
{
    private const int Inbox = 4, Outbox = 5;

    private MapiServer _server = null!;
    private RopSession _session = null!;
    private RopLogon.Response _logon = null!;
    private uint _handle;
    private RopSession _other = null!;
    private RopLogon.Response _otherLogon = null!;
    private uint _otherHandle;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        (_session, _logon, _handle) = await _server.LogonAsync();
        (_other, _otherLogon, _otherHandle) = await _server.LogonAsync(2);
        // The two mailboxes give different ids to the same names.
        await _other.NamesAsync(_otherHandle, new PropertyName(PropertySets.PublicStrings, "one"), new PropertyName(PropertySets.PublicStrings, "two"), new PropertyName(PropertySets.PublicStrings, "three"));
    }

    public async Task DisposeAsync()
    {
        _session.Http.Dispose();
        _other.Http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_vote_is_asked_for_and_answered()
    {
        byte[] buttons = [0x02, 0x01, 0x02, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00];
        var stream = (await _session.NamesAsync(_handle, PropertyNames.PidLidVerbStream))[0];
        await SendAsync(_session, _logon, _handle, "Lunch?", "user2@example.com", PropertyValue.Of(new PropertyTag(stream, PropertyType.Binary), buttons));
        var question = await ArrivedAsync(_other, _otherLogon, _otherHandle, "Lunch?");
        var ids = await _other.NamesAsync(_otherHandle, PropertyNames.PidLidVerbStream, PropertyNames.PidLidVerbResponse);
        ids[0].ShouldNotBe(stream);
        (await _other.PropertiesAsync(question, new PropertyTag(ids[0], PropertyType.Binary)))[0].AsBinary().ShouldBe(buttons);

        await SendAsync(_other, _otherLogon, _otherHandle, "Yes: Lunch?", "user1@example.com", PropertyValue.Of(new PropertyTag(ids[1], PropertyType.String), "Yes"));
        var answer = await ArrivedAsync(_session, _logon, _handle, "Yes: Lunch?");
        var response = (await _session.NamesAsync(_handle, PropertyNames.PidLidVerbResponse))[0];
        (await _session.PropertiesAsync(answer, new PropertyTag(response, PropertyType.String)))[0].AsString().ShouldBe("Yes");
        (await _session.TextAsync(answer, PropertyTags.Body))!.TrimEnd().ShouldBe("Text.");
    }

    [Fact]
    public async Task A_recipient_flag_arrives_as_a_basic_one_and_the_senders_own_does_not()
    {
        var ids = await _session.NamesAsync(_handle, PropertyNames.PidLidFlagRequest, PropertyNames.PidLidTaskStatus, PropertyNames.PidLidFlagString);
        var due = FileTime.From(new DateTimeOffset(2031, 3, 7, 16, 0, 0, TimeSpan.Zero));
        await SendAsync(_session, _logon, _handle, "Review", "user2@example.com",
            PropertyValue.Of(PropertyTags.FlagStatus, 2), PropertyValue.Of(PropertyTags.ReplyRequested, true), PropertyValue.Of(PropertyTags.ResponseRequested, true),
            PropertyValue.Of(PropertyTags.ReplyTime, due), PropertyValue.Of(PropertyTags.ToDoItemFlags, 8), PropertyValue.Of(PropertyTags.SwappedToDoData, new byte[] { 1, 0, 0, 0 }),
            PropertyValue.Of(new PropertyTag(ids[0], PropertyType.String), "Review"), PropertyValue.Of(new PropertyTag(ids[1], PropertyType.Integer32), 0),
            PropertyValue.Of(new PropertyTag(ids[2], PropertyType.Integer32), 10));
        var arrived = await ArrivedAsync(_other, _otherLogon, _otherHandle, "Review");
        var own = await _other.NamesAsync(_otherHandle, PropertyNames.PidLidFlagRequest, PropertyNames.PidLidFlagString);
        var read = await _other.PropertiesAsync(arrived, PropertyTags.FlagStatus, PropertyTags.ReplyRequested, PropertyTags.ResponseRequested, PropertyTags.ReplyTime,
            new PropertyTag(own[0], PropertyType.String), new PropertyTag(own[1], PropertyType.Integer32), PropertyTags.SwappedToDoData);
        read[0].AsInt32().ShouldBe(2);
        read[1].AsBoolean().ShouldBeTrue();
        read[2].AsBoolean().ShouldBeTrue();
        read[3].AsTime().ShouldBe(due);
        read[4].AsString().ShouldBe("Review");
        read[5].AsInt32().ShouldBe(10);
        // What the sender put by for himself is his.
        read[6].AsError().ShouldBe(ErrorCode.NotFound);
        var row = (await TransportTests.RowsAsync(_other, _otherHandle, _otherLogon.FolderIds[Inbox], PropertyTags.FlagStatus)).ShouldHaveSingleItem();
        row[0].AsInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_flag_is_set_completed_and_cleared_on_mail_that_came()
    {
        await SendAsync(_session, _logon, _handle, "Do it", "user2@example.com");
        var message = await ArrivedAsync(_other, _otherLogon, _otherHandle, "Do it", writable: true);
        (await _other.PropertiesAsync(message, PropertyTags.FlagStatus))[0].IsError.ShouldBeTrue();
        await _other.SetAsync(message, PropertyValue.Of(PropertyTags.FlagStatus, 2), PropertyValue.Of(PropertyTags.FollowupIcon, 6), PropertyValue.Of(PropertyTags.ToDoItemFlags, 1));
        await _other.SaveAsync(message);
        (await RowAsync()).ShouldBe(2);
        await _other.SetAsync(message, PropertyValue.Of(PropertyTags.FlagStatus, 1), PropertyValue.Of(PropertyTags.FlagCompleteTime, FileTime.From(DateTimeOffset.UnixEpoch)));
        await _other.SaveAsync(message);
        (await RowAsync()).ShouldBe(1);
        await _other.DeleteAsync(message, PropertyTags.FlagStatus, PropertyTags.FlagCompleteTime, PropertyTags.FollowupIcon);
        await _other.SaveAsync(message);
        (await RowAsync()).ShouldBeNull();

        async Task<int?> RowAsync()
        {
            var row = (await TransportTests.RowsAsync(_other, _otherHandle, _otherLogon.FolderIds[Inbox], PropertyTags.FlagStatus)).ShouldHaveSingleItem();
            return row[0].IsError ? null : row[0].AsInt32();
        }
    }

    [Fact]
    public async Task An_invitation_to_a_folder_keeps_its_class_and_properties()
    {
        var ids = await _session.NamesAsync(_handle, PropertyNames.PidLidSharingFlavor, PropertyNames.PidLidSharingCapabilities, PropertyNames.PidNameXSharingFlavor);
        await SendAsync(_session, _logon, _handle, "Sharing invitation", "user2@example.com", PropertyValue.Of(PropertyTags.MessageClass, "IPM.Sharing"),
            PropertyValue.Of(new PropertyTag(ids[0], PropertyType.Integer32), 0x20310), PropertyValue.Of(new PropertyTag(ids[1], PropertyType.Integer32), 0x40290),
            PropertyValue.Of(new PropertyTag(ids[2], PropertyType.String), "0x20310"));
        // Header fields have ids for who has asked for them.
        var own = await _other.NamesAsync(_otherHandle, PropertyNames.PidLidSharingFlavor, PropertyNames.PidLidSharingCapabilities, PropertyNames.PidNameXSharingFlavor);
        var arrived = await ArrivedAsync(_other, _otherLogon, _otherHandle, "Sharing invitation");
        var read = await _other.PropertiesAsync(arrived, PropertyTags.MessageClass, new PropertyTag(own[0], PropertyType.Integer32), new PropertyTag(own[1], PropertyType.Integer32),
            new PropertyTag(own[2], PropertyType.String));
        read[0].AsString().ShouldBe("IPM.Sharing");
        read[1].AsInt32().ShouldBe(0x20310);
        read[2].AsInt32().ShouldBe(0x40290);
        read[3].AsString().ShouldBe("0x20310");
        // Lists, restrictions and sort orders see the class too.
        var (table, _) = await _other.ContentsTableAsync(await _other.OpenFolderAsync(_otherHandle, _otherLogon.FolderIds[Inbox]));
        await _other.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = [PropertyTags.MessageClass] }, table);
        await _other.CallAsync<RopRestrict.Response>(RopId.Restrict, new RopRestrict.Request
        {
            RestrictionData = new PropertyRestriction(RelationalOperator.Equal, PropertyTags.MessageClass, PropertyValue.Of(PropertyTags.MessageClass, "IPM.Sharing")),
        }, table);
        (await _other.QueryRowsAsync(table, [PropertyTags.MessageClass], 10)).Rows.ShouldHaveSingleItem()[0].AsString().ShouldBe("IPM.Sharing");
    }

    [Fact]
    public async Task What_recipients_and_attachments_say_beside_the_mail_arrives()
    {
        var own = new PropertyName(PropertySets.PublicStrings, "of the attachment");
        var named = new PropertyTag((await _session.NamesAsync(_handle, own))[0], PropertyType.String);
        var message = await TransportTests.DraftAsync(_session, _logon, _handle, "Parts");
        await _session.ModifyRecipientsAsync(message, [PropertyTags.RecipientFlags, PropertyTags.RecipientTrackStatus],
            RopWriting.Recipient(0, 1, "User 2", "user2@example.com", PropertyValue.Of(PropertyTags.RecipientFlags, 0x201), PropertyValue.Of(PropertyTags.RecipientTrackStatus, 3)),
            RopWriting.Recipient(1, 3, "User 3", "user3@example.com", PropertyValue.Of(PropertyTags.RecipientFlags, 0x203), PropertyValue.Of(PropertyTags.RecipientTrackStatus, 5)));
        var (_, attachment) = await _session.CreateAttachmentAsync(message);
        await _session.SetAsync(attachment, PropertyValue.Of(PropertyTags.AttachMethod, 1), PropertyValue.Of(PropertyTags.AttachLongFilename, "plan.txt"), PropertyValue.Of(PropertyTags.DisplayName, "The plan"),
            PropertyValue.Of(PropertyTags.RenderingPosition, 17), PropertyValue.Of(PropertyTags.AttachDataBinary, "text"u8.ToArray()), PropertyValue.Of(named, "mine"));
        await _session.SaveAttachmentAsync(attachment);
        await _session.SaveAsync(message);
        (await TransportTests.SubmitAsync(_session, message)).ShouldBe(ErrorCode.Success);
        await _server.Delivery.DrainAsync(default);

        var arrived = await ArrivedAsync(_other, _otherLogon, _otherHandle, "Parts");
        using (var mailbox = await _server.OpenMailboxAsync(2))
        {
            var content = (await mailbox.OpenPropertiesAsync(MapiServer.Inbox, (await RowAsync(mailbox)).Id, default)).Value;
            var recipient = content.Recipients.ShouldHaveSingleItem("the blind copy is nobody's to see").Properties;
            recipient.GetInt32(PropertyTags.RecipientFlags).ShouldBe(0x201);
            recipient.GetInt32(PropertyTags.RecipientTrackStatus).ShouldBe(3);
            content.Properties.TryGet(Store.CarriedParts.Tag.Id, out _).ShouldBeFalse();
        }
        var there = await _other.OpenAttachmentAsync(arrived, 0);
        var id = (await _other.NamesAsync(_otherHandle, own))[0];
        var read = await _other.PropertiesAsync(there, PropertyTags.DisplayName, PropertyTags.RenderingPosition, new PropertyTag(id, PropertyType.String));
        read[0].AsString().ShouldBe("The plan");
        read[1].AsInt32().ShouldBe(17);
        read[2].AsString().ShouldBe("mine");

        static async Task<Store.MessageRow> RowAsync(Store.MailboxSession mailbox)
        {
            var ids = (await mailbox.ListAsync(MapiServer.Inbox, _ => true, default)).Value.Select(e => e.Id).ToArray();
            return (await mailbox.ReadRowsAsync(MapiServer.Inbox, ids, default)).Value.Single(r => r!.Subject == "Parts")!;
        }
    }

    [Fact]
    public async Task Nobody_is_impersonated_by_a_property_beside_the_mail()
    {
        await SendAsync(_session, _logon, _handle, "From whom?", "user2@example.com",
            PropertyValue.Of(PropertyTags.ReceivedRepresentingName, "The boss"), PropertyValue.Of(PropertyTags.DelegatedByRule, true),
            PropertyValue.Of(PropertyTags.OriginalSenderName, "The boss"), PropertyValue.Of(PropertyTags.LastVerbExecuted, 102),
            PropertyValue.Of(PropertyTags.TransportMessageHeaders, "Received: from nowhere\r\n"));
        var arrived = await ArrivedAsync(_other, _otherLogon, _otherHandle, "From whom?");
        var read = await _other.PropertiesAsync(arrived, PropertyTags.ReceivedRepresentingName, PropertyTags.DelegatedByRule, PropertyTags.SenderSmtpAddress, PropertyTags.LastVerbExecuted);
        read[0].AsString().ShouldBe("User 2");
        read[1].IsError.ShouldBeTrue();
        read[2].AsString().ShouldBe("user1@example.com");
        read[3].IsError.ShouldBeTrue();
        (await _other.TextAsync(arrived, PropertyTags.TransportMessageHeaders))!.ShouldNotContain("nowhere");
    }

    [Fact]
    public async Task Sender_and_receiver_are_those_of_the_address_book()
    {
        await SendAsync(_session, _logon, _handle, "Who is who", "user2@example.com");
        var arrived = await ArrivedAsync(_other, _otherLogon, _otherHandle, "Who is who");
        var read = await _other.PropertiesAsync(arrived, PropertyTags.SenderAddressType, PropertyTags.SenderEmailAddress, PropertyTags.SentRepresentingEntryId, PropertyTags.SenderSmtpAddress,
            PropertyTags.ReceivedByEntryId, PropertyTags.ReceivedByEmailAddress, PropertyTags.ReceivedRepresentingSmtpAddress, PropertyTags.SenderName);
        var (sender, receiver) = (_server.User(1), _server.User(2));
        read[0].AsString().ShouldBe("EX");
        read[1].AsString().ShouldBe(sender.LegacyExchangeDn);
        read[2].AsBinary().ShouldBe(new AddressBookEntryId(AddressBookEntryType.LocalMailUser, sender.LegacyExchangeDn).ToArray());
        read[3].AsString().ShouldBe(sender.PrimaryAddress);
        read[4].AsBinary().ShouldBe(new AddressBookEntryId(AddressBookEntryType.LocalMailUser, receiver.LegacyExchangeDn).ToArray());
        read[5].AsString().ShouldBe(receiver.LegacyExchangeDn);
        read[6].AsString().ShouldBe(receiver.PrimaryAddress);
        read[7].AsString().ShouldBe(sender.DisplayName);
        // Lists say the same.
        var row = (await TransportTests.RowsAsync(_other, _otherHandle, _otherLogon.FolderIds[Inbox], PropertyTags.SenderEmailAddress, PropertyTags.SenderAddressType)).ShouldHaveSingleItem();
        row[0].AsString().ShouldBe(sender.LegacyExchangeDn);
        row[1].AsString().ShouldBe("EX");
    }

    [Fact]
    public async Task What_goes_outside_is_plain_mail()
    {
        var stream = (await _session.NamesAsync(_handle, PropertyNames.PidLidVerbStream))[0];
        await SendAsync(_session, _logon, _handle, "Outside", "z@elsewhere.test", PropertyValue.Of(new PropertyTag(stream, PropertyType.Binary), new byte[] { 2, 1 }));
        var entry = _server.Queue.Messages.ShouldHaveSingleItem();
        using var lease = await _server.Backend.Blobs.OpenAsync(entry.Content, default);
        var text = Encoding.UTF8.GetString(lease.Memory.Span);
        text.ShouldContain("Subject: Outside");
        text.ShouldNotContain("winmail.dat");
    }

    /// <summary>Composes, submits and delivers.</summary>
    private async Task SendAsync(RopSession session, RopLogon.Response logon, uint handle, string subject, string to, params PropertyValue[] values)
    {
        var message = await TransportTests.DraftAsync(session, logon, handle, subject, (to, 1));
        if (values.Length > 0)
            await session.SetAsync(message, values);
        await session.SaveAsync(message);
        (await TransportTests.SubmitAsync(session, message)).ShouldBe(ErrorCode.Success);
        await session.ReleaseAsync(message);
        await _server.Delivery.DrainAsync(default);
        logon.FolderIds.Length.ShouldBeGreaterThan(Outbox);
    }

    private static async Task<uint> ArrivedAsync(RopSession session, RopLogon.Response logon, uint handle, string subject, bool writable = false)
    {
        var rows = await TransportTests.RowsAsync(session, handle, logon.FolderIds[Inbox], PropertyTags.Mid, PropertyTags.Subject);
        var mid = (ulong)rows.Single(r => r[1].AsString() == subject)[0].AsInt64();
        return await session.OpenAsync(handle, logon.FolderIds[Inbox], mid, writable ? (byte)1 : (byte)0);
    }
}
