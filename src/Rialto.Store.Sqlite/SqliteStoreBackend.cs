using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Delivery;
using Rialto.Directory;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Blobs;
using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Directory;
using Rialto.Store.Sqlite.Log;
using Rialto.Store.Sqlite.Mailboxes;
using Rialto.Store.Sqlite.Native;
using Rialto.Store.Sqlite.Queue;

namespace Rialto.Store.Sqlite;

/// <summary>
/// The embedded storage: one SQLite database a mailbox, a commit log that makes all of them durable with shared syncs, and packs of contents.
/// <code>
/// lock            held while a server runs
/// log/            commit log segments; empty after a clean stop
/// blobs/          contents
/// mailboxes.db    the list of mailboxes
/// mailboxes/xx/   one database and one full-text index a mailbox, once it was written to
/// queue.db        the mail queue
/// directory.db    the directory
/// </code>
/// </summary>
public sealed class SqliteStoreBackend : IStoreBackend
{
    private readonly DirectoryLock _lock;
    private readonly ILogger _logger;
    private readonly StorageContext _context;
    private readonly MailboxRegistry _registry;
    private readonly Checkpointer _checkpointer;
    private readonly QueueDatabase _queue;
    private readonly DirectoryDatabase _directory;
    private bool _disposed;

    private SqliteStoreBackend(SqliteStoreOptions options, DataFiles files, TimeProvider time, ILogger logger)
    {
        var started = time.GetTimestamp();
        _logger = logger;
        Options = options;
        DataFiles.CreateDirectory(options.Directory);
        _lock = DirectoryLock.Take(options.Directory, files);
        try
        {
            var logDirectory = Path.Combine(options.Directory, "log");
            DataFiles.CreateDirectory(logDirectory);
            DataFiles.CreateDirectory(Path.Combine(options.Directory, "mailboxes"));
            var left = LogReader.Read(logDirectory);
            var contents = Path.Combine(options.Directory, "blobs");
            ContentReplay.Run(contents, left, files);
            var blobs = new PackBlobStore(contents, options, files, time);
            var log = new CommitLog(logDirectory, options, files, blobs, left);
            _context = new StorageContext(options, files, log, blobs, time, logger);
            _registry = new MailboxRegistry(_context, options.Directory);
            _checkpointer = new Checkpointer(_context, _registry.NoteDurableFiles, logger);
            _queue = new QueueDatabase(_context, options.Directory);
            _directory = new DirectoryDatabase(_context, options.Directory);
            Replay(left);
            log.Start();
            _checkpointer.Start();
            var queue = new SqliteMailQueue(_queue, time);
            Queue = queue;
            blobs.FurtherMarks = queue.Contents;
            Directory = new SqliteDirectoryStorage(_directory);
            StorageLog.Opened(logger, options.Directory, _registry.Mailboxes.Count, SqliteApi.Version, left.Entries.Count, (long)time.GetElapsedTime(started).TotalMilliseconds);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    public string Name => "sqlite";

    public bool IsShared => false;

    public IBlobStore Blobs => _context.Blobs;

    public SqliteStoreOptions Options { get; }

    /// <summary>The mail queue of this data directory.</summary>
    public IMailQueueStorage Queue { get; }

    /// <summary>The directory of this data directory.</summary>
    public IDirectoryStorage Directory { get; }

    /// <summary>Version of the SQLite library in use.</summary>
    public static string LibraryVersion => SqliteApi.Version;

    internal StorageContext Context => _context;

    internal MailboxRegistry Registry => _registry;

    /// <summary>Databases beside the mailboxes and their list, in the order in which a backup copies them.</summary>
    internal IReadOnlyList<JournaledDatabase> SingleDatabases => [_queue, _directory];

    /// <summary>Opens the data directory, or begins one, and replays what a crash left in the commit log.</summary>
    /// <exception cref="DataDirectoryInUseException">Another process works in it.</exception>
    /// <exception cref="InvalidDataException">The data is damaged or of a newer version.</exception>
    public static SqliteStoreBackend Open(SqliteStoreOptions options, TimeProvider time, ILogger? logger = null) => Open(options, new DataFiles(), time, logger);

    internal static SqliteStoreBackend Open(SqliteStoreOptions options, DataFiles files, TimeProvider time, ILogger? logger = null) => new(options, files, time, logger ?? NullLogger.Instance);

    public async ValueTask<bool> CreateMailboxAsync(MailboxHeader header, WriteBatch initial, CancellationToken cancel) =>
        await _registry.CreateAsync([(header, initial)], cancel) == 1;

    public async ValueTask CreateMailboxesAsync(IReadOnlyList<(MailboxHeader Header, WriteBatch Initial)> mailboxes, CancellationToken cancel) =>
        await _registry.CreateAsync(mailboxes, cancel);

    public ValueTask<IMailboxStorage?> OpenMailboxAsync(Guid mailbox, CancellationToken cancel) =>
        ValueTask.FromResult<IMailboxStorage?>(_registry.TryGet(mailbox, out var database) ? new MailboxStorage(database) : null);

    public ValueTask<bool> DeleteMailboxAsync(Guid mailbox, CancellationToken cancel) => _registry.DeleteAsync(mailbox, cancel);

    public async IAsyncEnumerable<MailboxHeader> ListMailboxesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await ValueTask.CompletedTask;
        foreach (var mailbox in _registry.Mailboxes)
        {
            cancel.ThrowIfCancellationRequested();
            yield return mailbox.Header;
        }
    }

    /// <summary>Nobody else writes here.</summary>
    public IDisposable WatchMailboxes(Action<Guid> changed) => NoWatch.Instance;

    public ValueTask BackupAsync(string directory, IProgress<BackendProgress>? progress, CancellationToken cancel) => new DataBackup(this).RunAsync(directory, progress, cancel);

    public IAsyncEnumerable<string> CheckAsync(IProgress<BackendProgress>? progress, CancellationToken cancel) => new DataCheck(this).RunAsync(progress, cancel);

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        // While the log writes its last records it may need a segment freed.
        _context.Log.Stop();
        _checkpointer.Dispose();
        var clean = !_context.Log.HasFailed;
        foreach (var text in _context.OpenTexts.Keys)
            text.CloseIdle(long.MaxValue);
        foreach (var database in _context.Open.All().Where(d => d != _registry))
            clean &= await CloseAsync(database);
        try
        {
            _registry.NoteDurableFiles();
            clean &= await CloseAsync(_registry);
            _context.Blobs.Close();
        }
        catch (Exception e) when (e is IOException or StorageUnavailableException or SqliteException)
        {
            clean = false;
        }
        if (clean)
            _context.Log.RemoveAll();
        _context.Log.Dispose();
        _lock.Dispose();
    }

