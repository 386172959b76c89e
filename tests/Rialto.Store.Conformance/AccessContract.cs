using System.Collections.Immutable;
using Rialto.Model;

namespace Rialto.Store.Conformance;

/// <summary>[MS-OXCPERM]: who may do what.</summary>
public abstract class AccessContract : StoreContract
{
    private async Task PermitAsync(FolderId folder, params (Guid Member, FolderRights Rights)[] permissions) =>
        (await Session.UpdateFolderAsync(folder, f => f with { Permissions = [.. permissions.Select(p => new FolderPermission(p.Member, p.Rights))] }, None)).Succeeded.ShouldBeTrue();

    [Fact]
    public async Task OthersSeeFreeBusyOfTheCalendarAndNothingElse()
    {
        using var other = await OpenAsync(Other);
        other.IsOwner.ShouldBeFalse();
        other.RightsOn(SpecialFolders.IdOf(SpecialFolder.Calendar)).ShouldBe(FolderRights.FreeBusySimple);
        other.RightsOn(Inbox).ShouldBe(FolderRights.None);
        (await other.OpenViewAsync(Inbox, None)).Error.ShouldBe(StoreError.NotFound);
        (await other.AppendAsync(Inbox, await PrepareAsync("x"), AppendOptions.Default, None)).Error.ShouldBe(StoreError.NotFound);
        (await other.ReadChangesAsync(0x400, null, 1, None)).Error.ShouldBe(StoreError.AccessDenied);
        (await Engine.OpenAsync(MailboxId, Principal.Anonymous, None)).Error.ShouldBe(StoreError.AccessDenied);
        (await Engine.OpenAsync(Guid.NewGuid(), Owner, None)).Error.ShouldBe(StoreError.NotFound);
        (await OpenAsync(Principal.System)).IsOwner.ShouldBeTrue();
    }

    [Fact]
    public async Task OwnEntryGoesBeforeGroupsAndThoseBeforeDefault()
    {
        var group = Guid.NewGuid();
        var second = Guid.NewGuid();
        var member = new Principal(Guid.NewGuid(), "m", [group, second], PrincipalKind.Account);
        await PermitAsync(Inbox, (FolderPermission.DefaultMember, FolderRights.FolderVisible), (group, FolderRights.ReadAny), (second, FolderRights.Create), (Other.Id, FolderRights.None));
        using var m = await OpenAsync(member);
        m.RightsOn(Inbox).ShouldBe(FolderRights.ReadAny | FolderRights.Create);
        using var o = await OpenAsync(Other);
        o.RightsOn(Inbox).ShouldBe(FolderRights.None);
        using var third = await OpenAsync(new Principal(Guid.NewGuid(), "t", ImmutableHashSet<Guid>.Empty, PrincipalKind.Account));
        third.RightsOn(Inbox).ShouldBe(FolderRights.FolderVisible);
        (await third.OpenViewAsync(Inbox, None)).Error.ShouldBe(StoreError.AccessDenied);
    }

