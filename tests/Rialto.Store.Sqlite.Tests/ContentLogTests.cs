using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Native;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>Contents go through the commit log: one sync for them and the transactions that refer to them, packs later.</summary>
public sealed class ContentLogTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TempDirectory _copy = new();

    public void Dispose()
    {
        _directory.Dispose();
        _copy.Dispose();
    }

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private string[] Packs(string directory) => System.IO.Directory.GetFiles(Path.Combine(directory, "blobs"), "*.pack");

    [Theory]
    [InlineData("gone")]
    [InlineData("empty")]
    [InlineData("zeros")]
    [InlineData("cut")]
    [InlineData("whole")]
    public async Task PacksThatNoSyncReachedAreWrittenFromTheLog(string left)
    {
        var id = Guid.NewGuid();
        var blobs = new List<BlobRef>();
        int Length(int i) => 1 + i * 997 % 30_000;
        // None of the log is recycled: it has all of them.
        await using (var backend = Open(_directory.Path, o => o.LogSegmentSize = 16 * 1024 * 1024))
        {
            var mailbox = await backend.NewMailboxAsync(id);
            // More than a pack holds, so that several were begun.
            for (var i = 0; i < 200; i++)
            {
                blobs.Add(await backend.Blobs.WriteAsync(Bytes(Length(i), i)));
                await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + i, TestData.Row(0x403 + i, (uint)(i + 1), content: blobs[i])));
            }
            backend.Context.Log.Records.ShouldBeGreaterThan(200);
            TestData.CopyDirectory(_directory.Path, _copy.Path);
        }
        Packs(_copy.Path).Length.ShouldBeGreaterThan(1);
        foreach (var pack in Packs(_copy.Path))
        {
            var length = new FileInfo(pack).Length;
            switch (left)
            {
                case "gone":
                    File.Delete(pack);
                    break;
                case "empty":
                    File.WriteAllBytes(pack, []);
                    break;
                case "zeros":
                    File.WriteAllBytes(pack, new byte[length]);
                    break;
                case "cut":
                    File.WriteAllBytes(pack, File.ReadAllBytes(pack)[..(int)(length / 3)]);
                    break;
            }
        }
        await using var again = Open(_copy.Path);
        for (var i = 0; i < blobs.Count; i++)
        {
            again.Context.Blobs.Verify(blobs[i]).ShouldBeTrue();
            (await again.Blobs.ReadAsync(blobs[i])).ShouldBe(Bytes(Length(i), i));
        }
        // What comes next overwrites none of them.
        var next = await again.Blobs.WriteAsync(Bytes(5000, 999));
        (await again.Blobs.ReadAsync(next)).ShouldBe(Bytes(5000, 999));
        for (var i = 0; i < blobs.Count; i++)
            again.Context.Blobs.Verify(blobs[i]).ShouldBeTrue();
        (await CrashTests.Defects(again)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ATornContentEndsTheLogBeforeWhatRefersToIt()
    {
        var id = Guid.NewGuid();
        await using (var backend = TestData.Open(_directory.Path))
        {
            var mailbox = await backend.NewMailboxAsync(id);
            for (var i = 0; i < 5; i++)
            {
                var blob = await backend.Blobs.WriteAsync(Bytes(9000, i));
                await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + i, TestData.Row(0x403 + i, (uint)(i + 1), content: blob)));
            }
            TestData.CopyDirectory(_directory.Path, _copy.Path);
        }
        foreach (var path in System.IO.Directory.GetFiles(_copy.Path, "*", SearchOption.AllDirectories))
        {
            if (path.EndsWith("-wal", StringComparison.Ordinal) || path.EndsWith("-shm", StringComparison.Ordinal) || path.EndsWith(".pack", StringComparison.Ordinal))
                File.Delete(path);
            else if (Path.GetDirectoryName(path)!.Contains("/mailboxes/", StringComparison.Ordinal))
                File.WriteAllBytes(path, new byte[4096]);
        }
        var torn = Bytes(9000, 3).AsSpan(4000, 64).ToArray();
        var log = System.IO.Directory.GetFiles(Path.Combine(_copy.Path, "log")).Single(f => File.ReadAllBytes(f).AsSpan().IndexOf(torn) >= 0);
        var bytes = File.ReadAllBytes(log);
        bytes[bytes.AsSpan().IndexOf(torn) + 7] ^= 1;
        File.WriteAllBytes(log, bytes);
        await using var again = Open(_copy.Path);
        var rows = await (await again.OpenMailboxAsync(id, default))!.StatesAsync(TestData.Inbox);
        rows.Select(r => r.Uid).ShouldBe([1u, 2, 3]);
        (await CrashTests.Defects(again)).ShouldBeEmpty();
    }

    /// <summary>Records of a pack that was compacted since have places that are others' now.</summary>
    [Fact]
    public async Task ACompactedPackIsLeftAloneByTheReplay()
    {
        var blobs = new List<BlobRef>();
        await using (var backend = Open(_directory.Path, o => o.LogSegmentSize = 16 * 1024 * 1024))
        {
            var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
            for (var i = 0; i < 60; i++)
            {
                blobs.Add(await backend.Blobs.WriteAsync(Bytes(100_000, i)));
                await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + i, TestData.Row(0x403 + i, (uint)(i + 1), content: blobs[i])));
            }
            await Task.Delay(20);
            var kept = blobs.Where((_, i) => i % 5 == 4).ToList();
            (await backend.Blobs.SweepAsync(kept.ToAsyncEnumerable(), TimeSpan.Zero, default)).ShouldBeGreaterThan(2_000_000);
            TestData.CopyDirectory(_directory.Path, _copy.Path);
        }
        await using var again = Open(_copy.Path);
        for (var i = 4; i < blobs.Count; i += 5)
            (await again.Blobs.ReadAsync(blobs[i])).ShouldBe(Bytes(100_000, i));
    }

    [Fact]
    public async Task OneSyncCoversAContentAndWhatRefersToIt()
    {
        var files = new DataFiles();
        await using var backend = TestData.Open(_directory.Path, files);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
        var packs = 0;
        var logs = 0;
        files.Fault = (work, path) =>
        {
            if (work == FileWork.Sync)
                Interlocked.Increment(ref path.EndsWith(".pack", StringComparison.Ordinal) ? ref packs : ref path.EndsWith(".log", StringComparison.Ordinal) ? ref logs : ref _others);
        };
        for (var i = 0; i < 5; i++)
        {
            var blob = await backend.Blobs.WriteAsync(Bytes(3000, i));
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x403 + i, TestData.Row(0x404 + i, (uint)(i + 2), content: blob)));
        }
        files.Fault = null;
        packs.ShouldBe(0);
        logs.ShouldBeLessThanOrEqualTo(6);
    }

    private int _others;

    /// <summary>Drafts in the making, or mail that is refused in the end: their bytes are not kept in memory until somebody commits.</summary>
    [Fact]
    public async Task ManyContentsWithoutARecordAreWrittenAllTheSame()
    {
        // One segment has room for all: none is written over before it was looked at.
        await using var backend = Open(_directory.Path, o => o.LogSegmentSize = 16 * 1024 * 1024);
        await backend.NewMailboxAsync(Guid.NewGuid());
        for (var i = 0; i < 40; i++)
            await backend.Blobs.WriteAsync(Bytes(100_000, i));
        var last = Bytes(100_000, 20).AsSpan(500, 64).ToArray();
        for (var i = 0; !System.IO.Directory.GetFiles(_directory.File("log")).Any(f => Shared(f).AsSpan().IndexOf(last) >= 0); i++)
        {
            i.ShouldBeLessThan(200);
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task SegmentsGrowWhileTheyFillFastAndTheLogStaysBounded()
    {
        var options = TestData.Options(_directory.Path);
        options.LargestLogSegmentSize = 1024 * 1024;
        options.MaximumLogSegments = 12;
        await using var backend = SqliteStoreBackend.Open(options, new DataFiles(), TimeProvider.System);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        for (var i = 0; i < 300; i++)
        {
            var blob = await backend.Blobs.WriteAsync(Bytes(100_000, i));
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + i, TestData.Row(0x403 + i, (uint)(i + 1), content: blob)));
        }
        var sizes = System.IO.Directory.GetFiles(_directory.File("log")).Select(f => new FileInfo(f).Length).ToList();
        sizes.ShouldContain(1024 * 1024);
        // Full ones, the one that is written to, and two in reserve.
        sizes.Sum().ShouldBeLessThanOrEqualTo(12 * 256 * 1024 + 4 * 1024 * 1024);
        (await CrashTests.Defects(backend)).ShouldBeEmpty();
    }

    private static byte[] Shared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static SqliteStoreBackend Open(string directory, Action<SqliteStoreOptions>? change = null)
    {
        var options = TestData.Options(directory);
        change?.Invoke(options);
        return SqliteStoreBackend.Open(options, new DataFiles(), TimeProvider.System);
    }
}
