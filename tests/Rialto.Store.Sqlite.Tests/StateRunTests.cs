using Rialto.Store.Backend;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>Messages that get the same flags together: what is written for all at once reads as if each had been written by itself.</summary>
public sealed class StateRunTests : IDisposable
{
    private const long Before = 0x402 + 40;

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task ARunIsWhatItsMessagesAre(bool isRead, bool isContent)
    {
        await using var backend = TestData.Open(_directory.Path);
        var together = await FillAsync(backend);
        var apart = await FillAsync(backend);
        var pairs = Pairs(isRead, isContent);
        await together.ApplyDurablyAsync(Batch(pairs.SelectMany(p => (Mutation[])[p.State, p.Change])));
        await apart.ApplyDurablyAsync(Batch(pairs.Select(p => (Mutation)p.State).Concat(pairs.Select(p => p.Change))));

        (await StatesAsync(together)).ShouldBe(await StatesAsync(apart));
        var all = await apart.ReadChangesAsync(0, null, 1000, default);
        (await together.ReadChangesAsync(0, null, 1000, default)).ShouldBe(all);
        (await together.ReadChangesAsync(0, TestData.Inbox, 1000, default)).ShouldBe(await apart.ReadChangesAsync(0, TestData.Inbox, 1000, default));
        for (var since = Before - 1; since < Before + 40; since += 3)
        {
            (await together.ReadChangesAsync(since, TestData.Inbox, 5, default)).ShouldBe(await apart.ReadChangesAsync(since, TestData.Inbox, 5, default));
            (await together.ReadChangesAsync(since, TestData.Archive, 5, default)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task WhatIsForgottenOfARunIsItsBeginning()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await FillAsync(backend);
        var pairs = Pairs(isRead: true, isContent: false);
        var batch = Batch(pairs.SelectMany(p => (Mutation[])[p.State, p.Change]));
        await mailbox.ApplyDurablyAsync(batch);
        var trim = new WriteBatch { ExpectedSequence = batch.NewSequence, NewSequence = batch.NewSequence };
        trim.Mutations.Add(new TrimChanges(Before + 5));
        await mailbox.ApplyDurablyAsync(trim);
        (await mailbox.ReadChangesAsync(Before + 5, null, 1000, default)).Select(c => c.Sequence).ShouldBe(Enumerable.Range(6, pairs.Count - 5).Select(i => Before + i));
    }

    private static async Task<IMailboxStorage> FillAsync(SqliteStoreBackend backend)
    {
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, [.. Enumerable.Range(1, 40).Select(i => TestData.Row(0x402 + i, (uint)i) with
        {
            State = i % 3 == 0 ? MessageState.HasAttachments : MessageState.Flagged, Keywords = i > 30 ? ["Label"] : [],
        })]));
        return mailbox;
    }

    /// <summary>All messages but one, some of which have other flags or keywords afterwards.</summary>
    private static List<(SetMessageState State, AppendChange Change)> Pairs(bool isRead, bool isContent)
    {
        var pairs = new List<(SetMessageState, AppendChange)>();
        var sequence = Before;
        for (var i = 1; i <= 40; i++)
        {
            if (i == 17)
                continue;
            sequence++;
            var state = (i % 3 == 0 ? MessageState.HasAttachments : MessageState.Flagged) | (i == 25 ? MessageState.Answered : MessageState.Read);
            IReadOnlyList<string> keywords = i > 30 ? ["Label"] : [];
            pairs.Add((
                new SetMessageState(new MessageId(0x402 + i), TestData.Inbox, (uint)i, state, keywords, 0, sequence, isRead ? sequence : 0, isContent) { Touched = MessageState.Read | MessageState.Answered },
                new AppendChange(new Change
                {
                    Kind = isRead ? ChangeKind.ReadStateChanged : ChangeKind.FlagsChanged, Sequence = sequence, Message = new MessageId(0x402 + i), Folder = TestData.Inbox,
                    Uid = (uint)i, Mid = 5000 - 3 * i, TimeUtcTicks = 77,
                })));
        }
        return pairs;
    }

    private static WriteBatch Batch(IEnumerable<Mutation> mutations)
    {
        var batch = new WriteBatch { ExpectedSequence = Before, NewSequence = Before + 39 };
        batch.Mutations.AddRange(mutations);
        return batch;
    }

    private static async Task<IReadOnlyList<string>> StatesAsync(IMailboxStorage mailbox)
    {
        var sink = new TestData.States();
        await mailbox.ScanStatesAsync(TestData.Inbox, 0, sink, default);
        return [.. sink.Rows.Select(r => $"{r.Uid} {r.Id} {r.Sequence} {r.Cn} {r.ReadCn} {r.State} {r.Status} {string.Join(',', r.Keywords)}")];
    }
}
