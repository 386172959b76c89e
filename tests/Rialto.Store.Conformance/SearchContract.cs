using Rialto.Model;
using Rialto.Store.Searching;
using Rialto.Testing;

namespace Rialto.Store.Conformance;

/// <summary>Search folders, soft deletion, receive folders and replica ids: what must survive a restart.</summary>
public abstract class SearchContract : StoreContract
{
    private static readonly FolderId s_finder = SpecialFolders.IdOf(SpecialFolder.Finder);

    private static readonly SearchCriteria s_urgent = new(
        new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "urgent")), [Inbox]);

    [Fact]
    public async Task ASearchFolderIsFilledAndCounted()
    {
        await AppendAsync("urgent 1");
        await AppendAsync("other");
        await AppendAsync("Urgent 2", state: MessageState.Read);
        var search = await SearchAsync(s_urgent);
        (await SubjectsAsync(Session, search)).ShouldBe(["urgent 1", "Urgent 2"]);
        Folder(search).Counters.ShouldSatisfyAllConditions(c => c.Count.ShouldBe(2), c => c.Unread.ShouldBe(1));
        await CheckCountersAsync();
    }

    [Fact]
    public async Task LinksComeAndGoWithEveryKindOfChange()
    {
        var search = await SearchAsync(s_urgent with { Restriction = new AndRestriction([s_urgent.Restriction!, new BitmaskRestriction(false, PropertyTags.MessageFlags, 1)]) });
        var message = await AppendAsync("urgent");
        await UntilAsync(search, "urgent");
        await Session.ChangeFlagsAsync(Inbox, [message.Id], Set(MessageState.Read), None);
        await UntilAsync(search);
        await Session.ChangeFlagsAsync(Inbox, [message.Id], Clear(MessageState.Read), None);
        await UntilAsync(search, "urgent");
        await Session.MoveAsync(Inbox, [message.Id], Sent, None);
        await UntilAsync(search);
        await Session.MoveAsync(Sent, [message.Id], Inbox, None);
        await UntilAsync(search, "urgent");
        await Session.SoftDeleteAsync(Inbox, [message.Id], None);
        await UntilAsync(search);
        await Session.DeleteAsync(Inbox, [message.Id], None);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task LinksSurviveARestartAndTakeInWhatChangedMeanwhile()
    {
        await AppendAsync("urgent before");
        var search = await SearchAsync(s_urgent);
        var gone = await AppendAsync("urgent and gone");
        await UntilAsync(search, "urgent before", "urgent and gone");
        await AppendAsync("urgent after");
        await Session.DeleteAsync(Inbox, [gone.Id], None);
        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        session.Searches.CriteriaOf(search)!.Restriction.ShouldBe(s_urgent.Restriction);
        await session.Searches.StartAsync(search);
        (await SubjectsAsync(session, search)).ShouldBe(["urgent before", "urgent after"]);
    }

    [Fact]
    public async Task AStaticSearchKeepsWhatItFound()
    {
        await AppendAsync("urgent before");
        var search = await SearchAsync(s_urgent with { IsStatic = true });
        await AppendAsync("urgent after");
        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        await session.Searches.StartAsync(search);
        (await SubjectsAsync(session, search)).ShouldBe(["urgent before"]);
    }

    [Fact]
    public async Task AnOpenTableEndsAsAFreshOne()
    {
        var search = await SearchAsync(s_urgent);
        var sort = new SortOrderSet([new SortKey(PropertyTags.Subject, Model.SortDirection.Ascending)]);
        using var table = (await Session.OpenTableAsync(search, false, sort, null, None)).Value;
        (await table.CurrentAsync(None)).Count.ShouldBe(0);
        var random = new Random(4711);
        var there = new List<MessageId>();
        for (var i = 0; i < 200; i++)
        {
            switch (random.Next(4))
            {
                case 0 when there.Count > 0:
                    var one = there[random.Next(there.Count)];
                    there.Remove(one);
                    await Session.DeleteAsync(Inbox, [one], None);
                    break;
                case 1 when there.Count > 0:
                    await Session.ChangeFlagsAsync(Inbox, [there[random.Next(there.Count)]], Set(MessageState.Flagged), None);
                    break;
                default:
                    there.Add((await AppendAsync($"urgent {random.Next(50)} {i}")).Id);
                    break;
            }
        }
        await Eventually.HoldsAsync(() => Folder(search).Counters.Count == there.Count);
        await using var other = AnotherEngine();
        using var session = (await other.OpenAsync(MailboxId, Owner, None)).Value;
        await session.Searches.StartAsync(search);
        using var fresh = (await session.OpenTableAsync(search, false, sort, null, None)).Value;
        var expected = await fresh.CurrentAsync(None);
        expected.Count.ShouldBe(there.Count);
        var wanted = Enumerable.Range(0, expected.Count).Select(i => expected[i]).ToList();
        // The number may be right while one has still to go and another to come: the search follows behind.
        var live = await table.CurrentAsync(None);
        await Eventually.HoldsAsync(async () =>
        {
            live = await table.CurrentAsync(None);
            return Enumerable.Range(0, live.Count).Select(n => live[n]).SequenceEqual(wanted);
        });
        Enumerable.Range(0, live.Count).Select(i => live[i]).ShouldBe(wanted);
    }

    [Fact]
    public async Task ADeletedSearchFolderLeavesNothingBehind()
    {
        var search = await SearchAsync(s_urgent);
        await AppendAsync("urgent");
        await UntilAsync(search, "urgent");
        (await Session.DeleteFolderAsync(search, false, None)).Succeeded.ShouldBeTrue();
        (await Session.ReadClientStatesAsync("search", search.ToString(), None)).ShouldBeEmpty();
        Folder(Inbox).Counters.Count.ShouldBe(1);
    }

    [Fact]
    public async Task SoftDeletedMessagesAreKeptAside()
    {
        var message = await AppendAsync("to be deleted");
        var before = Folder(Inbox).Counters;
        (await Session.SoftDeleteAsync(Inbox, [message.Id, message.Id], None)).Value.ShouldBe([message.Id]);
        (await Session.SoftDeleteAsync(Inbox, [message.Id], None)).Value.ShouldBeEmpty();
        Folder(Inbox).Counters.ShouldSatisfyAllConditions(c => c.Count.ShouldBe(0), c => c.Unread.ShouldBe(0), c => c.Size.ShouldBe(before.Size));
        using var view = (await Session.OpenViewAsync(Inbox, None)).Value;
        view.Current.Count.ShouldBe(0);
        using var deleted = (await Session.OpenDeletedTableAsync(Inbox, false, null, null, None)).Value;
        (await deleted.CurrentAsync(None)).Count.ShouldBe(1);
        await CheckCountersAsync();
        var moved = (await Session.MoveAsync(Inbox, [message.Id], Sent, None)).Value.Single();
        moved.Id.ShouldBe(message.Id);
        (await deleted.CurrentAsync(None)).Count.ShouldBe(0);
        Folder(Sent).Counters.Count.ShouldBe(1);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task ADeletedFolderLeavesItsMessagesInRecoverableItems()
    {
        var folder = (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("gone"), None)).Value;
        var below = (await Session.CreateFolderAsync(folder.Id, new NewFolder("below"), None)).Value;
        await AppendAsync("a", folder.Id);
        await AppendAsync("b", below.Id);
        (await Session.DeleteFolderAsync(folder.Id, true, None, keepContents: true)).Succeeded.ShouldBeTrue();
        Folder(SpecialFolders.IdOf(SpecialFolder.RecoverableItemsDeletions)).Counters.Count.ShouldBe(2);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task MailArrivesInTheReceiveFolderOfItsClass()
    {
        (await Session.SetReceiveFolderAsync("IPM.Note", Sent, None)).ShouldBe(StoreError.None);
        var message = await PrepareAsync("mail");
        var target = new DeliveryTarget(MailboxId, Inbox, MessageState.None, FileTime.From(DateTimeOffset.UnixEpoch), Guid.NewGuid(), false);
        (await Engine.DeliverAsync(message, [target], None)).Single().Succeeded.ShouldBeTrue();
        Folder(Sent).Counters.Count.ShouldBe(1);
        Folder(Inbox).Counters.Count.ShouldBe(0);
        // Where a rule or the junk filter has spoken, the class has no say.
        var junk = target with { Folder = SpecialFolders.IdOf(SpecialFolder.JunkEmail), QueueId = Guid.NewGuid() };
        (await Engine.DeliverAsync(message, [junk], None)).Single().Succeeded.ShouldBeTrue();
        Folder(SpecialFolders.IdOf(SpecialFolder.JunkEmail)).Counters.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ReceiveFoldersAndReplicasSurvive()
    {
        var replica = Guid.NewGuid();
        (await Session.SetReceiveFolderAsync("IPM.Mine", Sent, None)).ShouldBe(StoreError.None);
        var id = (await Session.MapReplicaAsync(replica, None)).Value;
        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        session.ReceiveFolders.Find("ipm.mine.too").Folder.ShouldBe(Sent);
        session.ReceiveFolders.Find("IPM.Miner").Folder.ShouldBe(Inbox);
        session.ReplicaOf(id).ShouldBe(replica);
        (await session.MapReplicaAsync(replica, None)).Value.ShouldBe(id);
        using var other = await OpenAsync(Principal.System);
        (await other.SetReceiveFolderAsync("x", new FolderId(0x7FFF_FFFF), None)).ShouldBe(StoreError.NotFound);
    }

    private async Task<FolderId> SearchAsync(SearchCriteria criteria)
    {
        var folder = (await Session.CreateFolderAsync(s_finder, new NewFolder("search") { Type = FolderType.Search }, None)).Value;
        (await Session.Searches.SetAsync(folder.Id, criteria, None)).ShouldBe(StoreError.None);
        await Session.Searches.StartAsync(folder.Id);
        return folder.Id;
    }

    private static async Task<string[]> SubjectsAsync(MailboxSession session, FolderId search)
    {
        using var table = (await session.OpenTableAsync(search, false, null, null, None)).Value;
        var rows = await table.CurrentAsync(None);
        var ids = new MessageId[rows.Count];
        rows.CopyTo(0, ids);
        return [.. (await session.ReadRowsAsync(search, ids, None)).Value.Select(r => r!.Subject)];
    }

    /// <summary>Searches follow commits in the background.</summary>
    private async Task UntilAsync(FolderId search, params string[] subjects)
    {
        if (await Eventually.HoldsAsync(async () => Folder(search).Counters.Count == subjects.Length && (await SubjectsAsync(Session, search)).SequenceEqual(subjects)))
            return;
        (await SubjectsAsync(Session, search)).ShouldBe(subjects);
        Folder(search).Counters.Count.ShouldBe(subjects.Length);
    }
}
