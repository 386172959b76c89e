using Rialto.Directory;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCPERM] 2.2.7, 3.2.4.1 over HTTPS: each right, and its absence, for a second user in the first one's mailbox.</summary>
public sealed class RightsTests : IAsyncLifetime
{
    private MapiServer _server = null!;
    private RopSession _owner = null!;
    private RopLogon.Response _logon = null!;
    private uint _handle;
    private uint _inbox;
    private RopSession _other = null!;
    private uint _otherHandle;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync();
        (_owner, _logon, _handle) = await _server.LogonAsync();
        _inbox = await _owner.OpenFolderAsync(_handle, _logon.FolderIds[4]);
        // Who has no right anywhere is not let in at all.
        (_other, _, _) = await _server.LogonAsync(2);
        (await Should.ThrowAsync<RopException>(() => _other.LogonAsync(_server.User(1).LegacyExchangeDn))).Code.ShouldBe(ErrorCode.LoginPermission);
        await SetAsync(FolderRights.All);
        (_, _otherHandle) = await _other.LogonAsync(_server.User(1).LegacyExchangeDn);
    }

    public async Task DisposeAsync()
    {
        _owner.Http.Dispose();
        _other.Http.Dispose();
        await _server.DisposeAsync();
    }

    public static TheoryData<FolderRights, string[]> Matrix => new()
    {
        { FolderRights.FolderVisible, [] },
        { FolderRights.FolderVisible | FolderRights.ReadAny, ["read another's"] },
        { FolderRights.FolderVisible | FolderRights.Create, ["create"] },
        { FolderRights.FolderVisible | FolderRights.EditOwned, ["edit own"] },
        { FolderRights.FolderVisible | FolderRights.DeleteOwned, ["delete own"] },
        { FolderRights.FolderVisible | FolderRights.EditAny | FolderRights.EditOwned, ["edit own", "edit another's"] },
        { FolderRights.FolderVisible | FolderRights.DeleteAny | FolderRights.DeleteOwned, ["delete own", "delete another's"] },
        { FolderRights.FolderVisible | FolderRights.CreateSubFolder, ["create subfolder"] },
        { FolderRights.FolderVisible | FolderRights.FolderOwner, ["change folder", "change permissions"] },
        { FolderRights.FolderVisible | FolderRights.FolderContact, [] },
        { FolderRights.All, ["read another's", "create", "edit own", "edit another's", "delete own", "delete another's", "create subfolder", "change folder", "change permissions"] },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task A_right_allows_what_it_names_and_nothing_else(FolderRights rights, string[] allowed)
    {
        await SetAsync(FolderRights.All);
        var folder = _logon.FolderIds[4];
        var own = await NewAsync(_other, _otherHandle, "own");
        var another = await NewAsync(_owner, _handle, "another's");
        await SetAsync(rights);
        var inbox = await _other.OpenFolderAsync(_otherHandle, folder);
        (await _other.PropertiesAsync(inbox, PropertyTags.Rights))[0].AsInt32().ShouldBe((int)rights);

        var done = new List<string>();
        await TryAsync("read another's", async () =>
        {
            var message = await _other.OpenAsync(_otherHandle, folder, another, 0);
            (await _other.TextAsync(message, PropertyTags.Subject)).ShouldBe("another's");
        });
        await TryAsync("create", () => NewAsync(_other, _otherHandle, "created"));
        await TryAsync("edit own", () => EditAsync(own));
        await TryAsync("edit another's", () => EditAsync(another));
        await TryAsync("create subfolder", () => _other.CreateFolderAsync(inbox, "sub"));
        await TryAsync("change folder", () => _other.CallAsync<ProblemsResponse>(
            RopId.SetProperties, new RopSetProperties.Request { PropertyValues = [PropertyValue.Of(PropertyTags.Comment, "changed")] }, inbox).ContinueWith(
                t => t.Result.PropertyProblems.Length > 0 ? throw new RopException(t.Result.PropertyProblems[0].ErrorCode) : 0, TaskScheduler.Default));
        await DeleteAsync("delete own", own);
        await DeleteAsync("delete another's", another);
        // Last, since it changes what this is about.
        await TryAsync("change permissions", async () =>
        {
            var row = new TableRowChange { ChangeFlags = 2, PropertyValues = [PropertyValue.Of(PropertyTags.MemberId, 0L), PropertyValue.Of(PropertyTags.MemberRights, 0)] };
            if (await _other.TryAsync(RopId.ModifyPermissions, new RopModifyPermissions.Request { PermissionsData = [row] }, inbox) is not ErrorCode.Success and var error)
                throw new RopException(error);
        });
        done.ShouldBe(allowed, ignoreOrder: true);

        async Task TryAsync(string what, Func<Task> work)
        {
            try
            {
                await work();
                done.Add(what);
            }
            catch (RopException e)
            {
                e.Code.ShouldBe(ErrorCode.AccessDenied, what);
            }
            catch (AggregateException e) when (e.InnerException is RopException { Code: ErrorCode.AccessDenied })
            {
                // Refused.
            }
        }

        async Task EditAsync(ulong mid)
        {
            // 3 asks for as much as there is: what is refused is the saving, or the opening where nothing may be read.
            var message = await _other.OpenAsync(_otherHandle, folder, mid, 1);
            await _other.SetAsync(message, PropertyValue.Of(PropertyTags.Body, "edited"));
            if (await _other.TrySaveAsync(message) is not ErrorCode.Success and var error)
                throw new RopException(error);
        }

        async Task DeleteAsync(string what, ulong mid)
        {
            await _other.DeleteMessagesAsync(inbox, hard: true, mid);
            if ((await _owner.ListAsync(_inbox)).TrueForAll(m => m.Mid != mid))
                done.Add(what);
        }
    }

    [Fact]
    public async Task A_folder_without_any_right_is_not_there()
    {
        await SetAsync(FolderRights.None);
        (await Should.ThrowAsync<RopException>(() => _other.OpenFolderAsync(_otherHandle, _logon.FolderIds[4]))).Code.ShouldBeOneOf(ErrorCode.NotFound, ErrorCode.AccessDenied);
        await SetAsync(FolderRights.FolderVisible);
        await _other.OpenFolderAsync(_otherHandle, _logon.FolderIds[4]);
    }

    [Fact]
    public async Task Groups_count_for_their_members_and_the_users_own_entry_before_them()
    {
        await _server.Directory.Service.AddAsync(new Group { PrimaryAddress = "team@example.com", DisplayName = "Team", Members = [_server.User(3).Id] });
        var id = ((Recipient)_server.Directory.Current.FindByAddress("team@example.com")!).LegacyExchangeDn;
        await ModifyAsync(1, PropertyValue.Of(PropertyTags.EntryId, new AddressBookEntryId(AddressBookEntryType.DistributionList, id).ToArray()),
            PropertyValue.Of(PropertyTags.MemberRights, (int)(FolderRights.FolderVisible | FolderRights.ReadAny)));
        var (session, _, _) = await _server.LogonAsync(3);
        var (_, handle) = await session.LogonAsync(_server.User(1).LegacyExchangeDn);
        var inbox = await session.OpenFolderAsync(handle, _logon.FolderIds[4]);
        (await session.PropertiesAsync(inbox, PropertyTags.Rights))[0].AsInt32().ShouldBe((int)(FolderRights.FolderVisible | FolderRights.ReadAny));
        await SetAsync(FolderRights.FolderVisible, user: 3);
        (await session.PropertiesAsync(inbox, PropertyTags.Rights))[0].AsInt32().ShouldBe((int)FolderRights.FolderVisible);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Who_is_not_listed_has_the_default()
    {
        await ModifyAsync(2, PropertyValue.Of(PropertyTags.MemberId, 0L), PropertyValue.Of(PropertyTags.MemberRights, (int)(FolderRights.FolderVisible | FolderRights.Create)));
        var (session, _, _) = await _server.LogonAsync(3);
        var (_, handle) = await session.LogonAsync(_server.User(1).LegacyExchangeDn);
        var inbox = await session.OpenFolderAsync(handle, _logon.FolderIds[4]);
        (await session.PropertiesAsync(inbox, PropertyTags.Rights))[0].AsInt32().ShouldBe((int)(FolderRights.FolderVisible | FolderRights.Create));
        // The anonymous entry is nobody's who logs on.
        await ModifyAsync(2, PropertyValue.Of(PropertyTags.MemberId, -1L), PropertyValue.Of(PropertyTags.MemberRights, (int)FolderRights.All));
        (await session.PropertiesAsync(inbox, PropertyTags.Rights))[0].AsInt32().ShouldBe((int)(FolderRights.FolderVisible | FolderRights.Create));
        session.Http.Dispose();
    }

    /// <summary>A user's own entry in the list of the Inbox.</summary>
    private Task SetAsync(FolderRights rights, int user = 2) => ModifyAsync(1, PropertyValue.Of(PropertyTags.EntryId, new AddressBookEntryId(AddressBookEntryType.LocalMailUser, _server.User(user).LegacyExchangeDn).ToArray()),
        PropertyValue.Of(PropertyTags.MemberRights, (int)rights));

    private async Task ModifyAsync(byte kind, params PropertyValue[] values) => (await _owner.TryAsync(
        RopId.ModifyPermissions, new RopModifyPermissions.Request { PermissionsData = [new TableRowChange { ChangeFlags = kind, PropertyValues = values }] }, _inbox)).ShouldBe(ErrorCode.Success);

    private async Task<ulong> NewAsync(RopSession session, uint handle, string subject)
    {
        var message = await session.CreateMessageAsync(handle, _logon.FolderIds[4]);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, subject));
        if (await session.TrySaveAsync(message) is not ErrorCode.Success and var error)
            throw new RopException(error);
        return (ulong)(await session.PropertiesAsync(message, PropertyTags.Mid))[0].AsInt64();
    }
}
