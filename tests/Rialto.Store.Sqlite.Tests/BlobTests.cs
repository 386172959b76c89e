using System.Buffers;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Blobs;
using Rialto.Store.Sqlite.Native;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

public sealed class BlobTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private PackBlobStore Open(DataFiles? files = null) => new(_directory.File("blobs"), TestData.Options(_directory.Path), files ?? new DataFiles(), TimeProvider.System);

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(256 * 1024 - 1)]
    [InlineData(256 * 1024)]
    [InlineData(1_000_000)]
    public async Task AnyLengthComesBackByEitherWayIn(int length)
    {
        var store = Open();
        var bytes = Bytes(length, length);
        var blob = await store.WriteAsync(bytes);
        blob.Length.ShouldBe(length);
        (await store.ReadAsync(blob)).ShouldBe(bytes);

        await using var writer = store.CreateWriter();
        foreach (var chunk in bytes.Chunk(7000))
        {
            writer.Write(chunk);
            await writer.FlushAsync(default);
        }
        var written = await writer.CompleteAsync(default);
        (await store.ReadAsync(written)).ShouldBe(bytes);
        store.Verify(written).ShouldBeTrue();
        store.Close();

        var again = Open();
        (await again.ReadAsync(blob)).ShouldBe(bytes);
        (await again.ReadAsync(written)).ShouldBe(bytes);
        again.Close();
    }

    [Fact]
    public async Task TheSameBytesGetTheReferenceTheyHave()
    {
        var store = Open();
        var first = await store.WriteAsync(Bytes(500, 1));
        (await store.WriteAsync(Bytes(500, 1))).ShouldBe(first);
        (await store.WriteAsync(Bytes(500, 2))).ShouldNotBe(first);
        store.Close();
    }

    [Fact]
    public async Task AContentOfZerosAtTheEndOfAPackIsNotTakenForTheEnd()
    {
        var store = Open();
        var zeros = await store.WriteAsync(new byte[5000]);
        store.SyncDirty();
        var again = Open();
        var next = await again.WriteAsync(Bytes(100, 3));
        (await again.ReadAsync(zeros)).ShouldBe(new byte[5000]);
        (await again.ReadAsync(next)).ShouldBe(Bytes(100, 3));
        again.Close();
        store.Close();
    }

    [Fact]
    public async Task ATornLastRecordIsPassedOver()
    {
        var store = Open();
        var kept = await store.WriteAsync(Bytes(3000, 1));
        var torn = await store.WriteAsync(Bytes(3000, 2));
        store.Close();
        var pack = System.IO.Directory.GetFiles(_directory.File("blobs"), "*.pack").Single();
        using (var file = File.OpenHandle(pack, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.SetLength(file, RandomAccess.GetLength(file) - 1500);
        var again = Open();
        var next = await again.WriteAsync(Bytes(3000, 4));
        (await again.ReadAsync(kept)).ShouldBe(Bytes(3000, 1));
        (await again.ReadAsync(next)).ShouldBe(Bytes(3000, 4));
        again.Verify(torn).ShouldBeFalse();
        again.Close();
    }

    [Fact]
    public async Task PacksRollOverAndEveryRecordIsFound()
    {
        var store = Open();
        var blobs = new List<BlobRef>();
        for (var i = 0; i < 60; i++)
            blobs.Add(await store.WriteAsync(Bytes(100_000, i)));
        System.IO.Directory.GetFiles(_directory.File("blobs"), "*.pack").Length.ShouldBeGreaterThan(2);
        store.SyncDirty();
        for (var i = 0; i < blobs.Count; i++)
            (await store.ReadAsync(blobs[i])).ShouldBe(Bytes(100_000, i));
        store.Close();
    }

    [Fact]
    public async Task ASweepFreesWhatIsNotMarkedAndKeepsReferencesValid()
    {
        var store = Open();
        var blobs = new List<BlobRef>();
        for (var i = 0; i < 60; i++)
            blobs.Add(await store.WriteAsync(Bytes(100_000, i)));
        var large = await store.WriteAsync(Bytes(400_000, 99));
        var gone = await store.WriteAsync(Bytes(400_000, 98));
        // One in five of the first packs, all of the last ones.
        var marked = blobs.Where((_, i) => i % 5 == 0 || i > 40).Append(large).ToList();
        using var held = await store.OpenAsync(blobs[1], default);
        await Task.Delay(20);
        var freed = await store.SweepAsync(marked.ToAsyncEnumerable(), TimeSpan.Zero, default);
        freed.ShouldBeGreaterThan(2_000_000);
        foreach (var blob in marked)
            store.Verify(blob).ShouldBeTrue();
        (await store.ReadAsync(blobs[5])).ShouldBe(Bytes(100_000, 5));
        held.Memory.ToArray().ShouldBe(Bytes(100_000, 1));
        store.Verify(gone).ShouldBeFalse();
        await Should.ThrowAsync<StorageUnavailableException>(async () => await store.OpenAsync(blobs[1], default));
        // What was swept is written anew, not referred to.
        (await store.ReadAsync(await store.WriteAsync(Bytes(100_000, 1)))).ShouldBe(Bytes(100_000, 1));
        store.Close();

        var again = Open();
        (await again.ReadAsync(blobs[5])).ShouldBe(Bytes(100_000, 5));
        await again.SweepAsync(new[] { blobs[5] }.ToAsyncEnumerable(), TimeSpan.Zero, default);
        (await again.ReadAsync(blobs[5])).ShouldBe(Bytes(100_000, 5));
        again.Close();
    }

    [Fact]
    public async Task ASweepLeavesYoungContentsAlone()
    {
        var store = Open();
        var blob = await store.WriteAsync(Bytes(1000, 1));
        (await store.SweepAsync(AsyncEnumerable.Empty<BlobRef>(), TimeSpan.FromHours(1), default)).ShouldBe(0);
        (await store.ReadAsync(blob)).Length.ShouldBe(1000);
        store.Close();
    }

    [Fact]
    public async Task AForgedReferenceIsAnErrorAndNothingElse()
    {
        var store = Open();
        var blob = await store.WriteAsync(Bytes(1000, 1));
        foreach (var bad in new[] { blob with { Length = 999 }, blob with { Key = blob.Key + 8 }, blob with { Key = blob.Key + 1_000_000 }, new BlobRef(long.MaxValue, 5), new BlobRef(blob.Key, long.MaxValue), new BlobRef(-1, 5) })
            await Should.ThrowAsync<StorageUnavailableException>(async () => await store.OpenAsync(bad, default));
        store.Close();
    }

    [Fact]
    public async Task AFullDiskIsReportedAndNothingIsLeft()
    {
        var files = new DataFiles();
        var store = Open(files);
        var kept = await store.WriteAsync(Bytes(1000, 1));
        files.Fault = (work, _) =>
        {
            if (work == FileWork.Write)
                throw new IOException("No space left on device");
        };
        await Should.ThrowAsync<StorageUnavailableException>(async () => await store.WriteAsync(Bytes(1000, 2)));
        await using (var writer = store.CreateWriter())
        {
            await Should.ThrowAsync<StorageUnavailableException>(async () =>
            {
                writer.Write(Bytes(300_000, 3));
                await writer.FlushAsync(default);
            });
        }
        (await store.ReadAsync(kept)).ShouldBe(Bytes(1000, 1));
        files.Fault = null;
        (await store.ReadAsync(await store.WriteAsync(Bytes(1000, 2)))).ShouldBe(Bytes(1000, 2));
        System.IO.Directory.GetFiles(Path.Combine(_directory.File("blobs"), "large", "new")).ShouldBeEmpty();
        store.Close();
    }
}
