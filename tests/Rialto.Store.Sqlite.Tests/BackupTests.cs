using Rialto.Delivery;
using Rialto.Directory;
using Rialto.Store.Backend;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

public sealed class BackupTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TempDirectory _copy = new();

    public void Dispose()
    {
        _directory.Dispose();
        _copy.Dispose();
    }

    [Fact]
    public async Task ABackupUnderLoadOpensAsADataDirectoryWithoutDefects()
    {
        var ids = Enumerable.Range(0, 4).Select(_ => Guid.NewGuid()).ToArray();
        var pristine = Guid.NewGuid();
        var large = new byte[400_000];
        large[5] = 1;
        var target = _copy.File("backup");
        var before = new long[ids.Length];
        BlobRef largeRef;
        await using (var backend = TestData.Open(_directory.Path))
        {
            await backend.NewMailboxAsync(pristine);
            await backend.Directory.ApplyAsync(new(0) { Rows = [new(pristine, DirectoryKind.Account, 0, "{}"u8.ToArray())] }, default);
            await backend.Queue.EnqueueAsync(new QueuedMessage { Id = pristine, Content = new BlobRef(1, 1), Sender = "", Recipients = [new("a@b", null, null, 0, 0, null)], ReceivedUtcTicks = 1 }, default);
            largeRef = await backend.Blobs.WriteAsync(large);
            using var stop = new CancellationTokenSource();
            var writers = new List<Task>();
            for (var w = 0; w < ids.Length; w++)
            {
                var mailbox = await backend.NewMailboxAsync(ids[w]);
                writers.Add(WriteAsync(backend, mailbox, w, before, stop.Token));
            }
            while (before.Any(b => Volatile.Read(ref b) < 20))
                await Task.Delay(5);
            var atStart = before.ToArray();
            await backend.BackupAsync(target, null, default);
            await stop.CancelAsync();
            await Task.WhenAll(writers);
            atStart.CopyTo(before, 0);
            (await CrashTests.Defects(backend)).ShouldBeEmpty();
        }
        await using var restored = TestData.Open(target);
        (await CrashTests.Defects(restored)).ShouldBeEmpty();
        for (var w = 0; w < ids.Length; w++)
        {
            var mailbox = (await restored.OpenMailboxAsync(ids[w], default))!;
            var rows = await mailbox.StatesAsync(TestData.Inbox);
            rows.Count.ShouldBeGreaterThanOrEqualTo((int)before[w]);
            rows.Count.ShouldBe((int)(await mailbox.ReadSequenceAsync(default) - 0x402));
        }
        (await (await restored.OpenMailboxAsync(pristine, default))!.LoadAsync(default)).Folders.Count.ShouldBe(2);
        (await restored.Blobs.ReadAsync(largeRef)).ShouldBe(large);
        (await restored.Directory.GetVersionAsync(default)).ShouldBe(1);
        (await restored.Queue.ClaimAsync("me", 5, TimeSpan.FromMinutes(1), default)).ShouldHaveSingleItem().Repeated.ShouldBeTrue();
        foreach (var path in System.IO.Directory.GetFiles(target, "*", SearchOption.AllDirectories))
            (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)).ShouldBe(UnixFileMode.None, path);
    }

    [Fact]
    public async Task ABackupNeedsAnEmptyDirectory()
    {
        await using var backend = TestData.Open(_directory.Path);
        File.WriteAllText(_copy.File("x"), "");
        await Should.ThrowAsync<IOException>(async () => await backend.BackupAsync(_copy.Path, null, default));
    }

    [Fact]
    public async Task TheCheckNamesADamagedContentAndADamagedRow()
    {
        var id = Guid.NewGuid();
        await using (var backend = TestData.Open(_directory.Path))
        {
            var mailbox = await backend.NewMailboxAsync(id);
            var content = await backend.Blobs.WriteAsync(Enumerable.Range(0, 5000).Select(i => (byte)i).ToArray());
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1, content: content), TestData.Row(0x404, 2, content: content)));
            (await CrashTests.Defects(backend)).ShouldBeEmpty();
        }
        var pack = System.IO.Directory.GetFiles(_directory.File("blobs"), "*.pack").Single();
        var bytes = File.ReadAllBytes(pack);
        bytes[1000] ^= 1;
        File.WriteAllBytes(pack, bytes);
        var database = System.IO.Directory.GetFiles(_directory.File("mailboxes"), "*.db", SearchOption.AllDirectories).Single();
        using (var connection = Native.SqliteConnection.Open(database, Native.SqliteApi.OpenReadWrite))
            connection.Execute("DELETE FROM digest WHERE place & 4294967295 = 2");
        await using var again = TestData.Open(_directory.Path);
        var defects = await CrashTests.Defects(again);
        defects.Count.ShouldBe(2);
        defects.ShouldContain(d => d.Contains("damaged", StringComparison.Ordinal));
        defects.ShouldContain(d => d.Contains("without a digest", StringComparison.Ordinal));
    }

    private static async Task WriteAsync(SqliteStoreBackend backend, IMailboxStorage mailbox, int writer, long[] done, CancellationToken stop)
    {
        for (var i = 1; !stop.IsCancellationRequested; i++)
        {
            var content = await backend.Blobs.WriteAsync(BitConverter.GetBytes((long)writer << 32 | (uint)i));
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x402 + i - 1, TestData.Row(0x402 + i, (uint)i, content: content)));
            Volatile.Write(ref done[writer], i);
        }
    }
}
