using System.Buffers;
using System.Text;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;
using Rialto.Store.Engine;
using Rialto.Testing;

namespace Rialto.Store.Tests;

/// <summary>Indexing waits for others, but not for ever.</summary>
public sealed class BackgroundIndexingTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly FolderId s_inbox = SpecialFolders.IdOf(SpecialFolder.Inbox);

    [Fact]
    public async Task Texts_are_indexed_behind_commits_that_do_not_end()
    {
        await using var scene = await Scene.CreateAsync();
        var (time, engine, session, mailbox) = (scene.Time, scene.Engine, scene.Session, scene.Storage);
        for (var i = 0; i < 14; i++)
        {
            await AppendAsync();
            time.Advance(TimeSpan.FromSeconds(2));
        }
        (await mailbox.ReadIndexedUpToAsync(None)).Value.ShouldBe(0, "each commit put it off");
        await AppendAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        (await Eventually.HoldsAsync(async () => (await mailbox.ReadIndexedUpToAsync(None)).Value != 0)).ShouldBeTrue();

        async Task AppendAsync()
        {
            var message = await engine.PrepareMimeAsync(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes("Subject: x\r\n\r\ny")), None);
            (await session.AppendAsync(s_inbox, message, AppendOptions.Default, None)).Succeeded.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task What_was_left_to_a_search_that_was_given_up_is_indexed_after_all()
    {
        await using var scene = await Scene.CreateAsync();
        var (time, engine, session, mailbox) = (scene.Time, scene.Engine, scene.Session, scene.Storage);
        var message = await engine.PrepareMimeAsync(new ReadOnlySequence<byte>("Subject: x\r\n\r\ny"u8.ToArray()), None);
        // More than one step's.
        var last = (await session.AppendManyAsync(s_inbox, [.. Enumerable.Repeat((message, AppendOptions.Default), 600)], None)).Value[^1].Id;

        // While the first step runs in the background a search comes, to which the rest is left; and is given up as it begins with that.
        using var given = new CancellationTokenSource();
        var searching = new TaskCompletionSource<Task>();
        scene.Backend.OnRead = read =>
        {
            if (read != nameof(IMailboxStorage.ReadRowsAsync))
                return;
            if (searching.Task.IsCompleted)
            {
                given.Cancel();
                given.Token.ThrowIfCancellationRequested();
            }
            searching.SetResult(session.FindTextAsync(s_inbox, new TextCriterion(TextTarget.Any, "x"), given.Token).AsTask());
        };
        time.Advance(TimeSpan.FromSeconds(3));
        await Should.ThrowAsync<OperationCanceledException>(async () => await await searching.Task);
        scene.Backend.OnRead = null;
        (await mailbox.ReadIndexedUpToAsync(None)).Value.ShouldBeLessThan(last.Value);

        time.Advance(TimeSpan.FromSeconds(3));
        (await Eventually.HoldsAsync(async () => await mailbox.ReadIndexedUpToAsync(None) == last)).ShouldBeTrue();
    }

    [Fact]
    public async Task Steps_follow_each_other_until_nothing_is_left()
    {
        using var background = new BackgroundScheduler();
        var (first, second) = (0, 0);
        await Task.WhenAll(background.StartAsync(() => Task.FromResult(++first < 5), TimeSpan.Zero), background.StartAsync(async () =>
        {
            await Task.Yield();
            return ++second < 3;
        }, TimeSpan.FromMinutes(10)));
        (first, second).ShouldBe((5, 3));
    }

    [Fact]
    public async Task Patience_with_a_busy_server_ends()
    {
        using var background = new BackgroundScheduler();
        using var stop = new CancellationTokenSource();
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            new Thread(() =>
            {
                while (!stop.IsCancellationRequested)
                    Thread.SpinWait(1000);
            }) { IsBackground = true }.Start();
        }
        var steps = 0;
        await background.StartAsync(() => Task.FromResult(++steps < 3), TimeSpan.FromMilliseconds(200));
        steps.ShouldBe(3);
        await stop.CancelAsync();
    }

    /// <summary>An empty mailbox, whose clock is moved by hand.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        public SteppedTime Time { get; } = new();

        public MemoryBackend Backend { get; } = new();

        public StoreEngine Engine { get; }

        public MailboxSession Session { get; private set; } = null!;

        public IMailboxStorage Storage { get; private set; } = null!;

        private Scene() => Engine = new(Backend, new PlainConverter(), new StoreOptions(), Time);

        public static async Task<Scene> CreateAsync()
        {
            var scene = new Scene();
            var id = Guid.NewGuid();
            await scene.Engine.CreateMailboxAsync(id, Guid.NewGuid(), null, None);
            scene.Session = (await scene.Engine.OpenAsync(id, Principal.System, None)).Value;
            scene.Storage = (await scene.Backend.OpenMailboxAsync(id, None))!;
            return scene;
        }

        public async ValueTask DisposeAsync()
        {
            Session.Dispose();
            await Engine.DisposeAsync();
            await Backend.DisposeAsync();
        }
    }

    /// <summary>Timers that fire as time is put forward.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private readonly List<Stepped> _timers = [];
        private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time)
        {
            _now += time;
            List<Stepped> due;
            lock (_timers)
                due = [.. _timers.Where(t => t.Due <= _now)];
            foreach (var timer in due)
                timer.Fire();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Stepped(this, () => callback(state));
            timer.Change(dueTime, period);
            lock (_timers)
                _timers.Add(timer);
            return timer;
        }

        private sealed class Stepped(SteppedTime time, Action fire) : ITimer
        {
            public DateTimeOffset? Due { get; private set; }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
                return true;
            }

            public void Fire()
            {
                Due = null;
                fire();
            }

            public void Dispose() => Due = null;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }
}
