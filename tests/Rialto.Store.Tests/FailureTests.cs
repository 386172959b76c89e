using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;

namespace Rialto.Store.Tests;

/// <summary>Storage that refuses, lags behind or is written by others.</summary>
public sealed class FailureTests : StoreContract
{
    private readonly MemoryBackend _backend = new() { IsShared = true };

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(_backend);

    [Fact]
    public async Task FailedApplyLeavesNothingBehind()
    {
        var one = await AppendAsync("one");
        using var view = (await Session.OpenViewAsync(Inbox, None)).Value;
        using var table = (await Session.OpenTableAsync(Inbox, false, null, null, None)).Value;
        await table.CurrentAsync(None);
        var snapshot = view.Current;
        var sequence = Session.Sequence;
        var counters = Folder(Inbox).Counters;

        _backend.BeforeApply = _ => throw new StorageUnavailableException("full");
        var message = await PrepareAsync("x");
        (await Session.AppendAsync(Inbox, message, AppendOptions.Default, None)).Error.ShouldBe(StoreError.StorageUnavailable);
        (await Session.ChangeFlagsAsync(Inbox, [one.Id], Set(MessageState.Read), None)).Error.ShouldBe(StoreError.StorageUnavailable);
        (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("f"), None)).Error.ShouldBe(StoreError.StorageUnavailable);
        _backend.BeforeApply = _ => throw new InvalidOperationException("bug");
        await Should.ThrowAsync<InvalidOperationException>(async () => await Session.DeleteAsync(Inbox, [one.Id], None));

        Session.Sequence.ShouldBe(sequence);
        Folder(Inbox).Counters.ShouldBe(counters);
        view.Current.ShouldBeSameAs(snapshot);
        (await table.CurrentAsync(None)).Count.ShouldBe(1);
        _backend.BeforeApply = null;
        (await AppendAsync("two")).Uid.ShouldBe(2u);
        view.Current.Count.ShouldBe(2);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task NothingIsSeenOrAcknowledgedBeforeItIsDurable()
    {
        using var view = (await Session.OpenViewAsync(Inbox, None)).Value;
        var seen = new List<Change>();
        using var subscription = Session.Subscribe(seen.AddRange);
        var gates = new List<TaskCompletionSource>();
        _backend.Durability = _ =>
        {
            var gate = new TaskCompletionSource();
            lock (gates)
                gates.Add(gate);
            return gate.Task;
        };
        var message = await PrepareAsync("x");
        var first = Session.AppendAsync(Inbox, message, AppendOptions.Default, None).AsTask();
        await WaitForAsync(1);
        // The second batch is applied while the first one syncs.
        var second = Session.AppendAsync(Sent, message, AppendOptions.Default, None).AsTask();
        await WaitForAsync(2);
        first.IsCompleted.ShouldBeFalse();
        view.Current.Count.ShouldBe(0);
        Folder(Inbox).Counters.Count.ShouldBe(0);
        gates[1].SetResult();
        await Task.Delay(50);
        second.IsCompleted.ShouldBeFalse();
        seen.ShouldBeEmpty();
        gates[0].SetResult();
        var appended = (await first).Value;
        view.Current.Count.ShouldBe(1);
        var after = (await second).Value;
        seen.Select(c => c.Sequence).ShouldBe([appended.Sequence, after.Sequence]);

        async Task WaitForAsync(int count)
        {
            while (true)
            {
                lock (gates)
                {
                    if (gates.Count >= count)
                        return;
                }
                await Task.Delay(5);
            }
        }
    }

    [Fact]
    public async Task FailedSyncIsNotAcknowledged()
    {
        _backend.Durability = _ => Task.FromException(new IOException("sync"));
        var message = await PrepareAsync("x");
        (await Session.AppendAsync(Inbox, message, AppendOptions.Default, None)).Error.ShouldBe(StoreError.StorageUnavailable);
        _backend.Durability = null;
        (await AppendAsync("y")).Uid.ShouldBe(2u);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task AnotherServersWritesAreTakenIn()
    {
        var one = await AppendAsync("one");
        using var view = (await Session.OpenViewAsync(Inbox, None)).Value;
        using var table = (await Session.OpenTableAsync(Inbox, false, null, null, None)).Value;
        await table.CurrentAsync(None);
        await using var second = AnotherEngine();
        using (var other = (await second.OpenAsync(MailboxId, Owner, None)).Value)
        {
            await other.AppendAsync(Inbox, await PrepareAsync("two"), AppendOptions.Default, None);
            await other.ChangeFlagsAsync(Inbox, [one.Id], Set(MessageState.Flagged), None);
            var gone = (await other.AppendAsync(Inbox, await PrepareAsync("gone"), AppendOptions.Default, None)).Value;
            await other.MoveAsync(Inbox, [gone.Id], Sent, None);
            await other.CreateFolderAsync(IpmSubtree, new NewFolder("theirs"), None);
        }
        // Without asking: the next write finds its state stale, catches up and goes through.
        var three = await AppendAsync("three");
        three.Uid.ShouldBe(4u);
        view.Current.Count.ShouldBe(3);
        view.Current[0].State.ShouldBe(MessageState.Flagged);
        (await table.CurrentAsync(None)).Count.ShouldBe(3);
        Session.Folders.Child(IpmSubtree, "theirs").ShouldNotBeNull();

        using (var other = (await second.OpenAsync(MailboxId, Owner, None)).Value)
        {
            await other.RefreshAsync(None);
            await other.DeleteAsync(Inbox, [one.Id], None);
        }
        var seen = new List<Change>();
        using var subscription = Session.Subscribe(seen.AddRange);
        await Session.RefreshAsync(None);
        view.Current.Count.ShouldBe(2);
        seen.Single().Kind.ShouldBe(ChangeKind.MessageDeleted);
        await CheckCountersAsync();
    }

    /// <summary>Between one server's look and its write another writes the first value: that one is both's.</summary>
    [Fact]
    public async Task StateThatAnotherServerAddsMeanwhileIsFound()
    {
        var key = new ClientStateKey("imap", "keys", "one");
        await using var second = AnotherEngine();
        using var other = (await second.OpenAsync(MailboxId, Owner, None)).Value;
        using var looked = new SemaphoreSlim(0);
        using var written = new SemaphoreSlim(0);
        _backend.BeforeApply = _ =>
        {
            _backend.BeforeApply = null;
            looked.Release();
            written.Wait(TimeSpan.FromMinutes(1));
        };
        var late = Task.Run(() => Session.AddClientStateAsync(key, new byte[] { 1 }, None).AsTask());
        await looked.WaitAsync();
        (await other.AddClientStateAsync(key, new byte[] { 2 }, None)).Value.ToArray().ShouldBe([2]);
        written.Release();

        (await late).Value.ToArray().ShouldBe([2]);
        (await other.ReadClientStateAsync(key, None))!.Value.ToArray().ShouldBe([2]);
    }

    [Fact]
    public async Task TwoServersAtOnceLoseNothing()
    {
        await using var second = AnotherEngine();
        using var other = (await second.OpenAsync(MailboxId, Owner, None)).Value;
        var message = await PrepareAsync("x");
        await Parallel.ForAsync(0, 60, async (i, cancel) =>
            (await (i % 2 == 0 ? Session : other).AppendAsync(Inbox, message, AppendOptions.Default, cancel)).Succeeded.ShouldBeTrue());
        await Session.RefreshAsync(None);
        Folder(Inbox).Counters.Count.ShouldBe(60);
        await CheckCountersAsync();
    }
}