    [Fact]
    public async Task AuthorsTouchTheirOwnOnly()
    {
        await PermitAsync(Inbox, (Other.Id, FolderRights.FolderVisible | FolderRights.ReadAny | FolderRights.Create | FolderRights.EditOwned | FolderRights.DeleteOwned));
        var theirs = await AppendAsync("owner's");
        using var other = await OpenAsync(Other);
        var own = (await other.AppendAsync(Inbox, await PrepareAsync("mine"), AppendOptions.Default, None)).Value;
        (await other.ChangeFlagsAsync(Inbox, [own.Id], Set(MessageState.Flagged), None)).Value.Changed.Count.ShouldBe(1);
        (await other.ChangeFlagsAsync(Inbox, [theirs.Id], Set(MessageState.Flagged), None)).Error.ShouldBe(StoreError.AccessDenied);
        (await other.DeleteAsync(Inbox, [own.Id, theirs.Id], None)).Error.ShouldBe(StoreError.AccessDenied);
        (await other.MoveAsync(Inbox, [own.Id], Sent, None)).Error.ShouldBe(StoreError.NotFound);
        (await other.DeleteAsync(Inbox, [own.Id], None)).Value.Count.ShouldBe(1);
        (await other.CreateFolderAsync(Inbox, new NewFolder("x"), None)).Error.ShouldBe(StoreError.AccessDenied);
        (await other.UpdateFolderAsync(Inbox, f => f with { Comment = "x" }, None)).Error.ShouldBe(StoreError.AccessDenied);
        (await other.DeleteFolderAsync(Inbox, true, None)).Error.ShouldBe(StoreError.AccessDenied);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task WhoMakesAFolderOwnsIt()
    {
        await PermitAsync(Inbox, (Other.Id, FolderRights.FolderVisible | FolderRights.CreateSubFolder));
        using var other = await OpenAsync(Other);
        var folder = (await other.CreateFolderAsync(Inbox, new NewFolder("shared"), None)).Value;
        other.RightsOn(folder.Id).ShouldBe(FolderRights.All);
        (await other.DeleteFolderAsync(folder.Id, false, None)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task ReadStateInAPublicStoreIsEachOnesOwn()
    {
        var store = Guid.NewGuid();
        (await Engine.CreatePublicStoreAsync(store, null, None)).ShouldBeTrue();
        var subtree = SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree);
        using var admin = (await Engine.OpenAsync(store, Principal.System, None)).Value;
        var folder = (await admin.CreateFolderAsync(subtree, new NewFolder("news"), None)).Value.Id;
        var message = (await admin.AppendAsync(folder, await PrepareAsync("one"), AppendOptions.Default, None)).Value;
        using var a = (await Engine.OpenAsync(store, Owner, None)).Value;
        using var b = (await Engine.OpenAsync(store, Other, None)).Value;
        using var viewA = (await a.OpenViewAsync(folder, None)).Value;
        using var viewB = (await b.OpenViewAsync(folder, None)).Value;
        var notified = 0;
        viewA.Subscribe(() => notified++);
        (await a.ChangeFlagsAsync(folder, [message.Id], Set(MessageState.Read), None)).Value.Changed.ShouldBe([message.Id]);
        notified.ShouldBeGreaterThan(0);
        viewA.Current[0].State.ShouldBe(MessageState.Read);
        viewA.Current.UnreadCount.ShouldBe(0);
        viewA.Current.ShouldBeSameAs(viewA.Current);
        viewB.Current[0].State.ShouldBe(MessageState.None);
        viewB.Current.FirstUnread.ShouldBe(0);
        (await a.ChangeFlagsAsync(folder, [message.Id], Set(MessageState.Flagged), None)).Error.ShouldBe(StoreError.AccessDenied);
        (await a.ReadRowsAsync(folder, new[] { message.Id }, None)).Value[0]!.State.ShouldBe(MessageState.Read);
        await using var fresh = AnotherEngine();
        using var again = (await fresh.OpenAsync(store, Owner, None)).Value;
        using var view = (await again.OpenViewAsync(folder, None)).Value;
        view.Current[0].State.ShouldBe(MessageState.Read);
    }

    [Fact]
    public async Task WhatChangesInAPublicStoreIsUnreadAgain()
    {
        var (store, folder) = await PublicFolderAsync();
        using var a = (await Engine.OpenAsync(store, Owner, None)).Value;
        using var b = (await Engine.OpenAsync(store, Other, None)).Value;
        var message = (await a.AppendAsync(folder, await PrepareAsync("one"), AppendOptions.Default with { State = MessageState.Read }, None)).Value;
        (await StateAsync(a)).ShouldBe(MessageState.Read);
        (await StateAsync(b)).ShouldBe(MessageState.None);
        (await b.ChangeFlagsAsync(folder, [message.Id], Set(MessageState.Read), None)).Succeeded.ShouldBeTrue();
        b.Folders.TryGet(folder, out var found).ShouldBeTrue();
        await b.CountUnreadAsync(found!, None);
        b.UnreadOf(found!).ShouldBe(0);

        (await a.UpdateAsync(folder, message.Id, r => r with { Importance = 2 }, None)).Value.State.ShouldBe(MessageState.Read);
        (await StateAsync(a)).ShouldBe(MessageState.Read);
        (await StateAsync(b)).ShouldBe(MessageState.None);
        b.Folders.TryGet(folder, out found).ShouldBeTrue();
        await b.CountUnreadAsync(found!, None);
        b.UnreadOf(found!).ShouldBe(1);

        // What the principal had read it has read in another place.
        var target = (await (await Engine.OpenAsync(store, Principal.System, None)).Value.CreateFolderAsync(SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree), new NewFolder("other"), None)).Value.Id;
        (await a.CopyAsync(folder, [message.Id], target, None)).Succeeded.ShouldBeTrue();
        using (var view = (await a.OpenViewAsync(target, None)).Value)
            view.Current[0].State.ShouldBe(MessageState.Read);
        (await a.WriteReadSetAsync(folder, new IdSet(), None)).ShouldBe(StoreError.None);
        (await StateAsync(a)).ShouldBe(MessageState.None);
        await using var fresh = AnotherEngine();
        (await StateAsync((await fresh.OpenAsync(store, Owner, None)).Value)).ShouldBe(MessageState.None);

        async Task<MessageState> StateAsync(MailboxSession session) => (await session.ReadRowsAsync(folder, new[] { message.Id }, None)).Value[0]!.State;
    }

    [Fact]
    public async Task APublicFolderKeepsItsReplicasAndLimits()
    {
        var (store, folder) = await PublicFolderAsync();
        var replicas = new FolderReplicas { IsHere = false, Others = [new("/o=a/cn=b", 10, true), new("/o=a/cn=c", 20, false)] };
        using (var admin = (await Engine.OpenAsync(store, Principal.System, None)).Value)
        {
            admin.ReplicasOf(folder).ShouldBe(FolderReplicas.Default);
            (await admin.SetReplicasAsync(folder, replicas, None)).ShouldBe(StoreError.None);
            (await admin.SetReplicasAsync(new FolderId(0xFFFF), replicas, None)).ShouldBe(StoreError.NotFound);
            (await admin.SetReplicasAsync(folder, replicas with { Others = [new("a\nb", 0, true)] }, None)).ShouldBe(StoreError.InvalidArgument);
            (await admin.UpdateFolderAsync(folder, new FolderLimits { Quota = 10_000, Retention = TimeSpan.FromDays(30) }.On, None)).Succeeded.ShouldBeTrue();
        }
        using (var other = (await Engine.OpenAsync(store, Other, None)).Value)
            (await other.SetReplicasAsync(folder, FolderReplicas.Default, None)).ShouldBe(StoreError.AccessDenied);
        await using var fresh = AnotherEngine();
        using var again = (await fresh.OpenAsync(store, Principal.System, None)).Value;
        again.Header.IsPublic.ShouldBeTrue();
        var kept = again.ReplicasOf(folder);
        kept.IsHere.ShouldBeFalse();
        kept.Others.ShouldBe(replicas.Others);
        again.Folders.TryGet(folder, out var found).ShouldBeTrue();
        FolderLimits.Of(found!).ShouldBe(new FolderLimits { Quota = 10_240, Retention = TimeSpan.FromDays(30) });
        (await again.DeleteFolderAsync(folder, true, None)).Succeeded.ShouldBeTrue();
        again.ReplicasOf(folder).ShouldBe(FolderReplicas.Default);
    }

    [Fact]
    public async Task AFolderTakesNoMoreThanItsLimits()
    {
        await Session.UpdateFolderAsync(Inbox, new FolderLimits { Quota = 4096, MessageSize = 2048 }.On, None);
        (await Session.AppendAsync(Inbox, await PrepareAsync("a", new string('x', 3000)), AppendOptions.Default, None)).Error.ShouldBe(StoreError.TooLarge);
        var one = (await Session.AppendAsync(Inbox, await PrepareAsync("b", new string('x', 1800)), AppendOptions.Default, None)).Value;
        (await Session.AppendAsync(Inbox, await PrepareAsync("c", new string('x', 1800)), AppendOptions.Default, None)).Succeeded.ShouldBeTrue();
        (await Session.AppendAsync(Inbox, await PrepareAsync("d", new string('x', 1800)), AppendOptions.Default, None)).Error.ShouldBe(StoreError.QuotaExceeded);
        (await Session.CopyAsync(Inbox, [one.Id], Inbox, None)).Error.ShouldBe(StoreError.QuotaExceeded);
        (await Session.MoveAsync(Inbox, [one.Id], Sent, None)).Succeeded.ShouldBeTrue();
        (await Session.AppendAsync(Inbox, await PrepareAsync("e", new string('x', 1800)), AppendOptions.Default, None)).Succeeded.ShouldBeTrue();
        (await Session.MoveAsync(Sent, [one.Id], Inbox, None)).Error.ShouldBe(StoreError.QuotaExceeded);
    }

    [Fact]
    public async Task WhatIsOlderThanItsFolderKeepsGoes()
    {
        await Session.UpdateFolderAsync(Inbox, new FolderLimits { Retention = TimeSpan.FromDays(10) }.On, None);
        var now = Engine.Time.GetUtcNow();
        foreach (var days in new[] { 1, 9, 11, 400 })
            await Session.AppendAsync(Inbox, await PrepareAsync($"{days}"), AppendOptions.Default with { Received = FileTime.From(now.AddDays(-days)) }, None);
        (await Engine.ExpireAsync(MailboxId, None)).ShouldBeTrue();
        Session.Folders.TryGet(Inbox, out var inbox).ShouldBeTrue();
        inbox!.Counters.Count.ShouldBe(2);
        (await Engine.ExpireAsync(Guid.NewGuid(), None)).ShouldBeFalse();
    }

    private async Task<(Guid Store, FolderId Folder)> PublicFolderAsync()
    {
        var store = Guid.NewGuid();
        (await Engine.CreatePublicStoreAsync(store, SpecialFolders.SiteNames("/o=a/ou=b"), None)).ShouldBeTrue();
        using var admin = (await Engine.OpenAsync(store, Principal.System, None)).Value;
        return (store, (await admin.CreateFolderAsync(SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree), new NewFolder("news"), None)).Value.Id);
    }
}
