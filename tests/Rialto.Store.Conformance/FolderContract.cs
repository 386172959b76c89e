using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Conformance;

/// <summary>The hierarchy: the layout of a new mailbox, create, move, rename, update, delete.</summary>
public abstract class FolderContract : StoreContract
{
    [Fact]
    public async Task NewMailboxHasEverySpecialFolder()
    {
        foreach (var place in SpecialFolders.PrivateLayout)
        {
            var folder = Session.Folders.Special(place.Folder).ShouldNotBeNull();
            folder.Name.ShouldBe(place.Name);
            folder.Parent.ShouldBe(SpecialFolders.IdOf(place.Parent));
            folder.ContainerClass.ShouldBe(place.ContainerClass);
            folder.UidValidity.ShouldBeGreaterThan(0u);
            folder.Cn.ShouldBeGreaterThanOrEqualTo(SpecialFolders.FirstDynamicId);
        }
        Session.Folders.Count.ShouldBe(SpecialFolders.PrivateLayout.Count);
        Session.Folders.Root.Special.ShouldBe(SpecialFolder.MailboxRoot);
        Session.Folders.Descendants(Session.Folders.Root.Id).Count().ShouldBe(Session.Folders.Count - 1);
        Session.Folders.Special(SpecialFolder.Reminders)!.Type.ShouldBe(FolderType.Search);
        (await Engine.CreateMailboxAsync(MailboxId, Owner.Id, null, None)).ShouldBeFalse();
    }

    [Fact]
    public async Task NamesMayBeLocalised()
    {
        var id = Guid.NewGuid();
        await Engine.CreateMailboxAsync(id, Owner.Id, new Dictionary<SpecialFolder, string> { [SpecialFolder.Inbox] = "Posteingang" }, None);
        using var session = (await Engine.OpenAsync(id, Owner, None)).Value;
        session.Folders.Child(IpmSubtree, "POSTEINGANG")!.Special.ShouldBe(SpecialFolder.Inbox);
    }

