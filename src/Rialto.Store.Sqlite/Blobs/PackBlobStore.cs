using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Log;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Blobs;

/// <summary>
/// Contents in append-only packs, large ones in files of their own. Writing puts a packed content's bytes into the page cache, from where they are read, and a record of them into the commit log,
/// which is durable before anything that may refer to them is acknowledged. The packs are synced later, before the log gives that record up.
/// </summary>
internal sealed class PackBlobStore : IBlobStore, ILogTarget
{
    /// <summary>What Linux maps around a page that is touched, at most.</summary>
    private const int MappedAround = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Lock _dirtyLock = new();
    private readonly HashSet<Pack> _dirty = [];
    private readonly ConcurrentDictionary<int, Pack> _packs = new();
    private readonly string _directory;
    private Pack? _active;
    private int _lastPack;
    private long _lastWrite;
    private bool _newFiles;
    private bool _mayHaveLost;
    private long _logged;
    private long _durable = -1;
    private long _lent;

    public PackBlobStore(string directory, SqliteStoreOptions options, DataFiles files, TimeProvider time)
    {
        if (options.PackSize > BlobKey.MaximumPackSize || options.PackSize < options.LargeBlobSize + 4096)
            throw new ArgumentOutOfRangeException(nameof(options), "PackSize must hold several of the largest packed contents and stay within 256 MB.");
        _directory = directory;
        Options = options;
        Files = files;
        Time = time;
        Recent = new RecentBlobs(options.RecentBlobs);
        Large = new LargeBlobs(System.IO.Path.Combine(directory, "large"), files);
        DataFiles.CreateDirectory(directory);
        OpenPacks();
    }

    public SqliteStoreOptions Options { get; }

    public DataFiles Files { get; }

    public TimeProvider Time { get; }

    public LargeBlobs Large { get; }

    /// <summary>One sweep or backup at a time.</summary>
    public SemaphoreSlim Housekeeping { get; } = new(1, 1);

    internal RecentBlobs Recent { get; }

    /// <summary>Where contents are made durable. Without one, as for tests, they are when <see cref="SyncDirty"/> was called.</summary>
    internal CommitLog? Log { get; set; }

    /// <summary>Whether a sync failed, and the system may have dropped what it was to write: <see cref="Restore"/> what the log has before the next one.</summary>
    internal bool MayHaveLost => Volatile.Read(ref _mayHaveLost);

    LogTargetKind ILogTarget.Kind => LogTargetKind.Contents;

    Guid ILogTarget.Id => Guid.Empty;

    long ILogTarget.DurableLsn => Volatile.Read(ref _durable);

    /// <summary>References that whoever sweeps does not know of: the mail queue's.</summary>
    public Func<IReadOnlyList<BlobRef>> FurtherMarks { get; set; } = static () => [];

    internal ConcurrentDictionary<int, Pack> Packs => _packs;

