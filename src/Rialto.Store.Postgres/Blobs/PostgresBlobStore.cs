using System.Buffers;
using System.Security.Cryptography;
using Npgsql;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>
/// Contents in the database, once each by hash; the key is the row's id. Writing a content commits without waiting for the WAL to be flushed: the batch or queue entry that
/// refers to it commits later and flushes everything before it. Writing again what is there renews its time, so that a sweep under way leaves it alone.
/// </summary>
internal sealed class PostgresBlobStore(Database database) : IBlobStore
{
    private const string Insert = """
        INSERT INTO blob(hash, length, created, data) VALUES($1, $2, $3, $4) ON CONFLICT (hash) DO UPDATE SET created = greatest(blob.created, excluded.created) RETURNING id
        """;

    public async ValueTask<BlobRef> WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken cancel)
    {
        if (bytes.Length <= database.Options.ChunkSize)
            return await WriteSmallAsync(bytes.IsSingleSegment ? bytes.First : bytes.ToArray(), cancel);
        await using var writer = new PostgresBlobWriter(this, database);
        foreach (var segment in bytes)
        {
            for (var rest = segment; !rest.IsEmpty;)
            {
                var some = rest[..Math.Min(rest.Length, database.Options.ChunkSize)];
                writer.Write(some.Span);
                await writer.FlushAsync(cancel);
                rest = rest[some.Length..];
            }
        }
        return await writer.CompleteAsync(cancel);
    }

    internal async Task<BlobRef> WriteSmallAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var hash = SHA256.HashData(bytes.Span);
        var id = await database.RunAsync(async connection =>
        {
            await using var batch = new NpgsqlBatch(connection);
            Database.WithoutFlush(batch);
            batch.Add(Insert).With(hash).With((long)bytes.Length).With(database.NowTicks).With(bytes);
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            await reader.NextResultAsync(cancel);
            await reader.ReadAsync(cancel);
            return reader.Int64(0);
        }, cancel);
        return new BlobRef(id, bytes.Length);
    }

    public IBlobWriter CreateWriter() => new PostgresBlobWriter(this, database);

    public async ValueTask<BlobLease> OpenAsync(BlobRef blob, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(blob.Length, Array.MaxLength));
        try
        {
            var length = await database.FirstAsync("SELECT length, data FROM blob WHERE id = $1 AND hash IS NOT NULL", p => p.With(blob.Key), r =>
            {
                // Inline: copied at once. In chunks: the length, negative for "not yet".
                if (r.IsDBNull(1))
                    return (long?)~r.Int64(0);
                Require(r.Int64(0));
                return r.GetBytes(1, 0, buffer, 0, (int)r.Int64(0));
            }, cancel) ?? throw new InvalidDataException($"The content {blob.Key} is not in the database.");
            if (length < 0)
                length = await ReadChunksAsync(blob, ~length, cancel);
            return new BlobLease(buffer.AsMemory(0, (int)length), new PooledLease(buffer));
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }

        void Require(long length)
        {
            if (length > buffer.Length)
                throw new InvalidDataException($"The content {blob.Key} has {length} bytes instead of {blob.Length}.");
        }

        async Task<long> ReadChunksAsync(BlobRef wanted, long expected, CancellationToken token)
        {
            Require(expected);
            long read = 0;
            await database.QueryAsync("SELECT data FROM blob_chunk WHERE blob = $1 ORDER BY number", p => p.With(wanted.Key), r =>
            {
                var count = r.GetBytes(0, 0, null, 0, 0);
                Require(read + count);
                read += r.GetBytes(0, 0, buffer, (int)read, (int)count);
                return true;
            }, token);
            return read == expected ? read : throw new InvalidDataException($"The content {wanted.Key} has {read} bytes instead of {expected}.");
        }
    }

    public ValueTask<long> SweepAsync(IAsyncEnumerable<BlobRef> marked, TimeSpan grace, CancellationToken cancel) => BlobSweep.RunAsync(database, marked, grace, cancel);
}
