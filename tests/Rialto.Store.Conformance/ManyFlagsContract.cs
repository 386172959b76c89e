using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.Store.Conformance;

/// <summary>Flags of many messages at once: whatever way they are written, each message is what it would be had it been changed by itself.</summary>
public abstract class ManyFlagsContract : StoreContract
{
    private const int Count = 150;

    /// <summary>In chunks of these nothing is taken together.</summary>
    private const int Chunk = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ManyAreWhatEachOfThemWouldBe(int seed)
    {
        var random = new Random(seed);
        var twin = Guid.NewGuid();
        (await Engine.CreateMailboxAsync(twin, Owner.Id, null, None)).ShouldBeTrue();
        using var singly = (await Engine.OpenAsync(twin, Owner, None)).Value;
        var states = Enumerable.Range(0, Count).Select(_ => random.Next(4) switch { 0 => MessageState.Read, 1 => MessageState.Flagged, 2 => MessageState.Read | MessageState.Answered, _ => MessageState.None }).ToList();
        foreach (var session in (MailboxSession[])[Session, singly])
        {
            for (var i = 0; i < Count; i++)
                (await session.AppendAsync(Inbox, await PrepareAsync($"m{i}"), new AppendOptions(states[i], i % 5 == 0 ? ["Old"] : [], null), None)).Error.ShouldBe(StoreError.None);
        }
        using var view = (await Session.OpenViewAsync(Inbox, None)).Value;
        using var table = (await Session.OpenTableAsync(Inbox, false, null, null, None)).Value;
        await table.CurrentAsync(None);
        var told = new List<Change>();
        using var subscription = Session.Subscribe(told.AddRange);
        var since = Session.Sequence;
        singly.Sequence.ShouldBe(since);

        for (var step = 0; step < 12; step++)
        {
            var ids = Ids(view.Current);
            var from = random.Next(10);
            var messages = step % 3 == 0 ? ids : [.. ids.Skip(from).Take(ids.Count - 2 * from).Where(_ => step % 3 == 1 || random.Next(8) > 0)];
            var change = AnyChange(random, since + random.Next((int)(Session.Sequence - since) + 1));
            var many = (await Session.ChangeFlagsAsync(Inbox, messages, change, None)).Value;
            var changed = new List<MessageId>();
            var conflicts = new List<MessageId>();
            foreach (var chunk in messages.Chunk(Chunk))
            {
                var few = (await singly.ChangeFlagsAsync(Inbox, chunk, change, None)).Value;
                changed.AddRange(few.Changed);
                conflicts.AddRange(few.Conflicts);
            }
            many.Changed.ShouldBe(changed);
            many.Conflicts.ShouldBe(conflicts);
            Session.Sequence.ShouldBe(singly.Sequence);
            if (changed.Count > 0)
                many.Sequence.ShouldBe(Session.Sequence);
            if (step == 6)
            {
                // From here on UIDs have holes.
                var gone = ids.Where((_, i) => i % 7 == 3).ToList();
                await Session.DeleteAsync(Inbox, gone, None);
                await singly.DeleteAsync(Inbox, gone, None);
            }
        }

        await CheckCountersAsync();
        var expected = await StatesAsync(twin);
        (await StatesAsync(MailboxId)).ShouldBe(expected);
        Entries(view.Current).ShouldBe(expected);
        (await table.CurrentAsync(None)).Count.ShouldBe(view.Current.Count);
        view.Current.UnreadCount.ShouldBe(Folder(Inbox).Counters.Unread);
        view.Current.HighestSequence.ShouldBe(Folder(Inbox).Counters.HighestSequence);
        var log = (await Session.ReadChangesAsync(since, Inbox, int.MaxValue, None)).Value;
        log.Select(Plain).ShouldBe((await singly.ReadChangesAsync(since, Inbox, int.MaxValue, None)).Value.Select(Plain));
        told.Select(Plain).ShouldBe(log.Select(Plain));
        told.ShouldAllBe(c => c.MadeBy == Session);
    }