    /// <summary>What cannot be closed in good order is left to the log: the next start replays it.</summary>
    private async ValueTask<bool> CloseAsync(JournaledDatabase database)
    {
        try
        {
            await database.RetireAsync(delete: false, CancellationToken.None);
            return true;
        }
        catch (Exception e) when (e is IOException or StorageUnavailableException or SqliteException)
        {
            StorageLog.NotClosed(_logger, database.Path, e);
            return false;
        }
    }

    private void Replay(LogReader left)
    {
        var byTarget = left.Entries.Where(e => e.Kind != LogTargetKind.Contents).GroupBy(e => (e.Kind, e.Id)).ToDictionary(g => g.Key, g => g.ToList());
        var targets = new Dictionary<(LogTargetKind, Guid), ILogTarget>();
        if (byTarget.Remove((LogTargetKind.Registry, Guid.Empty), out var entries))
        {
            _registry.ReplayAll(left, entries);
            targets[(LogTargetKind.Registry, Guid.Empty)] = _registry;
        }
        _registry.LoadAll();
        foreach (var ((kind, id), records) in byTarget)
        {
            if (Target(kind, id) is not { } database)
                continue;
            if (database is MailboxDatabase mailbox)
            {
                // A mailbox that was deleted and created again does not get what the earlier one had.
                records.RemoveAll(r => r.Lsn <= mailbox.BaseLsn);
                mailbox.PrepareReplay();
            }
            if (records.Count == 0)
                continue;
            database.ReplayAll(left, records);
            targets[(kind, id)] = database;
        }
        Adopt(left, targets);
    }

    /// <summary>The old segments stay until what they hold is durable in the databases; the checkpointer sees to that.</summary>
    private void Adopt(LogReader left, Dictionary<(LogTargetKind, Guid), ILogTarget> targets)
    {
        for (var i = 0; i < left.Used.Count; i++)
        {
            var segment = LogSegment.Open(_context.Files, left.Used[i]);
            foreach (var entry in left.Entries.Where(e => e.Segment == i))
            {
                if (targets.TryGetValue((entry.Kind, entry.Id), out var target))
                    segment.Targets[target] = Math.Max(entry.Lsn, segment.Targets.GetValueOrDefault(target));
            }
            _context.Log.Adopt(segment);
        }
        foreach (var path in left.Paths.Except(left.Used))
            File.Delete(path);
    }

    private JournaledDatabase? Target(LogTargetKind kind, Guid id) => kind switch
    {
        LogTargetKind.Mailbox => _registry.TryGet(id, out var mailbox) ? mailbox : null,
        LogTargetKind.Queue => _queue,
        LogTargetKind.Directory => _directory,
        _ => throw new InvalidDataException($"The commit log names a database of unknown kind {(byte)kind}."),
    };

    private sealed class NoWatch : IDisposable
    {
        public static readonly NoWatch Instance = new();

        public void Dispose()
        {
        }
    }
}
