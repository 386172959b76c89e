using Rialto.Delivery;
using Rialto.Store.Backend;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

public sealed class HousekeepingTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private SqliteStoreBackend Open(Action<SqliteStoreOptions> change)
    {
        var options = TestData.Options(_directory.Path);
        change(options);
        return SqliteStoreBackend.Open(options, new Native.DataFiles(), TimeProvider.System);
    }

    [Fact]
    public async Task IdleDatabasesHoldNoConnectionAndOpenAgain()
    {
        await using var backend = Open(o => o.DatabaseIdle = TimeSpan.Zero);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
        await mailbox.IndexAsync([new TextDocument(new(0x403), "s", "b")], new(0x403), default);
        // The list of mailboxes is opened once more when it is noted that the mailbox has a file.
        await UntilAsync(() => backend.Context.Open.Count == 0 && backend.Context.OpenTexts.IsEmpty
            && System.IO.Directory.GetFiles(_directory.Path, "*-wal", SearchOption.AllDirectories).Length == 0);
        (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBe(1);
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x403, TestData.Row(0x404, 2)));
        (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task ManyMailboxesShareFewOpenDatabases()
    {
        await using var backend = Open(o => o.MaximumOpenDatabases = 8);
        var ids = Enumerable.Range(0, 60).Select(_ => Guid.NewGuid()).ToList();
        await backend.CreateMailboxesAsync([.. ids.Select(i => (TestData.Header(i), TestData.Initial()))], default);
        await Task.WhenAll(ids.Select(id => Task.Run(async () =>
        {
            var mailbox = (await backend.OpenMailboxAsync(id, default))!;
            for (var i = 1; i <= 5; i++)
            {
                await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + i - 1, TestData.Row(0x402 + i, (uint)i)));
                (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBe(i);
            }
        })));
        await UntilAsync(() => backend.Context.Open.Count <= 8);
        foreach (var id in ids)
            (await (await backend.OpenMailboxAsync(id, default))!.StatesAsync(TestData.Inbox)).Count.ShouldBe(5);
        (await CrashTests.Defects(backend)).ShouldContain(d => d.Contains("missing", StringComparison.Ordinal), "the rows refer to no content");
    }

    [Fact]
    public async Task TheWriteAheadLogStaysShortUnderASteadyLoadWithReaders()
    {
        await using var backend = Open(o => o.WriteAheadLimit = 512 * 1024);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        var path = "";
        for (var i = 1; i <= 1500; i++)
        {
            await await mailbox.ApplyAsync(TestData.Insert(0x402 + i - 1, TestData.Row(0x402 + i, (uint)i)), default);
            if (i % 50 == 0)
                await mailbox.StatesAsync(TestData.Inbox);
            if (i == 1)
                path = System.IO.Directory.GetFiles(_directory.File("mailboxes"), "*-wal", SearchOption.AllDirectories).Single();
        }
        // 1,500 transactions of ten pages would be 60 MB.
        new FileInfo(path).Length.ShouldBeLessThan(20 * 1024 * 1024);
    }

    [Fact]
    public async Task AQuietLogShrinksToOneSegmentInReserve()
    {
        await using var backend = Open(o => o.LogIdle = TimeSpan.Zero);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        var padding = new string('x', 4000);
        for (var i = 1; i <= 200; i++)
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + i - 1, TestData.Row(0x402 + i, (uint)i) with { Preview = padding }));
        await UntilAsync(() => System.IO.Directory.GetFiles(_directory.File("log")).Length == 1);
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + 200, TestData.Row(0x402 + 201, 201)));
        (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBe(201);
    }

    [Fact]
    public async Task ASweepKeepsWhatTheQueueRefersTo()
    {
        await using var backend = TestData.Open(_directory.Path);
        var content = await backend.Blobs.WriteAsync(new byte[3000]);
        await backend.Queue.EnqueueAsync(new QueuedMessage { Id = Guid.NewGuid(), Content = content, Sender = "", Recipients = [new("a@b", null, null, 0, 0, null)], ReceivedUtcTicks = 1 }, default);
        await Task.Delay(20);
        await backend.Blobs.SweepAsync(AsyncEnumerable.Empty<BlobRef>(), TimeSpan.Zero, default);
        (await backend.Blobs.ReadAsync(content)).Length.ShouldBe(3000);
    }

    private static async Task UntilAsync(Func<bool> done) => (await Eventually.HoldsAsync(done)).ShouldBeTrue();
}