    public ValueTask<BlobRef> WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return bytes.Length < Options.LargeBlobSize ? new ValueTask<BlobRef>(WritePacked(bytes)) : WriteLargeAsync(bytes, cancel);
    }

    public IBlobWriter CreateWriter() => new BlobWriter(this);

    public ValueTask<BlobLease> OpenAsync(BlobRef blob, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return new ValueTask<BlobLease>(Open(blob));
    }

    public ValueTask<long> SweepAsync(IAsyncEnumerable<BlobRef> marked, TimeSpan grace, CancellationToken cancel) => new BlobSweep(this).RunAsync(marked, grace, cancel);

    internal BlobLease Open(BlobRef blob)
    {
        if (blob.IsNone)
            throw new ArgumentException("There is no content behind an empty reference.", nameof(blob));
        try
        {
            if (BlobKey.IsLarge(blob.Key))
                return Large.Open(blob);
            // A pack may be replaced by its compacted form between the look-up and the hold: then look again.
            while (TryGetPack(blob.Key, out var pack))
            {
                if (!pack.TryFind(BlobKey.Offset(blob.Key), blob.Length, out var position))
                    break;
                CountLent(blob.Length);
                if (pack.TryLend(position, blob.Length, out var view))
                    return new BlobLease(view.Owner.Memory, view.Owner);
            }
        }
        catch (IOException e)
        {
            throw new StorageUnavailableException("A stored content cannot be read.", e);
        }
        throw new StorageUnavailableException(string.Create(CultureInfo.InvariantCulture, $"The content {blob.Key:x} of {blob.Length} bytes is missing."));
    }

    /// <summary>
    /// Pages of mapped packs count as this process's memory until they are let go, and every message is read once for the text index: without this a server
    /// would seem to hold all the mail it ever took.
    /// </summary>
    private void CountLent(long length)
    {
        // A touch maps its surroundings too.
        if (Interlocked.Add(ref _lent, length + MappedAround) < Options.MappedBytes)
            return;
        Interlocked.Exchange(ref _lent, 0);
        foreach (var (_, pack) in _packs)
            pack.Unload();
    }

    /// <summary>Whether the reference leads to an undamaged record.</summary>
    internal bool Verify(BlobRef blob)
    {
        if (BlobKey.IsLarge(blob.Key))
            return Large.Verify(blob);
        return TryGetPack(blob.Key, out var pack) && pack.TryFind(BlobKey.Offset(blob.Key), blob.Length, out var position)
            && PackFormat.Verify(pack.Record(position, blob.Length), blob.Length);
    }

    internal BlobRef WritePacked(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> checksum = stackalloc byte[ContentChecksum.Size];
        ContentChecksum.Of(bytes, checksum);
        var key = ContentHash.From(checksum);
        var now = Time.GetTimestamp();
        var length = (int)bytes.Length;
        if (Recent.TryGet(key, length, now, out var known) && Holds(known, bytes))
            return known;
        var size = LoggedContent.Prefix + (int)PackFormat.RecordSize(length);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        BlobRef blob;
        try
        {
            var record = buffer.AsSpan(LoggedContent.Prefix, size - LoggedContent.Prefix);
            PackFormat.WriteHeader(record, length, checksum);
            bytes.CopyTo(record[PackFormat.HeaderSize..]);
            PackFormat.WriteTrailer(record[(PackFormat.HeaderSize + length)..]);
            record[(PackFormat.Overhead + length)..].Clear();
            var (pack, offset) = Append(record);
            LoggedContent.WritePlace(buffer, pack, offset);
            blob = new BlobRef(BlobKey.InPack(pack, offset), length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
        if (Log is { } log)
            NoteLogged(log.AddContent(buffer, size));
        else
            ArrayPool<byte>.Shared.Return(buffer);
        Recent.Add(key, blob, now);
        return blob;
    }

    private void NoteLogged(long lsn)
    {
        var now = Volatile.Read(ref _logged);
        while (now < lsn && Interlocked.CompareExchange(ref _logged, lsn, now) != now)
            now = Volatile.Read(ref _logged);
    }

    /// <summary>Makes every content written so far durable in its pack.</summary>
    void ILogTarget.MakeDurable()
    {
        if (MayHaveLost)
            throw new IOException("A pack could not be synced: what it may have lost has to be written again first.");
        var logged = Volatile.Read(ref _logged);
        SyncDirty();
        Volatile.Write(ref _durable, logged);
    }

    /// <summary>Writes the content of a record of the log into its pack again; the pack counts as not synced.</summary>
    internal void Restore(ReadOnlySpan<byte> payload)
    {
        var record = LoggedContent.Read(payload, out var number, out var offset);
        if (!_packs.TryGetValue(number, out var pack))
            return;
        MarkDirty(pack);
        pack.Rewrite(record, offset);
    }

    /// <summary>Everything that the log has is in the packs again: they may be synced.</summary>
    internal void Restored() => Volatile.Write(ref _mayHaveLost, false);

    /// <summary>
    /// Syncs every pack that was written before this call. On failure the packs stay to be synced, once <see cref="MayHaveLost"/> was seen to.
    /// </summary>
    public void SyncDirty()
    {
        Pack[] packs;
        bool newFiles;
        lock (_dirtyLock)
        {
            if (_dirty.Count == 0 && !_newFiles)
                return;
            packs = [.. _dirty];
            _dirty.Clear();
            newFiles = _newFiles;
            _newFiles = false;
        }
        try
        {
            foreach (var pack in packs)
                pack.Sync();
            if (newFiles)
                Files.SyncDirectory(_directory);
            CloseFull(packs);
        }
        catch (Exception e)
        {
            lock (_dirtyLock)
            {
                _dirty.UnionWith(packs);
                _newFiles |= newFiles;
            }
            SyncFailed(e);
            throw;
        }
    }

    /// <summary>What the system failed to write it may have dropped: nothing more goes there, nothing gets a reference into it again, and the log has to bring back what it has.</summary>
    internal void SyncFailed(Exception cause)
    {
        Volatile.Write(ref _mayHaveLost, true);
        Recent.KeepSince(long.MaxValue);
        lock (_lock)
            _active = null;
        Log?.Suspend(cause);
    }

    /// <summary>The pack that is written to takes no more, so that a sweep may look at it; if nobody wrote to it since.</summary>
    internal void SealActive(long notWrittenSince)
    {
        lock (_lock)
        {
            if (_active is null || _lastWrite > notWrittenSince || _active.IsBeingWritten)
                return;
            lock (_dirtyLock)
            {
                Close(_active);
                _dirty.Remove(_active);
            }
            _active = null;
        }
    }

    /// <summary>Cuts a pack that gets no more records, and syncs it.</summary>
    internal void Close(Pack pack)
    {
        try
        {
            pack.Close();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            MarkDirty(pack);
            SyncFailed(e);
            throw;
        }
    }

    internal int ActivePack
    {
        get
        {
            lock (_lock)
                return _active?.Number ?? 0;
        }
    }

    internal void Replace(Pack old, Pack? replacement)
    {
        if (replacement is null)
            _packs.TryRemove(old.Number, out _);
        else
            _packs[old.Number] = replacement;
        old.Retire();
    }

    internal static string FileName(int pack) => string.Create(CultureInfo.InvariantCulture, $"{pack:x8}.pack");

    internal string PathOf(int pack) => System.IO.Path.Combine(_directory, FileName(pack));

    internal string DirectoryPath => _directory;

    /// <summary>Copies every content into another data directory's place for them. What was written before the call is in the copy.</summary>
    internal async ValueTask CopyToAsync(string directory, IProgress<BackendProgress>? progress, CancellationToken cancel)
    {
        DataFiles.CreateDirectory(directory);
        var packs = _packs.Values.OrderBy(p => p.Number).ToList();
        for (var i = 0; i < packs.Count; i++)
        {
            progress?.Report(new BackendProgress("contents", i, packs.Count));
            await FileCopy.CopyAsync(packs[i].Path, System.IO.Path.Combine(directory, System.IO.Path.GetFileName(packs[i].Path)), packs[i].End, Files, cancel);
        }
        await Large.CopyToAsync(System.IO.Path.Combine(directory, "large"), cancel);
        Files.SyncDirectory(directory);
        progress?.Report(new BackendProgress("contents", packs.Count, packs.Count));
    }

    /// <summary>Everything synced, cut to its length and closed.</summary>
    public void Close()
    {
        SyncDirty();
        lock (_lock)
        {
            _active?.Close();
            _active = null;
        }
        foreach (var pack in _packs.Values)
            pack.Retire();
        _packs.Clear();
    }

    /// <summary>Whether the content is these bytes; one that cannot be read is not.</summary>
    private bool Holds(BlobRef blob, in ReadOnlySequence<byte> bytes)
    {
        try
        {
            using var lease = Open(blob);
            var left = lease.Memory.Span;
            foreach (var segment in bytes)
            {
                if (!left.StartsWith(segment.Span))
                    return false;
                left = left[segment.Length..];
            }
            return left.IsEmpty;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }

    private async ValueTask<BlobRef> WriteLargeAsync(ReadOnlySequence<byte> bytes, CancellationToken cancel)
    {
        await using var writer = CreateWriter();
        foreach (var segment in bytes)
        {
            writer.Write(segment.Span);
            await writer.FlushAsync(cancel);
        }
        return await writer.CompleteAsync(cancel);
    }

    private (int Pack, long Offset) Append(ReadOnlySpan<byte> record)
    {
        Pack pack;
        long offset;
        try
        {
            lock (_lock)
            {
                if (_active is null || !_active.TryReserve(record.Length, Options.PackSize, out offset))
                {
                    Roll();
                    if (!_active!.TryReserve(record.Length, Options.PackSize, out offset))
                        throw new InvalidOperationException("A record larger than a pack.");
                }
                pack = _active;
                // Dirty before it is written, so that the pack is not closed in between; and once more after, so that a sync in between does not count.
                MarkDirty(pack);
                _lastWrite = Time.GetTimestamp();
            }
            pack.Write(record, offset);
            MarkDirty(pack);
            return (pack.Number, offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException("The content cannot be written.", e);
        }
    }

    private void MarkDirty(Pack pack)
    {
        lock (_dirtyLock)
            _dirty.Add(pack);
    }

    private void Roll()
    {
        var number = _lastPack + 1;
        var pack = Pack.Create(Files, number, PathOf(number), Options.PackSize);
        _lastPack = number;
        _packs[number] = pack;
        lock (_dirtyLock)
            _newFiles = true;
        // The full one stays open while its last records may still be on their way to the page cache.
        _active = pack;
    }

    /// <summary>Full packs need no descriptor once their last record is durable.</summary>
    private void CloseFull(Pack[] packs)
    {
        foreach (var pack in packs)
        {
            lock (_lock)
            {
                if (pack != _active && !pack.IsBeingWritten)
                    pack.Close();
            }
        }
    }

    private bool TryGetPack(long key, out Pack pack) => _packs.TryGetValue(BlobKey.Pack(key), out pack!);

    private void OpenPacks()
    {
        var numbers = new List<int>();
        foreach (var path in System.IO.Directory.EnumerateFiles(_directory))
        {
            var name = System.IO.Path.GetFileNameWithoutExtension(path);
            if (path.EndsWith(".pack", StringComparison.Ordinal) && int.TryParse(name, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number))
                numbers.Add(number);
            else
                File.Delete(path);
        }
        numbers.Sort();
        for (var i = 0; i < numbers.Count; i++)
        {
            var last = i == numbers.Count - 1;
            var pack = Pack.Open(Files, numbers[i], PathOf(numbers[i]), Options.PackSize, writable: last);
            _packs[numbers[i]] = pack;
            if (last && pack.IsWritable)
                _active = pack;
        }
        _lastPack = numbers.Count == 0 ? 0 : numbers[^1];
    }
}
