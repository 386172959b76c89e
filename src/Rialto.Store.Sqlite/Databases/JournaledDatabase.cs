using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Codec;
using Rialto.Store.Sqlite.Log;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Databases;

/// <summary>
/// A SQLite database whose commits are made durable by the commit log: a transaction goes into the database without a sync and notes the number (LSN)
/// of its log record there; after a loss of power the records with larger numbers are applied again. SQLite's own write-ahead log guarantees
/// that what is left in the database after a crash is what some earlier commit left.
/// Transactions that come one after the other, with nobody reading in between, share one commit of SQLite's (<see cref="Settle"/>): it writes every page that
/// they touched, and they mostly touch the same ones.
/// One writer at a time, readers beside it; connections are opened when needed and closed when idle.
/// </summary>
internal abstract class JournaledDatabase : ILogTarget
{
    /// <summary>Rows' worth of work that may wait for SQLite: what the next reader waits for, some tens of milliseconds.</summary>
    private const int MostPostponed = 100_000;

    /// <summary>Milliseconds that a database that is to be opened anew waits for a moment without readers.</summary>
    private const int LongestWait = 5000;

    private readonly Lock _gate = new();
    private readonly Lock _durability = new();
    // Around every use of the writer's connection once it is open. Taken last: nobody who holds it takes another lock of this database.
    private readonly Lock _transaction = new();
    private readonly UncommittedRecords _uncommitted = new();
    private readonly SemaphoreSlim _write = new(1, 1);
    private readonly List<SqliteConnection> _readers = [];
    private readonly DatabaseFiles _files;
    private SqliteConnection? _writer;
    private int _reading;
    private long _appliedLsn = -1;
    private long _committedLsn = -1;
    private long _durableLsn = -1;
    private long _lastUsed;
    private int _settles;
    // How many of the uncommitted, the last ones, SQLite has yet to be given.
    private int _unapplied;
    private int _postponed;
    private bool _gone;

    protected JournaledDatabase(StorageContext context, string path)
    {
        Context = context;
        Path = path;
        _files = new DatabaseFiles(context, path);
    }

    public abstract LogTargetKind Kind { get; }

    public virtual Guid Id => Guid.Empty;

    public StorageContext Context { get; }

    public string Path { get; }

    public string WriteAheadPath => _files.WriteAheadPath;

    public long DurableLsn => Volatile.Read(ref _durableLsn);

    public long LastUsed => Volatile.Read(ref _lastUsed);

    public bool IsOpen => Volatile.Read(ref _writer) is not null || Volatile.Read(ref _reading) > 0 || _readers.Count > 0;

    protected abstract Schema Schema { get; }

    /// <summary>Before the file is opened for the first time, and only if it may not exist: puts one in place.</summary>
    protected virtual void CreateFile()
    {
    }

    /// <summary>After the writer connection was opened: loads what is kept in memory, and returns the LSN that the database holds.</summary>
    protected abstract long Opened(SqliteConnection connection);

    /// <summary>Notes the LSN, as part of the transaction.</summary>
    protected abstract void StoreLsn(SqliteConnection connection, long lsn);

    /// <summary>Applies a record read back from the log, as part of a transaction.</summary>
    protected abstract void Replay(SqliteConnection connection, ReadOnlySpan<byte> payload);

    /// <summary>Applies the waiting records from the given one on, as part of a transaction: what later ones overwrite need not be written.</summary>
    protected virtual void ReplayWaiting(SqliteConnection connection, UncommittedRecords records, int first)
    {
        for (var i = first; i < records.Count; i++)
            Replay(connection, records[i]);
    }

    /// <summary>SQLite committed: what was put into memory for the transactions since is what the database holds.</summary>
    protected virtual void Committed()
    {
    }

    /// <summary>Everything since the last commit was undone: forget what was put into memory for it. Those that were good are replayed.</summary>
    protected virtual void RolledBack(SqliteConnection connection)
    {
    }

    /// <summary>The database file itself was made durable for the first time since it was created.</summary>
    protected virtual void BecameDurable()
    {
    }

    /// <summary>Whether the file may be as new as its first transactions, so that it needs a sync of its own.</summary>
    protected virtual bool IsNewFile => false;

    // Reading

