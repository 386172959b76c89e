using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rialto.Store.Sqlite.Blobs;
using Rialto.Store.Sqlite.Log;
using Rialto.Store.Sqlite.Native;
using Rialto.Store.Sqlite.Search;

namespace Rialto.Store.Sqlite.Databases;

/// <summary>What the databases of one data directory share.</summary>
internal sealed class StorageContext(SqliteStoreOptions options, DataFiles files, CommitLog log, PackBlobStore blobs, TimeProvider time, ILogger logger)
{
    public SqliteStoreOptions Options { get; } = options;

    public DataFiles Files { get; } = files;

    public CommitLog Log { get; } = log;

    public PackBlobStore Blobs { get; } = blobs;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    public OpenDatabases Open { get; } = new(options);

    /// <summary>Full-text indexes with an open connection.</summary>
    public ConcurrentDictionary<TextIndex, bool> OpenTexts { get; } = new();

    /// <summary>Asks the checkpointer to look at a database whose write-ahead log has grown long.</summary>
    public Action<JournaledDatabase> LongWriteAhead { get; set; } = static _ => { };
}
