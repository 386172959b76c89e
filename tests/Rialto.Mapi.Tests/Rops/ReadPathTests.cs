using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Mapi.Wire;
using Rialto.Model;
using SortDirection = Rialto.Model.SortDirection;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>From the logon to the last byte of an attachment, over HTTPS.</summary>
public class ReadPathTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private static readonly PropertyTag[] s_list = [PropertyTags.Mid, PropertyTags.Subject, PropertyTags.SenderName, PropertyTags.MessageDeliveryTime];

    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task Logon_names_the_mailbox_and_its_thirteen_folders()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        logon.FolderIds.Length.ShouldBe(13);
        logon.FolderIds.ShouldAllBe(id => id != 0);
        logon.FolderIds[4].ShouldBe(StoreKeys.Id(MapiServer.Inbox.Value).ToWire());
        logon.MailboxGuid.ShouldBe(Server.User(1).MailboxGuid);
        logon.ReplId.ShouldBe((ushort)1);
        logon.ResponseFlags.ShouldBe(RopLogon.ResponseFlag.Reserved | RopLogon.ResponseFlag.OwnerRight | RopLogon.ResponseFlag.SendAsRight);
        var values = await session.PropertiesAsync(handle, PropertyTags.MailboxOwnerName, PropertyTags.StoreSupportMask, PropertyTags.Subject);
        values[0].AsString().ShouldBe("User 1");
        values[1].AsInt32().ShouldNotBe(0);
        values[2].AsError().ShouldBe(ErrorCode.NotFound);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Logon_to_what_one_may_not_see_is_refused()
    {
        var (session, _, _) = await Server.LogonAsync(2);
        (await Should.ThrowAsync<RopException>(() => session.LogonAsync(Server.User(3).LegacyExchangeDn))).Code.ShouldBe(ErrorCode.LoginPermission);
        (await Should.ThrowAsync<RopException>(() => session.LogonAsync("/o=Example/cn=nobody"))).Code.ShouldBe(ErrorCode.UnknownUser);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Logon_to_a_shared_folder_shows_that_folder_alone()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("shared", user: 3);
        using (var mailbox = await server.OpenMailboxAsync(3))
        {
            var shared = new FolderPermission(server.User(2).Id, FolderRights.ReadAny | FolderRights.FolderVisible);
            (await mailbox.UpdateFolderAsync(MapiServer.Inbox, f => f with { Permissions = f.Permissions.Add(shared) }, CancellationToken.None)).Succeeded.ShouldBeTrue();
        }
        var (session, _, _) = await server.LogonAsync(2);
        var (logon, handle) = await session.LogonAsync(server.User(3).LegacyExchangeDn);
        logon.ResponseFlags.ShouldBe(RopLogon.ResponseFlag.Reserved);
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        (await session.RowsAsync(table, s_list)).Single()[1].AsString().ShouldBe("shared");
        (await Should.ThrowAsync<RopException>(() => session.OpenFolderAsync(handle, logon.FolderIds[6]))).Code.ShouldBe(ErrorCode.NotFound);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Full_access_by_the_directory_opens_the_whole_mailbox()
    {
        await using var server = await MapiServer.StartAsync();
        await server.Directory.Service.UpdateAsync(server.User(3) with { FullAccess = [server.User(2).Id] });
        var (session, _, _) = await server.LogonAsync(2);
        var (logon, handle) = await session.LogonAsync(server.User(3).LegacyExchangeDn);
        logon.ResponseFlags.ShouldBe(RopLogon.ResponseFlag.Reserved | RopLogon.ResponseFlag.OwnerRight);
        (await session.OpenFolderAsync(handle, logon.FolderIds[6])).ShouldNotBe(0u);
        session.Http.Dispose();
    }

    [Fact]
    public async Task The_hierarchy_is_listed()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var root = await session.OpenFolderAsync(handle, logon.FolderIds[0]);
        var (flat, flatCount) = await session.HierarchyTableAsync(root);
        var (deep, deepCount) = await session.HierarchyTableAsync(root, deep: true);
        deepCount.ShouldBeGreaterThan(flatCount);
        PropertyTag[] columns = [PropertyTags.DisplayName, PropertyTags.FolderId, PropertyTags.Depth, PropertyTags.ContainerClass, PropertyTags.EntryId, PropertyTags.Subfolders];
        var rows = await session.RowsAsync(deep, columns);
        rows.Count.ShouldBe(deepCount);
        var inbox = rows.Single(r => (ulong)r[1].AsInt64() == logon.FolderIds[4]);
        inbox[0].AsString().ShouldBe("Inbox");
        inbox[2].AsInt32().ShouldBe(1);
        inbox[4].AsBinary().Length.ShouldBe(46);
        (await session.RowsAsync(flat, columns)).Count.ShouldBe(flatCount);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_folder_tells_its_properties_and_where_the_calendar_is()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var values = await session.PropertiesAsync(inbox, PropertyTags.DisplayName, PropertyTags.IpmAppointmentEntryId, PropertyTags.Rights, PropertyTags.AdditionalRenEntryIds);
        values[0].AsString().ShouldBe("Inbox");
        values[1].AsBinary().Length.ShouldBe(46);
        (values[2].AsInt32() & 0x100).ShouldBe(0x100);
        values[3].AsArray<byte[]>().Length.ShouldBe(5);
        var list = await session.CallAsync<RopGetPropertiesList.Response>(RopId.GetPropertiesList, new RopGetPropertiesList.Request(), inbox);
        list.PropertyTags.ShouldContain(PropertyTags.DisplayName);
        var all = await session.CallAsync<RopGetPropertiesAll.Response>(RopId.GetPropertiesAll, new RopGetPropertiesAll.Request { WantUnicode = 1 }, inbox);
        all.PropertyValues.Single(v => v.Tag.Id == PropertyIds.DisplayName).AsString().ShouldBe("Inbox");
        all.PropertyValues.Select(v => v.Tag.Id).ShouldBeUnique();
        session.Http.Dispose();
    }

    [Fact]
    public async Task Messages_are_listed_newest_first_and_in_any_other_order()
    {
        await using var server = await MapiServer.StartAsync();
        var start = new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 120; i++)
            await server.DeliverAsync($"message {i:000}", $"sender{i % 5}@example.com", received: start.AddMinutes(i));
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, count) = await session.ContentsTableAsync(inbox);
        count.ShouldBe(120);
        var rows = await session.RowsAsync(table, s_list);
        rows.Select(r => r[1].AsString()).ShouldBe(Enumerable.Range(0, 120).Reverse().Select(i => $"message {i:000}"));
        rows[0][3].AsTime().ShouldBe(FileTime.From(start.AddMinutes(119)));

        await session.CallAsync<RopSortTable.Response>(
            RopId.SortTable, new RopSortTable.Request { SortOrders = new SortOrderSet([new SortKey(PropertyTags.Subject, SortDirection.Ascending)]) }, table);
        (await session.RowsAsync(table, s_list, 3)).Select(r => r[1].AsString()).ShouldBe(["message 000", "message 001", "message 002"]);

        await session.CallAsync<RopRestrict.Response>(
            RopId.Restrict,
            new RopRestrict.Request { RestrictionData = new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "E 11")) },
            table);
        (await session.RowsAsync(table, s_list)).Count.ShouldBe(10);
        var position = await session.CallAsync<RopQueryPosition.Response>(RopId.QueryPosition, new RopQueryPosition.Request(), table);
        position.Numerator.ShouldBe(10u);
        position.Denominator.ShouldBe(10u);

        await session.CallAsync<PlainResponse>(RopId.ResetTable, new RopResetTable.Request(), table);
        (await Should.ThrowAsync<RopException>(() => session.QueryRowsAsync(table, s_list, 1))).Code.ShouldBe(ErrorCode.NullObject);
        session.Http.Dispose();
    }

    [Fact]
    public async Task The_cursor_moves_forward_and_back()
    {
        await using var server = await MapiServer.StartAsync();
        var start = new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 20; i++)
            await server.DeliverAsync($"m{19 - i:00}", received: start.AddMinutes(i));
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        (await session.RowsAsync(table, s_list, 5)).Last()[1].AsString().ShouldBe("m04");
        (await session.QueryRowsAsync(table, s_list, 2, advance: false)).Rows.Select(r => r[1].AsString()).ShouldBe(["m05", "m06"]);
        (await session.QueryRowsAsync(table, s_list, 2, forward: false)).Rows.Select(r => r[1].AsString()).ShouldBe(["m03", "m04"]);
        (await session.QueryRowsAsync(table, s_list, 1)).Rows.Single()[1].AsString().ShouldBe("m03");
        var seek = await session.CallAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request { Origin = 2, RowCount = -3, WantRowMovedCount = true }, table);
        seek.RowsSought.ShouldBe(-3);
        seek.HasSoughtLess.ShouldBeFalse();
        var mark = await session.CallAsync<RopCreateBookmark.Response>(RopId.CreateBookmark, new RopCreateBookmark.Request(), table);
        var rest = await session.QueryRowsAsync(table, s_list, 10);
        rest.Rows.Select(r => r[1].AsString()).ShouldBe(["m17", "m18", "m19"]);
        rest.Origin.ShouldBe((byte)2);
        (await session.CallAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request { Origin = 1, RowCount = 5, WantRowMovedCount = true }, table)).HasSoughtLess.ShouldBeTrue();
        var back = await session.CallAsync<RopSeekRowBookmark.Response>(
            RopId.SeekRowBookmark, new RopSeekRowBookmark.Request { Bookmark = mark.Bookmark, RowCount = 1, WantRowMovedCount = true }, table);
        back.RowNoLongerVisible.ShouldBeFalse();
        (await session.QueryRowsAsync(table, s_list, 1)).Rows.Single()[1].AsString().ShouldBe("m18");
        await session.CallAsync<PlainResponse>(RopId.FreeBookmark, new RopFreeBookmark.Request { Bookmark = mark.Bookmark }, table);
        (await Should.ThrowAsync<RopException>(() => session.CallAsync<RopSeekRowBookmark.Response>(
            RopId.SeekRowBookmark, new RopSeekRowBookmark.Request { Bookmark = mark.Bookmark }, table))).Code.ShouldBe(ErrorCode.InvalidBookmark);
        await session.CallAsync<PlainResponse>(RopId.SeekRowFractional, new RopSeekRowFractional.Request { Numerator = 1, Denominator = 2 }, table);
        (await session.QueryRowsAsync(table, s_list, 1)).Rows.Single()[1].AsString().ShouldBe("m10");
        session.Http.Dispose();
    }

    [Fact]
    public async Task The_cursor_keeps_its_row_when_mail_comes()
    {
        await using var server = await MapiServer.StartAsync();
        var start = new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 10; i++)
            await server.DeliverAsync($"old {9 - i}", received: start.AddMinutes(i));
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        (await session.RowsAsync(table, s_list, 4)).Last()[1].AsString().ShouldBe("old 3");
        await server.DeliverAsync("new", received: start.AddHours(5));
        (await session.QueryRowsAsync(table, s_list, 1)).Rows.Single()[1].AsString().ShouldBe("old 4");
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_message_is_read_with_recipients_bodies_and_attachments()
    {
        var large = new byte[100_000];
        new Random(1).NextBytes(large);
        var text = string.Concat(Enumerable.Repeat("A long body, longer than a response. ", 2_000));
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "Grüße aus Zürich – привет"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Body, text));
        message.Recipients.Add(Recipient("Anna Äpfel", "anna@example.com", 1));
        message.Recipients.Add(Recipient("Bert", "bert@example.com", 2));
        message.Attachments.Add(new PropertyAttachment
        {
            Properties = new([
                PropertyValue.Of(PropertyTags.AttachMethod, 1), PropertyValue.Of(PropertyTags.AttachLongFilename, "large.bin"), PropertyValue.Of(PropertyTags.AttachDataBinary, large)]),
        });
        var inner = new PropertyMessage();
        inner.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "inside"));
        message.Attachments.Add(new PropertyAttachment { Properties = new([PropertyValue.Of(PropertyTags.AttachMethod, 5)]), Embedded = inner });
        var put = await Server.PutAsync(message, user: 3);

        var (session, logon, handle) = await Server.LogonAsync(3);
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var row = (await session.RowsAsync(table, s_list)).Single(r => r[1].AsString().StartsWith("Grüße", StringComparison.Ordinal));
        var (opened, handleOfMessage) = await session.OpenMessageAsync(handle, logon.FolderIds[4], (ulong)row[0].AsInt64());
        (opened.Message.SubjectPrefix + opened.Message.NormalizedSubject).ShouldBe("Grüße aus Zürich – привет");
        opened.Message.RecipientCount.ShouldBe((ushort)2);
        opened.Message.RecipientRows[0].Row!.Value.DisplayName.ShouldBe("Anna Äpfel");
        opened.Message.RecipientRows[1].RecipientType.ShouldBe((byte)2);
        var recipients = await session.CallAsync<RopReadRecipients.Response>(
            RopId.ReadRecipients, new RopReadRecipients.Request(), handleOfMessage, opened.Message.RecipientColumns);
        recipients.RecipientRows.Select(r => r.Row!.Value.EmailAddress).ShouldBe(["anna@example.com", "bert@example.com"]);

        (await session.PropertiesAsync(handleOfMessage, PropertyTags.Body))[0].AsError().ShouldBe(ErrorCode.NotEnoughMemory);
        (await session.TextAsync(handleOfMessage, PropertyTags.Body)).ShouldBe(text);
        (await session.PropertiesAsync(handleOfMessage, PropertyTags.Subject.WithType(PropertyType.Unspecified)))[0].AsString().ShouldBe("Grüße aus Zürich – привет");
        var narrow = await session.CallAsync<RopGetPropertiesSpecific.Response>(
            RopId.GetPropertiesSpecific, new RopGetPropertiesSpecific.Request { PropertyTags = [PropertyTags.Subject.WithType(PropertyType.String8)] }, handleOfMessage,
            [PropertyTags.Subject.WithType(PropertyType.String8)]);
        narrow.Values[0].AsString().ShouldStartWith("Gr");

        var attachments = await session.AttachmentTableAsync(handleOfMessage);
        var rows = await session.RowsAsync(attachments, [PropertyTags.AttachNumber, PropertyTags.AttachMethod, PropertyTags.AttachLongFilename]);
        rows.Count.ShouldBe(2);
        rows[0][2].AsString().ShouldBe("large.bin");
        var attachment = await session.OpenAttachmentAsync(handleOfMessage, rows[0][0].AsInt32());
        (await session.StreamAsync(attachment, PropertyTags.AttachDataBinary)).AsSpan().SequenceEqual(large).ShouldBeTrue();
        var embedded = await session.OpenAttachmentAsync(handleOfMessage, rows[1][0].AsInt32());
        var (within, handleWithin) = await session.OpenEmbeddedAsync(embedded);
        within.Message.NormalizedSubject.ShouldBe("inside");
        (await session.TextAsync(handleWithin, PropertyTags.Subject)).ShouldBe("inside");
        put.Uid.ShouldBeGreaterThan(0u);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Names_and_ids_map_both_ways()
    {
        var (session, _, handle) = await Server.LogonAsync();
        var name = new PropertyName(new Guid("00062008-0000-0000-c000-000000000046"), 0x8503);
        var text = new PropertyName(new Guid("00020329-0000-0000-c000-000000000046"), "Keywords");
        var unknown = new PropertyName(Guid.NewGuid(), "unknown");
        var made = await session.CallAsync<RopGetPropertyIdsFromNames.Response>(
            RopId.GetPropertyIdsFromNames, new RopGetPropertyIdsFromNames.Request { Flags = 2, PropertyNames = [name, text] }, handle);
        made.PropertyIds.ShouldAllBe(id => id >= 0x8000);
        var again = await session.CallAsync<RopGetPropertyIdsFromNames.Response>(
            RopId.GetPropertyIdsFromNames, new RopGetPropertyIdsFromNames.Request { PropertyNames = [text, unknown, name, new PropertyName(PropertySets.Mapi, 0x0037)] }, handle);
        again.PropertyIds.ShouldBe([made.PropertyIds[1], (ushort)0, made.PropertyIds[0], (ushort)0x0037]);
        var names = await session.CallAsync<RopGetNamesFromPropertyIds.Response>(
            RopId.GetNamesFromPropertyIds, new RopGetNamesFromPropertyIds.Request { PropertyIds = [made.PropertyIds[0], 0x0037, 0xFFF0] }, handle);
        names.PropertyNames.ShouldBe([name, new PropertyName(PropertySets.Mapi, 0x0037), null]);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Ids_convert_both_ways()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var longTerm = await session.CallAsync<RopLongTermIdFromId.Response>(RopId.LongTermIdFromId, new RopLongTermIdFromId.Request { ObjectId = logon.FolderIds[4] }, handle);
        longTerm.LongTermId.Id.Replica.ShouldBe(logon.ReplGuid);
        var back = await session.CallAsync<RopIdFromLongTermId.Response>(RopId.IdFromLongTermId, new RopIdFromLongTermId.Request { LongTermId = longTerm.LongTermId }, handle);
        back.ObjectId.ShouldBe(logon.FolderIds[4]);
        session.Http.Dispose();
    }

    [Theory]
    [InlineData("", "", 4)]
    [InlineData("IPM.Note.Custom", "IPM", 4)]
    [InlineData("ipm", "IPM", 4)]
    [InlineData("IPMX", "", 4)]
    [InlineData("IPC.Sync", "IPC", 0)]
    [InlineData("REPORT.IPM.Note.NDR", "REPORT.IPM", 4)]
    public async Task Receive_folders_are_found_by_class(string messageClass, string expected, int folder)
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var found = await session.CallAsync<RopGetReceiveFolder.Response>(RopId.GetReceiveFolder, new RopGetReceiveFolder.Request { MessageClass = messageClass }, handle);
        found.ExplicitMessageClass.ShouldBe(expected);
        found.FolderId.ShouldBe(logon.FolderIds[folder]);
        session.Http.Dispose();
    }

    [Theory]
    [InlineData(ExecuteFlags.None)]
    [InlineData(ExecuteFlags.NoCompression)]
    [InlineData(ExecuteFlags.NoXorMagic)]
    public async Task Compressed_and_obfuscated_buffers_say_the_same(ExecuteFlags flags)
    {
        var (session, logon, handle) = await Server.LogonAsync();
        session.Flags = flags;
        var root = await session.OpenFolderAsync(handle, logon.FolderIds[0]);
        var (table, count) = await session.HierarchyTableAsync(root, deep: true);
        (await session.RowsAsync(table, [PropertyTags.DisplayName, PropertyTags.EntryId, PropertyTags.FolderId])).Count.ShouldBe(count);
        session.Http.Dispose();
    }

    private static PropertyRecipient Recipient(string name, string address, int type) => new()
    {
        Properties = new([
            PropertyValue.Of(PropertyTags.RecipientType, type), PropertyValue.Of(PropertyTags.DisplayName, name), PropertyValue.Of(PropertyTags.AddressType, "SMTP"),
            PropertyValue.Of(PropertyTags.EmailAddress, address), PropertyValue.Of(PropertyTags.SmtpAddress, address)]),
    };
}
