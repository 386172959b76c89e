using System.Collections.Concurrent;

namespace Rialto.Store.Conformance;

/// <summary>Many at once on one mailbox: counters exact, sequences strictly increasing, changes published in order.</summary>
public abstract class ConcurrencyContract : StoreContract
{
    [Fact]
    public async Task ParallelWorkKeepsEverythingExact()
    {
        var published = new List<Change>();
        using var subscription = Session.Subscribe(changes => published.AddRange(changes));
        var message = await PrepareAsync("x");
        using var view = (await Session.OpenViewAsync(Inbox, None)).Value;
        var appended = new ConcurrentBag<AppendedMessage>();
        await Parallel.ForAsync(0, 16, async (worker, cancel) =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 25; i++)
            {
                var one = (await Session.AppendAsync(Inbox, message, AppendOptions.Default, cancel)).Value;
                appended.Add(one);
                switch (random.Next(4))
                {
                    case 0:
                        (await Session.ChangeFlagsAsync(Inbox, [one.Id], Set(Store.MessageState.Read), cancel)).Value.Changed.Count.ShouldBe(1);
                        break;
                    case 1:
                        (await Session.MoveAsync(Inbox, [one.Id], Sent, cancel)).Value.Count.ShouldBe(1);
                        break;
                    case 2:
                        (await Session.DeleteAsync(Inbox, [one.Id], cancel)).Value.Count.ShouldBe(1);
                        break;
                }
                // What was acknowledged is in the view, for whoever looks now.
                view.Current.UidNext.ShouldBeGreaterThan(one.Uid);
            }
        });
        appended.Select(a => a.Uid).Distinct().Count().ShouldBe(400);
        appended.Select(a => a.Id).Distinct().Count().ShouldBe(400);
        for (var i = 1; i < published.Count; i++)
            published[i].Sequence.ShouldBeGreaterThan(published[i - 1].Sequence);
        published.Count(c => c.Kind == ChangeKind.MessageCreated).ShouldBe(400);
        var log = (await Session.ReadChangesAsync(published[0].Sequence - 1, null, 10_000, None)).Value;
        log.Select(c => c.Sequence).ShouldBe(published.Select(c => c.Sequence));
        Session.Sequence.ShouldBe(published[^1].Sequence);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task SnapshotsStayWhatTheyWere()
    {
        var message = await PrepareAsync("x");
        await Session.AppendManyAsync(Inbox, [.. Enumerable.Repeat((message, AppendOptions.Default), 600)], None);
        using var view = (await Session.OpenViewAsync(Inbox, None)).Value;
        var snapshot = view.Current;
        var before = Enumerable.Range(0, snapshot.Count).Select(i => (snapshot[i].Uid, snapshot[i].State, snapshot[i].Sequence)).ToList();
        await Session.ChangeFlagsAsync(Inbox, [.. Enumerable.Range(0, 600).Select(i => snapshot[i].Id)], Set(Store.MessageState.Read), None);
        await Session.DeleteAsync(Inbox, [.. Enumerable.Range(100, 300).Select(i => snapshot[i].Id)], None);
        for (var i = 0; i < 50; i++)
            await Session.AppendAsync(Inbox, message, AppendOptions.Default, None);
        Enumerable.Range(0, snapshot.Count).Select(i => (snapshot[i].Uid, snapshot[i].State, snapshot[i].Sequence)).ShouldBe(before);
        view.Current.Count.ShouldBe(350);
        snapshot.DifferenceTo(view.Current).Removed.Count.ShouldBe(300);
    }

    [Fact]
    public async Task ViewOpenedWhileOthersWriteIsComplete()
    {
        var message = await PrepareAsync("x");
        await Session.AppendManyAsync(Inbox, [.. Enumerable.Repeat((message, AppendOptions.Default), 500)], None);
        var stop = false;
        var writer = Task.Run(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                var one = (await Session.AppendAsync(Inbox, message, AppendOptions.Default, None)).Value;
                await Session.ChangeFlagsAsync(Inbox, [one.Id], Set(Store.MessageState.Read), None);
                await Session.DeleteAsync(Inbox, [one.Id], None);
                await Session.AppendAsync(Inbox, message, AppendOptions.Default, None);
            }
        });
        for (var i = 0; i < 10; i++)
        {
            await using var engine = AnotherEngine();
            using var view = (await Session.OpenViewAsync(Inbox, None)).Value;
            using var table = (await Session.OpenTableAsync(Inbox, false, null, null, None)).Value;
            await table.CurrentAsync(None);
        }
        stop = true;
        await writer;
        using var last = (await Session.OpenViewAsync(Inbox, None)).Value;
        using var rows = (await Session.OpenTableAsync(Inbox, false, null, null, None)).Value;
        last.Current.Count.ShouldBe(Folder(Inbox).Counters.Count);
        (await rows.CurrentAsync(None)).Count.ShouldBe(Folder(Inbox).Counters.Count);
        last.Current.UnreadCount.ShouldBe(Folder(Inbox).Counters.Unread);
    }
}
