using Rialto.Directory;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCSTOR] over HTTPS.</summary>
public sealed class StoreOperationTests : IAsyncLifetime
{
    private MapiServer _server = null!;
    private RopSession _session = null!;
    private RopLogon.Response _logon = null!;
    private uint _handle;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync();
        (_session, _logon, _handle) = await _server.LogonAsync();
    }

    public async Task DisposeAsync()
    {
        _session.Http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("IPM.Note", "IPM", 4)]
    [InlineData("ipm", "IPM", 4)]
    [InlineData("IPMX", "", 4)]
    [InlineData("", "", 4)]
    [InlineData("My.Class", "", 4)]
    [InlineData("Report.IPM.Note.DR", "REPORT.IPM", 4)]
    [InlineData("IPC.x", "IPC", 0)]
    public async Task A_mailbox_is_born_with_receive_folders(string messageClass, string entry, int folder)
    {
        var found = await FindAsync(messageClass);
        found.ExplicitMessageClass.ShouldBe(entry);
        found.FolderId.ShouldBe(_logon.FolderIds[folder]);
    }

    [Fact]
    public async Task A_receive_folder_is_set_changed_and_taken_away()
    {
        (await SetAsync("MY.Class", _logon.FolderIds[6])).ShouldBe(ErrorCode.Success);
        (await FindAsync("my.class.Something")).ShouldSatisfyAllConditions(r => r.FolderId.ShouldBe(_logon.FolderIds[6]), r => r.ExplicitMessageClass.ShouldBe("MY.Class"));
        (await SetAsync("my.class", _logon.FolderIds[5])).ShouldBe(ErrorCode.Success);
        (await FindAsync("MY.CLASS")).FolderId.ShouldBe(_logon.FolderIds[5]);
        var table = await _session.CallAsync<RopGetReceiveFolderTable.Response>(RopId.GetReceiveFolderTable, new RopGetReceiveFolderTable.Request(), _handle);
        table.Rows.Select(r => r[1].AsString().ToUpperInvariant()).ShouldBe(["", "IPM", "REPORT.IPM", "IPC", "MY.CLASS"]);
        (await SetAsync("My.Class", 0)).ShouldBe(ErrorCode.Success);
        (await FindAsync("MY.CLASS")).ExplicitMessageClass.ShouldBe("");
        // A default goes too, and the Inbox receives what is left.
        (await SetAsync("IPC", 0)).ShouldBe(ErrorCode.Success);
        (await FindAsync("IPC.x")).FolderId.ShouldBe(_logon.FolderIds[4]);
    }

    [Fact]
    public async Task Receive_folders_that_cannot_be_are_refused()
    {
        (await SetAsync("IPM", _logon.FolderIds[6])).ShouldBe(ErrorCode.AccessDenied);
        (await SetAsync("Report.IPM", _logon.FolderIds[6])).ShouldBe(ErrorCode.AccessDenied);
        (await SetAsync("", 0)).ShouldBe(ErrorCode.GeneralFailure);
        (await SetAsync("a..b", _logon.FolderIds[6])).ShouldBe(ErrorCode.InvalidParameter);
        (await SetAsync(".a", _logon.FolderIds[6])).ShouldBe(ErrorCode.InvalidParameter);
        (await SetAsync(new string('a', 255), _logon.FolderIds[6])).ShouldBe(ErrorCode.InvalidParameter);
        (await SetAsync("a", 0x7777_0000_0000_0001)).ShouldBe(ErrorCode.NotFound);
    }

    [Fact]
    public async Task Replicas_get_ids_for_ever()
    {
        var foreign = new LongTermId(new GlobalId(Guid.NewGuid(), 0x1234));
        var first = await MapAsync(foreign);
        first.ReturnValue.ShouldBe(ErrorCode.Success);
        StoreId.FromWire(first.ObjectId).ShouldSatisfyAllConditions(i => i.Counter.ShouldBe(0x1234u), i => i.ReplicaId.ShouldBe((ushort)2));
        (await MapAsync(foreign)).ObjectId.ShouldBe(first.ObjectId);
        (await _session.CallAsync<RopLongTermIdFromId.Response>(RopId.LongTermIdFromId, new RopLongTermIdFromId.Request { ObjectId = first.ObjectId }, _handle)).LongTermId.ShouldBe(foreign);
        var own = await _session.CallAsync<RopLongTermIdFromId.Response>(RopId.LongTermIdFromId, new RopLongTermIdFromId.Request { ObjectId = _logon.FolderIds[4] }, _handle);
        own.LongTermId.Id.Replica.ShouldBe(_logon.ReplGuid);
        (await MapAsync(own.LongTermId)).ObjectId.ShouldBe(_logon.FolderIds[4]);
        // No ids, and no failures: as Exchange 2016 and later.
        (await MapAsync(new LongTermId(new GlobalId(Guid.Empty, 1)))).ReturnValue.ShouldBe(ErrorCode.Success);
        (await MapAsync(new LongTermId(new GlobalId(_logon.ReplGuid, 0)))).ShouldSatisfyAllConditions(r => r.ReturnValue.ShouldBe(ErrorCode.Success), r => r.ObjectId.ShouldBe(0ul));
        var none = await _session.CallAsync<RopLongTermIdFromId.Response>(RopId.LongTermIdFromId, new RopLongTermIdFromId.Request(), _handle);
        none.LongTermId.Id.ShouldBe(default);
        var unknown = await _session.ExecuteAsync([(RopId.LongTermIdFromId, new RopLongTermIdFromId.Request { ObjectId = new StoreId(99, 1).ToWire() })], [_handle]);
        unknown.Get<RopLongTermIdFromId.Response>().ReturnValue.ShouldBe(ErrorCode.NotFound);
        // The map is one of the store's properties: id and GUID, one after the other.
        var map = (await _session.PropertiesAsync(_handle, PropertyTags.SerializedReplidGuidMap))[0].AsBinary();
        map.Length.ShouldBe(2 * 18);
        new Guid(map.AsSpan(2, 16)).ShouldBe(_logon.ReplGuid);
        new Guid(map.AsSpan(20, 16)).ShouldBe(foreign.Id.Replica);
    }

    [Fact]
    public async Task Per_user_information_is_kept_in_pieces()
    {
        var folder = new LongTermId(new GlobalId(Guid.NewGuid(), 7));
        var database = Guid.NewGuid();
        // IDSET with REPLGUID: the GUID, then a GLOBSET of one range, 1 to 0x20.
        byte[] set = [.. Guid.NewGuid().ToByteArray(), 0x52, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x20, 0x00];
        (await WriteAsync(folder, set[..10], 0, false, database)).ShouldBe(ErrorCode.Success);
        (await WriteAsync(folder, set[10..], 10, true, database)).ShouldBe(ErrorCode.Success);
        var read = await ReadAsync(folder, 0, 0);
        read.Data.ShouldBe(set);
        read.HasFinished.ShouldBeTrue();
        var part = await ReadAsync(folder, 4, 5);
        part.Data.ShouldBe(set[4..9]);
        part.HasFinished.ShouldBeFalse();
        (await ReadAsync(folder, (uint)set.Length + 1, 0)).ReturnValue.ShouldBe(ErrorCode.GeneralFailure);
        (await ReadAsync(new LongTermId(new GlobalId(Guid.NewGuid(), 8)), 0, 0)).ShouldSatisfyAllConditions(r => r.Data.ShouldBeEmpty(), r => r.HasFinished.ShouldBeTrue());
        var guid = await _session.CallAsync<RopGetPerUserGuid.Response>(RopId.GetPerUserGuid, new RopGetPerUserGuid.Request { LongTermId = folder }, _handle);
        guid.DatabaseGuid.ShouldBe(database);
        var list = await _session.CallAsync<RopGetPerUserLongTermIds.Response>(RopId.GetPerUserLongTermIds, new RopGetPerUserLongTermIds.Request { DatabaseGuid = database }, _handle);
        list.LongTermIds.ShouldBe([folder]);
        (await WriteAsync(folder, [1, 2, 3], 0, true, database)).ShouldBe(ErrorCode.CorruptData);
        (await WriteAsync(folder, [1, 2, 3], 3, true, database)).ShouldBe(ErrorCode.GeneralFailure);
        (await ReadAsync(folder, 0, 0)).Data.ShouldBe(set);
    }

    [Fact]
    public async Task A_mailbox_has_no_replicas_and_is_never_ghosted()
    {
        var ghosted = await _session.CallAsync<RopPublicFolderIsGhosted.Response>(
            RopId.PublicFolderIsGhosted, new RopPublicFolderIsGhosted.Request { FolderId = _logon.FolderIds[4] }, _handle);
        ghosted.IsGhosted.ShouldBeFalse();
        var owning = await _session.ExecuteAsync([(RopId.GetOwningServers, new RopGetOwningServers.Request { FolderId = _logon.FolderIds[4] })], [_handle]);
        owning.Get<RopGetOwningServers.Response>().ReturnValue.ShouldBe(ErrorCode.NotSupported);
    }

    [Fact]
    public async Task The_store_tells_whether_it_has_searches()
    {
        // As Exchange 2010 and later: nobody asks.
        (await _session.TryAsync(RopId.GetStoreState, new RopGetStoreState.Request(), _handle)).ShouldBe(ErrorCode.NotImplemented);
        _server.Service.Options.AnswersGivenUp = true;
        (await StateAsync()).ShouldBe(0u);
        var finder = await _session.OpenFolderAsync(_handle, _logon.FolderIds[10]);
        var (_, search, _) = await _session.CreateFolderAsync(finder, "Search", type: 2);
        var criteria = new RopSetSearchCriteria.Request { RestrictionData = new ExistRestriction(PropertyTags.Subject), FolderIds = [_logon.FolderIds[4]] };
        (await _session.ExecuteAsync([(RopId.SetSearchCriteria, criteria)], [search])).Get<PlainResponse>().ReturnValue.ShouldBe(ErrorCode.Success);
        (await StateAsync()).ShouldBe(0x01000000u);
        (await _session.PropertiesAsync(_handle, PropertyTags.StoreState))[0].AsInt32().ShouldBe(0x01000000);
    }

    [Fact]
    public async Task Who_is_out_of_office_hears_it_at_the_logon()
    {
        _logon.ResponseFlags.ShouldBe(RopLogon.ResponseFlag.Reserved | RopLogon.ResponseFlag.OwnerRight | RopLogon.ResponseFlag.SendAsRight);
        var set = new RopSetProperties.Request { PropertyValues = [PropertyValue.Of(PropertyTags.OutOfOfficeState, true)] };
        (await _session.ExecuteAsync([(RopId.SetProperties, set)], [_handle])).Get<ProblemsResponse>().PropertyProblems.ShouldBeEmpty();
        var (again, logon, _) = await _server.LogonAsync();
        logon.ResponseFlags.ShouldBe(_logon.ResponseFlags | RopLogon.ResponseFlag.OutOfOffice);
        again.Http.Dispose();
    }

    [Fact]
    public async Task What_clients_no_longer_set_of_a_store_is_refused()
    {
        PropertyValue[] values = [PropertyValue.Of(PropertyTags.Comment, "mine"), PropertyValue.Of(PropertyTags.DeleteAfterSubmit, true), PropertyValue.Of(PropertyTags.DisplayName, "mine")];
        var problems = await _session.SetAsync(_handle, values);
        problems.Select(p => (p.Index, p.ErrorCode)).ShouldBe([((ushort)0, ErrorCode.AccessDenied), ((ushort)1, ErrorCode.AccessDenied), ((ushort)2, ErrorCode.AccessDenied)]);
        (await _session.DeleteAsync(_handle, PropertyTags.DeleteAfterSubmit, PropertyTags.SentMailSvrEID)).ShouldBeEmpty();
        _server.Service.Options.AnswersGivenUp = true;
        (await _session.SetAsync(_handle, values)).ShouldHaveSingleItem().Index.ShouldBe((ushort)2);
        (await _session.PropertiesAsync(_handle, PropertyTags.Comment))[0].AsString().ShouldBe("mine");
    }

    [Fact]
    public async Task Quotas_are_told_in_kilobytes()
    {
        PropertyTag[] tags = [new(0x3FF50003), PropertyTags.ProhibitSendQuota, PropertyTags.ProhibitReceiveQuota];
        var unlimited = await _session.PropertiesAsync(_handle, tags);
        unlimited[0].AsError().ShouldBe(ErrorCode.NotFound);
        unlimited[1..].Select(v => v.AsInt32()).ShouldBe([-1, -1]);
        await _server.Directory.Service.UpdateAsync(_server.User(1) with { Quotas = new QuotaOverrides(1 << 20, 2 << 20, 3 << 20) });
        using (var mailbox = (await _server.Store.OpenAsync(_server.User(1).MailboxGuid, Principal.System, CancellationToken.None)).Value)
            await mailbox.SetQuotaAsync(3 << 20, CancellationToken.None);
        var (again, _, handle) = await _server.LogonAsync();
        (await again.PropertiesAsync(handle, tags)).Select(v => v.AsInt32()).ShouldBe([1024, 2048, 3072]);
        again.Http.Dispose();
    }

    [Fact]
    public async Task A_second_mailbox_needs_maps_of_its_own()
    {
        await _server.Directory.Service.UpdateAsync(_server.User(3) with { FullAccess = [_server.User(1).Id] });
        var request = new RopLogon.Request { LogonId = 1, LogonFlags = RopLogon.LogonFlag.Private, Essdn = _server.User(3).LegacyExchangeDn };
        (await _session.ExecuteAsync([(RopId.Logon, request)], [RopSession.NoHandle])).Get<RopLogon.Response>().ReturnValue.ShouldBe(ErrorCode.InvalidParameter);
        request.OpenFlags = RopLogon.OpenFlag.UsePerMdbReplidMapping;
        (await _session.ExecuteAsync([(RopId.Logon, request)], [RopSession.NoHandle])).Get<RopLogon.Response>().ReturnValue.ShouldBe(ErrorCode.Success);
    }

    private async Task<RopGetReceiveFolder.Response> FindAsync(string messageClass) =>
        await _session.CallAsync<RopGetReceiveFolder.Response>(RopId.GetReceiveFolder, new RopGetReceiveFolder.Request { MessageClass = messageClass }, _handle);

    private async Task<ErrorCode> SetAsync(string messageClass, ulong folder) =>
        (await _session.ExecuteAsync([(RopId.SetReceiveFolder, new RopSetReceiveFolder.Request { FolderId = folder, MessageClass = messageClass })], [_handle]))
        .Get<PlainResponse>().ReturnValue;

    private async Task<RopIdFromLongTermId.Response> MapAsync(LongTermId id) =>
        (await _session.ExecuteAsync([(RopId.IdFromLongTermId, new RopIdFromLongTermId.Request { LongTermId = id })], [_handle])).Get<RopIdFromLongTermId.Response>();

    private async Task<uint> StateAsync() =>
        (await _session.CallAsync<RopGetStoreState.Response>(RopId.GetStoreState, new RopGetStoreState.Request(), _handle)).StoreState;

    private async Task<RopReadPerUserInformation.Response> ReadAsync(LongTermId folder, uint offset, ushort size) =>
        (await _session.ExecuteAsync([(RopId.ReadPerUserInformation, new RopReadPerUserInformation.Request { FolderId = folder, DataOffset = offset, MaxDataSize = size })], [_handle]))
        .Get<RopReadPerUserInformation.Response>();

    private async Task<ErrorCode> WriteAsync(LongTermId folder, byte[] data, uint offset, bool last, Guid database) =>
        (await _session.ExecuteAsync(
            [(RopId.WritePerUserInformation, new RopWritePerUserInformation.Request { FolderId = folder, Data = data, DataOffset = offset, HasFinished = last, ReplGuid = database })], [_handle]))
        .Get<PlainResponse>().ReturnValue;
}
