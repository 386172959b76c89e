using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;
using Rialto.Store.Views;
using Rialto.Testing;

namespace Rialto.Store.Postgres.Tests;

/// <summary>Two engines, each with its own connections, on one database and one mailbox.</summary>
[Collection(PostgresCollection.Name)]
public sealed class TwoServersTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly FolderId Inbox = SpecialFolders.IdOf(SpecialFolder.Inbox);
    private readonly Guid _mailbox = Guid.NewGuid();
    private readonly Principal _owner = new(Guid.NewGuid(), "owner@example.com", [], PrincipalKind.Account);
    private PostgresStorage _one = null!, _two = null!;
    private StoreEngine _engineOne = null!, _engineTwo = null!;
    private MailboxSession _sessionOne = null!, _sessionTwo = null!;

    public async Task InitializeAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        _one = await PostgresFixture.OpenAsync(database);
        _two = await PostgresFixture.OpenAsync(database);
        _engineOne = new StoreEngine(_one.Store, new PlainConverter(), new StoreOptions(), TimeProvider.System);
        _engineTwo = new StoreEngine(_two.Store, new PlainConverter(), new StoreOptions(), TimeProvider.System);
        await _engineOne.CreateMailboxAsync(_mailbox, _owner.Id, null, None);
        _sessionOne = (await _engineOne.OpenAsync(_mailbox, _owner, None)).Value;
        _sessionTwo = (await _engineTwo.OpenAsync(_mailbox, _owner, None)).Value;
    }

    public async Task DisposeAsync()
    {
        _sessionOne.Dispose();
        _sessionTwo.Dispose();
        await _engineOne.DisposeAsync();
        await _engineTwo.DisposeAsync();
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    private static ValueTask<PreparedMessage> PrepareAsync(StoreEngine engine) =>
        engine.PrepareMimeAsync(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes("Subject: x\r\nFrom: a@example.com\r\n\r\ntext")), None);

    [Fact]
    public async Task WhatSomebodyReadsOnOneServerIsReadForHimOnTheOther()
    {
        var store = Guid.NewGuid();
        await _engineOne.CreatePublicStoreAsync(store, null, None);
        using var system = (await _engineOne.OpenAsync(store, Principal.System, None)).Value;
        var folder = (await system.CreateFolderAsync(SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree), new NewFolder("Board"), None)).Value.Id;
        var posts = new List<MessageId>();
        for (var i = 0; i < 3; i++)
            posts.Add((await system.AppendAsync(folder, await PrepareAsync(_engineOne), AppendOptions.Default, None)).Value.Id);
        using var one = (await _engineOne.OpenAsync(store, _owner, None)).Value;
        using var two = (await _engineTwo.OpenAsync(store, _owner, None)).Value;
        using var stranger = (await _engineTwo.OpenAsync(store, new Principal(Guid.NewGuid(), "other@example.com", [], PrincipalKind.Account), None)).Value;
        var unread = new BitmaskRestriction(true, PropertyTags.MessageFlags, 1);
        using var mine = (await two.OpenTableAsync(folder, false, null, unread, None)).Value;
        using var theirs = (await stranger.OpenTableAsync(folder, false, null, unread, None)).Value;
        (await mine.CurrentAsync(None)).Count.ShouldBe(0);
        (await theirs.CurrentAsync(None)).Count.ShouldBe(0);

        (await one.ChangeFlagsAsync(folder, [posts[0], posts[2]], new FlagChange(MessageState.Read, 0, [], [], false), None)).Succeeded.ShouldBeTrue();
        await two.RefreshAsync(None);
        (await mine.CurrentAsync(None)).Count.ShouldBe(2);
        (await theirs.CurrentAsync(None)).Count.ShouldBe(0, "what others have read is theirs");
        (await two.ReadRowsAsync(folder, posts.ToArray(), None)).Value.Select(r => (r!.State & MessageState.Read) != 0).ShouldBe([true, false, true]);

        (await one.ChangeFlagsAsync(folder, [posts[0]], new FlagChange(0, MessageState.Read, [], [], false), None)).Succeeded.ShouldBeTrue();
        await two.RefreshAsync(None);
        (await mine.CurrentAsync(None)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task BothWriteAtOnceAndStayExact()
    {
        using var viewOne = (await _sessionOne.OpenViewAsync(Inbox, None)).Value;
        using var viewTwo = (await _sessionTwo.OpenViewAsync(Inbox, None)).Value;
        var appended = new ConcurrentBag<AppendedMessage>();
        var kept = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
            worker % 2 == 0 ? WorkAsync(_engineOne, _sessionOne, worker) : WorkAsync(_engineTwo, _sessionTwo, worker))));
        appended.Count.ShouldBe(120);
        appended.Select(a => a.Uid).Distinct().Count().ShouldBe(120);
        appended.Select(a => a.Id).Distinct().Count().ShouldBe(120);
        appended.Select(a => a.Sequence).Distinct().Count().ShouldBe(120);
        // Search folders follow with changes of their own, on either server, until nothing is left to follow.
        var (sequenceOne, sequenceTwo) = (0L, 1L);
        await Eventually.HoldsAsync(async () =>
        {
            await _sessionOne.RefreshAsync(None);
            await _sessionTwo.RefreshAsync(None);
            (sequenceOne, sequenceTwo) = (_sessionOne.Sequence, _sessionTwo.Sequence);
            return sequenceOne == sequenceTwo;
        });
        sequenceOne.ShouldBe(sequenceTwo);
        Rows(viewOne).ShouldBe(Rows(viewTwo));
        viewOne.Current.Count.ShouldBe(kept);
        _sessionOne.Folders.TryGet(Inbox, out var inboxOne).ShouldBeTrue();
        _sessionTwo.Folders.TryGet(Inbox, out var inboxTwo).ShouldBeTrue();
        inboxOne!.Counters.ShouldBe(inboxTwo!.Counters);
        inboxOne.Counters.Count.ShouldBe(kept);
        inboxOne.Counters.UidNext.ShouldBe(121u);
        (await ProblemsAsync()).ShouldBeEmpty();

        async Task WorkAsync(StoreEngine engine, MailboxSession session, int seed)
        {
            var message = await PrepareAsync(engine);
            var random = new Random(seed);
            for (var i = 0; i < 15; i++)
            {
                var one = (await session.AppendAsync(Inbox, message, AppendOptions.Default, None)).Value;
                appended.Add(one);
                switch (random.Next(3))
                {
                    case 0:
                        (await session.ChangeFlagsAsync(Inbox, [one.Id], new FlagChange(Store.MessageState.Read, Store.MessageState.None, [], [], false), None)).Value.Changed.Count.ShouldBe(1);
                        Interlocked.Increment(ref kept);
                        break;
                    case 1:
                        (await session.DeleteAsync(Inbox, [one.Id], None)).Value.Count.ShouldBe(1);
                        break;
                    default:
                        Interlocked.Increment(ref kept);
                        break;
                }
            }
        }
    }

    private static List<(uint, MessageId, MessageState, long)> Rows(FolderView view) =>
        [.. Enumerable.Range(0, view.Current.Count).Select(i => view.Current[i]).Select(e => (e.Uid, e.Id, e.State, e.Sequence))];

    private async Task<List<string>> ProblemsAsync()
    {
        var problems = new List<string>();
        await foreach (var problem in StoreChecker.CheckAsync(_engineOne, null, None))
            problems.Add(problem);
        await foreach (var problem in _one.Store.CheckAsync(null, None))
            problems.Add(problem);
        return problems;
    }

    [Fact]
    public async Task WhatOneWritesTheOtherHearsOf()
    {
        var heard = new TaskCompletionSource<Change>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = _sessionTwo.Subscribe(changes => heard.TrySetResult(changes[0]));
        var appended = (await _sessionOne.AppendAsync(Inbox, await PrepareAsync(_engineOne), AppendOptions.Default, None)).Value;
        var change = await heard.Task.WaitAsync(TimeSpan.FromSeconds(30));
        change.Message.ShouldBe(appended.Id);
        change.Kind.ShouldBe(ChangeKind.MessageCreated);
    }

    [Fact]
    public async Task BatchOfAnOldSequenceIsRefusedAndWritesNothing()
    {
        var first = (await _one.Store.OpenMailboxAsync(_mailbox, None))!;
        var second = (await _two.Store.OpenMailboxAsync(_mailbox, None))!;
        var sequence = await first.ReadSequenceAsync(None);
        var batch = new WriteBatch { ExpectedSequence = sequence, NewSequence = sequence + 1 };
        batch.Mutations.Add(new PutSetting("a", "first"));
        await await first.ApplyAsync(batch, None);
        var stale = new WriteBatch { ExpectedSequence = sequence, NewSequence = sequence + 5 };
        stale.Mutations.Add(new PutSetting("a", "second"));
        (await Should.ThrowAsync<StaleSequenceException>(async () => await second.ApplyAsync(stale, None))).Actual.ShouldBe(sequence + 1);
        var image = await second.LoadAsync(None);
        image.Sequence.ShouldBe(sequence + 1);
        image.Settings["a"].ShouldBe("first");
    }

    [Fact]
    public async Task DeletedMailboxIsGoneForBoth()
    {
        await _sessionOne.AppendAsync(Inbox, await PrepareAsync(_engineOne), AppendOptions.Default, None);
        (await _one.Store.DeleteMailboxAsync(_mailbox, None)).ShouldBeTrue();
        (await _two.Store.DeleteMailboxAsync(_mailbox, None)).ShouldBeFalse();
        (await _two.Store.OpenMailboxAsync(_mailbox, None)).ShouldBeNull();
        (await _sessionTwo.AppendAsync(Inbox, await PrepareAsync(_engineTwo), AppendOptions.Default, None)).Error.ShouldBe(StoreError.StorageUnavailable);
        var problems = new List<string>();
        await foreach (var problem in _one.Store.CheckAsync(null, None))
            problems.Add(problem);
        problems.ShouldBeEmpty();
    }
}
