using Rialto.Delivery;
using Rialto.Testing;

namespace Rialto.Store.Postgres.Tests;

/// <summary>The shared queue with two servers: each entry is one's alone, and nobody's death strands it.</summary>
[Collection(PostgresCollection.Name)]
public sealed class QueueTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);
    private readonly ManualTimeProvider _time = new();
    private string _database = "";
    private PostgresStorage _one = null!, _two = null!;

    public async Task InitializeAsync()
    {
        _database = await postgres.CreateDatabaseAsync();
        _one = await PostgresFixture.OpenAsync(_database, time: _time);
        _two = await PostgresFixture.OpenAsync(_database, time: _time);
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    private QueuedMessage Message(params string[] recipients) => new()
    {
        Id = Guid.NewGuid(),
        Content = new BlobRef(7, 100),
        Sender = "sender@example.com",
        Recipients = [.. recipients.Select(r => new QueuedRecipient(r, "rfc822;x", "NEVER", 0, 0, null))],
        ReceivedUtcTicks = _time.GetUtcNow().UtcTicks,
        EnvelopeId = "envid",
        Return = "HDRS",
        Submitter = "ümläut@example.com",
        SmtpUtf8 = true,
    };

    [Fact]
    public async Task EntriesComeBackWholeAndInOrderOfArrival()
    {
        var messages = Enumerable.Range(0, 5).Select(i => Message($"r{i}@example.com", "second@example.com")).ToList();
        foreach (var message in messages)
            await _one.Queue.EnqueueAsync(message, None);
        var claimed = await _two.Queue.ClaimAsync("two", 3, Lease, None);
        claimed.Select(c => c.Message.Id).ShouldBe(messages.Take(3).Select(m => m.Id));
        claimed.ShouldAllBe(c => !c.Repeated);
        var first = claimed[0].Message;
        (first with { Recipients = messages[0].Recipients }).ShouldBe(messages[0]);
        first.Recipients.ShouldBe(messages[0].Recipients);
        (await ListAsync()).ShouldBe(messages.Select(m => m.Id));
    }

    [Fact]
    public async Task AnEntryIsThereOnceAndKeepsWhatIsSetBesideIt()
    {
        var message = Message("r@example.com") with { Overlay = [1, 2, 3], Tls = TlsDemand.Required, DeliverBy = new(5, true, false), FutureRelease = new("for;60", 7) };
        await _one.Queue.EnqueueAsync(message, None);
        await _one.Queue.EnqueueAsync(message, None);
        var claimed = (await _two.Queue.ClaimAsync("two", 3, Lease, None)).ShouldHaveSingleItem().Message;
        claimed.Overlay.ShouldBe([1, 2, 3]);
        claimed.Tls.ShouldBe(TlsDemand.Required);
        claimed.DeliverBy.ShouldBe(new DeliverBy(5, true, false));
        claimed.FutureRelease.ShouldBe(new FutureReleaseRequest("for;60", 7));
    }

    [Fact]
    public async Task EachEntryIsClaimedOnceHoweverManyAsk()
    {
        for (var i = 0; i < 100; i++)
            await (i % 2 == 0 ? _one : _two).Queue.EnqueueAsync(Message("r@example.com"), None);
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            var mine = new List<ClaimedMessage>();
            while (await (n % 2 == 0 ? _one : _two).Queue.ClaimAsync($"holder{n}", 7, Lease, None) is { Count: > 0 } some)
                mine.AddRange(some);
            return mine;
        })));
        claims.SelectMany(c => c).Select(c => c.Message.Id).Distinct().Count().ShouldBe(100);
        claims.Sum(c => c.Count).ShouldBe(100);
    }

    [Fact]
    public async Task LeaseThatEndsGivesTheEntryToAnotherAsRepeated()
    {
        var message = Message("r@example.com");
        await _one.Queue.EnqueueAsync(message, None);
        (await _one.Queue.ClaimAsync("one", 10, Lease, None)).Count.ShouldBe(1);
        (await _two.Queue.ClaimAsync("two", 10, Lease, None)).ShouldBeEmpty();
        _time.Advance(Lease);
        var taken = await _two.Queue.ClaimAsync("two", 10, Lease, None);
        taken.ShouldHaveSingleItem().Repeated.ShouldBeTrue();
        // The first holder comes back too late: the entry is no longer its own.
        await _one.Queue.CompleteAsync("one", [new QueueOutcome(message.Id, [])], None);
        (await ListAsync()).ShouldBe([message.Id]);
        await _two.Queue.CompleteAsync("two", [new QueueOutcome(message.Id, [])], None);
        (await ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task WhatAStoppedServerHeldIsTakenAtOnce()
    {
        var message = Message("r@example.com");
        await _one.Queue.EnqueueAsync(message, None);
        (await _one.Queue.ClaimAsync("one", 10, Lease, None)).Count.ShouldBe(1);
        (await _two.Queue.ClaimAsync("two", 10, Lease, None)).ShouldBeEmpty();
        await _one.DisposeAsync();
        (await _two.Queue.ClaimAsync("two", 10, Lease, None)).ShouldHaveSingleItem().Repeated.ShouldBeTrue();
    }

    [Fact]
    public async Task WhatASilentServerHeldIsTakenBeforeItsLeaseEnds()
    {
        await using var impatient = await PostgresFixture.OpenAsync(_database, new PostgresOptions { HolderSilence = TimeSpan.Zero }, _time);
        await _one.Queue.EnqueueAsync(Message("r@example.com"), None);
        (await _one.Queue.ClaimAsync("one", 10, Lease, None)).Count.ShouldBe(1);
        (await impatient.Queue.ClaimAsync("two", 10, Lease, None)).ShouldHaveSingleItem().Repeated.ShouldBeTrue();
    }

    [Fact]
    public async Task WhatRemainsIsClaimedWhenItIsDueAndNotAsRepeated()
    {
        var message = Message("done@example.com", "later@example.com");
        await _one.Queue.EnqueueAsync(message, None);
        await _one.Queue.ClaimAsync("one", 10, Lease, None);
        var later = message.Recipients[1] with { Attempts = 1, NextAttemptUtcTicks = _time.GetUtcNow().AddMinutes(5).UtcTicks, LastStatus = "over quota" };
        await _one.Queue.CompleteAsync("one", [new QueueOutcome(message.Id, [later])], None);
        (await _two.Queue.ClaimAsync("two", 10, Lease, None)).ShouldBeEmpty();
        _time.Advance(TimeSpan.FromMinutes(5));
        var claimed = (await _two.Queue.ClaimAsync("two", 10, Lease, None)).ShouldHaveSingleItem();
        claimed.Repeated.ShouldBeFalse();
        claimed.Message.Recipients.ShouldBe([later]);
    }

    [Fact]
    public async Task HeldRecipientsAreNotClaimed()
    {
        var message = Message("held@example.com");
        await _one.Queue.EnqueueAsync(message with { Recipients = [message.Recipients[0] with { NextAttemptUtcTicks = long.MaxValue }] }, None);
        _time.Advance(TimeSpan.FromDays(1000));
        (await _one.Queue.ClaimAsync("one", 10, Lease, None)).ShouldBeEmpty();
        (await ListAsync()).ShouldBe([message.Id]);
        (await _two.Queue.RemoveAsync(message.Id, None)).ShouldBeTrue();
        (await _two.Queue.RemoveAsync(message.Id, None)).ShouldBeFalse();
    }

    [Fact]
    public async Task EnqueueingWakesTheOtherServer()
    {
        var woken = new SemaphoreSlim(0);
        using var watch = _two.Queue.Watch(() => woken.Release());
        // The listening connection may still be opening: it wakes once by itself when it is there.
        while (await woken.WaitAsync(TimeSpan.FromSeconds(2)))
        {
        }
        await _one.Queue.EnqueueAsync(Message("r@example.com"), None);
        (await woken.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
    }

    private async Task<List<Guid>> ListAsync()
    {
        var ids = new List<Guid>();
        await foreach (var message in _one.Queue.ListAsync(None))
            ids.Add(message.Id);
        return ids;
    }
}