    [Fact]
    public async Task CreatedFolderIsThereForEveryone()
    {
        var folder = (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("Projects") { Comment = "c", ContainerClass = "IPF.Task" }, None)).Value;
        folder.Id.Value.ShouldBeGreaterThanOrEqualTo(SpecialFolders.FirstDynamicId);
        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        var stored = session.Folders.Child(IpmSubtree, "projects").ShouldNotBeNull();
        stored.Id.ShouldBe(folder.Id);
        stored.Comment.ShouldBe("c");
        stored.ContainerClass.ShouldBe("IPF.Task");
        stored.UidValidity.ShouldBe(folder.UidValidity);
        stored.Cn.ShouldBe(folder.Cn);
        stored.Created.ShouldBe(folder.Created);
        stored.Permissions.ShouldBe(folder.Permissions);
        (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("PROJECTS"), None)).Error.ShouldBe(StoreError.AlreadyExists);
        (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("PROJECTS") { OpenExisting = true }, None)).Value.Id.ShouldBe(folder.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\u0001b")]
    public async Task BadNamesAreRefused(string name) =>
        (await Session.CreateFolderAsync(IpmSubtree, new NewFolder(name), None)).Error.ShouldBe(StoreError.InvalidName);

    [Fact]
    public async Task LimitsHold()
    {
        (await Session.CreateFolderAsync(IpmSubtree, new NewFolder(new string('x', 256)), None)).Error.ShouldBe(StoreError.InvalidName);
        (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("a" + (char)0xD800), None)).Error.ShouldBe(StoreError.InvalidName);
        Options.MaximumFolderDepth = 3;
        var one = (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("1"), None)).Value;
        var two = (await Session.CreateFolderAsync(one.Id, new NewFolder("2"), None)).Value;
        (await Session.CreateFolderAsync(two.Id, new NewFolder("3"), None)).Error.ShouldBe(StoreError.TooDeep);
        (await Session.CreateFolderAsync(new FolderId(77777), new NewFolder("3"), None)).Error.ShouldBe(StoreError.NotFound);
        (await Session.CreateFolderAsync(SpecialFolders.IdOf(SpecialFolder.ToDo), new NewFolder("3"), None)).Error.ShouldBe(StoreError.NotSupported);
        var other = (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("other"), None)).Value;
        (await Session.MoveFolderAsync(one.Id, other.Id, "1", None)).Error.ShouldBe(StoreError.TooDeep);
        Options.MaximumFolders = Session.Folders.Count;
        (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("more"), None)).Error.ShouldBe(StoreError.TooLarge);
    }

    [Fact]
    public async Task MoveAndRename()
    {
        var a = (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("a"), None)).Value;
        var b = (await Session.CreateFolderAsync(a.Id, new NewFolder("b"), None)).Value;
        (await Session.MoveFolderAsync(a.Id, b.Id, "a", None)).Error.ShouldBe(StoreError.InvalidArgument);
        (await Session.MoveFolderAsync(a.Id, a.Id, "a", None)).Error.ShouldBe(StoreError.InvalidArgument);
        (await Session.MoveFolderAsync(Inbox, a.Id, "x", None)).Error.ShouldBe(StoreError.SpecialFolder);
        (await Session.MoveFolderAsync(b.Id, IpmSubtree, "INBOX", None)).Error.ShouldBe(StoreError.AlreadyExists);
        var renamed = (await Session.MoveFolderAsync(a.Id, IpmSubtree, "A", None)).Value;
        renamed.Name.ShouldBe("A");
        renamed.UidValidity.ShouldBe(a.UidValidity);
        renamed.Cn.ShouldBeGreaterThan(a.Cn);
        (await Session.MoveFolderAsync(b.Id, Inbox, "b2", None)).Succeeded.ShouldBeTrue();
        Session.Folders.Child(Inbox, "b2")!.Id.ShouldBe(b.Id);
        Session.Folders.Children(a.Id).ShouldBeEmpty();
        var changes = (await Session.ReadChangesAsync(renamed.Sequence - 1, null, 10, None)).Value;
        changes.Select(c => c.Kind).ShouldBe([ChangeKind.FolderModified, ChangeKind.FolderMoved]);
        changes[1].OldFolder.ShouldBe(a.Id);
    }

    [Fact]
    public async Task UpdateKeepsPlaceAndCounters()
    {
        await AppendAsync("x");
        var updated = (await Session.UpdateFolderAsync(Inbox, f => f with { Comment = "hello", Properties = [1, 2, 3], Hidden = true, Counters = new FolderCounters() }, None)).Value;
        updated.Counters.Count.ShouldBe(1);
        (await Session.UpdateFolderAsync(Inbox, f => f with { Name = "no" }, None)).Error.ShouldBe(StoreError.InvalidArgument);
        var before = Session.Sequence;
        (await Session.UpdateFolderAsync(Inbox, f => f, None)).Succeeded.ShouldBeTrue();
        Session.Sequence.ShouldBe(before);
        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        var stored = session.Folders.Special(SpecialFolder.Inbox)!;
        stored.Comment.ShouldBe("hello");
        stored.Properties.ShouldBe([1, 2, 3]);
        stored.Hidden.ShouldBeTrue();
        await CheckCountersAsync();
    }

    [Fact]
    public async Task DeleteTakesMessagesAndFoldersBelow()
    {
        var a = (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("a"), None)).Value;
        var b = (await Session.CreateFolderAsync(a.Id, new NewFolder("b"), None)).Value;
        var message = await AppendAsync("x", b.Id);
        (await Session.DeleteFolderAsync(Inbox, true, None)).Error.ShouldBe(StoreError.SpecialFolder);
        (await Session.DeleteFolderAsync(a.Id, false, None)).Error.ShouldBe(StoreError.HasChildren);
        (await Session.DeleteFolderAsync(a.Id, true, None)).Succeeded.ShouldBeTrue();
        Session.Folders.TryGet(b.Id, out _).ShouldBeFalse();
        (await Session.DeleteFolderAsync(a.Id, true, None)).Error.ShouldBe(StoreError.NotFound);
        Session.Quota.Used.ShouldBe(0);
        var changes = (await Session.ReadChangesAsync(message.Sequence, null, 10, None)).Value;
        changes.Select(c => c.Kind).ShouldBe([ChangeKind.MessageDeleted, ChangeKind.FolderDeleted, ChangeKind.FolderDeleted]);
        var again = (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("a"), None)).Value;
        again.UidValidity.ShouldBeGreaterThan(a.UidValidity);
        again.UidValidity.ShouldBeGreaterThan(b.UidValidity);
        again.Id.ShouldNotBe(a.Id);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task NamedPropertiesAreForEver()
    {
        var set = Guid.NewGuid();
        PropertyName[] names = [new(set, "Keywords"), new(set, 0x8102), new(set, "keywords")];
        (await Session.GetPropertyIdsAsync(names, false, None)).Value.ShouldBe([(ushort)0, (ushort)0, (ushort)0]);
        var ids = (await Session.GetPropertyIdsAsync(names, true, None)).Value;
        ids.ShouldAllBe(i => i >= 0x8000);
        ids.Distinct().Count().ShouldBe(3);
        Session.GetPropertyName(ids[1]).ShouldBe(names[1]);
        Session.GetPropertyName(0xFFF0).ShouldBeNull();
        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        (await session.GetPropertyIdsAsync(names, false, None)).Value.ShouldBe(ids);
        Options.MaximumNamedProperties = 3;
        (await Session.GetPropertyIdsAsync([new(set, "more")], true, None)).Value.ShouldBe([(ushort)0]);
    }

    [Fact]
    public async Task ReservedIdsCanBeUsedOnce()
    {
        var first = (await Session.ReserveIdsAsync(100, None)).Value;
        var second = (await Session.ReserveIdsAsync(1, None)).Value;
        second.ShouldBe(first + 100);
        var folder = (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("mine") { Id = new FolderId(first + 5), SourceKey = [1], ChangeKey = [2], PredecessorChangeList = [3] }, None)).Value;
        folder.Id.Value.ShouldBe(first + 5);
        (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("other") { Id = new FolderId(first + 5) }, None)).Error.ShouldBe(StoreError.AlreadyExists);
        (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("other") { Id = new FolderId(1_000_000_000) }, None)).Error.ShouldBe(StoreError.InvalidArgument);
        var message = await PrepareAsync("x");
        var options = AppendOptions.Default with { Mid = first + 6 };
        var appended = (await Session.AppendAsync(folder.Id, message, options, None)).Value;
        (await Session.FindByMidAsync(first + 6, None)).Value.Id.ShouldBe(appended.Id);
        (await Session.AppendAsync(folder.Id, message, options, None)).Error.ShouldBe(StoreError.AlreadyExists);
    }
}
