using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Mailboxes;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>Messages that get the same flags together: what is written for all at once reads as if each had been written by itself.</summary>
public sealed class StateRunTests : IDisposable
{
    private const long Before = 0x402 + 40;
    private const MessageState Touched = MessageState.Read | MessageState.Answered;

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
        var sets = Sets(isRead, isContent);
        await together.ApplyDurablyAsync(Batch(sets));
        await apart.ApplyDurablyAsync(Batch(sets.SelectMany(Singly)));

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
        var batch = Batch(Sets(isRead: true, isContent: false));
        await mailbox.ApplyDurablyAsync(batch);
        var trim = new WriteBatch { ExpectedSequence = batch.NewSequence, NewSequence = batch.NewSequence };
        trim.Mutations.Add(new TrimChanges(Before + 5));
        await mailbox.ApplyDurablyAsync(trim);
        (await mailbox.ReadChangesAsync(Before + 5, null, 1000, default)).Select(c => c.Sequence).ShouldBe(Enumerable.Range(6, 34).Select(i => Before + i));
    }

    [Fact]
    public async Task ALongRunIsSeveralRowsOfTheLog()
    {
        const int count = 10_000;
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, [.. Enumerable.Range(1, count).Select(i => TestData.Row(0x402 + i, (uint)i))]));
        const long before = 0x402 + count;
        var batch = new WriteBatch { ExpectedSequence = before, NewSequence = before + count };
        batch.Mutations.Add(Set([new MessageRun(1, new MessageId(0x403), 0x403, count)], before + 1, MessageState.Read, [], true, false));
        await mailbox.ApplyDurablyAsync(batch);
        var changes = await mailbox.ReadChangesAsync(before, TestData.Inbox, int.MaxValue, default);
        changes.Select(c => (c.Sequence, c.Uid, c.Message.Value, c.Kind)).ShouldBe(Enumerable.Range(1, count).Select(i => (before + i, (uint)i, 0x402L + i, ChangeKind.ReadStateChanged)));
        (await mailbox.ReadChangesAsync(before + 4090, TestData.Inbox, 10, default)).Select(c => c.Uid).ShouldBe(Enumerable.Range(4091, 10).Select(i => (uint)i));
    }

    /// <summary>Databases of earlier versions have them.</summary>
    [Fact]
    public void TheFirstFormOfTheLogsRowsIsRead()
    {
        var stored = new Change { Kind = ChangeKind.FlagsChanged, Sequence = 102, Message = new(10), Folder = TestData.Inbox, Uid = 5, Mid = 50, TimeUtcTicks = 77 };
        StateRun.Expand(stored, [3, 1, 2, 4, 6]).Select(c => (c.Sequence, c.Uid, c.Message.Value, c.Mid)).ShouldBe([(100, 5u, 10L, 50L), (101, 6u, 11L, 52L), (102, 7u, 15L, 58L)]);
    }

    /// <summary>Some of the flags were written one after the other, nobody reads in between, and the server is started again.</summary>
    [Fact]
    public async Task WhatNobodyReadIsThereAfterARestart()
    {
        Guid id;
        IReadOnlyList<string> expected;
        var backend = TestData.Open(_directory.Path);
        await using (backend)
        {
            id = Guid.NewGuid();
            var mailbox = await FillAsync(backend, id);
            var apart = await FillAsync(backend);
            var sets = Sets(isRead: true, isContent: true);
            var sequence = Before;
            foreach (var set in sets)
            {
                var batch = new WriteBatch { ExpectedSequence = sequence, NewSequence = sequence += set.Count };
                batch.Mutations.Add(set);
                await mailbox.ApplyDurablyAsync(batch);
            }
            await apart.ApplyDurablyAsync(Batch(sets.SelectMany(Singly)));
            expected = await StatesAsync(apart);
        }
        await using var again = TestData.Open(_directory.Path);
        (await StatesAsync((await again.OpenMailboxAsync(id, default)).ShouldNotBeNull())).ShouldBe(expected);
    }

    private static async Task<IMailboxStorage> FillAsync(SqliteStoreBackend backend, Guid? id = null)
    {
        var mailbox = await backend.NewMailboxAsync(id ?? Guid.NewGuid());
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, [.. Enumerable.Range(1, 40).Select(i => TestData.Row(0x402 + i, (uint)i) with
        {
            State = StateOf(i), Keywords = i > 30 ? ["Label"] : [], ReadCn = 7,
        })]));
        return mailbox;
    }

    private static MessageState StateOf(int uid) => uid % 3 == 0 ? MessageState.HasAttachments : MessageState.Flagged;

    /// <summary>All messages but one, some of which get other flags or have keywords.</summary>
    private static List<SetMessageStates> Sets(bool isRead, bool isContent)
    {
        MessageRun[] runs = [Run(1, 16), Run(18, 7), Run(25, 1), Run(26, 5), Run(31, 10)];
        return
        [
            Set(runs[..2], Before + 1, MessageState.Read, [], isRead, isContent),
            Set(runs[2..3], Before + 24, MessageState.Answered, [], isRead, isContent),
            Set(runs[3..4], Before + 25, MessageState.Read, [], isRead, isContent),
            Set(runs[4..], Before + 30, MessageState.Read, ["Label"], isRead, isContent),
        ];
    }

    private static MessageRun Run(int uid, int length) => new((uint)uid, new MessageId(0x402 + uid), 5000 + uid * 3 / 2, length);

    private static SetMessageStates Set(MessageRun[] runs, long first, MessageState state, string[] keywords, bool isRead, bool isContent) => new(TestData.Inbox, runs)
    {
        Touched = Touched, State = state, Keywords = keywords, Status = 0, FirstSequence = first, IsContent = isContent, IsReadState = isRead, TimeUtcTicks = 77,
    };

    private static IEnumerable<Mutation> Singly(SetMessageStates set)
    {
        foreach (var change in set.Changes())
        {
            var state = (StateOf((int)change.Uid) & ~set.Touched) | set.State;
            yield return new SetMessageState(change.Message, TestData.Inbox, change.Uid, state, set.Keywords, 0, change.Sequence, set.IsReadState ? change.Sequence : 7, set.IsContent);
            yield return new AppendChange(change);
        }
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
