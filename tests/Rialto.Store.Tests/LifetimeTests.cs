using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;

namespace Rialto.Store.Tests;

/// <summary>Mailboxes and views come with their users and go after a while.</summary>
public sealed class LifetimeTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly MemoryBackend _backend = new();
    private readonly ManualTime _time = new();
    private readonly Guid _mailbox = Guid.NewGuid();
    private StoreEngine _engine = null!;

    public async Task InitializeAsync()
    {
        _engine = new StoreEngine(_backend, new PlainConverter(), new StoreOptions(), _time);
        await _engine.CreateMailboxAsync(_mailbox, Guid.NewGuid(), null, None);
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task IdleMailboxIsClosedAndOpensAgain()
    {
        _backend.OpenCount.ShouldBe(0);
        var session = (await _engine.OpenAsync(_mailbox, Principal.System, None)).Value;
        var second = (await _engine.OpenAsync(_mailbox, Principal.System, None)).Value;
        _backend.OpenCount.ShouldBe(1);
        session.Dispose();
        session.Dispose();
        _time.Advance(TimeSpan.FromHours(1));
        await _engine.SweepAsync();
        _backend.OpenCount.ShouldBe(1);
        second.Dispose();
        await _engine.SweepAsync();
        _backend.OpenCount.ShouldBe(1);
        _time.Advance(TimeSpan.FromMinutes(11));
        await _engine.SweepAsync();
        _backend.OpenCount.ShouldBe(0);
        using var again = (await _engine.OpenAsync(_mailbox, Principal.System, None)).Value;
        again.Folders.Count.ShouldBe(SpecialFolders.PrivateLayout.Count);
        _backend.OpenCount.ShouldBe(1);
    }

    [Fact]
    public async Task ViewIsLoadedOnceWhileUsedAndDroppedWhenIdle()
    {
        var scans = 0;
        _backend.OnRead = name => scans += name == nameof(IMailboxStorage.ScanStatesAsync) ? 1 : 0;
        using var session = (await _engine.OpenAsync(_mailbox, Principal.System, None)).Value;
        var inbox = SpecialFolders.IdOf(SpecialFolder.Inbox);
        for (var i = 0; i < 10; i++)
            (await session.OpenViewAsync(inbox, None)).Value.Dispose();
        scans.ShouldBe(1);
        _time.Advance(TimeSpan.FromMinutes(6));
        await _engine.SweepAsync();
        (await session.OpenViewAsync(inbox, None)).Value.Dispose();
        scans.ShouldBe(2);
    }

    [Fact]
    public async Task ExpiredChangesAreForgotten()
    {
        using (var session = (await _engine.OpenAsync(_mailbox, Principal.System, None)).Value)
            await session.CreateFolderAsync(SpecialFolders.IdOf(SpecialFolder.IpmSubtree), new NewFolder("old"), None);
        _time.Advance(TimeSpan.FromDays(61));
        using (var session = (await _engine.OpenAsync(_mailbox, Principal.System, None)).Value)
            await session.CreateFolderAsync(SpecialFolders.IdOf(SpecialFolder.IpmSubtree), new NewFolder("new"), None);
        _time.Advance(TimeSpan.FromHours(1));
        await _engine.SweepAsync();
        using var again = (await _engine.OpenAsync(_mailbox, Principal.System, None)).Value;
        (await again.ReadChangesAsync(0, null, 10, None)).Error.ShouldBe(StoreError.NotFound);
        var newest = again.Folders.Child(SpecialFolders.IdOf(SpecialFolder.IpmSubtree), "new")!;
        var left = (await again.ReadChangesAsync(newest.Cn - 1, null, 10, None)).Value;
        left.Single().Folder.ShouldBe(newest.Id);
    }

    [Fact]
    public async Task SoftDeletedMessagesGoWhenTheirRetentionIsOver()
    {
        var inbox = SpecialFolders.IdOf(SpecialFolder.Inbox);
        MessageId first, second;
        using (var session = (await _engine.OpenAsync(_mailbox, Principal.System, None)).Value)
        {
            var message = await _engine.PrepareMimeAsync(new System.Buffers.ReadOnlySequence<byte>("Subject: x\r\n\r\ny"u8.ToArray()), None);
            first = (await session.AppendAsync(inbox, message, AppendOptions.Default, None)).Value.Id;
            second = (await session.AppendAsync(inbox, message, AppendOptions.Default, None)).Value.Id;
            await session.SoftDeleteAsync(inbox, [first], None);
        }
        _time.Advance(TimeSpan.FromDays(10));
        using (var session = (await _engine.OpenAsync(_mailbox, Principal.System, None)).Value)
            await session.SoftDeleteAsync(inbox, [second], None);
        _time.Advance(TimeSpan.FromDays(5));
        await _engine.SweepAsync();
        using var again = (await _engine.OpenAsync(_mailbox, Principal.System, None)).Value;
        (await again.ListAsync(inbox, static _ => true, None)).Value.Select(e => e.Id).ShouldBe([second]);
    }

    [Fact]
    public async Task DeletedMailboxIsGone()
    {
        (await _engine.OpenAsync(_mailbox, Principal.System, None)).Value.Dispose();
        (await _engine.DeleteMailboxAsync(_mailbox, None)).ShouldBeTrue();
        (await _engine.DeleteMailboxAsync(_mailbox, None)).ShouldBeFalse();
        (await _engine.OpenAsync(_mailbox, Principal.System, None)).Error.ShouldBe(StoreError.NotFound);
        _backend.OpenCount.ShouldBe(0);
    }

    private sealed class ManualTime : TimeProvider
    {
        private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => _now += time;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

        private sealed class Never : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
