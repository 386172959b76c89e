using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Native;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>A full or broken disk: temporary errors, nothing acknowledged that is not kept, reading goes on.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task ATransactionThatCannotBeAppliedChangesNothing()
    {
        var files = new DataFiles();
        await using var backend = TestData.Open(_directory.Path, files);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        var first = TestData.Insert(0x402, TestData.Row(0x403, 1));
        first.Mutations.Add(new PutFolder(TestData.Folder(new FolderId(0x998), "Kept")));
        await mailbox.ApplyDurablyAsync(first);
        files.Fault = (work, path) =>
        {
            if (work == FileWork.Apply)
                throw new IOException("No space left on device");
        };
        var batch = TestData.Insert(0x403, TestData.Row(0x404, 2));
        batch.Mutations.Add(new PutFolder(TestData.Folder(new FolderId(0x999), "New")));
        await Should.ThrowAsync<StorageUnavailableException>(async () => await mailbox.ApplyAsync(batch, default));
        // The first one shared a commit with the one that failed, and is still there.
        (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBe(1);
        (await mailbox.ReadSequenceAsync(default)).ShouldBe(0x403);
        files.Fault = null;
        await mailbox.ApplyDurablyAsync(batch);
        (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBe(2);
        (await mailbox.LoadAsync(default)).Folders.Count.ShouldBe(4);
    }

    [Fact]
    public async Task ADatabaseThatCannotCommitLosesNothingThatTheLogHas()
    {
        var files = new DataFiles();
        var id = Guid.NewGuid();
        using var copy = new TempDirectory();
        await using (var backend = TestData.Open(_directory.Path, files))
        {
            var mailbox = await backend.NewMailboxAsync(id);
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
            (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBe(1);
            var batch = TestData.Insert(0x403, TestData.Row(0x404, 2));
            batch.Mutations.Add(new PutFolder(TestData.Folder(new FolderId(0x999), "New")));
            await mailbox.ApplyDurablyAsync(batch);
            files.Fault = (work, path) =>
            {
                if (work == FileWork.Commit)
                    throw new IOException("No space left on device");
            };
            // Who reads is told, rather than given an old state; a crash now leaves it to the log, which takes new messages as before.
            await Should.ThrowAsync<StorageUnavailableException>(() => mailbox.StatesAsync(TestData.Inbox));
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x404, TestData.Row(0x405, 3)));
            await Should.ThrowAsync<StorageUnavailableException>(async () => await mailbox.ApplyAsync(NewFolder(0x405, 0x99A), default));
            TestData.CopyDirectory(_directory.Path, copy.Path);
            files.Fault = null;
            (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBe(3);
            (await mailbox.LoadAsync(default)).Folders.Count.ShouldBe(3);
            await mailbox.ApplyDurablyAsync(NewFolder(0x405, 0x99A));
            (await mailbox.LoadAsync(default)).Folders.Count.ShouldBe(4);
        }
        await using var again = TestData.Open(copy.Path);
        var left = (await again.OpenMailboxAsync(id, default))!;
        (await left.StatesAsync(TestData.Inbox)).Count.ShouldBe(3);
        (await left.LoadAsync(default)).Folders.Count.ShouldBe(3);
    }

    /// <summary>New messages wait for SQLite in memory and in the log: not more of them than a reader can wait for.</summary>
    [Fact]
    public async Task WhatWaitsForTheDatabaseIsBounded()
    {
        var files = new DataFiles();
        await using var backend = TestData.Open(_directory.Path, files);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        var sequence = 0x402L;
        await mailbox.ApplyDurablyAsync(TestData.Insert(sequence, TestData.Row(++sequence, 1)));
        files.Fault = (work, path) =>
        {
            if (work == FileWork.Commit)
                throw new IOException("No space left on device");
        };
        var taken = 1;
        while (taken < 10_000)
        {
            try
            {
                await mailbox.ApplyDurablyAsync(TestData.Insert(sequence, TestData.Row(sequence + 1, (uint)taken + 1)));
            }
            catch (StorageUnavailableException)
            {
                break;
            }
            sequence++;
            taken++;
        }
        taken.ShouldBeInRange(32, 1000);
        (await mailbox.ReadSequenceAsync(default)).ShouldBe(sequence);
        files.Fault = null;
        (await mailbox.StatesAsync(TestData.Inbox)).Select(r => r.Uid).ShouldBe(Enumerable.Range(1, taken).Select(i => (uint)i));
        await mailbox.ApplyDurablyAsync(TestData.Insert(sequence, TestData.Row(sequence + 1, (uint)taken + 1)));
        (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBe(taken + 1);
    }

    /// <summary>Of what waits together only the last counters are written; a folder that went with them has none.</summary>
    [Fact]
    public async Task TransactionsThatAreAppliedAgainTogetherGiveWhatEachWould()
    {
        var files = new DataFiles();
        await using var backend = TestData.Open(_directory.Path, files);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        var (kept, gone) = (new FolderId(0x990), new FolderId(0x991));
        foreach (var (sequence, folder) in new[] { (0x402L, kept), (0x403L, gone) })
            await mailbox.ApplyDurablyAsync(NewFolder(sequence, folder.Value));
        (await mailbox.LoadAsync(default)).Folders.Count.ShouldBe(4);
        var first = TestData.Insert(0x404, TestData.Row(0x405, 1, kept), TestData.Row(0x406, 1, gone));
        first.Mutations.Add(new PutFolderCounters(kept, new FolderCounters { Count = 1, UidNext = 2 }));
        first.Mutations.Add(new PutFolderCounters(gone, new FolderCounters { Count = 1, UidNext = 2 }));
        // Three that are run at once, and undone with the fourth.
        first.Mutations.Add(new PutSetting("one", "1"));
        await mailbox.ApplyDurablyAsync(first);
        var second = new WriteBatch { ExpectedSequence = 0x406, NewSequence = 0x407 };
        second.Mutations.Add(new DeleteFolder(gone));
        await mailbox.ApplyDurablyAsync(second);
        await mailbox.ApplyDurablyAsync(NewFolder(0x407, 0x992));
        files.Fault = (work, path) =>
        {
            if (work == FileWork.Apply)
                throw new IOException("No space left on device");
        };
        await Should.ThrowAsync<StorageUnavailableException>(async () => await mailbox.ApplyAsync(NewFolder(0x408, 0x993), default));
        files.Fault = null;
        // One that waits behind them.
        var third = TestData.Insert(0x408, TestData.Row(0x409, 2, kept));
        third.Mutations.Add(new PutFolderCounters(kept, new FolderCounters { Count = 2, UidNext = 3 }));
        await mailbox.ApplyDurablyAsync(third);
        var image = await mailbox.LoadAsync(default);
        image.Folders.Select(f => f.Id.Value).Order().ShouldBe([TestData.Inbox.Value, TestData.Archive.Value, kept.Value, 0x992]);
        image.Folders.Single(f => f.Id == kept).Counters.ShouldBe(new FolderCounters { Count = 2, UidNext = 3 });
        image.Folders.Single(f => f.Id.Value == 0x992).Counters.ShouldBe(new FolderCounters());
        (await mailbox.StatesAsync(kept)).Select(r => r.Uid).ShouldBe([1u, 2u]);
        (await mailbox.StatesAsync(gone)).ShouldBeEmpty();
        (await mailbox.ReadSequenceAsync(default)).ShouldBe(0x409);
        // The same after a close: the numbers of folders among them.
        await mailbox.ApplyDurablyAsync(NewFolder(0x409, 0x994));
        (await mailbox.LoadAsync(default)).Folders.Count.ShouldBe(5);
    }

    private static WriteBatch NewFolder(long sequence, long id)
    {
        var batch = new WriteBatch { ExpectedSequence = sequence, NewSequence = sequence + 1 };
        batch.Mutations.Add(new PutFolder(TestData.Folder(new FolderId(id), $"Folder {id:x}")));
        return batch;
    }

    [Fact]
    public async Task TransactionsThatNobodyReadsShareCommits()
    {
        var files = new DataFiles();
        await using var backend = TestData.Open(_directory.Path, files);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
        var commits = 0;
        files.Fault = (work, path) => commits += work == FileWork.Commit ? 1 : 0;
        for (var i = 0; i < 60; i++)
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x403 + i, TestData.Row(0x404 + i, (uint)(2 + i))));
        // The background work commits once a second as well.
        commits.ShouldBeLessThan(20);
        (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBe(61);
    }

    /// <summary>The disk is full when SQLite is to be given what only the log has yet: nothing is lost, and it is there once there is room.</summary>
    [Fact]
    public async Task FlagsOfManyMessagesAreInTheLogBeforeTheyAreInTheDatabase()
    {
        var files = new DataFiles();
        var id = Guid.NewGuid();
        using var copy = new TempDirectory();
        await using (var backend = TestData.Open(_directory.Path, files))
        {
            var mailbox = await backend.NewMailboxAsync(id);
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1), TestData.Row(0x404, 2)));
            (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBe(2);
            files.Fault = (work, path) =>
            {
                if (work is FileWork.Commit or FileWork.Apply)
                    throw new IOException("No space left on device");
            };
            var batch = new WriteBatch { ExpectedSequence = 0x404, NewSequence = 0x406 };
            batch.Mutations.Add(new SetMessageStates(TestData.Inbox, [new MessageRun(1, new(0x403), 0x403, 2)])
            {
                Touched = MessageState.Flagged, State = MessageState.Flagged, Keywords = [], Status = 0, FirstSequence = 0x405, IsContent = true, IsReadState = false, TimeUtcTicks = 7,
            });
            await mailbox.ApplyDurablyAsync(batch);
            await Should.ThrowAsync<StorageUnavailableException>(() => mailbox.StatesAsync(TestData.Inbox));
            await Should.ThrowAsync<StorageUnavailableException>(async () => await mailbox.ApplyAsync(NewFolder(0x406, 0x999), default));
            TestData.CopyDirectory(_directory.Path, copy.Path);
            files.Fault = null;
            (await mailbox.StatesAsync(TestData.Inbox)).ShouldAllBe(r => r.State.HasFlag(MessageState.Flagged));
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x406, TestData.Row(0x407, 3)));
            (await mailbox.StatesAsync(TestData.Inbox)).Select(r => r.Sequence).ShouldBe([0x405, 0x406, 0x407]);
        }
        await using var again = TestData.Open(copy.Path);
        (await (await again.OpenMailboxAsync(id, default))!.StatesAsync(TestData.Inbox)).Select(r => r.Sequence).ShouldBe([0x405, 0x406]);
    }

    [Fact]
    public async Task ALogThatCannotBeSyncedAcknowledgesNothingUntilItCan()
    {
        var files = new DataFiles();
        var id = Guid.NewGuid();
        using var copy = new TempDirectory();
        await using (var backend = TestData.Open(_directory.Path, files))
        {
            var mailbox = await backend.NewMailboxAsync(id);
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
            files.Fault = (work, path) =>
            {
                if (work == FileWork.Sync)
                    throw new IOException("Input/output error");
            };
            var durable = await mailbox.ApplyAsync(TestData.Insert(0x403, TestData.Row(0x404, 2)), default);
            await Should.ThrowAsync<StorageUnavailableException>(() => durable);
            await Should.ThrowAsync<StorageUnavailableException>(async () => await mailbox.ApplyAsync(TestData.Insert(0x404, TestData.Row(0x405, 3)), default));
            (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBeGreaterThanOrEqualTo(1);
            files.Fault = null;
            // The second message was applied and not acknowledged: it may be there. What comes once the disk works again is durable.
            var sequence = await mailbox.ReadSequenceAsync(default);
            await Patience.UntilItWorksAsync(() => mailbox.ApplyDurablyAsync(TestData.Insert(sequence, TestData.Row(sequence + 1, 7))));
            TestData.CopyDirectory(_directory.Path, copy.Path);
        }
        await using var again = TestData.Open(copy.Path);
        var rows = await (await again.OpenMailboxAsync(id, default))!.StatesAsync(TestData.Inbox);
        rows.Select(r => r.Uid).ShouldContain(1u);
        rows.Select(r => r.Uid).ShouldContain(7u);
    }

    /// <summary>What the kernel does with pages that it could not write: they count as written, and are gone.</summary>
    [Fact]
    public async Task APackThatLosesWhatItCouldNotWriteGetsItBackFromTheLog()
    {
        var files = new DataFiles();
        var random = new Random(5);
        var contents = Enumerable.Range(0, 12).Select(_ => new byte[20_000]).ToList();
        contents.ForEach(random.NextBytes);
        var blobs = new List<BlobRef>();
        await using var backend = TestData.Open(_directory.Path, files);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        var failures = 0;
        files.Fault = (work, path) =>
        {
            if (work != FileWork.Sync || !path.EndsWith(".pack", StringComparison.Ordinal) || Interlocked.Increment(ref failures) > 1)
                return;
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            RandomAccess.Write(file, new byte[RandomAccess.GetLength(file) - 16], 16);
            throw new IOException("Input/output error");
        };
        // Enough for a segment to fill, so that the packs are to be synced.
        for (var i = 0; i < contents.Count || Volatile.Read(ref failures) < 2; i++)
        {
            var content = i < contents.Count ? contents[i] : BitConverter.GetBytes(i).Concat(new byte[20_000]).ToArray();
            BlobRef blob = default;
            await Patience.UntilItWorksAsync(async () => blob = await backend.Blobs.WriteAsync(content));
            if (i < contents.Count)
                blobs.Add(blob);
            await Patience.UntilItWorksAsync(async () =>
            {
                // One that was not acknowledged may be there all the same.
                var sequence = await mailbox.ReadSequenceAsync(default);
                await mailbox.ApplyDurablyAsync(TestData.Insert(sequence, TestData.Row(sequence + 1, (uint)sequence, content: blob)));
            });
        }
        await Patience.UntilAsync(() => Task.FromResult(!backend.Context.Blobs.MayHaveLost));
        for (var i = 0; i < blobs.Count; i++)
        {
            backend.Context.Blobs.Verify(blobs[i]).ShouldBeTrue();
            (await backend.Blobs.ReadAsync(blobs[i])).ShouldBe(contents[i]);
        }
    }

    [Fact]
    public async Task TwoServersCannotOpenOneDirectory()
    {
        await using (var backend = TestData.Open(_directory.Path))
            Should.Throw<DataDirectoryInUseException>(() => TestData.Open(_directory.Path));
        await using var again = TestData.Open(_directory.Path);
        again.Name.ShouldBe("sqlite");
    }

    [Fact]
    public async Task TheDataIsForTheOwnerAlone()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await backend.Blobs.WriteAsync(new byte[500]);
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
        await mailbox.IndexAsync([new TextDocument(new(0x403), "s", "b")], new(0x403), default);
        foreach (var path in System.IO.Directory.GetFiles(_directory.Path, "*", SearchOption.AllDirectories))
            (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)).ShouldBe(UnixFileMode.None, path);
    }
}