    /// <summary>A connection to read from, which sees every transaction so far; dispose the lease to give it back.</summary>
    /// <exception cref="StorageUnavailableException">What was written before cannot be committed at present.</exception>
    public ReadLease Read()
    {
        Volatile.Write(ref _lastUsed, Context.Time.GetTimestamp());
        SettleForReader();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_gone, this);
            _reading++;
            if (_readers.Count > 0)
            {
                var connection = _readers[^1];
                _readers.RemoveAt(_readers.Count - 1);
                return new ReadLease(this, connection);
            }
        }
        try
        {
            if (Volatile.Read(ref _appliedLsn) < 0 || _files.IsUntrusted)
                OpenWriter();
            Context.Open.Add(this);
            return new ReadLease(this, _files.OpenReader());
        }
        catch (Exception e)
        {
            lock (_gate)
                _reading--;
            throw e is SqliteException or IOException ? Unavailable(e) : e;
        }
    }

    internal void Return(SqliteConnection connection)
    {
        lock (_gate)
        {
            _reading--;
            if (_readers.Count < Context.Options.MaximumReaders && !_gone)
            {
                _readers.Add(connection);
                return;
            }
        }
        connection.Dispose();
    }

    // Writing

    /// <summary>The single writer's turn.</summary>
    public async ValueTask<WriteTurn> EnterAsync(CancellationToken cancel)
    {
        await _write.WaitAsync(cancel);
        return new WriteTurn(this);
    }

    internal void Leave() => _write.Release();

    /// <summary>
    /// Runs a transaction and appends its record; the task ends when it is durable. To be called by whoever has the turn.
    /// </summary>
    /// <param name="postponable">
    /// How much work, in rows changed, the transaction is to SQLite, when the log is all that has to have it now and SQLite cannot refuse it: it is given it with the commit, before anybody reads.
    /// 0: it is run here.
    /// </param>
    /// <exception cref="StorageUnavailableException">Nothing was changed.</exception>
    protected Task Commit<TState>(TState state, Action<SqliteConnection, TState> apply, ReadOnlySpan<byte> record, int postponable = 0)
    {
        Context.Log.ThrowIfFailed();
        Volatile.Write(ref _lastUsed, Context.Time.GetTimestamp());
        long lsn;
        try
        {
            var connection = OpenWriter();
            lock (_transaction)
            {
                var isPostponed = postponable > 0 && _postponed + postponable <= MostPostponed;
                if ((_unapplied > 0 && !isPostponed) || _uncommitted.IsFull)
                    CommitAll(connection);
                if (isPostponed)
                {
                    lsn = Context.Log.NextLsn();
                    _unapplied++;
                    _postponed += postponable;
                }
                else
                {
                    if (_uncommitted.IsEmpty)
                        connection.Begin();
                    lsn = Context.Log.NextLsn();
                    Apply(connection, state, apply);
                }
                _uncommitted.Add(lsn, record);
            }
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            throw Unavailable(e);
        }
        Volatile.Write(ref _appliedLsn, lsn);
        return Context.Log.Append(this, lsn, record);
    }

    /// <summary>A transaction that fails takes those down that share its commit; they are put back when somebody needs them.</summary>
    private void Apply<TState>(SqliteConnection connection, TState state, Action<SqliteConnection, TState> apply)
    {
        try
        {
            apply(connection, state);
            Context.Files.Fault?.Invoke(FileWork.Apply, Path);
        }
        catch
        {
            Undo(connection);
            throw;
        }
    }

    /// <summary>Commits what was written, unless it is: before anybody reads, syncs or checkpoints the database.</summary>
    /// <exception cref="SqliteException">The disk is full or broken. Nothing is lost: the log has it, and the next call tries again.</exception>
    public void Settle()
    {
        if (_uncommitted.IsEmpty)
            return;
        lock (_transaction)
        {
            if (_writer is { } writer && !_uncommitted.IsEmpty)
                CommitAll(writer);
        }
    }

    private void SettleForReader()
    {
        try
        {
            Settle();
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            throw Unavailable(e);
        }
    }

    /// <summary>Under the transaction's lock.</summary>
    private void CommitAll(SqliteConnection connection)
    {
        ApplyRest(connection);
        try
        {
            StoreLsn(connection, _uncommitted.LastLsn);
            Context.Files.Fault?.Invoke(FileWork.Commit, Path);
            connection.Commit();
        }
        catch
        {
            Undo(connection);
            throw;
        }
        _committedLsn = _uncommitted.LastLsn;
        _uncommitted.Clear();
        _postponed = 0;
        Committed();
        if ((++_settles & 7) == 0 && _files.HasLongWriteAhead)
            Context.LongWriteAhead(this);
    }

    private void Undo(SqliteConnection connection)
    {
        connection.Rollback();
        RolledBack(connection);
        _unapplied = _uncommitted.Count;
    }

    /// <summary>Gives SQLite what was postponed, and again what shared a transaction with one that failed.</summary>
    private void ApplyRest(SqliteConnection connection)
    {
        if (_unapplied == 0)
            return;
        try
        {
            if (_unapplied == _uncommitted.Count)
                connection.Begin();
            ReplayWaiting(connection, _uncommitted, _uncommitted.Count - _unapplied);
        }
        catch
        {
            Undo(connection);
            throw;
        }
        _unapplied = 0;
    }

    /// <summary>Applies records of the log that the database does not have. At start, before anybody else uses it.</summary>
    public void ReplayAll(LogReader log, List<LogEntry> entries)
    {
        var connection = OpenWriter();
        foreach (var entry in entries.Where(e => e.Lsn > _appliedLsn).OrderBy(e => e.Lsn))
        {
            ReplayOne(connection, log.Payload(entry), entry.Lsn);
            Volatile.Write(ref _appliedLsn, entry.Lsn);
        }
    }

    private void ReplayOne(SqliteConnection connection, ReadOnlySpan<byte> payload, long lsn)
    {
        connection.Begin();
        try
        {
            Replay(connection, payload);
            StoreLsn(connection, lsn);
            connection.Commit();
        }
        catch
        {
            connection.Rollback();
            RolledBack(connection);
            throw;
        }
        Committed();
        _committedLsn = Math.Max(_committedLsn, lsn);
    }

    protected SqliteConnection OpenWriter()
    {
        if (_writer is { } open)
            return open;
        lock (_durability)
        {
            if (_writer is not null)
                return _writer;
            ObjectDisposedException.ThrowIf(_gone, this);
            CreateFile();
            var connection = _files.OpenWriter(IsNewFile);
            try
            {
                Schema.Migrate(connection);
                var lsn = Opened(connection);
                Context.Log.EnsureAfter(lsn);
                if (_files.MayHaveLost)
                    Restore(connection, lsn);
                if (_appliedLsn < lsn)
                    Volatile.Write(ref _appliedLsn, lsn);
                _committedLsn = Math.Max(_committedLsn, lsn);
                _files.Opened();
                Volatile.Write(ref _writer, connection);
            }
            catch
            {
                if (_files.MayHaveLost)
                    connection.Abandon();
                else
                    connection.Dispose();
                throw;
            }
            Context.Open.Add(this);
            return connection;
        }
    }

    // Durability

    /// <summary>Makes every transaction applied so far durable without the log: SQLite's write-ahead log is synced.</summary>
    public void MakeDurable()
    {
        Mend();
        var applied = Volatile.Read(ref _appliedLsn);
        Settle();
        lock (_durability)
        {
            if (applied <= _durableLsn || _gone)
                return;
            SyncFiles(null);
            Volatile.Write(ref _durableLsn, applied);
        }
    }

    /// <summary>Syncs what was committed beside the log, by whoever has the turn.</summary>
    protected void SyncNow()
    {
        lock (_durability)
            SyncFiles(_writer);
    }

    /// <param name="exclusive">The writer's connection, if the caller has the writer's turn.</param>
    private void SyncFiles(SqliteConnection? exclusive)
    {
        var first = IsNewFile;
        if (first)
            SyncNewFile(exclusive);
        _files.Sync(first);
        if (first)
            BecameDurable();
    }

    /// <summary>After a failed sync: closes every connection without a checkpoint and opens the database again, with what the files have lost. To be called without the turn.</summary>
    /// <exception cref="IOException">Somebody reads all the time, or the log does not have what is missing.</exception>
    public void Mend()
    {
        if (!_files.MayHaveLost)
            return;
        if (!_write.Wait(LongestWait))
            throw new IOException($"{Path} is being written to; to be opened anew after a failed sync it has to wait.");
        try
        {
            if (!SpinWait.SpinUntil(() => TryUnused(MendUnused), LongestWait))
                throw new IOException($"{Path} is being read; to be opened anew after a failed sync it has to wait.");
        }
        finally
        {
            _write.Release();
        }
    }

    /// <summary>Under both locks, with the writer's turn, and with no reader about.</summary>
    private void MendUnused()
    {
        if (!_files.MayHaveLost || _gone)
            return;
        foreach (var reader in _readers)
            reader.Abandon();
        _readers.Clear();
        if (_writer is { } writer)
        {
            lock (_transaction)
            {
                // The records of what is undone are kept: it is applied again.
                Undo(writer);
                Volatile.Write(ref _writer, null);
            }
            writer.Abandon();
        }
        _files.Abandoned();
        OpenWriter();
    }

    /// <summary>Puts back what the write-ahead log has lost of what was committed, and commits what was not yet.</summary>
    private void Restore(SqliteConnection connection, long lsn)
    {
        if (IsNewFile && DatabaseQueries.Defects(connection) is [var defect, ..])
            throw new IOException($"{Path} was damaged by a failed sync before it was ever durable ({defect}); the next start makes it anew from the commit log.");
        if (lsn < _durableLsn)
            throw new IOException($"{Path} has lost what was synced before: the disk cannot be trusted.");
        if (lsn < _committedLsn)
        {
            foreach (var (log, entry) in Context.Log.RecordsOf(this, lsn, _committedLsn))
                ReplayOne(connection, log.Payload(entry), entry.Lsn);
        }
        lock (_transaction)
        {
            if (!_uncommitted.IsEmpty)
                CommitAll(connection);
        }
    }

    /// <summary>
    /// A checkpoint syncs the database file through SQLite's own descriptor. Opening another one here is no way:
    /// closing it would drop the locks by which another process, an administrator's sqlite3, knows that the database is in use.
    /// </summary>
    private void SyncNewFile(SqliteConnection? exclusive)
    {
        int remaining;
        if (exclusive is not null)
        {
            _files.Checkpoint(exclusive, out remaining);
        }
        else
        {
            using var lease = Read();
            if (!_files.Checkpoint(lease.Connection, out remaining))
                remaining = 1;
        }
        if (remaining > 0)
            throw new IOException($"{Path} is being read; its first checkpoint has to wait.");
    }

    /// <summary>
    /// Moves the write-ahead log into the database: most of it while the writer goes on, the rest in a turn of its own, so that the next transaction begins the log anew.
    /// </summary>
    public async ValueTask CheckpointAsync(CancellationToken cancel)
    {
        Mend();
        var lease = Read();
        using (lease)
            _files.Checkpoint(lease.Connection, out _);
        using (await EnterAsync(cancel))
        {
            Settle();
            if (_writer is { } writer)
                _files.Checkpoint(writer, out _);
        }
    }

    /// <summary>Closes every connection if nobody uses them; the database is one durable file then. False while somebody does.</summary>
    public bool TryClose()
    {
        if (!_write.Wait(0))
            return false;
        try
        {
            if (!TryUnused(CloseConnections))
                return false;
            Context.Open.Remove(this);
            return true;
        }
        finally
        {
            _write.Release();
        }
    }

    /// <summary>Closes for good; later use is an error. Deletes the files if asked to.</summary>
    public async ValueTask RetireAsync(bool delete, CancellationToken cancel)
    {
        using (await EnterAsync(cancel))
        {
            lock (_gate)
                _gone |= delete;
            while (!TryUnused(Close))
                await Task.Delay(TimeSpan.FromMilliseconds(5), cancel);
        }
        Context.Open.Remove(this);
        if (delete)
            DeleteFiles();

        void Close()
        {
            CloseConnections();
            _gone = true;
        }
    }

    /// <summary>Works on the connections while nobody reads; false while somebody does. With the writer's turn.</summary>
    private bool TryUnused(Action work)
    {
        // Always in this order: whoever makes the database durable may need a read connection.
        lock (_durability)
        {
            lock (_gate)
            {
                if (_reading > 0)
                    return false;
                work();
                return true;
            }
        }
    }

    protected virtual void DeleteFiles()
    {
        if (!System.IO.Directory.Exists(System.IO.Path.GetDirectoryName(Path)))
            return;
        File.Delete(Path);
        File.Delete(WriteAheadPath);
        File.Delete(Path + "-shm");
    }

    /// <summary>The writer's connection with no transaction open, for work beside the log. To be called by whoever has the turn.</summary>
    protected SqliteConnection OpenSettledWriter()
    {
        var connection = OpenWriter();
        Settle();
        return connection;
    }

    /// <summary>Under both locks, with the writer's turn, and with no reader about.</summary>
    private void CloseConnections()
    {
        MendUnused();
        foreach (var reader in _readers)
            reader.Dispose();
        _readers.Clear();
        if (_writer is not { } writer)
            return;
        if (!_gone)
            Settle();
        if (!_gone && _appliedLsn > _durableLsn)
        {
            SyncFiles(writer);
            Volatile.Write(ref _durableLsn, _appliedLsn);
        }
        Volatile.Write(ref _writer, null);
        // The last connection to close moves the write-ahead log into the database and deletes it.
        writer.Dispose();
        _files.Closed();
    }

    internal StorageUnavailableException Unavailable(Exception cause) =>
        new($"The database {System.IO.Path.GetFileName(Path)} cannot be used: {cause.Message}", cause);

    protected static RecordWriter NewRecord() => new();
}
