using System.Buffers;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Blobs;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Log;

/// <summary>
/// The commit log of the whole server. A record is appended after its transaction was applied to its database (which syncs nothing), and before it the contents
/// that it refers to, which their packs have without a sync; one thread writes everything that came together to the current segment and syncs it once, and then all who wait go on.
/// Segments are overwritten in turn; a full one is free again once every database that it has records of, and the packs, were made durable by themselves.
/// A failed write or sync fails the group, and then everything, until the databases themselves were made durable and a new segment could be begun:
/// a transaction that was applied but not logged must not be followed by one that is.
/// </summary>
internal sealed class CommitLog : IDisposable
{
    /// <summary>Milliseconds that a writer waits for room in the log: then it is told, rather than left hanging.</summary>
    private const int LongestWait = 20_000;

    /// <summary>Milliseconds in which a segment fills that is too small: the next ones are larger, so that databases are not made durable many times a second.</summary>
    private const int ShortestUse = 4000;

    private readonly DataFiles _files;
    private readonly PackBlobStore _blobs;
    private readonly string _directory;
    private readonly int _largestSegment;
    private readonly long _maximumBytes;
    private readonly object _gate = new();
    private readonly Queue<LogSegment> _sealed = new();
    private readonly Queue<LogSegment> _free = new();
    private readonly Thread _thread;
    // The current segment's.
    private readonly BlockBuffer _buffer = new(1024 * 1024);
    private LogGroup _pending = new();
    private LogGroup _spare = new();
    private LogSegment? _current;
    private int _segmentSize;
    private long _begun;
    private long _sealedBytes;
    private Exception? _failure;
    private HashSet<ILogTarget> _unlogged = [];
    private ulong _epoch;
    private long _number;
    private long _lsn;
    private long _records;
    private bool _writing;
    private bool _stopping;

    public CommitLog(string directory, SqliteStoreOptions options, DataFiles files, PackBlobStore blobs, LogReader left)
    {
        _directory = directory;
        _segmentSize = (int)BlockBuffer.Align(options.LogSegmentSize);
        _largestSegment = Math.Max(_segmentSize, (int)BlockBuffer.Align(options.LargestLogSegmentSize));
        _maximumBytes = Math.Max(3, options.MaximumLogSegments) * (long)options.LogSegmentSize;
        _files = files;
        _blobs = blobs;
        _epoch = left.LastEpoch;
        _number = left.LastNumber;
        _lsn = left.LastLsn;
        _thread = new Thread(Run) { IsBackground = true, Name = "commit log" };
        blobs.Log = this;
    }

    /// <summary>Woken when there is a full segment to free, or none in reserve. Set by the checkpointer.</summary>
    public Action WorkAvailable { get; set; } = static () => { };

    /// <summary>Records written since the start.</summary>
    public long Records => Interlocked.Read(ref _records);

    public bool HasFailed => Volatile.Read(ref _failure) is not null;

    public void Start() => _thread.Start();

    /// <summary>The number of the next transaction. Numbers of one database grow in the order in which its records are appended.</summary>
    public long NextLsn() => Interlocked.Increment(ref _lsn);

    /// <summary>A database that knows a larger number (from a backup, or after the log was lost): later ones must be larger still.</summary>
    public void EnsureAfter(long lsn)
    {
        var now = Volatile.Read(ref _lsn);
        while (now < lsn && Interlocked.CompareExchange(ref _lsn, lsn, now) != now)
            now = Volatile.Read(ref _lsn);
    }

