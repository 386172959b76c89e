using Rialto.Delivery;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

public sealed class QueueTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static QueuedMessage Message(int number, params QueuedRecipient[] recipients) => new()
    {
        Id = new Guid(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), Content = new BlobRef(number, 10), Sender = "a@example.com", ReceivedUtcTicks = 638_000_000_000_000_000 + number,
        Recipients = recipients.Length > 0 ? recipients : [new("b@example.com", null, null, 0, 0, null)], EnvelopeId = "env", Return = "HDRS", Submitter = "s", SmtpUtf8 = true,
    };

    private static QueuedRecipient Held(string address) => new(address, "rfc822;x", "NEVER", 3, long.MaxValue, "4.4.1 later");

    [Fact]
    public async Task EntriesComeBackOldestFirstAndLeaveWithTheirLastRecipient()
    {
        await using var backend = TestData.Open(_directory.Path);
        for (var i = 1; i <= 3; i++)
            await backend.Queue.EnqueueAsync(Message(i), default);
        var claimed = await backend.Queue.ClaimAsync("me", 2, TimeSpan.FromMinutes(1), default);
        claimed.Select(c => c.Message.Content.Key).ShouldBe([1, 2]);
        claimed.ShouldAllBe(c => !c.Repeated);
        (await backend.Queue.ClaimAsync("other", 10, TimeSpan.FromMinutes(1), default)).ShouldHaveSingleItem().Message.Content.Key.ShouldBe(3);

        await backend.Queue.CompleteAsync("me", [new(claimed[0].Message.Id, []), new(claimed[1].Message.Id, [Held("x@y")])], default);
        (await ListAsync(backend.Queue)).Select(m => m.Content.Key).ShouldBe([2, 3]);
        (await backend.Queue.ClaimAsync("me", 10, TimeSpan.FromMinutes(1), default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task AnEntryIsThereOnceAndKeepsWhatIsSetBesideIt()
    {
        await using (var backend = TestData.Open(_directory.Path))
        {
            await backend.Queue.EnqueueAsync(Message(1) with { Overlay = [1, 2, 3], Tls = TlsDemand.NotRequired }, default);
            await backend.Queue.EnqueueAsync(Message(1) with { Overlay = [1, 2, 3], Tls = TlsDemand.NotRequired }, default);
            (await ListAsync(backend.Queue)).Count.ShouldBe(1);
        }
        await using var again = TestData.Open(_directory.Path);
        var kept = (await ListAsync(again.Queue)).ShouldHaveSingleItem();
        kept.Overlay.ShouldBe([1, 2, 3]);
        kept.Tls.ShouldBe(TlsDemand.NotRequired);
    }

    [Fact]
    public async Task AnEntryKeepsUntilWhenItIsWantedAndWhatItsReleaseWas()
    {
        var origin = new SubmissionOrigin(Guid.NewGuid(), 1, 2, 3, true, 4, 5);
        QueuedMessage[] messages =
        [
            Message(1) with { DeliverBy = new(5, true, false) }, Message(2) with { FutureRelease = new("until;2030-01-01T00:00:00Z", 7), Origin = origin },
            Message(3) with { DeliverBy = new(-5, false, true), FutureRelease = new("for;60", 7), Overlay = [1] }, Message(4) with { Origin = origin },
        ];
        await using (var backend = TestData.Open(_directory.Path))
        {
            foreach (var message in messages)
                await backend.Queue.EnqueueAsync(message, default);
        }
        await using var again = TestData.Open(_directory.Path);
        var kept = await ListAsync(again.Queue);
        kept.Select(m => (m.DeliverBy, m.FutureRelease, m.Origin, m.Overlay?.Length)).ShouldBe(messages.Select(m => (m.DeliverBy, m.FutureRelease, m.Origin, m.Overlay?.Length)));
    }

    [Fact]
    public async Task AnEntryThatManyAddAtOnceIsThereOnce()
    {
        await using (var backend = TestData.Open(_directory.Path))
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => backend.Queue.EnqueueAsync(Message(1), default).AsTask())));
            (await ListAsync(backend.Queue)).Count.ShouldBe(1);
        }
        await using var again = TestData.Open(_directory.Path);
        (await ListAsync(again.Queue)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task WhatWasLeftComesBackAsRepeatedAfterARestart()
    {
        var full = Message(1, Held("x@y"), new("c@d", null, "FAILURE", 1, 5, null));
        await using (var backend = TestData.Open(_directory.Path))
        {
            await backend.Queue.EnqueueAsync(full, default);
            await backend.Queue.EnqueueAsync(Message(2), default);
            (await backend.Queue.RemoveAsync(Message(2).Id, default)).ShouldBeTrue();
            (await backend.Queue.RemoveAsync(Message(2).Id, default)).ShouldBeFalse();
        }
        await using var again = TestData.Open(_directory.Path);
        var claimed = (await again.Queue.ClaimAsync("me", 10, TimeSpan.FromMinutes(1), default)).ShouldHaveSingleItem();
        claimed.Repeated.ShouldBeTrue();
        claimed.Message.Recipients.ShouldBe(full.Recipients);
        (claimed.Message with { Recipients = full.Recipients }).ShouldBe(full);
    }

    [Fact]
    public async Task ALeaseThatRanOutFreesTheEntryAndItsHolderHasNoSay()
    {
        var time = new ManualTimeProvider();
        await using var backend = SqliteStoreBackend.Open(TestData.Options(_directory.Path), new Native.DataFiles(), time);
        await backend.Queue.EnqueueAsync(Message(1), default);
        (await backend.Queue.ClaimAsync("slow", 1, TimeSpan.FromMinutes(1), default)).Count.ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(2));
        (await backend.Queue.ClaimAsync("quick", 1, TimeSpan.FromMinutes(1), default)).ShouldHaveSingleItem().Repeated.ShouldBeTrue();
        await backend.Queue.CompleteAsync("slow", [new(Message(1).Id, [])], default);
        (await ListAsync(backend.Queue)).Count.ShouldBe(1);
        await backend.Queue.CompleteAsync("quick", [new(Message(1).Id, [])], default);
        (await ListAsync(backend.Queue)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ARecipientIsDueWhenItsTimeHasCome()
    {
        var time = new ManualTimeProvider();
        await using var backend = SqliteStoreBackend.Open(TestData.Options(_directory.Path), new Native.DataFiles(), time);
        await backend.Queue.EnqueueAsync(Message(1, new QueuedRecipient("a@b", null, null, 1, time.GetUtcNow().UtcTicks + TimeSpan.TicksPerMinute, null)), default);
        (await backend.Queue.ClaimAsync("me", 1, TimeSpan.FromMinutes(1), default)).ShouldBeEmpty();
        time.Advance(TimeSpan.FromSeconds(61));
        (await backend.Queue.ClaimAsync("me", 1, TimeSpan.FromMinutes(1), default)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task ConcurrentCallersShareSyncs()
    {
        var files = new Native.DataFiles();
        await using var backend = TestData.Open(_directory.Path, files);
        var told = 0;
        using var watch = backend.Queue.Watch(() => Interlocked.Increment(ref told));
        await backend.Queue.EnqueueAsync(Message(10_000), default);
        var before = files.Syncs;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(c => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
                await backend.Queue.EnqueueAsync(Message(c * 50 + i), default);
        })));
        (await ListAsync(backend.Queue)).Count.ShouldBe(801);
        told.ShouldBeGreaterThanOrEqualTo(801);
        (files.Syncs - before).ShouldBeLessThan(600);
    }

    private static async Task<List<QueuedMessage>> ListAsync(IMailQueueStorage queue)
    {
        var messages = new List<QueuedMessage>();
        await foreach (var message in queue.ListAsync(default))
            messages.Add(message);
        return messages;
    }
}
