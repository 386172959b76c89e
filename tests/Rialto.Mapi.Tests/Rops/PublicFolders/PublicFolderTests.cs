using Rialto.Delivery;
using Rialto.Directory;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Server.Hosting;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Folders and items of the public store. [MS-OXCFOLD], [MS-OXCPERM], [MS-OXCSTOR] 2.2.2.2, 3.2.5.6, 3.2.5.7.</summary>
public sealed class PublicFolderTests : IAsyncLifetime
{
    private const string Near = "/o=Example/ou=Site/cn=Configuration/cn=Servers/cn=NEAR";
    private const string Near2 = "/o=Example/ou=Site/cn=Configuration/cn=Servers/cn=NEAR2";
    private const string Far = "/o=Example/ou=Site/cn=Configuration/cn=Servers/cn=FAR";

    private MapiServer _server = null!;
    private PublicStore _store = null!;
    private RopSession _session = null!;
    private RopLogon.Response _logon = null!;
    private uint _handle;
    private uint _root;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync(converter: new StoreContentConverter());
        _store = await _server.AddPublicFoldersAsync();
        // User 1 may make folders at the top; the others have what everybody has.
        using (var store = await _server.OpenPublicAsync())
        {
            await store.UpdateFolderAsync(
                SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree), f => f with { Permissions = f.Permissions.Add(new FolderPermission(_server.User(1).Id, FolderRights.All)) }, CancellationToken.None);
        }
        (_session, _logon, _handle) = await _server.PublicLogonAsync();
        _root = await _session.OpenFolderAsync(_handle, _logon.FolderIds[1]);
    }

    public async Task DisposeAsync()
    {
        _session.Http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Folders_are_made_found_moved_copied_emptied_and_deleted()
    {
        var (made, folder) = await CreateAsync(_root, "One");
        made.IsExistingFolder.ShouldBeFalse();
        var (again, _) = await CreateAsync(_root, "One", openExisting: true);
        (again.IsExistingFolder, again.FolderId).ShouldBe((false, made.FolderId), "as Exchange 2010 and later");
        (await _session.TryAsync(RopId.CreateFolder, Request(FolderType.Search, "Search"), _root)).ShouldBe(ErrorCode.NotSupported);
        var (two, target) = await CreateAsync(_root, "Two");

        var mids = new List<ulong>();
        for (var i = 0; i < 3; i++)
            mids.Add(await PostAsync(_session, _handle, made.FolderId, $"post {i}"));
        var moved = await _session.ExecuteAsync([(RopId.MoveCopyMessages, new RopMoveCopyMessages.Request { DestHandleIndex = 1, MessageIds = [mids[0]], WantCopy = true })], [folder, target]);
        moved.Responses[0].ReturnValue.ShouldBe(ErrorCode.Success);
        moved = await _session.ExecuteAsync([(RopId.MoveCopyMessages, new RopMoveCopyMessages.Request { DestHandleIndex = 1, MessageIds = [mids[1]] })], [folder, target]);
        moved.Responses[0].ReturnValue.ShouldBe(ErrorCode.Success);
        (await CountAsync(folder), await CountAsync(target)).ShouldBe((2, 2));
        (await _session.CallAsync<PartialResponse>(RopId.DeleteMessages, new RopDeleteMessages.Request { MessageIds = [mids[0]] }, folder)).PartialCompletion.ShouldBeFalse();
        (await _session.CallAsync<PartialResponse>(RopId.HardDeleteMessages, new RopHardDeleteMessages.Request { MessageIds = [mids[2]] }, folder)).PartialCompletion.ShouldBeFalse();
        (await CountAsync(folder)).ShouldBe(0);

        (await _session.ExecuteAsync([(RopId.MoveFolder, new RopMoveFolder.Request { DestHandleIndex = 1, UseUnicode = true, FolderId = made.FolderId, NewFolderName = "Below" })], [_root, target]))
            .Responses[0].ReturnValue.ShouldBe(ErrorCode.Success);
        (await _session.ExecuteAsync([(RopId.CopyFolder, new RopCopyFolder.Request { DestHandleIndex = 1, WantRecursive = true, UseUnicode = true, FolderId = two.FolderId, NewFolderName = "Copy" })], [_root, _root]))
            .Responses[0].ReturnValue.ShouldBe(ErrorCode.Success);
        var (hierarchy, _) = await _session.HierarchyTableAsync(_root, deep: true);
        (await _session.RowsAsync(hierarchy, [PropertyTags.DisplayName])).Select(r => r[0].AsString()).Order().ShouldBe(["Below", "Below", "Copy", "Two"]);
        (await _session.CallAsync<PartialResponse>(RopId.EmptyFolder, new RopEmptyFolder.Request(), target)).PartialCompletion.ShouldBeFalse();
        (await CountAsync(target)).ShouldBe(0);
        await PostAsync(_session, _handle, two.FolderId, "last");
        (await _session.CallAsync<PartialResponse>(RopId.HardDeleteMessagesAndSubfolders, new RopHardDeleteMessagesAndSubfolders.Request(), target)).PartialCompletion.ShouldBeFalse();
        (await CountAsync(target)).ShouldBe(0);
        (await _session.CallAsync<PartialResponse>(RopId.DeleteFolder, new RopDeleteFolder.Request { DeleteFolderFlags = 0x15, FolderId = two.FolderId }, _root)).PartialCompletion.ShouldBeFalse();
        (await _session.TryAsync(RopId.OpenFolder, new RopOpenFolder.Request { FolderId = two.FolderId }, _handle)).ShouldBe(ErrorCode.NotFound);
        (await _session.TryAsync(RopId.DeleteFolder, new RopDeleteFolder.Request { DeleteFolderFlags = 0x15, FolderId = _logon.FolderIds[3] }, _root)).ShouldBe(ErrorCode.AccessDenied);
    }

    [Fact]
    public async Task Folders_and_messages_go_between_a_mailbox_and_public_folders()
    {
        var login = await _session.ExecuteAsync(
            [(RopId.Logon, new RopLogon.Request { LogonId = 1, LogonFlags = RopLogon.LogonFlag.Private, OpenFlags = RopLogon.OpenFlag.UsePerMdbReplidMapping, Essdn = _server.User(1).LegacyExchangeDn })], [RopSession.NoHandle]);
        var mailbox = login.Handles[0];
        var top = login.Get<RopLogon.Response>().FolderIds[3];
        var subtree = (await _session.ExecuteAsync([(RopId.OpenFolder, new RopOpenFolder.Request { LogonId = 1, OutputHandleIndex = 1, FolderId = top })], [mailbox, RopSession.NoHandle])).Handles[1];
        var created = await _session.ExecuteAsync(
            [(RopId.CreateFolder, new RopCreateFolder.Request { LogonId = 1, OutputHandleIndex = 1, FolderType = 1, UseUnicodeStrings = true, DisplayName = "Mine" })], [subtree, RopSession.NoHandle]);
        var mine = created.Get<RopCreateFolder.Response>().FolderId;
        using (var own = await _server.OpenMailboxAsync())
        {
            var message = new PropertyMessage();
            message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "inside"));
            await own.AppendAsync(new FolderId((long)StoreId.FromWire(mine).Counter), await _server.Store.PreparePropertiesAsync(message, CancellationToken.None), AppendOptions.Default, CancellationToken.None);
        }
        (await _session.ExecuteAsync([(RopId.CopyFolder, new RopCopyFolder.Request { LogonId = 1, DestHandleIndex = 1, WantRecursive = true, UseUnicode = true, FolderId = mine, NewFolderName = "Copied" })], [subtree, _root]))
            .Responses[0].ReturnValue.ShouldBe(ErrorCode.Success);
        (await _session.ExecuteAsync([(RopId.MoveFolder, new RopMoveFolder.Request { LogonId = 1, DestHandleIndex = 1, UseUnicode = true, FolderId = mine, NewFolderName = "Moved" })], [subtree, _root]))
            .Responses[0].ReturnValue.ShouldBe(ErrorCode.Success);
        var (hierarchy, _) = await _session.HierarchyTableAsync(_root);
        var rows = await _session.RowsAsync(hierarchy, [PropertyTags.DisplayName, PropertyTags.ContentCount, PropertyTags.FolderId]);
        rows.Select(r => (r[0].AsString(), r[1].AsInt32())).Order().ShouldBe([("Copied", 1), ("Moved", 1)]);
        using (var own = await _server.OpenMailboxAsync())
            own.Folders.TryGet(new FolderId((long)StoreId.FromWire(mine).Counter), out _).ShouldBeFalse();
        // And back.
        var copied = (ulong)rows.Single(r => r[0].AsString() == "Copied")[2].AsInt64();
        (await _session.ExecuteAsync([(RopId.MoveFolder, new RopMoveFolder.Request { DestHandleIndex = 1, UseUnicode = true, FolderId = copied, NewFolderName = "Back" })], [_root, subtree]))
            .Responses[0].ReturnValue.ShouldBe(ErrorCode.Success);
        using (var own = await _server.OpenMailboxAsync())
            own.Folders.Child(SpecialFolders.IdOf(SpecialFolder.IpmSubtree), "Back")!.Counters.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Everybody_reads_and_posts_and_touches_its_own()
    {
        var (made, _) = await CreateAsync(_root, "Board");
        await PostAsync(_session, _handle, made.FolderId, "mine");
        var (other, _, otherHandle) = await _server.PublicLogonAsync(2);
        var folder = await other.OpenFolderAsync(otherHandle, made.FolderId);
        var rights = (FolderRights)(await other.PropertiesAsync(folder, PropertyTags.Rights))[0].AsInt32();
        rights.ShouldBe(FolderRights.ReadAny | FolderRights.Create | FolderRights.EditOwned | FolderRights.DeleteOwned | FolderRights.FolderVisible);
        var theirs = await PostAsync(other, otherHandle, made.FolderId, "theirs");
        var (table, _) = await other.ContentsTableAsync(folder);
        var rows = await other.RowsAsync(table, [PropertyTags.Mid, PropertyTags.Subject, PropertyTags.MessageClass]);
        rows.Select(r => r[1].AsString()).Order().ShouldBe(["mine", "theirs"]);
        rows.ShouldAllBe(r => r[2].AsString() == "IPM.Post");
        var mine = (ulong)rows.Single(r => r[1].AsString() == "mine")[0].AsInt64();
        (await other.CallAsync<PartialResponse>(RopId.DeleteMessages, new RopDeleteMessages.Request { MessageIds = [mine] }, folder)).PartialCompletion.ShouldBeTrue();
        var opened = await other.OpenAsync(otherHandle, made.FolderId, theirs, 1);
        await other.SetAsync(opened, PropertyValue.Of(PropertyTags.Subject, "theirs, changed"));
        await other.SaveAsync(opened);
        (await other.CallAsync<PartialResponse>(RopId.DeleteMessages, new RopDeleteMessages.Request { MessageIds = [theirs] }, folder)).PartialCompletion.ShouldBeFalse();
        (await other.TryAsync(RopId.CreateFolder, Request(FolderType.Generic, "Sub"), folder)).ShouldBe(ErrorCode.AccessDenied);
        (await other.TryAsync(RopId.CreateFolder, Request(FolderType.Generic, "Top"), await other.OpenFolderAsync(otherHandle, _logon.FolderIds[1]))).ShouldBe(ErrorCode.AccessDenied);
        (await other.TryAsync(RopId.DeleteFolder, new RopDeleteFolder.Request { DeleteFolderFlags = 0x05, FolderId = made.FolderId }, await other.OpenFolderAsync(otherHandle, _logon.FolderIds[1]))).ShouldBe(ErrorCode.AccessDenied);
        other.Http.Dispose();
    }

    [Fact]
    public async Task Who_makes_a_folder_owns_it_and_says_who_else_sees_it()
    {
        var (made, folder) = await CreateAsync(_root, "Closed");
        ((FolderRights)(await _session.PropertiesAsync(folder, PropertyTags.Rights))[0].AsInt32()).ShouldBe(FolderRights.All);
        var table = (await _session.OpenAsync<PlainResponse>(RopId.GetPermissionsTable, new RopGetPermissionsTable.Request(), folder)).Handle;
        (await _session.RowsAsync(table, [PropertyTags.MemberId, PropertyTags.MemberName, PropertyTags.MemberRights])).Select(r => (r[1].AsString(), (FolderRights)r[2].AsInt32())).ShouldBe(
            [("", FolderRights.ReadAny | FolderRights.Create | FolderRights.EditOwned | FolderRights.DeleteOwned | FolderRights.FolderVisible), ("Anonymous", FolderRights.None), ("User 1", FolderRights.All)]);
        var row = new TableRowChange { ChangeFlags = 0x02, PropertyValues = [PropertyValue.Of(PropertyTags.MemberId, 0L), PropertyValue.Of(PropertyTags.MemberRights, 0)] };
        await _session.CallAsync<PlainResponse>(RopId.ModifyPermissions, new RopModifyPermissions.Request { PermissionsData = [row] }, folder);
        var (other, _, otherHandle) = await _server.PublicLogonAsync(2);
        (await other.TryAsync(RopId.OpenFolder, new RopOpenFolder.Request { FolderId = made.FolderId }, otherHandle)).ShouldBe(ErrorCode.NotFound);
        var (hierarchy, _) = await other.HierarchyTableAsync(await other.OpenFolderAsync(otherHandle, _logon.FolderIds[1]));
        (await other.RowsAsync(hierarchy, [PropertyTags.DisplayName])).ShouldBeEmpty();
        (await other.TryAsync(RopId.PublicFolderIsGhosted, new RopPublicFolderIsGhosted.Request { FolderId = made.FolderId }, otherHandle)).ShouldBe(ErrorCode.NotFound);
        other.Http.Dispose();
    }

    [Fact]
    public async Task Owning_servers_come_by_their_cost()
    {
        var (made, _) = await CreateAsync(_root, "Replicated");
        var own = await OwnersAsync(made.FolderId);
        own.OwningServers.ShouldBe([_store.LegacyExchangeDn]);
        own.CheapServersCount.ShouldBe((ushort)1);
        await ReplicateAsync(made.FolderId, true, new(Far, 501, true), new(Near2, 0, true), new("/o=x/cn=Servers/cn=OLD", 0, false));
        var owners = await OwnersAsync(made.FolderId);
        owners.OwningServers.Order().ShouldBe(new[] { _store.LegacyExchangeDn, Near2 }.Order(), "too far and inactive ones are left out");
        owners.CheapServersCount.ShouldBe((ushort)2);
        await ReplicateAsync(made.FolderId, false, new(Far, 500, true), new(Near2, 10, true), new(Near, 10, true));
        owners = await OwnersAsync(made.FolderId);
        owners.OwningServers.ShouldBe([Near, Near2, Far]);
        owners.CheapServersCount.ShouldBe((ushort)2);
        await ReplicateAsync(made.FolderId, false, new FolderReplica(Far, 501, true));
        (await _session.TryAsync(RopId.GetOwningServers, new RopGetOwningServers.Request { FolderId = made.FolderId }, _handle)).ShouldBe(ErrorCode.NoReplicaAvailable);
        (await _session.TryAsync(RopId.GetOwningServers, new RopGetOwningServers.Request { FolderId = 1 }, _handle)).ShouldBe(ErrorCode.NotFound);
    }

    [Fact]
    public async Task A_ghosted_folder_says_where_its_contents_are()
    {
        var (made, _) = await CreateAsync(_root, "Ghost");
        (await GhostedAsync(made.FolderId)).IsGhosted.ShouldBeFalse();
        await ReplicateAsync(made.FolderId, false, new(Far, 20, true), new(Near, 10, true));
        var ghosted = await GhostedAsync(made.FolderId);
        (ghosted.IsGhosted, ghosted.CheapServersCount).ShouldBe((true, (ushort)1));
        ghosted.Servers.ShouldBe([Near, Far]);
        var (opened, _) = await _session.OpenAsync<RopOpenFolder.Response>(RopId.OpenFolder, new RopOpenFolder.Request { FolderId = made.FolderId }, _handle);
        opened.IsGhosted.ShouldBeTrue();
        opened.Servers.ShouldBe([Near, Far]);
        opened.CheapServerCount.ShouldBe((ushort)1);
        await ReplicateAsync(made.FolderId, false);
        (await _session.TryAsync(RopId.PublicFolderIsGhosted, new RopPublicFolderIsGhosted.Request { FolderId = made.FolderId }, _handle)).ShouldBe(ErrorCode.NoReplicaAvailable);
        (await _session.TryAsync(RopId.PublicFolderIsGhosted, new RopPublicFolderIsGhosted.Request { FolderId = 1 }, _handle)).ShouldBe(ErrorCode.NotFound);
        foreach (var id in _logon.FolderIds[1..3])
            (await GhostedAsync(id)).IsGhosted.ShouldBeFalse();
    }

    [Fact]
    public async Task The_logon_says_who_is_logged_on_and_where_the_address_book_is()
    {
        var values = await _session.PropertiesAsync(_handle, PropertyTags.UserEntryId, PropertyTags.AddressBookMessageId, PropertyTags.DisplayName);
        ((AddressBookEntryId)EntryId.Parse(values[0].AsBinary())!).X500Dn.ShouldBe(_server.User(1).LegacyExchangeDn);
        values[1].AsError().ShouldBe(ErrorCode.NotFound);
        values[2].AsString().ShouldBe("Public Folders");
        foreach (var tag in new[] { PropertyTags.UserEntryId, PropertyTags.AddressBookMessageId })
        {
            var value = tag == PropertyTags.UserEntryId ? PropertyValue.Of(tag, new byte[] { 1 }) : PropertyValue.Of(tag, 1L);
            (await _session.TryAsync(RopId.SetProperties, new RopSetProperties.Request { PropertyValues = [value] }, _handle)).ShouldBe(ErrorCode.AccessDenied);
        }

        ulong mid;
        using (var store = await _server.OpenPublicAsync())
        {
            var message = new PropertyMessage();
            message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "OAB"));
            var appended = await store.AppendAsync(SpecialFolders.IdOf(SpecialFolder.SiteOfflineAddressBook), await _server.Store.PreparePropertiesAsync(message, CancellationToken.None), AppendOptions.Default, CancellationToken.None);
            mid = StoreKeys.Id(appended.Value.Sequence).ToWire();
        }
        ((ulong)(await _session.PropertiesAsync(_handle, PropertyTags.AddressBookMessageId))[0].AsInt64()).ShouldBe(mid);
    }

    [Fact]
    public async Task A_mail_enabled_folder_has_its_entry_and_mail_becomes_a_post()
    {
        var (made, folder) = await CreateAsync(_root, "Info");
        var replicas = new PropertyTag(0x6698, PropertyType.Binary);
        var before = await _session.PropertiesAsync(folder, PropertyTags.AddressBookEntryId, replicas);
        before[0].AsError().ShouldBe(ErrorCode.NotFound);
        System.Text.Encoding.ASCII.GetString(before[1].AsBinary()).ShouldBe($"{_store.MailboxGuid:D}\0");
        var listed = await _server.Directory.Service.AddAsync(new MailPublicFolder
        {
            FolderId = (long)StoreId.FromWire(made.FolderId).Counter, PrimaryAddress = "info@example.com", DisplayName = "Info", SendAs = [_server.User(2).Id],
        });
        var entry = (AddressBookEntryId)EntryId.Parse((await _session.PropertiesAsync(folder, PropertyTags.AddressBookEntryId))[0].AsBinary())!;
        (entry.Type, entry.X500Dn).ShouldBe((AddressBookEntryType.PublicFolder, listed.LegacyExchangeDn));

        // A client sends to it.
        var (sender, logon, handle) = await _server.LogonAsync(2);
        var message = await sender.CreateMessageAsync(handle, logon.FolderIds[5]);
        await sender.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "by mail"), PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"), PropertyValue.Of(PropertyTags.Body, "Text."));
        await sender.ModifyRecipientsAsync(message, [], RopWriting.Recipient(0, 1, "Info", "info@example.com"));
        (await sender.TryAsync(RopId.SubmitMessage, new RopSubmitMessage.Request(), message)).ShouldBe(ErrorCode.Success);
        await _server.Delivery.DrainAsync(default);
        var (table, _) = await _session.ContentsTableAsync(folder);
        var row = (await _session.RowsAsync(table, [PropertyTags.Subject, PropertyTags.SentRepresentingName, PropertyTags.MessageFlags])).ShouldHaveSingleItem();
        row[0].AsString().ShouldBe("by mail");
        (row[2].AsInt32() & 1).ShouldBe(0);

        // And as the folder.
        message = await sender.CreateMessageAsync(handle, logon.FolderIds[5]);
        await sender.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "from the folder"), PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"),
            PropertyValue.Of(PropertyTags.SentRepresentingAddressType, "SMTP"), PropertyValue.Of(PropertyTags.SentRepresentingEmailAddress, "info@example.com"), PropertyValue.Of(PropertyTags.SentRepresentingName, "Info"));
        await sender.ModifyRecipientsAsync(message, [], RopWriting.Recipient(0, 1, "User 3", "user3@example.com"));
        (await sender.TryAsync(RopId.SubmitMessage, new RopSubmitMessage.Request(), message)).ShouldBe(ErrorCode.Success);
        await _server.Delivery.DrainAsync(default);
        var (reader, readerLogon, readerHandle) = await _server.LogonAsync(3);
        var (inbox, _) = await reader.ContentsTableAsync(await reader.OpenFolderAsync(readerHandle, readerLogon.FolderIds[4]));
        (await reader.RowsAsync(inbox, [PropertyTags.SentRepresentingSmtpAddress])).ShouldHaveSingleItem()[0].AsString().ShouldBe("info@example.com");

        // The address goes with the folder.
        await _session.CallAsync<PartialResponse>(RopId.DeleteFolder, new RopDeleteFolder.Request { DeleteFolderFlags = 0x15, FolderId = made.FolderId }, _root);
        _server.Directory.Current.FindByAddress("info@example.com").ShouldBeNull();
        sender.Http.Dispose();
        reader.Http.Dispose();
    }

    [Fact]
    public async Task A_full_folder_takes_no_more_and_no_client_changes_its_limits()
    {
        var (made, folder) = await CreateAsync(_root, "Small");
        var id = new FolderId((long)StoreId.FromWire(made.FolderId).Counter);
        using (var store = await _server.OpenPublicAsync())
            (await store.UpdateFolderAsync(id, f => new FolderLimits { Quota = 3 * 1024, MessageSize = 2 * 1024 }.On(f), CancellationToken.None)).Succeeded.ShouldBeTrue();
        var quota = new PropertyTag(FolderLimits.QuotaId, PropertyType.Integer32);
        (await _session.PropertiesAsync(folder, quota))[0].AsInt32().ShouldBe(3);
        (await _session.SetAsync(folder, PropertyValue.Of(quota, 1000))).ShouldNotBeEmpty();
        (await _session.PropertiesAsync(folder, quota))[0].AsInt32().ShouldBe(3);
        (await TryPostAsync("too large", 2100)).ShouldBe(ErrorCode.MessageTooBig);
        (await TryPostAsync("fits", 1200)).ShouldBe(ErrorCode.Success);
        (await TryPostAsync("fits no more", 1500)).ShouldBe(ErrorCode.QuotaExceeded);
        (await CountAsync(folder)).ShouldBe(1);

        async Task<ErrorCode> TryPostAsync(string subject, int size)
        {
            var message = await _session.CreateMessageAsync(_handle, made.FolderId);
            await _session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, subject), PropertyValue.Of(PropertyTags.Body, new string('x', size)));
            return await _session.TrySaveAsync(message);
        }
    }

    [Fact]
    public async Task Rules_of_a_folder_run_over_posts_and_mail_alike()
    {
        _server.Service.PostRules = new PostRules(
            _server.Store, _server.Directory.Service, _server.Queue, new DeliveryOptions { HostName = "mail.example.com", SubmissionHold = TimeSpan.Zero }, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<PostRules>.Instance);
        var (made, folder) = await CreateAsync(_root, "Ruled");
        await _server.Directory.Service.AddAsync(new MailPublicFolder { FolderId = (long)StoreId.FromWire(made.FolderId).Counter, PrimaryAddress = "ruled@example.com", DisplayName = "Ruled" });
        await AddRuleAsync("delete", new PlainRuleAction(RuleActionType.Delete, 0, 0));
        await AddRuleAsync("tag", new TagRuleAction(0, 0, PropertyValue.Of(PropertyTags.Importance, 2)));
        foreach (var action in new RuleActionType[] { RuleActionType.Move, RuleActionType.Copy })
        {
            var actions = RuleActionCodec.Write([new FolderRuleAction(action, 0, 0, true, [], new byte[21])], ValueForm.Rop);
            (await _session.TryAsync(RopId.ModifyRules, new RopModifyRules.Request { RulesData = [Rule("move", actions)] }, folder)).ShouldNotBe(ErrorCode.Success, "a public folder's rules do not move");
        }

        await PostAsync(_session, _handle, made.FolderId, "please delete");
        await PostAsync(_session, _handle, made.FolderId, "please tag");
        await PostAsync(_session, _handle, made.FolderId, "leave");
        var (sender, logon, handle) = await _server.LogonAsync(2);
        foreach (var subject in new[] { "mail to delete", "mail to tag" })
        {
            var message = await sender.CreateMessageAsync(handle, logon.FolderIds[5]);
            await sender.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, subject), PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"));
            await sender.ModifyRecipientsAsync(message, [], RopWriting.Recipient(0, 1, "Ruled", "ruled@example.com"));
            (await sender.TryAsync(RopId.SubmitMessage, new RopSubmitMessage.Request(), message)).ShouldBe(ErrorCode.Success);
        }
        await _server.Delivery.DrainAsync(default);
        var (table, _) = await _session.ContentsTableAsync(folder);
        (await _session.RowsAsync(table, [PropertyTags.Mid])).Count.ShouldBe(3);
        var found = new Dictionary<string, int>();
        (table, _) = await _session.ContentsTableAsync(folder);
        foreach (var row in await _session.RowsAsync(table, [PropertyTags.Mid, PropertyTags.Subject]))
        {
            var (_, opened) = await _session.OpenMessageAsync(_handle, made.FolderId, (ulong)row[0].AsInt64());
            found[row[1].AsString()] = (await _session.PropertiesAsync(opened, PropertyTags.Importance))[0].AsInt32();
        }
        found.OrderBy(f => f.Key).Select(f => (f.Key, f.Value)).ShouldBe([("leave", 1), ("mail to tag", 2), ("please tag", 2)]);
        sender.Http.Dispose();

        TableRowChange Rule(string word, byte[] actions) => new()
        {
            ChangeFlags = 1,
            PropertyValues =
            [
                PropertyValue.Of(PropertyTags.RuleName, word), PropertyValue.Of(PropertyTags.RuleSequence, 1), PropertyValue.Of(PropertyTags.RuleState, 1),
                PropertyValue.Of(PropertyTags.RuleProvider, "MSFT: TDX Rules"),
                PropertyValue.Of(PropertyTags.RuleCondition, new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, word))),
                PropertyValue.Of(PropertyTags.RuleActions, actions),
            ],
        };

        Task<PlainResponse> AddRuleAsync(string word, RuleAction action) => _session.CallAsync<PlainResponse>(
            RopId.ModifyRules, new RopModifyRules.Request { RulesData = [Rule(word, RuleActionCodec.Write([action], ValueForm.Rop))] }, folder);
    }

    [Fact]
    public async Task Rules_that_a_crash_cut_short_run_when_the_store_is_logged_on_to_again()
    {
        var (made, folder) = await CreateAsync(_root, "Cut");
        await _server.Directory.Service.AddAsync(new MailPublicFolder { FolderId = (long)StoreId.FromWire(made.FolderId).Counter, PrimaryAddress = "cut@example.com", DisplayName = "Cut" });
        var condition = new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "delete"));
        TableRowChange rule = new()
        {
            ChangeFlags = 1,
            PropertyValues =
            [
                PropertyValue.Of(PropertyTags.RuleName, "delete"), PropertyValue.Of(PropertyTags.RuleSequence, 1), PropertyValue.Of(PropertyTags.RuleState, 1),
                PropertyValue.Of(PropertyTags.RuleProvider, "MSFT: TDX Rules"), PropertyValue.Of(PropertyTags.RuleCondition, condition),
                PropertyValue.Of(PropertyTags.RuleActions, RuleActionCodec.Write([new PlainRuleAction(RuleActionType.Delete, 0, 0)], ValueForm.Rop)),
            ],
        };
        await _session.CallAsync<PlainResponse>(RopId.ModifyRules, new RopModifyRules.Request { RulesData = [rule] }, folder);
        // Posts that were made, and of whose rules nothing was done: their mark says so.
        var place = new FolderId((long)StoreId.FromWire(made.FolderId).Counter);
        using (var store = await _server.OpenPublicAsync())
        {
            foreach (var subject in new[] { "please delete", "leave" })
            {
                var content = new PropertyMessage();
                content.Properties.Set(PropertyValue.Of(PropertyTags.Subject, subject));
                var mark = PostRules.MarkFor(store, place).ShouldNotBeNull();
                await store.AppendAsync(place, await _server.Store.PreparePropertiesAsync(content, default), AppendOptions.Default with { Pending = mark }, default);
            }
        }
        (await CountAsync(folder)).ShouldBe(2);
        _server.Service.PostRules = new PostRules(
            _server.Store, _server.Directory.Service, _server.Queue, new DeliveryOptions { HostName = "mail.example.com", SubmissionHold = TimeSpan.Zero }, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<PostRules>.Instance);
        var (again, _, handle) = await _server.PublicLogonAsync(2);
        var opened = await again.OpenFolderAsync(handle, made.FolderId);
        (await again.RowsAsync((await again.ContentsTableAsync(opened)).Handle, [PropertyTags.Subject])).ShouldHaveSingleItem()[0].AsString().ShouldBe("leave");
        using (var store = await _server.OpenPublicAsync())
            (await store.ReadClientStatesAsync("rules", "posts", default)).ShouldBeEmpty();
        again.Http.Dispose();
    }

    [Fact]
    public async Task A_conversations_members_are_found_in_public_folders()
    {
        var (made, _) = await CreateAsync(_root, "Talk");
        var message = await _session.CreateMessageAsync(_handle, made.FolderId);
        var index = new byte[22];
        (index[0], index[6]) = (1, 7);
        await _session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "said"), PropertyValue.Of(PropertyTags.ConversationIndex, index), PropertyValue.Of(PropertyTags.ConversationIndexTracking, true));
        var mid = await _session.SaveAsync(message);
        await PostAsync(_session, _handle, made.FolderId, "elsewhere");
        var (_, opened) = await _session.OpenMessageAsync(_handle, made.FolderId, mid);
        var conversation = (await _session.PropertiesAsync(opened, PropertyTags.ConversationId))[0].AsBinary();
        const byte conversationMembers = 0x80;
        var (_, table) = await _session.OpenAsync<RopGetContentsTable.Response>(RopId.GetContentsTable, new RopGetContentsTable.Request { TableFlags = conversationMembers }, _root);
        await _session.CallAsync<RopRestrict.Response>(
            RopId.Restrict, new RopRestrict.Request { RestrictionData = new PropertyRestriction(RelationalOperator.Equal, PropertyTags.ConversationId, PropertyValue.Of(PropertyTags.ConversationId, conversation)) }, table);
        (await _session.RowsAsync(table, [PropertyTags.Subject])).ShouldHaveSingleItem()[0].AsString().ShouldBe("said");
    }

    [Fact]
    public async Task Whoever_looks_at_a_folder_hears_of_posts()
    {
        var (made, folder) = await CreateAsync(_root, "Watched");
        var (other, _, otherHandle) = await _server.PublicLogonAsync(2);
        var watched = await other.OpenFolderAsync(otherHandle, made.FolderId);
        await other.OpenAsync<PlainResponse>(RopId.RegisterNotification, new RopRegisterNotification.Request { NotificationTypes = 0x04, FolderId = made.FolderId }, watched);
        await PostAsync(_session, _handle, made.FolderId, "news");
        await other.PropertiesAsync(watched, PropertyTags.DisplayName);
        other.Notifications.ShouldContain(n => n.FolderId == made.FolderId && (n.Flags & RopNotify.NotificationFlags.ObjectCreated) != 0);
        (await CountAsync(folder)).ShouldBe(1);
        other.Http.Dispose();
    }

    private static RopCreateFolder.Request Request(FolderType type, string name, bool openExisting = false) =>
        new() { FolderType = (byte)type, UseUnicodeStrings = true, DisplayName = name, OpenExisting = openExisting };

    private Task<(RopCreateFolder.Response Response, uint Handle)> CreateAsync(uint parent, string name, bool openExisting = false) =>
        _session.OpenAsync<RopCreateFolder.Response>(RopId.CreateFolder, Request(FolderType.Generic, name, openExisting), parent);

    private static async Task<ulong> PostAsync(RopSession session, uint logon, ulong folder, string subject)
    {
        var message = await session.CreateMessageAsync(logon, folder);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, subject), PropertyValue.Of(PropertyTags.MessageClass, "IPM.Post"), PropertyValue.Of(PropertyTags.Body, "Text."));
        var mid = await session.SaveAsync(message);
        await session.ReleaseAsync(message);
        return mid;
    }

    private async Task<int> CountAsync(uint folder) => (await _session.PropertiesAsync(folder, PropertyTags.ContentCount))[0].AsInt32();

    private async Task ReplicateAsync(ulong folder, bool isHere, params FolderReplica[] others)
    {
        using var store = await _server.OpenPublicAsync();
        (await store.SetReplicasAsync(new FolderId((long)StoreId.FromWire(folder).Counter), new FolderReplicas { IsHere = isHere, Others = [.. others] }, CancellationToken.None)).ShouldBe(StoreError.None);
    }

    private Task<RopGetOwningServers.Response> OwnersAsync(ulong folder) =>
        _session.CallAsync<RopGetOwningServers.Response>(RopId.GetOwningServers, new RopGetOwningServers.Request { FolderId = folder }, _handle);

    private Task<RopPublicFolderIsGhosted.Response> GhostedAsync(ulong folder) =>
        _session.CallAsync<RopPublicFolderIsGhosted.Response>(RopId.PublicFolderIsGhosted, new RopPublicFolderIsGhosted.Request { FolderId = folder }, _handle);
}
