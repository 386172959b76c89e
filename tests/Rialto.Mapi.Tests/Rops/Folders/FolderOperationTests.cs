using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Delete = Rialto.Mapi.Rops.RopDeleteFolder.DeleteFlags;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCFOLD] over HTTPS: folders made, deleted, moved, copied, and the messages in them.</summary>
public sealed class FolderOperationTests : IAsyncLifetime
{
    private MapiServer _server = null!;
    private RopSession _session = null!;
    private RopLogon.Response _logon = null!;
    private uint _handle;
    private uint _inbox;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync(o => o.AsynchronousFrom = 3);
        (_session, _logon, _handle) = await _server.LogonAsync();
        _inbox = await _session.OpenFolderAsync(_handle, _logon.FolderIds[4]);
    }

    public async Task DisposeAsync()
    {
        _session.Http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_folder_is_made_once()
    {
        var (id, folder, response) = await _session.CreateFolderAsync(_inbox, "Project", comment: "for later");
        response.IsExistingFolder.ShouldBeFalse();
        var values = await _session.PropertiesAsync(folder, PropertyTags.DisplayName, PropertyTags.Comment, PropertyTags.FolderType, PropertyTags.FolderId);
        values[0].AsString().ShouldBe("Project");
        values[1].AsString().ShouldBe("for later");
        values[2].AsInt32().ShouldBe(1);
        ((ulong)values[3].AsInt64()).ShouldBe(id);
        (await Should.ThrowAsync<RopException>(() => _session.CreateFolderAsync(_inbox, "project"))).Code.ShouldBe(ErrorCode.CollidingNames);
        var (same, _, again) = await _session.CreateFolderAsync(_inbox, "Project", openExisting: true);
        same.ShouldBe(id);
        // Told of public folders alone.
        again.IsExistingFolder.ShouldBeFalse();
        (await Should.ThrowAsync<RopException>(() => _session.CreateFolderAsync(_inbox, "other", type: 0))).Code.ShouldBe(ErrorCode.InvalidParameter);
        (await Should.ThrowAsync<RopException>(() => _session.CreateFolderAsync(_inbox, ""))).Code.ShouldBe(ErrorCode.InvalidParameter);
        (await Should.ThrowAsync<RopException>(() => _session.CreateFolderAsync(_handle, "on a logon"))).Code.ShouldBe(ErrorCode.NotSupported);
    }

    [Fact]
    public async Task A_folder_counts_what_comes_and_goes_below_it()
    {
        var (_, folder, _) = await _session.CreateFolderAsync(_inbox, "Counted");
        var key = (await _session.PropertiesAsync(folder, PropertyTags.ChangeKey))[0].AsBinary();
        async Task<int> CountAsync() => (await _session.PropertiesAsync(folder, PropertyTags.HierarchyChangeNumber))[0].AsInt32();
        var none = await CountAsync();
        var (below, _, _) = await _session.CreateFolderAsync(folder, "Below");
        var one = await CountAsync();
        one.ShouldBeGreaterThan(none);
        await _session.DeleteFolderAsync(folder, below, 0);
        (await CountAsync()).ShouldBeGreaterThan(one);
        // The folder itself is no other by that.
        (await _session.PropertiesAsync(folder, PropertyTags.ChangeKey))[0].AsBinary().ShouldBe(key);
    }

    [Fact]
    public async Task A_folder_with_contents_goes_only_with_them()
    {
        var (id, folder, _) = await _session.CreateFolderAsync(_inbox, "Full");
        await _session.CreateFolderAsync(folder, "Below");
        await _server.DeliverAsync("one");
        await _session.MoveCopyAsync(_inbox, folder, copy: false, (await _session.ListAsync(_inbox))[0].Mid);
        (await _session.DeleteFolderAsync(_inbox, id, 0)).ShouldSatisfyAllConditions(r => r.ReturnValue.ShouldBe(ErrorCode.Success), r => r.PartialCompletion.ShouldBeTrue());
        (await _session.DeleteFolderAsync(_inbox, id, Delete.Folders)).PartialCompletion.ShouldBeTrue();
        (await _session.DeleteFolderAsync(_inbox, id, Delete.Messages)).PartialCompletion.ShouldBeTrue();
        (await _session.NamesAsync(_inbox)).ShouldBe(["Full", "Below"]);
        (await _session.DeleteFolderAsync(_inbox, id, Delete.Messages | Delete.Folders)).ShouldSatisfyAllConditions(
            r => r.ReturnValue.ShouldBe(ErrorCode.Success), r => r.PartialCompletion.ShouldBeFalse());
        (await _session.NamesAsync(_inbox)).ShouldBeEmpty();
        (await _session.DeleteFolderAsync(_inbox, id, Delete.Messages)).ReturnValue.ShouldBe(ErrorCode.NotFound);
        // Deleted softly: its message can be had from Recoverable Items.
        var kept = await _session.OpenFolderAsync(_handle, Ids.Of(Store.SpecialFolders.IdOf(SpecialFolder.RecoverableItemsDeletions)));
        (await _session.ListAsync(kept)).Single().Subject.ShouldBe("one");
    }

    [Fact]
    public async Task Special_folders_stay()
    {
        var root = await _session.OpenFolderAsync(_handle, _logon.FolderIds[0]);
        (await _session.DeleteFolderAsync(root, _logon.FolderIds[4], Delete.Messages | Delete.Folders)).ReturnValue.ShouldBe(ErrorCode.AccessDenied);
        (await _session.DeleteFolderAsync(root, _logon.FolderIds[0], Delete.Messages | Delete.Folders)).ReturnValue.ShouldBe(ErrorCode.NotSupported);
        var empty = await _session.ExecuteAsync([(RopId.EmptyFolder, new RopEmptyFolder.Request())], [root]);
        empty.Get<PartialResponse>().ReturnValue.ShouldBe(ErrorCode.NotSupported);
    }

    [Fact]
    public async Task Deleted_messages_are_kept_aside_and_come_back_by_a_move()
    {
        await _server.DeliverAsync("first");
        await _server.DeliverAsync("second");
        var first = (await _session.ListAsync(_inbox))[0];
        (await _session.DeleteMessagesAsync(_inbox, hard: false, first.Mid)).ShouldSatisfyAllConditions(
            r => r.ReturnValue.ShouldBe(ErrorCode.Success), r => r.PartialCompletion.ShouldBeFalse());
        (await _session.ListAsync(_inbox)).Select(m => m.Subject).ShouldBe(["second"]);
        (await _session.PropertiesAsync(_inbox, PropertyTags.ContentCount))[0].AsInt32().ShouldBe(1);
        (await _session.ListAsync(_inbox, softDeleted: true)).ShouldBe([first]);
        var drafts = await _session.OpenFolderAsync(_handle, Ids.Of(Store.SpecialFolders.IdOf(SpecialFolder.Drafts)));
        (await _session.MoveCopyAsync(_inbox, drafts, copy: false, first.Mid)).ReturnValue.ShouldBe(ErrorCode.Success);
        (await _session.ListAsync(_inbox, softDeleted: true)).ShouldBeEmpty();
        (await _session.ListAsync(drafts)).Single().Subject.ShouldBe("first");
        // One that is not there makes it partial, and the rest goes.
        var second = (await _session.ListAsync(_inbox))[0];
        (await _session.DeleteMessagesAsync(_inbox, hard: true, second.Mid, first.Mid)).PartialCompletion.ShouldBeTrue();
        (await _session.ListAsync(_inbox)).ShouldBeEmpty();
        (await _session.ListAsync(_inbox, softDeleted: true)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Deletion_changes_tables_that_are_open()
    {
        await _server.DeliverAsync("a");
        await _server.DeliverAsync("b");
        PropertyTag[] columns = [PropertyTags.Subject];
        var (live, _) = await _session.ContentsTableAsync(_inbox);
        var (_, deleted) = await _session.OpenAsync<RopGetContentsTable.Response>(RopId.GetContentsTable, new RopGetContentsTable.Request { TableFlags = 0x20 }, _inbox);
        (await _session.RowsAsync(live, columns)).Count.ShouldBe(2);
        (await _session.RowsAsync(deleted, columns)).ShouldBeEmpty();
        await _session.DeleteMessagesAsync(_inbox, hard: false, (await _session.ListAsync(_inbox))[0].Mid);
        foreach (var table in new[] { live, deleted })
        {
            await _session.CallAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request { Origin = 0 }, table);
            (await _session.QueryRowsAsync(table, columns, 10)).Rows.Length.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Messages_are_copied_to_another_mailbox()
    {
        await using var server = await MapiServer.StartAsync();
        await server.Directory.Service.UpdateAsync(server.User(3) with { FullAccess = [server.User(1).Id] });
        await server.DeliverAsync("travels");
        var (session, logon, handle) = await server.LogonAsync();
        var request = new RopLogon.Request { LogonId = 1, LogonFlags = RopLogon.LogonFlag.Private, OpenFlags = RopLogon.OpenFlag.UsePerMdbReplidMapping, Essdn = server.User(3).LegacyExchangeDn };
        var reply = await session.ExecuteAsync([(RopId.Logon, request)], [RopSession.NoHandle]);
        var open = new RopOpenFolder.Request { LogonId = 1, OutputHandleIndex = 1, FolderId = reply.Get<RopLogon.Response>().FolderIds[4] };
        var there = (await session.ExecuteAsync([(RopId.OpenFolder, open)], [reply.Handles[0], RopSession.NoHandle])).Handles[1];
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (await session.MoveCopyAsync(inbox, there, copy: false, (await session.ListAsync(inbox))[0].Mid)).ReturnValue.ShouldBe(ErrorCode.Success);
        (await session.ListAsync(inbox)).ShouldBeEmpty();
        using var mailbox = await server.OpenMailboxAsync(3);
        mailbox.Folders.Special(SpecialFolder.Inbox)!.Counters.Count.ShouldBe(1);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_destination_that_is_not_there_is_named()
    {
        await _server.DeliverAsync("x");
        var mid = (await _session.ListAsync(_inbox))[0].Mid;
        var reply = await _session.ExecuteAsync(
            [(RopId.MoveCopyMessages, new RopMoveCopyMessages.Request { DestHandleIndex = 1, MessageIds = [mid] })], [_inbox, RopSession.NoHandle]);
        reply.Get<DestinationPartialResponse>().ShouldSatisfyAllConditions(
            r => r.ReturnValue.ShouldBe(ErrorCode.NullDestinationObject), r => r.DestHandleIndex.ShouldBe(1u));
        var (_, search, _) = await _session.CreateFolderAsync(_inbox, "Search", type: 2);
        (await _session.MoveCopyAsync(_inbox, search, copy: true, mid)).ReturnValue.ShouldBe(ErrorCode.SearchFolder);
    }

    [Fact]
    public async Task A_folder_is_copied_with_all_below_it_and_moved_but_not_into_itself()
    {
        var (a, folder, _) = await _session.CreateFolderAsync(_inbox, "A");
        var (_, below, _) = await _session.CreateFolderAsync(folder, "B");
        await _server.DeliverAsync("in B");
        await _session.MoveCopyAsync(_inbox, below, copy: false, (await _session.ListAsync(_inbox))[0].Mid);
        (await TransferAsync(RopId.CopyFolder, below, a, "A copy")).ReturnValue.ShouldBe(ErrorCode.FolderCycle);
        (await TransferAsync(RopId.CopyFolder, _inbox, a, "A copy")).ReturnValue.ShouldBe(ErrorCode.Success);
        (await _session.NamesAsync(_inbox)).ShouldBe(["A", "B", "A copy", "B"]);
        var (_, copy, _) = await _session.CreateFolderAsync(_inbox, "A copy", openExisting: true);
        var (_, copied, _) = await _session.CreateFolderAsync(copy, "B", openExisting: true);
        (await _session.ListAsync(copied)).Single().Subject.ShouldBe("in B");
        (await TransferAsync(RopId.MoveFolder, below, a, "A")).ReturnValue.ShouldBe(ErrorCode.FolderCycle);
        (await TransferAsync(RopId.MoveFolder, copied, a, "Moved")).ReturnValue.ShouldBe(ErrorCode.Success);
        (await _session.NamesAsync(_inbox)).ShouldBe(["A copy", "B", "Moved", "B"]);
        (await TransferAsync(RopId.MoveFolder, _inbox, a, "A copy")).ReturnValue.ShouldBe(ErrorCode.CollidingNames);
    }

    [Fact]
    public async Task Tables_know_their_flags()
    {
        (await _session.CreateFolderAsync(_inbox, "here")).Id.ShouldNotBe(0u);
        (await Should.ThrowAsync<RopException>(() => _session.OpenAsync<RopGetHierarchyTable.Response>(
            RopId.GetHierarchyTable, new RopGetHierarchyTable.Request { TableFlags = 0x02 }, _inbox))).Code.ShouldBe(ErrorCode.NotSupported);
        (await Should.ThrowAsync<RopException>(() => _session.OpenAsync<RopGetContentsTable.Response>(
            RopId.GetContentsTable, new RopGetContentsTable.Request { TableFlags = 0x01 }, _inbox))).Code.ShouldBe(ErrorCode.InvalidParameter);
        var deleted = await _session.OpenAsync<RopGetHierarchyTable.Response>(RopId.GetHierarchyTable, new RopGetHierarchyTable.Request { TableFlags = 0x20 }, _inbox);
        deleted.Response.RowCount.ShouldBe(0u);
    }

    [Fact]
    public async Task A_folder_tells_of_its_rules()
    {
        using (var mailbox = await _server.OpenMailboxAsync())
        {
            var rules = new PropertyBag([PropertyValue.Of(PropertyTags.HasRules, true)]);
            await mailbox.UpdateFolderAsync(MapiServer.Inbox, f => f with { Properties = PropertyBagCodec.Write(rules) }, CancellationToken.None);
        }
        var open = new RopOpenFolder.Request { FolderId = _logon.FolderIds[4], OpenModeFlags = 0xFF };
        var (response, inbox) = await _session.OpenAsync<RopOpenFolder.Response>(RopId.OpenFolder, open, _handle);
        response.HasRules.ShouldBeTrue();
        // In the IPM subtree, normal, with rules.
        (await _session.PropertiesAsync(inbox, PropertyTags.FolderFlags))[0].AsInt32().ShouldBe(1 | 4 | 8);
    }

    [Fact]
    public async Task Long_work_goes_on_behind_its_request()
    {
        for (var i = 0; i < 5; i++)
            await _server.DeliverAsync($"m{i}");
        var reply = await _session.ExecuteAsync([(RopId.EmptyFolder, new RopEmptyFolder.Request { WantAsynchronous = true })], [_inbox]);
        var answers = 0;
        while (reply.Responses[0] is RopProgress.Response progress)
        {
            progress.ReturnValue.ShouldBe(ErrorCode.Success);
            progress.TotalTaskCount.ShouldBe(5u);
            progress.CompletedTaskCount.ShouldBeLessThanOrEqualTo(5u);
            answers++;
            reply = await _session.ExecuteAsync([(RopId.Progress, new RopProgress.Request())], [_inbox]);
        }
        answers.ShouldBeGreaterThan(0);
        reply.Get<PartialResponse>().ShouldSatisfyAllConditions(r => r.ReturnValue.ShouldBe(ErrorCode.Success), r => r.PartialCompletion.ShouldBeFalse());
        (await _session.ListAsync(_inbox)).ShouldBeEmpty();
        (await _session.ListAsync(_inbox, softDeleted: true)).Count.ShouldBe(5);
        var hard = await _session.ExecuteAsync([(RopId.HardDeleteMessagesAndSubfolders, new RopHardDeleteMessagesAndSubfolders.Request())], [_inbox]);
        hard.Get<PartialResponse>().PartialCompletion.ShouldBeFalse();
        (await _session.ListAsync(_inbox, softDeleted: true)).ShouldBeEmpty();
    }

    private async Task<DestinationPartialResponse> TransferAsync(RopId id, uint to, ulong folder, string name)
    {
        RopRequest request = id == RopId.CopyFolder
            ? new RopCopyFolder.Request { DestHandleIndex = 1, WantRecursive = true, UseUnicode = true, FolderId = folder, NewFolderName = name }
            : new RopMoveFolder.Request { DestHandleIndex = 1, UseUnicode = true, FolderId = folder, NewFolderName = name };
        return (await _session.ExecuteAsync([(id, request)], [_inbox, to])).Get<DestinationPartialResponse>();
    }
}
