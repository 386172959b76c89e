using System.Buffers;
using System.Security.Cryptography;
using Npgsql;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>
/// A content of unknown size: up to one chunk is kept in memory, more goes to the database chunk by chunk under an id that has no hash yet. Completing gives it its hash,
/// or gives way to the same content under another id.
/// </summary>
internal sealed class PostgresBlobWriter(PostgresBlobStore store, Database database) : IBlobWriter
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private long? _id;
    private int _chunks;
    private long _flushed;
    private bool _completed;

    public long Length => _flushed + _buffer.WrittenCount;

    public void Advance(int count) => _buffer.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(sizeHint);

    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        // One full chunk may be all there is, and then belongs into the row itself.
        if (_buffer.WrittenCount > database.Options.ChunkSize)
            await WriteChunksAsync(cancel);
    }

    private async Task WriteChunksAsync(CancellationToken cancel)
    {
        _id ??= await database.FirstAsync("INSERT INTO blob(length, created) VALUES(0, $1) RETURNING id", p => p.With(database.NowTicks), r => r.Int64(0), cancel);
        var rest = _buffer.WrittenMemory;
        while (!rest.IsEmpty)
        {
            var chunk = rest[..Math.Min(rest.Length, database.Options.ChunkSize)];
            await database.BatchAsync(batch =>
            {
                Database.WithoutFlush(batch);
                batch.Add("INSERT INTO blob_chunk(blob, number, data) VALUES($1, $2, $3) ON CONFLICT (blob, number) DO UPDATE SET data = excluded.data").With(_id.Value).With(_chunks).With(chunk);
            }, cancel);
            _chunks++;
            _flushed += chunk.Length;
            _hash.AppendData(chunk.Span);
            rest = rest[chunk.Length..];
        }
        _buffer.ResetWrittenCount();
    }

    public async ValueTask<BlobRef> CompleteAsync(CancellationToken cancel)
    {
        if (_id is null && _buffer.WrittenCount <= database.Options.ChunkSize)
        {
            _completed = true;
            return await store.WriteSmallAsync(_buffer.WrittenMemory, cancel);
        }
        await WriteChunksAsync(cancel);
        var hash = _hash.GetHashAndReset();
        try
        {
            await database.BatchAsync(batch =>
            {
                Database.WithoutFlush(batch);
                batch.Add("UPDATE blob SET hash = $2, length = $3, created = $4 WHERE id = $1").With(_id!.Value).With(hash).With(_flushed).With(database.NowTicks);
            }, cancel);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            var same = await database.FirstAsync("UPDATE blob SET created = greatest(created, $2) WHERE hash = $1 RETURNING id", p => p.With(hash).With(database.NowTicks), r => (long?)r.Int64(0), cancel)
                // Swept in between: the caller's attempt fails, and the next one finds the way free.
                ?? throw new StorageUnavailableException("The content was removed while it was written again.", e);
            await DiscardAsync(cancel);
            _completed = true;
            return new BlobRef(same, _flushed);
        }
        _completed = true;
        return new BlobRef(_id!.Value, _flushed);
    }

    private Task DiscardAsync(CancellationToken cancel) => database.BatchAsync(batch =>
    {
        Database.WithoutFlush(batch);
        batch.Add("DELETE FROM blob WHERE id = $1 AND hash IS NULL").With(_id!.Value);
        batch.Add("DELETE FROM blob_chunk WHERE blob = $1").With(_id!.Value);
    }, cancel);

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        if (_completed || _id is null)
            return;
        _completed = true;
        try
        {
            await DiscardAsync(CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // A later sweep takes what was never completed.
        }
    }
}
