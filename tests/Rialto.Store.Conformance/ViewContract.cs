using Rialto.Store.Views;

namespace Rialto.Store.Conformance;

/// <summary>Folder views: order, snapshots, differences.</summary>
public abstract class ViewContract : StoreContract
{
    [Fact]
    public async Task ViewFollowsTheFolder()
    {
        var one = await AppendAsync("one");
        using var view = (await Session.OpenViewAsync(Inbox, None)).Value;
        view.Current.Count.ShouldBe(1);
        view.Current.UidNext.ShouldBe(2u);
        var called = 0;
        using var subscription = view.Subscribe(() => called++);
        var two = await AppendAsync("two", state: Store.MessageState.Read);
        await AppendAsync("hidden", state: Store.MessageState.Associated);
        called.ShouldBe(2);
        var before = view.Current;
        before.Count.ShouldBe(2);
        before[1].Id.ShouldBe(two.Id);
        before.UidValidity.ShouldBe(Folder(Inbox).UidValidity);
        before.UnreadCount.ShouldBe(1);
        before.FirstUnread.ShouldBe(0);
        before.PositionOfUid(two.Uid).ShouldBe(1);
        before.PositionOfUid(99).ShouldBe(~2);
        await Session.ChangeFlagsAsync(Inbox, [one.Id], new FlagChange(Store.MessageState.Read, 0, ["$K"], [], false), None);
        view.Current.HighestSequence.ShouldBe(Folder(Inbox).Counters.HighestSequence);
        view.Current.FirstUnread.ShouldBe(-1);
        view.Current.KeywordsOf(view.Current[0]).ShouldBe(["$K"]);
        before.KeywordsOf(before[0]).ShouldBeEmpty();
        await Session.DeleteAsync(Inbox, [two.Id], None);
        await AppendAsync("three");
        var difference = before.DifferenceTo(view.Current);
        difference.Removed.ShouldBe([1]);
        difference.Changed.ShouldBe([0]);
        difference.Added.ShouldBe(1);
        view.Current.UidNext.ShouldBe(Folder(Inbox).Counters.UidNext);
    }

    /// <summary>Random work: the view kept by deltas must be the view loaded afresh, and differences must lead from any snapshot to the next.</summary>
    [Fact]
    public async Task IncrementalViewEqualsAFreshOne()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var inbox = (await Session.OpenViewAsync(Inbox, None)).Value;
        using var sent = (await Session.OpenViewAsync(Sent, None)).Value;
        var message = await PrepareAsync("x");
        var previous = inbox.Current;
        for (var step = 0; step < 120; step++)
        {
            var snapshot = inbox.Current;
            var some = Enumerable.Range(0, random.Next(1, 12)).Where(_ => snapshot.Count > 0).Select(_ => snapshot[random.Next(snapshot.Count)].Id).Distinct().ToList();
            switch (random.Next(5))
            {
                case 0 or 1:
                    var state = random.Next(4) == 0 ? Store.MessageState.Associated : random.Next(2) == 0 ? Store.MessageState.Read : 0;
                    await Session.AppendManyAsync(Inbox, [.. Enumerable.Range(0, random.Next(1, 400)).Select(_ => (message, new AppendOptions(state, [], null)))], None);
                    break;
                case 2:
                    await Session.ChangeFlagsAsync(Inbox, some, new FlagChange((Store.MessageState)random.Next(2), (Store.MessageState)random.Next(2), random.Next(2) == 0 ? ["$A"] : [], [], false), None);
                    break;
                case 3:
                    await Session.MoveAsync(Inbox, some, Sent, None);
                    break;
                default:
                    await Session.DeleteAsync(Inbox, some, None);
                    break;
            }
            var now = inbox.Current;
            Replay(previous, now).ShouldBe(Uids(now), $"seed {seed}, step {step}");
            previous = now;
        }
        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        foreach (var view in new[] { inbox, sent })
        {
            using var loaded = (await session.OpenViewAsync(view.Folder, None)).Value;
            Describe(view.Current).ShouldBe(Describe(loaded.Current), $"seed {seed}");
            view.Current.UnreadCount.ShouldBe(loaded.Current.UnreadCount);
            view.Current.UidNext.ShouldBe(loaded.Current.UidNext);
            view.Current.HighestSequence.ShouldBe(loaded.Current.HighestSequence);
        }
        await CheckCountersAsync();
    }

    private static List<uint> Uids(FolderSnapshot snapshot) => [.. Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i].Uid)];

    private static List<string> Describe(FolderSnapshot snapshot) =>
        [.. Enumerable.Range(0, snapshot.Count).Select(i => snapshot[i]).Select(e =>
            $"{e.Uid} {e.Id} {e.Mid} {e.Sequence} {e.Cn} {e.ReadCn} {e.State} {e.MimeSize} {e.ReceivedTicks} {string.Join(',', snapshot.KeywordsOf(e))}")];

    /// <summary>What a client makes of a difference: removes, then adds; changed positions must be the only ones with a newer sequence.</summary>
    private static List<uint> Replay(FolderSnapshot old, FolderSnapshot now)
    {
        var difference = old.DifferenceTo(now);
        var uids = Uids(old);
        foreach (var position in difference.Removed.Reverse())
            uids.RemoveAt(position);
        for (var i = 0; i < uids.Count; i++)
        {
            var changed = old[old.PositionOfUid(uids[i])].Sequence != now[i].Sequence;
            difference.Changed.Contains(i).ShouldBe(changed);
        }
        uids.AddRange(Enumerable.Range(now.Count - difference.Added, difference.Added).Select(i => now[i].Uid));
        return uids;
    }
}
