using Rialto.Directory;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXODLGT] 2.2, 3.1.4, 3.3.4 over HTTPS: what a delegator's client sets up, and what his delegate may do then. Users 1 (delegator) and 2 (delegate).</summary>
public sealed class DelegateTests : IAsyncLifetime
{
    private const FolderRights Editor = FolderRights.ReadAny | FolderRights.Create | FolderRights.EditOwned | FolderRights.DeleteOwned | FolderRights.EditAny | FolderRights.DeleteAny | FolderRights.FolderVisible;

    private RuleScene _scene = null!;

    private RuleParty Delegator => _scene.Owner;

    public async Task InitializeAsync() => _scene = await RuleScene.StartAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task The_delegate_information_object_is_found_where_root_and_inbox_say()
    {
        var root = await Delegator.FolderAsync(0);
        var inbox = await Delegator.FolderAsync();
        var before = (await Delegator.Session.PropertiesAsync(root, PropertyTags.FreeBusyEntryIds))[0].AsArray<byte[]>();
        before.Length.ShouldBe(4);
        before[3].ShouldBe(StoreKeys.EntryIdOf(await HeaderAsync(), SpecialFolders.IdOf(SpecialFolder.FreeBusyData)));
        (await Delegator.Session.PropertiesAsync(inbox, PropertyTags.FreeBusyEntryIds))[0].AsArray<byte[]>()[3].ShouldBe(before[3]);

        // 3.1.4.2: made by the client in the Freebusy Data folder, and named on the Inbox.
        var folder = Ids.Of(SpecialFolders.IdOf(SpecialFolder.FreeBusyData));
        var message = await Delegator.Session.CreateMessageAsync(Delegator.Handle, folder);
        await Delegator.Session.SetAsync(message, PropertyValue.Of(PropertyTags.MessageClass, "IPM.Microsoft.ScheduleData.FreeBusy"), PropertyValue.Of(PropertyTags.Subject, "LocalFreebusy"));
        var mid = await Delegator.Session.SaveAsync(message);
        var id = (await Delegator.Session.PropertiesAsync(message, PropertyTags.EntryId))[0].AsBinary();
        await Delegator.Session.CallAsync<ProblemsResponse>(
            RopId.SetProperties, new RopSetProperties.Request { PropertyValues = [PropertyValue.OfArray(PropertyTags.FreeBusyEntryIds, new[] { [], id, [], before[3] })] }, inbox);
        foreach (var place in new[] { root, inbox })
            (await Delegator.Session.PropertiesAsync(place, PropertyTags.FreeBusyEntryIds))[0].AsArray<byte[]>()[1].ShouldBe(id);
        (await Delegator.Session.OpenMessageAsync(Delegator.Handle, folder, mid)).Response.Message.NormalizedSubject.ShouldBe("LocalFreebusy");
    }

    [Fact]
    public async Task A_delegate_works_in_the_folders_that_were_opened_to_him_and_sees_no_others()
    {
        var calendar = Ids.Of(SpecialFolders.IdOf(SpecialFolder.Calendar));
        var freeBusy = Ids.Of(SpecialFolders.IdOf(SpecialFolder.FreeBusyData));
        foreach (var folder in new[] { calendar, freeBusy })
            await PermitAsync(folder, Editor);
        var appointment = await Delegator.Session.CreateMessageAsync(Delegator.Handle, calendar);
        await Delegator.Session.SetAsync(appointment, PropertyValue.Of(PropertyTags.MessageClass, "IPM.Appointment"), PropertyValue.Of(PropertyTags.Subject, "Board"));
        var mid = await Delegator.Session.SaveAsync(appointment);

        var session = _scene.Sender.Session;
        var (logon, handle) = await session.LogonAsync(_scene.Server.User(1).LegacyExchangeDn);
        logon.ResponseFlags.ShouldNotBe(_scene.Sender.Logon.ResponseFlags, "it is not his mailbox");
        var opened = await session.OpenAsync(handle, calendar, mid, 1);
        await session.SetAsync(opened, PropertyValue.Of(PropertyTags.Subject, "Board, moved"));
        await session.SaveAsync(opened);
        var own = await session.CreateMessageAsync(handle, calendar);
        await session.SetAsync(own, PropertyValue.Of(PropertyTags.MessageClass, "IPM.Appointment"), PropertyValue.Of(PropertyTags.Subject, "For the boss"));
        await session.SaveAsync(own);
        await session.OpenFolderAsync(handle, freeBusy);
        (await Delegator.SubjectsAsync(calendar)).ShouldBe(["Board, moved", "For the boss"], ignoreOrder: true);
        // Who changed it last is told.
        var again = (await Delegator.Session.OpenMessageAsync(Delegator.Handle, calendar, mid)).Handle;
        (await Delegator.Session.PropertiesAsync(again, PropertyTags.LastModifierName))[0].AsString().ShouldBe("User 2");

        (await Should.ThrowAsync<RopException>(() => session.OpenFolderAsync(handle, logon.FolderIds[RuleScene.Inbox]))).Code.ShouldBeOneOf(ErrorCode.NotFound, ErrorCode.AccessDenied);
        (await Should.ThrowAsync<RopException>(() => session.OpenMessageAsync(handle, logon.FolderIds[RuleScene.Inbox], mid))).Code.ShouldBeOneOf(ErrorCode.NotFound, ErrorCode.AccessDenied);
    }

