using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Native;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>What is on disk at some moment, opened anew: as it was (the process was killed), and without what no sync had reached (the power went).</summary>
public sealed class CrashTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TempDirectory _copy = new();

    public void Dispose()
    {
        _directory.Dispose();
        _copy.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhatWasAcknowledgedIsThereAfterwards(bool powerLoss)
    {
        var ids = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid()).ToArray();
        await using (var backend = TestData.Open(_directory.Path))
        {
            foreach (var id in ids)
            {
                var mailbox = await backend.NewMailboxAsync(id);
                var content = await backend.Blobs.WriteAsync(id.ToByteArray());
                for (var i = 1; i <= 40; i++)
                    await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + i - 1, TestData.Row(0x402 + i, (uint)i, content: content)));
            }
            TestData.CopyDirectory(_directory.Path, _copy.Path);
        }
        if (powerLoss)
            DropUnsynced(_copy.Path);
        await using var again = TestData.Open(_copy.Path);
        foreach (var id in ids)
        {
            var mailbox = (await again.OpenMailboxAsync(id, default))!;
            var rows = await mailbox.StatesAsync(TestData.Inbox);
            rows.Select(r => r.Uid).ShouldBe(Enumerable.Range(1, 40).Select(i => (uint)i));
            (await mailbox.ReadSequenceAsync(default)).ShouldBe(0x402 + 40);
            var row = (await mailbox.ReadRowsAsync(new[] { rows[7].Id }, default))[0];
            (await again.Blobs.ReadAsync(row.Content)).ShouldBe(id.ToByteArray());
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + 40, TestData.Row(0x402 + 41, 41)));
        }
        (await Defects(again)).ShouldAllBe(d => d.Contains("is missing or damaged", StringComparison.Ordinal), "row 41 of each mailbox refers to no content; nothing else may be wrong");
    }

    [Fact]
    public async Task PowerLossAfterLogSegmentsWereFreedLosesNothing()
    {
        var id = Guid.NewGuid();
        // Each write-ahead log as it was when it was last synced: all of it that a loss of power must leave.
        var synced = new System.Collections.Concurrent.ConcurrentDictionary<string, byte[]>();
        var files = new DataFiles
        {
            Fault = (work, path) =>
            {
                if (work == FileWork.Sync && path.EndsWith("-wal", StringComparison.Ordinal))
                    synced[path] = ReadShared(path);
            },
        };
        await using (var backend = TestData.Open(_directory.Path, files))
        {
            var mailbox = await backend.NewMailboxAsync(id);
            var padding = new string('x', 4000);
            for (var i = 1; i <= 400; i++)
                await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + i - 1, TestData.Row(0x402 + i, (uint)i) with { Preview = padding }));
            TestData.CopyDirectory(_directory.Path, _copy.Path);
        }
        System.IO.Directory.GetFiles(Path.Combine(_copy.Path, "log")).Length.ShouldBeLessThan(8);
        foreach (var path in System.IO.Directory.GetFiles(_copy.Path, "*-wal", SearchOption.AllDirectories))
        {
            File.Delete(path[..^4] + "-shm");
            if (synced.TryGetValue(Path.Combine(_directory.Path, Path.GetRelativePath(_copy.Path, path)), out var bytes))
                File.WriteAllBytes(path, bytes);
            else
                File.Delete(path);
        }
        await using var again = TestData.Open(_copy.Path);
        var reopened = (await again.OpenMailboxAsync(id, default))!;
        (await reopened.StatesAsync(TestData.Inbox)).Count.ShouldBe(400);
    }

    [Fact]
    public async Task ATornTailOfTheLogIsTheEndOfIt()
    {
        var id = Guid.NewGuid();
        await using (var backend = TestData.Open(_directory.Path))
        {
            var mailbox = await backend.NewMailboxAsync(id);
            for (var i = 1; i <= 10; i++)
                await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + i - 1, TestData.Row(0x402 + i, (uint)i)));
            TestData.CopyDirectory(_directory.Path, _copy.Path);
        }
        DropUnsynced(_copy.Path);
        var log = System.IO.Directory.GetFiles(Path.Combine(_copy.Path, "log")).MaxBy(f => File.ReadAllBytes(f).AsSpan().LastIndexOfAnyExcept((byte)0))!;
        var bytes = File.ReadAllBytes(log);
        var end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0);
        bytes[end - 20] ^= 0x55;
        File.WriteAllBytes(log, bytes);

        await using var again = TestData.Open(_copy.Path);
        var reopened = (await again.OpenMailboxAsync(id, default))!;
        (await reopened.StatesAsync(TestData.Inbox)).Count.ShouldBe(9);
        (await reopened.ReadSequenceAsync(default)).ShouldBe(0x402 + 9);
    }

    [Fact]
    public async Task AnyCutOfTheLogGivesAPrefixOfTheBatches()
    {
        var id = Guid.NewGuid();
        await using (var backend = TestData.Open(_directory.Path))
        {
            var mailbox = await backend.NewMailboxAsync(id);
            for (var i = 1; i <= 20; i++)
                await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + i - 1, TestData.Row(0x402 + i, (uint)i)));
            TestData.CopyDirectory(_directory.Path, _copy.Path);
        }
        DropUnsynced(_copy.Path);
        var log = System.IO.Directory.GetFiles(Path.Combine(_copy.Path, "log")).MaxBy(f => File.ReadAllBytes(f).AsSpan().LastIndexOfAnyExcept((byte)0))!;
        var bytes = File.ReadAllBytes(log);
        var end = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        var random = new Random(7);
        var before = int.MaxValue;
        var cuts = new List<int> { end };
        while (cuts[^1] > 64)
            cuts.Add(Math.Max(64, cuts[^1] - random.Next(200, 900)));
        foreach (var cut in cuts)
        {
            using var trial = new TempDirectory();
            TestData.CopyDirectory(_copy.Path, trial.Path);
            var shorter = bytes.ToArray();
            shorter.AsSpan(cut).Clear();
            File.WriteAllBytes(Path.Combine(trial.Path, "log", Path.GetFileName(log)), shorter);
            await using var again = TestData.Open(trial.Path);
            var mailbox = await again.OpenMailboxAsync(id, default);
            var count = mailbox is null ? -1 : (await mailbox.StatesAsync(TestData.Inbox)).Count;
            count.ShouldBeLessThanOrEqualTo(before);
            if (mailbox is not null)
                (await mailbox.ReadSequenceAsync(default)).ShouldBe(0x402 + count);
            before = count;
        }
        before.ShouldBe(-1);
    }

    [Fact]
    public async Task ACleanStopLeavesAnEmptyLog()
    {
        var id = Guid.NewGuid();
        await using (var backend = TestData.Open(_directory.Path))
        {
            var mailbox = await backend.NewMailboxAsync(id);
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
        }
        System.IO.Directory.GetFiles(_directory.File("log")).ShouldBeEmpty();
        System.IO.Directory.GetFiles(_directory.Path, "*-wal", SearchOption.AllDirectories).ShouldBeEmpty();
        await using var again = TestData.Open(_directory.Path);
        var reopened = (await again.OpenMailboxAsync(id, default))!;
        (await reopened.StatesAsync(TestData.Inbox)).Count.ShouldBe(1);
        // Numbers go on after those that the database holds, although the log is gone.
        await reopened.ApplyDurablyAsync(TestData.Insert(0x403, TestData.Row(0x404, 2)));
        TestData.CopyDirectory(_directory.Path, _copy.Path);
        // No power-loss cut here: the mailbox's file was durable, so what the log adds is all that may be missing from its write-ahead log.
        File.Delete(System.IO.Directory.GetFiles(_copy.Path, "*.db-wal", SearchOption.AllDirectories).Single(f => Path.GetFileName(f).StartsWith(id.ToString("n"), StringComparison.Ordinal)));
        await using var third = TestData.Open(_copy.Path);
        (await (await third.OpenMailboxAsync(id, default))!.StatesAsync(TestData.Inbox)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task AMailboxCreatedAgainGetsNothingOfTheOneBefore()
    {
        var id = Guid.NewGuid();
        await using (var backend = TestData.Open(_directory.Path))
        {
            var first = await backend.NewMailboxAsync(id);
            await first.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
            (await backend.DeleteMailboxAsync(id, default)).ShouldBeTrue();
            (await backend.OpenMailboxAsync(id, default)).ShouldBeNull();
            var second = await backend.NewMailboxAsync(id);
            await second.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 9)));
            TestData.CopyDirectory(_directory.Path, _copy.Path);
        }
        DropUnsynced(_copy.Path);
        await using var again = TestData.Open(_copy.Path);
        (await (await again.OpenMailboxAsync(id, default))!.StatesAsync(TestData.Inbox)).ShouldHaveSingleItem().Uid.ShouldBe(9u);
    }

    internal static async Task<List<string>> Defects(SqliteStoreBackend backend)
    {
        var defects = new List<string>();
        await foreach (var defect in backend.CheckAsync(null, default))
            defects.Add(defect);
        return defects;
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Takes away what a loss of power may: every write-ahead log, none of which was synced yet, and mailbox files that were new.</summary>
    private static void DropUnsynced(string directory)
    {
        foreach (var path in System.IO.Directory.GetFiles(directory, "*", SearchOption.AllDirectories))
        {
            if (path.EndsWith("-wal", StringComparison.Ordinal) || path.EndsWith("-shm", StringComparison.Ordinal))
                File.Delete(path);
            else if (Path.GetDirectoryName(path) is { } folder && folder.Contains("/mailboxes/", StringComparison.Ordinal))
                File.WriteAllBytes(path, new byte[4096]);
        }
    }
}