    /// <summary>Call before a transaction is applied.</summary>
    /// <exception cref="StorageUnavailableException">The log cannot be written at present.</exception>
    public void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
            throw new StorageUnavailableException("The commit log cannot be written.", failure);
    }

    /// <summary>Appends the record of an applied transaction; the task ends when it, and every blob written before, is durable.</summary>
    public Task Append(ILogTarget target, long lsn, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_failure is { } failure || _stopping)
            {
                _unlogged.Add(target);
                return Task.FromException(new StorageUnavailableException("The commit log cannot be written.", _failure));
            }
            _pending.Add(target, lsn, payload);
            if (!_writing)
                Monitor.Pulse(_gate);
            return _pending.Done.Task;
        }
    }

    /// <summary>
    /// Adds the record of a content that its pack has: it goes out with the next transaction, at the latest. The array is rented from the shared pool, laid out as <see cref="LoggedContent"/> says,
    /// and belongs to the log from here on.
    /// </summary>
    /// <returns>The record's number.</returns>
    /// <exception cref="StorageUnavailableException">The log cannot be written at present: nothing may refer to the content.</exception>
    public long AddContent(byte[] buffer, int length)
    {
        lock (_gate)
        {
            if (_failure is null && !_stopping)
            {
                var lsn = NextLsn();
                _pending.Add(buffer, length, lsn);
                if (!_writing && _pending.HasWork)
                    Monitor.Pulse(_gate);
                return lsn;
            }
        }
        ArrayPool<byte>.Shared.Return(buffer);
        throw new StorageUnavailableException("The commit log cannot be written.", _failure);
    }

    /// <summary>A pack could not be synced, and may have lost what the log still has: nothing more is acknowledged before <see cref="Recover"/> wrote that again.</summary>
    public void Suspend(Exception cause)
    {
        lock (_gate)
        {
            if (_failure is not null)
                return;
            _failure = cause;
            _unlogged.Add(_blobs);
            FailPending(cause);
        }
        WorkAvailable();
    }

    /// <summary>Segments of an earlier run that were replayed and hold records that their databases do not have durably yet.</summary>
    public void Adopt(LogSegment segment)
    {
        lock (_gate)
            AddSealed(segment);
    }

    /// <summary>Makes sure that a segment is in reserve, and tells the oldest full one. Called by the checkpointer.</summary>
    public LogSegment? OldestSealed()
    {
        lock (_gate)
            return _sealed.TryPeek(out var segment) ? segment : null;
    }

    /// <summary>The oldest full segment's databases are durable: it may be overwritten, or goes when there are enough.</summary>
    public void FreeOldest()
    {
        LogSegment segment;
        lock (_gate)
            segment = _sealed.Peek();
        segment.Forget();
        lock (_gate)
        {
            _sealed.Dequeue();
            _sealedBytes -= segment.Capacity;
            // One in reserve is enough while nobody writes.
            if (_free.Count < (_current is null ? 1 : 2) && segment.Capacity == _segmentSize)
            {
                _free.Enqueue(segment);
                Monitor.PulseAll(_gate);
                return;
            }
            Monitor.PulseAll(_gate);
        }
        Remove(segment);
    }

    /// <summary>Prepares a segment ahead of need.</summary>
    public void Reserve()
    {
        int size;
        lock (_gate)
        {
            if (_free.Count > 0 || _stopping)
                return;
            size = _segmentSize;
        }
        var segment = NewSegment(size);
        lock (_gate)
        {
            _free.Enqueue(segment);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>With nothing to write, puts the current segment among the full ones, so that it is freed; the next record begins another.</summary>
    public void SealIdle()
    {
        LogSegment? surplus = null;
        lock (_gate)
        {
            if (_current is null && _free.Count > 1)
                surplus = _free.Dequeue();
            if (surplus is null && (_current is null || _writing || _pending.HasWork || _failure is not null))
                return;
        }
        if (surplus is not null)
        {
            Remove(surplus);
            return;
        }
        lock (_gate)
        {
            if (_current is null || _writing || _pending.HasWork || _failure is not null)
                return;
            _current.WriteEnd();
            _current.Sync();
            AddSealed(_current);
            _current = null;
        }
        WorkAvailable();
    }

    /// <summary>After a failure: every database with anything unlogged or in the log is made durable by itself, then the log begins anew.</summary>
    public void Recover()
    {
        HashSet<ILogTarget> targets;
        lock (_gate)
        {
            if (_failure is null || _writing)
                return;
            targets = [.. _unlogged];
            foreach (var segment in _sealed)
                targets.UnionWith(segment.Targets.Keys);
            if (_current is not null)
                targets.UnionWith(_current.Targets.Keys);
        }
        targets.Add(_blobs);
        if (_blobs.MayHaveLost)
            RestoreContents();
        foreach (var target in targets)
            target.MakeDurable();
        var fresh = NewSegment(_segmentSize);
        lock (_gate)
        {
            // A sweep may have met the same disk meanwhile: what is in the log is needed once more.
            if (_blobs.MayHaveLost)
            {
                _free.Enqueue(fresh);
                return;
            }
            if (_current is not null)
                AddSealed(_current);
            _current = null;
            _free.Enqueue(fresh);
            while (_sealed.TryDequeue(out var segment))
                Remove(segment);
            _sealedBytes = 0;
            _unlogged = [];
            _failure = null;
        }
    }

    /// <summary>Writes what the log has of contents into their packs again: a failed sync may have dropped it. Nobody writes to the log meanwhile.</summary>
    private void RestoreContents()
    {
        List<LogSegment> segments;
        lock (_gate)
            segments = [.. _sealed, .. _current is null ? (ReadOnlySpan<LogSegment>)[] : [_current]];
        foreach (var segment in segments)
        {
            var records = LogReader.ReadSegment(segment.Path);
            foreach (var entry in records.Entries.Where(e => e.Kind == LogTargetKind.Contents))
                _blobs.Restore(records.Payload(entry));
        }
        _blobs.Restored();
    }

    /// <summary>A target's records after one number up to another, in order, read from the segments: for a database that has lost what was not durable there yet.</summary>
    /// <exception cref="IOException">The last one is not there: it is still on its way, or was refused.</exception>
    public List<(LogReader Log, LogEntry Entry)> RecordsOf(ILogTarget target, long after, long upTo)
    {
        List<LogSegment> segments;
        lock (_gate)
            segments = [.. _sealed, .. _current is null ? (ReadOnlySpan<LogSegment>)[] : [_current]];
        var records = new List<(LogReader Log, LogEntry Entry)>();
        foreach (var segment in segments)
        {
            var log = LogReader.ReadSegment(segment.Path);
            records.AddRange(log.Entries.Where(e => e.Kind == target.Kind && e.Id == target.Id && e.Lsn > after && e.Lsn <= upTo).Select(e => (log, e)));
        }
        records.Sort(static (a, b) => a.Entry.Lsn.CompareTo(b.Entry.Lsn));
        return records is [.., var last] && last.Entry.Lsn == upTo ? records
            : throw new IOException("The commit log does not have what a database has lost by a failed sync. If it stays so, restart the server.");
    }

    /// <summary>Writes what waits, ends the thread. The segments stay until the databases are closed: then <see cref="RemoveAll"/>.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (_stopping)
                return;
            _stopping = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join();
    }

    /// <summary>After every database was made durable and closed: the next start finds nothing to replay.</summary>
    public void RemoveAll()
    {
        lock (_gate)
        {
            if (_current is not null)
                AddSealed(_current);
            _current = null;
            while (_sealed.TryDequeue(out var segment) || _free.TryDequeue(out segment))
                Remove(segment);
        }
    }

    public void Dispose()
    {
        Stop();
        lock (_gate)
        {
            _current?.Dispose();
            foreach (var segment in _sealed.Concat(_free))
                segment.Dispose();
            _buffer.Dispose();
        }
    }

    private void Run()
    {
        while (true)
        {
            LogGroup group;
            lock (_gate)
            {
                _writing = false;
                while (!_pending.HasWork && !_stopping)
                    Monitor.Wait(_gate);
                // Contents that nothing refers to are in their packs, which are synced when they are closed.
                if (!_pending.HasWork)
                    return;
                group = _pending;
                _pending = _spare;
                _writing = true;
            }
            var done = group.Done;
            var failure = Write(group);
            var count = group.Records.Count;
            if (failure is not null)
                Fail(group, failure);
            group.Reset();
            _spare = group;
            if (failure is null)
            {
                Interlocked.Add(ref _records, count);
                done.SetResult();
            }
            else
            {
                done.SetException(new StorageUnavailableException("The commit log cannot be written.", failure));
            }
        }
    }

    private Exception? Write(LogGroup group)
    {
        try
        {
            WriteContents(group);
            WriteRecords(group);
            _current!.Sync();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void WriteContents(LogGroup group)
    {
        foreach (var (buffer, length, lsn) in group.Contents)
        {
            if (_current is { } full && full.Room < length)
                Seal(full);
            var segment = _current ??= Next(length);
            var record = buffer.AsSpan(0, length);
            LogFormat.Seal(record, segment.Epoch);
            segment.Write(record);
            segment.Targets[_blobs] = lsn;
        }
    }

    private void WriteRecords(LogGroup group)
    {
        var first = 0;
        while (first < group.Records.Count)
        {
            var start = group.Records[first].Start;
            _current ??= Next(group.Records[first].Length);
            var segment = _current;
            var length = 0;
            var next = first;
            while (next < group.Records.Count && length + group.Records[next].Length <= segment.Room)
            {
                var (target, lsn, at, size) = group.Records[next++];
                LogFormat.Seal(group.Bytes(at, size), segment.Epoch);
                length += size;
                segment.Targets[target] = lsn;
            }
            if (length > 0)
                segment.Write(group.Bytes(start, length));
            first = next;
            if (first < group.Records.Count)
                Seal(segment);
        }
    }

    /// <summary>The end mark is durable before the next segment gets its first record: a log that breaks off in the middle is then known for damage.</summary>
    private void Seal(LogSegment segment)
    {
        segment.WriteEnd();
        segment.Sync();
        lock (_gate)
        {
            AddSealed(segment);
            _current = null;
            if (Environment.TickCount64 - _begun < ShortestUse)
                _segmentSize = Math.Min(_segmentSize * 2, _largestSegment);
        }
        WorkAvailable();
    }

    private LogSegment Next(int recordLength)
    {
        LogSegment? segment = null;
        var need = recordLength + LogFormat.SegmentHeaderSize + LogFormat.RecordHeaderSize;
        var patience = Environment.TickCount64 + LongestWait;
        lock (_gate)
        {
            while (!TryTakeFree(need, out segment) && _sealedBytes >= _maximumBytes)
            {
                if (Environment.TickCount64 > patience)
                    throw new IOException("The commit log is full: the databases cannot be made durable.");
                Monitor.Wait(_gate, 1000);
            }
        }
        segment ??= NewSegment(Math.Max(_segmentSize, need));
        segment.Begin(++_epoch, _buffer);
        _begun = Environment.TickCount64;
        WorkAvailable();
        return segment;
    }

    private bool TryTakeFree(long need, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LogSegment? segment)
    {
        if (_free.TryPeek(out segment) && segment.Capacity >= need)
            return _free.TryDequeue(out segment);
        segment = null;
        return false;
    }

    private void AddSealed(LogSegment segment)
    {
        _sealed.Enqueue(segment);
        _sealedBytes += segment.Capacity;
    }

    private LogSegment NewSegment(long capacity) => LogSegment.Create(_files, _directory, Interlocked.Increment(ref _number), capacity);

    private void Fail(LogGroup group, Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            foreach (var record in group.Records)
                _unlogged.Add(record.Target);
            FailPending(failure);
        }
        WorkAvailable();
    }

    /// <summary>Those who came in the meantime were applied as well, and fail as well.</summary>
    private void FailPending(Exception failure)
    {
        foreach (var record in _pending.Records)
            _unlogged.Add(record.Target);
        var waiting = _pending.Done;
        _pending.Reset();
        waiting.TrySetException(new StorageUnavailableException("The commit log cannot be written.", failure));
    }

    private void Remove(LogSegment segment)
    {
        segment.Dispose();
        try
        {
            File.Delete(segment.Path);
        }
        catch (IOException)
        {
            // Found and freed again at the next start.
        }
    }
}
