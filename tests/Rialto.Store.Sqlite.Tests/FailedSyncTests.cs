using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Log;
using Rialto.Store.Sqlite.Mailboxes;
using Rialto.Store.Sqlite.Native;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>A sync of a database fails and the next one succeeds, though what the first was to write is not on the disk: nothing acknowledged is lost.</summary>
public sealed class FailedSyncTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly TempDirectory _copy = new();
    private readonly DataFiles _files = new();
    private readonly Guid _id = Guid.NewGuid();
    private readonly Lock _lock = new();
    private long _sequence = 0x402;
    private int _failures;
    private bool _logFails;
    private bool _reverts;
    private string _path = "";

    /// <summary>What the disk has of the write-ahead log.</summary>
    private byte[] _disk = [];

    /// <summary>Some of the write-ahead log counts as written and is not on the disk.</summary>
    private bool _hasLost;

    public void Dispose()
    {
        _directory.Dispose();
        _copy.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AWriteAheadLogIsNotBelievedAfterAFailedSync(bool reverts)
    {
        _reverts = reverts;
        await using (var backend = await OpenDurableAsync())
        {
            var mailbox = (await backend.OpenMailboxAsync(_id, default))!;
            for (var i = 0; i < 5; i++)
                await InsertAsync(mailbox);
            Fail();
            await UntilGivenUpAsync();
            _failures.ShouldBe(0);
            (await UidsAsync(mailbox)).ShouldBe([1, 2, 3, 4, 5, 6]);
            CopyAsAfterALossOfPower();
            await InsertAsync(mailbox);
            (await UidsAsync(mailbox)).ShouldBe([1, 2, 3, 4, 5, 6, 7]);
            (await DefectsAsync(backend)).ShouldBeEmpty();
        }
        await ShouldHoldAsync(_copy.Path, 6);
        await ShouldHoldAsync(_directory.Path, 7);
    }

    /// <summary>Read, written to, closed and opened all the while.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NothingIsLostWhileSyncsFailNowAndThen(bool reverts)
    {
        _reverts = reverts;
        await using (var backend = await OpenDurableAsync())
        {
            var mailbox = (await backend.OpenMailboxAsync(_id, default))!;
            for (var i = 1; i <= 3; i++)
            {
                Fail();
                for (var k = 0; k < 10; k++)
                {
                    await InsertAsync(mailbox);
                    if (k % 3 == 0)
                        await Patience.UntilItWorksAsync(async () => (await UidsAsync(mailbox)).Count.ShouldBeGreaterThan(10 * (i - 1)));
                }
                await UntilGivenUpAsync();
                (await UidsAsync(mailbox)).Count.ShouldBe(10 * i + 1);
            }
            CopyAsAfterALossOfPower();
        }
        await ShouldHoldAsync(_copy.Path, 31);
        await ShouldHoldAsync(_directory.Path, 31);
    }

    [Fact]
    public async Task WhatWasNotCommittedYetIsThereAfterwards()
    {
        _reverts = true;
        await using var backend = await OpenDurableAsync(idle: false);
        var mailbox = (await backend.OpenMailboxAsync(_id, default))!;
        var database = Database(backend);
        await InsertAsync(mailbox);
        (await UidsAsync(mailbox)).Count.ShouldBe(2);
        Fail();
        Should.Throw<IOException>(database.MakeDurable);
        _hasLost.ShouldBeTrue();
        var folder = new FolderId(0x999);
        var batch = TestData.Insert(_sequence, TestData.Row(_sequence + 1, 3));
        batch.Mutations.Add(new PutFolder(TestData.Folder(folder, "New")));
        await mailbox.ApplyDurablyAsync(batch);
        _sequence++;
        await mailbox.ApplyDurablyAsync(TestData.Insert(_sequence, TestData.Row(_sequence + 1, 1, folder)));
        _sequence++;
        database.MakeDurable();
        (await UidsAsync(mailbox)).ShouldBe([1, 2, 3]);
        (await mailbox.StatesAsync(folder)).Select(r => r.Uid).ShouldBe([1u]);
        (await mailbox.LoadAsync(default)).Folders.Count.ShouldBe(3);
        (await mailbox.ReadSequenceAsync(default)).ShouldBe(_sequence);
        _hasLost.ShouldBeFalse();
    }

    /// <summary>SQLite's own syncs, of the write-ahead log or the database.</summary>
    [Fact]
    public async Task ADatabaseWhoseCheckpointCouldNotSyncIsOpenedAnew()
    {
        await using (var backend = await OpenDurableAsync(idle: false))
        {
            var mailbox = (await backend.OpenMailboxAsync(_id, default))!;
            await InsertAsync(mailbox);
            await UidsAsync(mailbox);
            var rewritten = 0;
            var fails = true;
            _files.Fault = (work, path) =>
            {
                if (work == FileWork.Checkpoint && fails)
                    throw new SqliteException(SqliteException.FailedSync, "disk I/O error");
                if (work == FileWork.Write && path.EndsWith("-wal", StringComparison.Ordinal))
                    rewritten++;
            };
            var database = Database(backend);
            await Should.ThrowAsync<SqliteException>(async () => await database.CheckpointAsync(default));
            fails = false;
            rewritten.ShouldBe(0);
            await InsertAsync(mailbox);
            await database.CheckpointAsync(default);
            rewritten.ShouldBe(1);
            (await UidsAsync(mailbox)).ShouldBe([1, 2, 3]);
        }
        await ShouldHoldAsync(_directory.Path, 3);
    }

    /// <summary>A new file holds pages that are in no write-ahead log.</summary>
    [Fact]
    public async Task ANewFileThatCouldNotBeSyncedIsWrittenAgain()
    {
        var options = TestData.Options(_directory.Path);
        options.LogIdle = TimeSpan.FromMilliseconds(100);
        var fails = true;
        var written = 0;
        await using (var backend = SqliteStoreBackend.Open(options, _files, TimeProvider.System))
        {
            var mailbox = await backend.NewMailboxAsync(_id);
            await InsertAsync(mailbox);
            var path = Database(backend).Path;
            _files.Fault = (work, file) =>
            {
                if (file != path)
                    return;
                if (work == FileWork.Checkpoint && fails)
                {
                    fails = false;
                    throw new SqliteException(SqliteException.FailedSync, "disk I/O error");
                }
                written += work == FileWork.Write ? 1 : 0;
            };
            await UntilGivenUpAsync();
            written.ShouldBe(1);
            await InsertAsync(mailbox);
            (await UidsAsync(mailbox)).ShouldBe([1, 2]);
        }
        await ShouldHoldAsync(_directory.Path, 2);
    }

    /// <summary>A process that ends leaves the page cache as it is, with what counts as written.</summary>
    [Fact]
    public async Task AWriteAheadLogThatAStartFindsIsWrittenAgain()
    {
        await using (var backend = await OpenDurableAsync(idle: false))
        {
            var mailbox = (await backend.OpenMailboxAsync(_id, default))!;
            await InsertAsync(mailbox);
            await UidsAsync(mailbox);
            TestData.CopyDirectory(_directory.Path, _copy.Path);
        }
        var written = new HashSet<string>();
        _files.Fault = (work, path) =>
        {
            if (work == FileWork.Write && path.EndsWith("-wal", StringComparison.Ordinal))
                written.Add(path);
        };
        await using var again = TestData.Open(_copy.Path, _files);
        (await UidsAsync((await again.OpenMailboxAsync(_id, default))!)).ShouldBe([1, 2]);
        written.ShouldContain(p => Path.GetFileName(p).StartsWith(_id.ToString("n"), StringComparison.Ordinal));
    }

    /// <summary>The log was refused what the database lost: nobody gets an old state for the new one, and the next start has what was acknowledged.</summary>
    [Fact]
    public async Task WhatNeitherHasIsToldUntilTheNextStart()
    {
        _reverts = true;
        await using (var backend = await OpenDurableAsync(idle: false))
        {
            var mailbox = (await backend.OpenMailboxAsync(_id, default))!;
            await InsertAsync(mailbox);
            (await UidsAsync(mailbox)).Count.ShouldBe(2);
            Fail(alsoTheLog: true);
            var refused = await mailbox.ApplyAsync(TestData.Insert(_sequence, TestData.Row(_sequence + 1, 99)), default);
            await Should.ThrowAsync<StorageUnavailableException>(() => refused);
            await Patience.UntilAsync(async () =>
            {
                try
                {
                    await UidsAsync(mailbox);
                    return false;
                }
                catch (StorageUnavailableException)
                {
                    return true;
                }
            });
            await Should.ThrowAsync<StorageUnavailableException>(async () => await mailbox.ApplyAsync(TestData.Insert(_sequence + 1, TestData.Row(_sequence + 2, 100)), default));
        }
        await ShouldHoldAsync(_directory.Path, 2);
    }

    /// <summary>A mailbox with one message in a file that is durable and is not new any more, and nothing in the log.</summary>
    private async Task<SqliteStoreBackend> OpenDurableAsync(bool idle = true)
    {
        await using (var before = TestData.Open(_directory.Path))
            await InsertAsync(await before.NewMailboxAsync(_id));
        var options = TestData.Options(_directory.Path);
        if (idle)
            options.LogIdle = TimeSpan.FromMilliseconds(100);
        var backend = SqliteStoreBackend.Open(options, _files, TimeProvider.System);
        _path = Database(backend).WriteAheadPath;
        _files.Fault = Fault;
        return backend;
    }

    private MailboxDatabase Database(SqliteStoreBackend backend) => backend.Registry.TryGet(_id, out var database) ? database : throw new InvalidOperationException();

    private void Fail(bool alsoTheLog = false)
    {
        lock (_lock)
        {
            _logFails = alsoTheLog;
            _failures = 1;
        }
    }

    /// <summary>The system's page cache and the disk below it.</summary>
    private void Fault(FileWork work, string path)
    {
        lock (_lock)
        {
            if (work == FileWork.Write && path.EndsWith(".log", StringComparison.Ordinal) && _logFails)
            {
                _logFails = false;
                throw new IOException("Input/output error");
            }
            if (path != _path)
                return;
            if (work == FileWork.Write)
            {
                _hasLost = false;
            }
            else if (work == FileWork.Sync && _failures > 0)
            {
                _failures--;
                _hasLost = true;
                if (_reverts)
                    Overwrite(path);
                throw new IOException("Input/output error");
            }
            else if (work == FileWork.Sync && !_hasLost)
            {
                _disk = Shared(path);
            }
        }
    }

    private void CopyAsAfterALossOfPower()
    {
        lock (_lock)
        {
            TestData.CopyDirectory(_directory.Path, _copy.Path);
            var copy = Path.Combine(_copy.Path, Path.GetRelativePath(_directory.Path, _path));
            if (_hasLost && File.Exists(copy))
                Overwrite(copy);
        }
    }

    private void Overwrite(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[RandomAccess.GetLength(file)];
        _disk.AsSpan(0, Math.Min(_disk.Length, bytes.Length)).CopyTo(bytes);
        RandomAccess.Write(file, bytes, 0);
    }

    private static byte[] Shared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Adds the next message, one UID after the other.</summary>
    private async Task InsertAsync(IMailboxStorage mailbox)
    {
        await Patience.UntilItWorksAsync(() => mailbox.ApplyDurablyAsync(TestData.Insert(_sequence, TestData.Row(_sequence + 1, (uint)(_sequence - 0x401)))));
        _sequence++;
    }

    private static async Task<List<uint>> UidsAsync(IMailboxStorage mailbox) => [.. (await mailbox.StatesAsync(TestData.Inbox)).Select(r => r.Uid)];

    private async Task ShouldHoldAsync(string directory, uint last)
    {
        await using var again = TestData.Open(directory);
        (await UidsAsync((await again.OpenMailboxAsync(_id, default))!)).ShouldBe(Enumerable.Range(1, (int)last).Select(i => (uint)i));
        (await DefectsAsync(again)).ShouldBeEmpty();
    }

    /// <summary>The messages here have no contents.</summary>
    private static async Task<List<string>> DefectsAsync(SqliteStoreBackend backend) => [.. (await CrashTests.Defects(backend)).Where(d => !d.Contains("the content of message", StringComparison.Ordinal))];

    /// <summary>Until the log has no record any more: the databases have to.</summary>
    private Task UntilGivenUpAsync() => Patience.UntilAsync(() => Task.FromResult(!System.IO.Directory.GetFiles(_directory.File("log")).Any(HasRecords)));

    private static bool HasRecords(string path)
    {
        try
        {
            return LogReader.ReadSegment(path).Entries.Count > 0;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