    [Fact]
    public async Task A_delegate_sends_on_behalf_and_the_recipient_sees_both()
    {
        var boss = _scene.Server.User(1);
        await _scene.Server.Directory.Service.UpdateAsync<Account>(boss.Id, a => a with { SendOnBehalf = [_scene.Server.User(2).Id] });
        var entryId = new AddressBookEntryId(AddressBookEntryType.LocalMailUser, boss.LegacyExchangeDn).ToArray();
        await _scene.Sender.SubmitAsync("On behalf", "user3@example.com", PropertyValue.Of(PropertyTags.SentRepresentingEntryId, entryId),
            PropertyValue.Of(PropertyTags.SentRepresentingAddressType, "EX"), PropertyValue.Of(PropertyTags.SentRepresentingEmailAddress, boss.LegacyExchangeDn),
            PropertyValue.Of(PropertyTags.SentRepresentingName, boss.DisplayName));
        await _scene.Server.Delivery.DrainAsync(default);
        var message = await _scene.Third.OnlyAsync();
        var read = await _scene.Third.Session.PropertiesAsync(message, PropertyTags.SentRepresentingSmtpAddress, PropertyTags.SenderSmtpAddress, PropertyTags.SentRepresentingName, PropertyTags.SenderName);
        read.Select(v => v.AsString()).ShouldBe(["user1@example.com", "user2@example.com", "User 1", "User 2"]);
    }

    [Fact]
    public async Task Meeting_mail_for_the_delegator_goes_to_delegate_and_delegator_where_both_want_it()
    {
        // Without OP_DELETE the delegator keeps his own.
        await Delegator.AddRuleAsync([RuleScene.Forward("user3@example.com", type: RuleActionType.Delegate)],
            new OrRestriction(
            [
                new ContentRestriction(FuzzyLevel.Prefix | FuzzyLevel.IgnoreCase, PropertyTags.MessageClass, PropertyValue.Of(PropertyTags.MessageClass, "IPM.Schedule.Meeting")),
                new ContentRestriction(FuzzyLevel.Prefix | FuzzyLevel.IgnoreCase, PropertyTags.MessageClass, PropertyValue.Of(PropertyTags.MessageClass, "REPORT.IPM.Schedule.Meeting")),
            ]), sequence: 0, provider: "Schedule+ EMS Interface");
        await _scene.SendAsync("Meeting", PropertyValue.Of(PropertyTags.MessageClass, "IPM.Schedule.Meeting.Resp.Pos"));
        await _scene.SendAsync("No meeting");
        (await Delegator.SubjectsAsync()).ShouldBe(["Meeting", "No meeting"], ignoreOrder: true);
        (await _scene.Third.RowsAsync(PropertyTags.MessageClass, PropertyTags.Subject)).ShouldHaveSingleItem()[0].AsString().ShouldBe("IPM.Schedule.Meeting.Resp.Pos");
    }

    private async Task PermitAsync(ulong folder, FolderRights rights)
    {
        var member = new AddressBookEntryId(AddressBookEntryType.LocalMailUser, _scene.Server.User(2).LegacyExchangeDn).ToArray();
        var row = new TableRowChange { ChangeFlags = RuleScene.Add, PropertyValues = [PropertyValue.Of(PropertyTags.EntryId, member), PropertyValue.Of(PropertyTags.MemberRights, (int)rights)] };
        (await Delegator.Session.TryAsync(RopId.ModifyPermissions, new RopModifyPermissions.Request { PermissionsData = [row] }, await Delegator.Session.OpenFolderAsync(Delegator.Handle, folder)))
            .ShouldBe(ErrorCode.Success);
    }

    private async Task<MailboxHeader> HeaderAsync()
    {
        using var mailbox = await _scene.Server.OpenMailboxAsync();
        return mailbox.Header;
    }
}
