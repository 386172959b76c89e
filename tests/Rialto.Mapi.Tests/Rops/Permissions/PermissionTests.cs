using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCPERM] over HTTPS: lists read and changed, and what they let others do.</summary>
public sealed class PermissionTests : IAsyncLifetime
{
    private const byte Add = 0x01, Modify = 0x02, Remove = 0x04, IncludeFreeBusy = 0x02;

    private static readonly PropertyTag[] s_columns = [PropertyTags.EntryId, PropertyTags.MemberId, PropertyTags.MemberName, PropertyTags.MemberRights];

    private MapiServer _server = null!;
    private RopSession _session = null!;
    private RopLogon.Response _logon = null!;
    private uint _handle;
    private uint _inbox;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync();
        (_session, _logon, _handle) = await _server.LogonAsync();
        _inbox = await _session.OpenFolderAsync(_handle, _logon.FolderIds[4]);
    }

    public async Task DisposeAsync()
    {
        _session.Http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_list_begins_with_the_reserved_members()
    {
        var rows = await RowsAsync(_inbox);
        rows.Count.ShouldBe(2);
        rows[0][0].AsBinary().ShouldBeEmpty();
        rows[0][1].AsInt64().ShouldBe(0);
        rows[0][2].AsString().ShouldBe("");
        rows[1][1].AsInt64().ShouldBe(-1);
        rows[1][2].AsString().ShouldBe("Anonymous");
    }

    [Fact]
    public async Task Members_are_added_modified_and_removed()
    {
        (await ModifyAsync(_inbox, 0, (Add, User(2), null, FolderRights.ReadAny | FolderRights.FolderVisible))).ShouldBe(ErrorCode.Success);
        var row = (await RowsAsync(_inbox)).Single(r => r[2].AsString() == "User 2");
        row[0].AsBinary().ShouldBe(User(2));
        row[3].AsInt32().ShouldBe((int)(FolderRights.ReadAny | FolderRights.FolderVisible));
        var id = row[1].AsInt64();
        (await ModifyAsync(_inbox, 0, (Modify, null, id, FolderRights.FolderVisible), (Modify, null, 0, FolderRights.ReadAny))).ShouldBe(ErrorCode.Success);
        (await RowsAsync(_inbox)).Select(r => r[3].AsInt32()).ShouldBe([(int)FolderRights.ReadAny, 0, (int)FolderRights.FolderVisible]);
        // Who is not in the list is passed over.
        (await ModifyAsync(_inbox, 0, (Modify, null, 4711, FolderRights.ReadAny), (Remove, null, 4712, 0), (Remove, null, id, 0))).ShouldBe(ErrorCode.Success);
        (await RowsAsync(_inbox)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_list_is_replaced_but_for_its_default()
    {
        await ModifyAsync(_inbox, 0, (Add, User(2), null, FolderRights.ReadAny), (Modify, null, 0, FolderRights.FolderVisible));
        (await ModifyAsync(_inbox, 0x01, (Add, User(3), null, FolderRights.Create))).ShouldBe(ErrorCode.Success);
        (await RowsAsync(_inbox)).Select(r => (r[2].AsString(), (FolderRights)r[3].AsInt32())).ShouldBe(
            [("", FolderRights.FolderVisible), ("Anonymous", FolderRights.None), ("User 3", FolderRights.Create)]);
        (await ModifyAsync(_inbox, 0x01, (Remove, null, 0, 0))).ShouldBe(ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task Bad_rows_change_nothing()
    {
        var nobody = new AddressBookEntryId(AddressBookEntryType.LocalMailUser, "/o=Example/cn=nobody").ToArray();
        (await ModifyAsync(_inbox, 0, (Add, User(2), null, FolderRights.ReadAny), (Add, nobody, null, FolderRights.ReadAny))).ShouldBe(ErrorCode.InvalidParameter);
        (await ModifyAsync(_inbox, 0, (Add, User(2), null, (FolderRights)0x8000))).ShouldBe(ErrorCode.InvalidParameter);
        (await ModifyAsync(_inbox, 0, (0x07, User(2), null, FolderRights.ReadAny))).ShouldBe(ErrorCode.InvalidParameter);
        (await ModifyAsync(_inbox, 0x10, (Add, User(2), null, FolderRights.ReadAny))).ShouldBe(ErrorCode.InvalidParameter);
        (await RowsAsync(_inbox)).Count.ShouldBe(2);
        var elsewhere = await _session.ExecuteAsync([(RopId.GetPermissionsTable, new RopGetPermissionsTable.Request { OutputHandleIndex = 1 })], [_handle, RopSession.NoHandle]);
        elsewhere.Get<PlainResponse>().ReturnValue.ShouldBe(ErrorCode.NotSupported);
    }

    [Fact]
    public async Task Free_and_busy_rights_are_told_and_set_where_that_is_asked_for()
    {
        var calendar = await _session.OpenFolderAsync(_handle, Ids.Of(SpecialFolders.IdOf(SpecialFolder.Calendar)));
        (await RowsAsync(calendar))[0][3].AsInt32().ShouldBe(0);
        ((FolderRights)(await RowsAsync(calendar, IncludeFreeBusy))[0][3].AsInt32()).ShouldBe(FolderRights.FreeBusySimple);
        // A client that knows nothing of them does not take them away.
        await ModifyAsync(calendar, 0, (Modify, null, 0, FolderRights.FolderVisible), (Add, User(2), null, FolderRights.ReadAny | FolderRights.FolderVisible));
        var rows = await RowsAsync(calendar, IncludeFreeBusy);
        ((FolderRights)rows[0][3].AsInt32()).ShouldBe(FolderRights.FolderVisible | FolderRights.FreeBusySimple);
        ((FolderRights)rows[2][3].AsInt32()).ShouldBe(FolderRights.ReadAny | FolderRights.FolderVisible | FolderRights.FreeBusySimple | FolderRights.FreeBusyDetailed);
        await ModifyAsync(calendar, IncludeFreeBusy, (Modify, null, 0, FolderRights.None));
        ((FolderRights)(await RowsAsync(calendar, IncludeFreeBusy))[0][3].AsInt32()).ShouldBe(FolderRights.None);
    }

    [Fact]
    public async Task Free_and_busy_rights_are_added_replaced_and_removed_with_their_flag_alone()
    {
        const FolderRights both = FolderRights.FreeBusySimple | FolderRights.FreeBusyDetailed;
        var calendar = await _session.OpenFolderAsync(_handle, Ids.Of(SpecialFolders.IdOf(SpecialFolder.Calendar)));
        (await ModifyAsync(calendar, IncludeFreeBusy, (Add, User(2), null, both), (Add, User(3), null, FolderRights.FreeBusySimple))).ShouldBe(ErrorCode.Success);
        var rows = await RowsAsync(calendar, IncludeFreeBusy);
        ((FolderRights)rows[2][3].AsInt32(), (FolderRights)rows[3][3].AsInt32()).ShouldBe((both, FolderRights.FreeBusySimple));
        // Unasked for, they are no part of the answer.
        (await RowsAsync(calendar)).ShouldAllBe(r => (r[3].AsInt32() & (int)both) == 0);
        (await ModifyAsync(calendar, IncludeFreeBusy, (Modify, null, rows[2][1].AsInt64(), FolderRights.FolderVisible))).ShouldBe(ErrorCode.Success);
        ((FolderRights)(await RowsAsync(calendar, IncludeFreeBusy))[2][3].AsInt32()).ShouldBe(FolderRights.FolderVisible);
        (await ModifyAsync(calendar, IncludeFreeBusy | 0x01, (Add, User(3), null, both))).ShouldBe(ErrorCode.Success);
        rows = await RowsAsync(calendar, IncludeFreeBusy);
        rows.Select(r => r[2].AsString()).ShouldBe(["", "Anonymous", "User 3"]);
        ((FolderRights)rows[2][3].AsInt32()).ShouldBe(both);
        (await ModifyAsync(calendar, IncludeFreeBusy, (Remove, null, rows[2][1].AsInt64(), 0))).ShouldBe(ErrorCode.Success);
        (await RowsAsync(calendar, IncludeFreeBusy)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_reserved_members_are_modified_by_their_numbers_and_never_go()
    {
        (await ModifyAsync(_inbox, 0, (Modify, null, 0, FolderRights.ReadAny | FolderRights.FolderVisible), (Modify, null, -1, FolderRights.FolderVisible))).ShouldBe(ErrorCode.Success);
        (await RowsAsync(_inbox)).Select(r => (FolderRights)r[3].AsInt32()).ShouldBe([FolderRights.ReadAny | FolderRights.FolderVisible, FolderRights.FolderVisible]);
        (await ModifyAsync(_inbox, 0, (Remove, null, 0, 0), (Remove, null, -1, 0))).ShouldBe(ErrorCode.Success);
        (await RowsAsync(_inbox)).Select(r => (r[1].AsInt64(), r[3].AsInt32())).ShouldBe([(0L, 0), (-1L, 0)]);
    }

    [Fact]
    public async Task Every_right_is_kept_as_it_was_given()
    {
        foreach (var right in Enum.GetValues<FolderRights>().Where(r => r != FolderRights.None && (r & (FolderRights.FreeBusySimple | FolderRights.FreeBusyDetailed)) == 0))
        {
            (await ModifyAsync(_inbox, 0x01, (Add, User(2), null, right))).ShouldBe(ErrorCode.Success, right.ToString());
            ((FolderRights)(await RowsAsync(_inbox))[2][3].AsInt32()).ShouldBe(right);
        }
        // Adding one who is there changes his rights.
        (await ModifyAsync(_inbox, 0, (Add, User(2), null, FolderRights.Create))).ShouldBe(ErrorCode.Success);
        (await RowsAsync(_inbox)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Rights_say_what_another_may_do()
    {
        await _server.DeliverAsync("of the owner");
        await ModifyAsync(_inbox, 0, (Add, User(2), null, FolderRights.ReadAny | FolderRights.FolderVisible | FolderRights.DeleteOwned));
        var (other, inbox, logon) = await OtherAsync();
        var mid = (await other.ListAsync(inbox)).Single().Mid;
        (await other.PropertiesAsync(inbox, PropertyTags.Rights))[0].AsInt32().ShouldBe((int)(FolderRights.ReadAny | FolderRights.FolderVisible | FolderRights.DeleteOwned));
        // Not its own: stays, and is told as partial.
        (await other.DeleteMessagesAsync(inbox, hard: true, mid)).PartialCompletion.ShouldBeTrue();
        (await other.ListAsync(inbox)).Count.ShouldBe(1);
        (await Should.ThrowAsync<RopException>(() => other.CreateFolderAsync(inbox, "mine"))).Code.ShouldBe(ErrorCode.AccessDenied);
        var list = new TableRowChange { ChangeFlags = Modify, PropertyValues = [PropertyValue.Of(PropertyTags.MemberId, 0L), PropertyValue.Of(PropertyTags.MemberRights, 1)] };
        var denied = await other.ExecuteAsync([(RopId.ModifyPermissions, new RopModifyPermissions.Request { PermissionsData = [list] })], [inbox]);
        denied.Get<PlainResponse>().ReturnValue.ShouldBe(ErrorCode.AccessDenied);
        await ModifyAsync(_inbox, 0, (Add, User(2), null, FolderRights.All));
        var (_, folder, _) = await other.CreateFolderAsync(inbox, "mine");
        (await other.DeleteMessagesAsync(inbox, hard: true, mid)).PartialCompletion.ShouldBeFalse();
        (await other.PropertiesAsync(folder, PropertyTags.Rights))[0].AsInt32().ShouldBe((int)FolderRights.All);
        logon.ResponseFlags.ShouldBe(RopLogon.ResponseFlag.Reserved);
        other.Http.Dispose();
    }

    [Fact]
    public async Task A_list_is_not_shown_to_whom_the_folder_is_not_visible()
    {
        await ModifyAsync(_inbox, 0, (Add, User(2), null, FolderRights.ReadAny));
        var (other, inbox, _) = await OtherAsync();
        (await Should.ThrowAsync<RopException>(async () =>
        {
            var (_, table) = await other.OpenAsync<PlainResponse>(RopId.GetPermissionsTable, new RopGetPermissionsTable.Request(), inbox);
            await other.RowsAsync(table, s_columns);
        })).Code.ShouldBe(ErrorCode.AccessDenied);
        other.Http.Dispose();
    }

    [Fact]
    public async Task Permissions_are_not_to_be_had_as_a_security_descriptor()
    {
        var open = new RopOpenStream.Request { PropertyTag = PropertyTags.SecurityDescriptorAsXml };
        (await Should.ThrowAsync<RopException>(() => _session.OpenAsync<RopOpenStream.Response>(RopId.OpenStream, open, _inbox))).Code.ShouldBe(ErrorCode.NotImplemented);
    }

    [Fact]
    public async Task What_may_not_be_moved_or_copied_is_told()
    {
        var (id, source, _) = await _session.CreateFolderAsync(_inbox, "Source");
        var (_, below, _) = await _session.CreateFolderAsync(source, "Below");
        var (targetId, target, _) = await _session.CreateFolderAsync(_inbox, "Target");
        await ModifyAsync(_inbox, 0, (Add, User(2), null, FolderRights.ReadAny | FolderRights.FolderVisible));
        await ModifyAsync(source, 0, (Add, User(2), null, FolderRights.ReadAny | FolderRights.FolderVisible));
        await ModifyAsync(below, 0, (Add, User(2), null, FolderRights.FolderVisible));
        await ModifyAsync(target, 0, (Add, User(2), null, FolderRights.All));
        var (other, inbox, _) = await OtherAsync();
        var to = await other.OpenFolderAsync(inbox, targetId);
        async Task<DestinationPartialResponse> TransferAsync(RopId rop, RopDestinationRequest request) => (DestinationPartialResponse)(await other.ExecuteAsync([(rop, request)], [inbox, to])).Responses[0];
        var copied = await TransferAsync(RopId.CopyFolder, new RopCopyFolder.Request { DestHandleIndex = 1, WantRecursive = true, UseUnicode = true, FolderId = id, NewFolderName = "copy" });
        (copied.ReturnValue, copied.PartialCompletion).ShouldBe((ErrorCode.AccessDenied, false));
        var moved = await TransferAsync(RopId.MoveFolder, new RopMoveFolder.Request { DestHandleIndex = 1, UseUnicode = true, FolderId = id, NewFolderName = "moved" });
        (moved.ReturnValue, moved.PartialCompletion).ShouldBe((ErrorCode.AccessDenied, true));
        (await other.HierarchyTableAsync(to)).RowCount.ShouldBe(0);
        other.Http.Dispose();
    }

    private byte[] User(int number) => new AddressBookEntryId(AddressBookEntryType.LocalMailUser, _server.User(number).LegacyExchangeDn).ToArray();

    /// <summary>User 2 in the mailbox of user 1.</summary>
    private async Task<(RopSession Session, uint Inbox, RopLogon.Response Logon)> OtherAsync()
    {
        var (session, _, _) = await _server.LogonAsync(2);
        var (logon, handle) = await session.LogonAsync(_server.User(1).LegacyExchangeDn);
        return (session, await session.OpenFolderAsync(handle, logon.FolderIds[4]), logon);
    }

    private async Task<List<PropertyValue[]>> RowsAsync(uint folder, byte flags = 0)
    {
        var (_, table) = await _session.OpenAsync<PlainResponse>(RopId.GetPermissionsTable, new RopGetPermissionsTable.Request { TableFlags = flags }, folder);
        var rows = await _session.RowsAsync(table, s_columns);
        await _session.ReleaseAsync(table);
        return rows;
    }

    private async Task<ErrorCode> ModifyAsync(uint folder, byte flags, params (byte Change, byte[]? EntryId, long? Id, FolderRights Rights)[] rows)
    {
        var data = rows.Select(r => new TableRowChange
        {
            ChangeFlags = r.Change,
            PropertyValues =
            [
                .. r.EntryId is { } entryId ? [PropertyValue.Of(PropertyTags.EntryId, entryId)] : Array.Empty<PropertyValue>(),
                .. r.Id is { } id ? [PropertyValue.Of(PropertyTags.MemberId, id)] : Array.Empty<PropertyValue>(),
                .. r.Change != Remove ? [PropertyValue.Of(PropertyTags.MemberRights, (int)r.Rights)] : Array.Empty<PropertyValue>(),
            ],
        });
        var request = new RopModifyPermissions.Request { ModifyFlags = flags, PermissionsData = [.. data] };
        return (await _session.ExecuteAsync([(RopId.ModifyPermissions, request)], [folder])).Get<PlainResponse>().ReturnValue;
    }
}