    /// <summary>What comes in the same commit finds the flags that the one before it set.</summary>
    [Fact]
    public async Task OperationsOfTheSameCommitSeeEachOther()
    {
        for (var i = 0; i < Count; i++)
            await AppendAsync($"m{i}");
        using var view = (await Session.OpenViewAsync(Inbox, None)).Value;
        var ids = Ids(view.Current);
        await Task.WhenAll(
            Session.ChangeFlagsAsync(Inbox, ids, Set(MessageState.Read), None).AsTask(),
            Session.ChangeFlagsAsync(Inbox, ids, Set(MessageState.Flagged), None).AsTask(),
            Session.ChangeFlagsAsync(Inbox, [.. ids.Take(40)], Clear(MessageState.Read), None).AsTask(),
            Session.MoveAsync(Inbox, [.. ids.Skip(100)], Sent, None).AsTask(),
            Session.ChangeFlagsAsync(Sent, [.. ids.Skip(100)], Set(MessageState.Answered), None).AsTask(),
            AppendAsync("last"));
        await CheckCountersAsync();
        view.Current.Count.ShouldBe(101);
        Entries(view.Current).ShouldBe(await StatesAsync(MailboxId));
        for (var i = 0; i < 100; i++)
            view.Current[i].State.ShouldBe(i < 40 ? MessageState.Flagged : MessageState.Flagged | MessageState.Read);
        using var sent = (await Session.OpenViewAsync(Sent, None)).Value;
        for (var i = 0; i < 50; i++)
            sent.Current[i].State.ShouldBe(MessageState.Flagged | MessageState.Read | MessageState.Answered);
    }

    private static FlagChange AnyChange(Random random, long unchangedSince)
    {
        MessageState[] some = [MessageState.Read, MessageState.Flagged, MessageState.Deleted, MessageState.Answered, MessageState.None];
        var set = some[random.Next(some.Length)];
        var clear = some[random.Next(some.Length)];
        string[] add = random.Next(3) == 0 ? ["New"] : [], remove = random.Next(3) == 0 ? ["Old"] : [];
        var change = new FlagChange(set, clear, add, remove, random.Next(5) == 0);
        if (random.Next(4) == 0)
            change = change with { UnchangedSince = unchangedSince };
        return random.Next(4) == 0 ? change with { Status = random.Next(4), StatusMask = 3 } : change;
    }

    private static List<MessageId> Ids(FolderSnapshot snapshot)
    {
        var ids = new List<MessageId>();
        for (var i = 0; i < snapshot.Count; i++)
            ids.Add(snapshot[i].Id);
        return ids;
    }

    private static List<string> Entries(FolderSnapshot snapshot)
    {
        var entries = new List<string>();
        for (var i = 0; i < snapshot.Count; i++)
        {
            ref readonly var e = ref snapshot[i];
            entries.Add($"{e.Uid} {e.Id} {e.Sequence} {e.Cn} {e.ReadCn} {e.State} {e.Status} {string.Join(',', snapshot.KeywordsOf(e))}");
        }
        return entries;
    }

    private async Task<List<string>> StatesAsync(Guid mailbox)
    {
        var storage = await Backend.OpenMailboxAsync(mailbox, None);
        var rows = new TextRows();
        await storage!.ScanStatesAsync(Inbox, 0, rows, None);
        await storage.DisposeAsync();
        return rows.All;
    }

    private static string Plain(Change c) => $"{c.Kind} {c.Sequence} {c.Message} {c.Uid} {c.Mid} {c.OldUid}";

    private sealed class TextRows : IStateSink
    {
        public List<string> All { get; } = [];

        public void Add(in StateRow row) =>
            All.Add($"{row.Uid} {row.Id} {row.Sequence} {row.Cn} {row.ReadCn} {row.State} {row.Status} {(string.IsNullOrEmpty(row.Keywords) ? "" : row.Keywords.Replace('\n', ','))}");
    }
}
