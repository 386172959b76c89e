using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Conformance;

/// <summary>A backend that keeps everything in memory: the meaning of the contract in its plainest form. For tests only.</summary>
public sealed class MemoryBackend : IStoreBackend
{
    private readonly ConcurrentDictionary<Guid, MemoryMailbox> _mailboxes = new();

    public string Name => "memory";

    public bool IsShared { get; init; }

    public IBlobStore Blobs { get; } = new MemoryBlobs();

    /// <summary>Called before a batch is applied; throws to make it fail.</summary>
    public Action<WriteBatch>? BeforeApply { get; set; }

    /// <summary>What a batch's durability waits for.</summary>
    public Func<WriteBatch, Task>? Durability { get; set; }

    /// <summary>Called with the name of each read.</summary>
    public Action<string>? OnRead { get; set; }

    /// <summary>Mailboxes open at the moment.</summary>
    public int OpenCount;

    public ValueTask<bool> CreateMailboxAsync(MailboxHeader header, WriteBatch initial, CancellationToken cancel)
    {
        var mailbox = new MemoryMailbox(this, header);
        mailbox.Apply(initial);
        return new(_mailboxes.TryAdd(header.Id, mailbox));
    }

    public async ValueTask CreateMailboxesAsync(IReadOnlyList<(MailboxHeader Header, WriteBatch Initial)> mailboxes, CancellationToken cancel)
    {
        foreach (var (header, initial) in mailboxes)
            await CreateMailboxAsync(header, initial, cancel);
    }

    public ValueTask<IMailboxStorage?> OpenMailboxAsync(Guid mailbox, CancellationToken cancel)
    {
        if (!_mailboxes.TryGetValue(mailbox, out var found))
            return new((IMailboxStorage?)null);
        Interlocked.Increment(ref OpenCount);
        return new(found);
    }

    public ValueTask<bool> DeleteMailboxAsync(Guid mailbox, CancellationToken cancel) => new(_mailboxes.TryRemove(mailbox, out _));

    public async IAsyncEnumerable<MailboxHeader> ListMailboxesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        foreach (var mailbox in _mailboxes.Values)
            yield return mailbox.Header;
    }

    public IDisposable WatchMailboxes(Action<Guid> changed) => new Nothing();

    public ValueTask BackupAsync(string directory, IProgress<BackendProgress>? progress, CancellationToken cancel) => throw new NotSupportedException();

    public async IAsyncEnumerable<string> CheckAsync(IProgress<BackendProgress>? progress, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        yield break;
    }

    public ValueTask DisposeAsync() => default;

    /// <summary>Writes as another server would: past the engine.</summary>
    public void WriteElsewhere(Guid mailbox, WriteBatch batch) => _mailboxes[mailbox].Apply(batch);

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}

/// <summary>Blobs in a list; the key is one more than the index.</summary>
public sealed class MemoryBlobs : IBlobStore
{
    private readonly Lock _gate = new();
    private readonly List<byte[]?> _blobs = [];

    /// <summary>Called before a blob is opened; throws to make it fail.</summary>
    public Action? BeforeOpen { get; set; }

    public ValueTask<BlobRef> WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken cancel)
    {
        lock (_gate)
        {
            _blobs.Add(bytes.ToArray());
            return new(new BlobRef(_blobs.Count, bytes.Length));
        }
    }

    public IBlobWriter CreateWriter() => new Writer(this);

    public ValueTask<BlobLease> OpenAsync(BlobRef blob, CancellationToken cancel)
    {
        BeforeOpen?.Invoke();
        lock (_gate)
            return new(new BlobLease(_blobs[(int)blob.Key - 1] ?? throw new InvalidOperationException("The blob was swept."), null));
    }

    public async ValueTask<long> SweepAsync(IAsyncEnumerable<BlobRef> marked, TimeSpan grace, CancellationToken cancel)
    {
        var keep = new HashSet<long>();
        await foreach (var blob in marked.WithCancellation(cancel))
            keep.Add(blob.Key);
        long freed = 0;
        lock (_gate)
        {
            for (var i = 0; i < _blobs.Count; i++)
            {
                if (_blobs[i] is not { } bytes || keep.Contains(i + 1))
                    continue;
                freed += bytes.Length;
                _blobs[i] = null;
            }
        }
        return freed;
    }

    private sealed class Writer(MemoryBlobs owner) : IBlobWriter
    {
        private readonly ArrayBufferWriter<byte> _buffer = new();

        public long Length => _buffer.WrittenCount;

        public void Advance(int count) => _buffer.Advance(count);

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(sizeHint);

        public Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(sizeHint);

        public ValueTask FlushAsync(CancellationToken cancel) => default;

        public ValueTask<BlobRef> CompleteAsync(CancellationToken cancel) => owner.WriteAsync(new ReadOnlySequence<byte>(_buffer.WrittenMemory), cancel);

        public ValueTask DisposeAsync() => default;
    }
}
