using System.Buffers;
using Rialto.Store.Backend;
using Rialto.Testing;

namespace Rialto.Store.Postgres.Tests;

[Collection(PostgresCollection.Name)]
public sealed class BlobTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly ManualTimeProvider _time = new();
    private PostgresStorage _storage = null!;

    private IBlobStore Blobs => _storage.Store.Blobs;

    public async Task InitializeAsync() => _storage = await postgres.CreateStorageAsync(new PostgresOptions { ChunkSize = 1000 }, _time);

    public async Task DisposeAsync() => await _storage.DisposeAsync();

    private static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private ValueTask<BlobRef> WriteAsync(byte[] bytes) => Blobs.WriteAsync(new ReadOnlySequence<byte>(bytes), None);

    private async Task<byte[]> ReadAsync(BlobRef blob)
    {
        using var lease = await Blobs.OpenAsync(blob, None);
        return lease.Memory.ToArray();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(5000)]
    [InlineData(123_456)]
    public async Task BytesComeBackAndAreKeptOnce(int length)
    {
        var bytes = Bytes(length, length);
        var blob = await WriteAsync(bytes);
        blob.Length.ShouldBe(length);
        (await ReadAsync(blob)).ShouldBe(bytes);
        (await WriteAsync(bytes)).ShouldBe(blob);
        await using (var writer = Blobs.CreateWriter())
        {
            foreach (var part in bytes.Chunk(777))
            {
                writer.Write(part);
                await writer.FlushAsync(None);
            }
            writer.Length.ShouldBe(length);
            (await writer.CompleteAsync(None)).ShouldBe(blob);
        }
        (await ReadAsync(blob)).ShouldBe(bytes);
    }

    [Fact]
    public async Task SweepTakesWhatIsUnmarkedAndOld()
    {
        var kept = await WriteAsync(Bytes(1, 500));
        var large = await WriteAsync(Bytes(2, 5000));
        var unused = await WriteAsync(Bytes(3, 5000));
        var renewed = await WriteAsync(Bytes(4, 500));
        await using (var abandoned = Blobs.CreateWriter())
        {
            abandoned.Write(Bytes(5, 5000));
            await abandoned.FlushAsync(None);
        }
        _time.Advance(TimeSpan.FromHours(2));
        var young = await WriteAsync(Bytes(6, 500));
        (await WriteAsync(Bytes(4, 500))).ShouldBe(renewed);
        (await Blobs.SweepAsync(Marks(kept, large), TimeSpan.FromHours(1), None)).ShouldBe(5000);
        foreach (var blob in new[] { kept, large, young, renewed })
            (await ReadAsync(blob)).Length.ShouldBe((int)blob.Length);
        await Should.ThrowAsync<InvalidDataException>(async () => await ReadAsync(unused));
        (await ReadAsync(await WriteAsync(Bytes(3, 5000)))).ShouldBe(Bytes(3, 5000));
    }

    private static async IAsyncEnumerable<BlobRef> Marks(params BlobRef[] blobs)
    {
        foreach (var blob in blobs)
        {
            await Task.Yield();
            yield return blob;
        }
    }
}
