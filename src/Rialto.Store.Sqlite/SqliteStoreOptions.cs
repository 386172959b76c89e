namespace Rialto.Store.Sqlite;

/// <summary>Where the embedded storage lies, and its sizes.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>The data directory. One process at a time.</summary>
    public required string Directory { get; set; }

    /// <summary>Bytes of the first segments of the commit log: small enough that a quiet server's log stays a few megabytes.</summary>
    public int LogSegmentSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Bytes to which segments grow while they fill in less than some seconds: each that is full costs a sync of every database that it has records of.</summary>
    public int LargestLogSegmentSize { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// Most bytes of full segments, in segments of the first size, and so the most that a start has to replay. Writers wait when the databases and packs cannot be made durable that fast.
    /// </summary>
    public int MaximumLogSegments { get; set; } = 64;

    /// <summary>Bytes of one blob pack. Mapped whole while in use, so it costs address space, and compaction rewrites one at a time.</summary>
    public int PackSize { get; set; } = 64 * 1024 * 1024;

    /// <summary>Bytes of packs read before their pages are let go: about what reading adds to the process's memory at most.</summary>
    public long MappedBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Contents from here on are a file of their own: such a file is deleted, not compacted.</summary>
    public int LargeBlobSize { get; set; } = 1024 * 1024;

    /// <summary>Contents of late writes remembered, so that the same mail appended again takes no space again.</summary>
    public int RecentBlobs { get; set; } = 4096;

    /// <summary>Mailbox databases open at once: two descriptors a connection and up to <see cref="MaximumReaders"/> + 1 connections each.</summary>
    public int MaximumOpenDatabases { get; set; } = 256;

    /// <summary>Idle read connections kept for each open database.</summary>
    public int MaximumReaders { get; set; } = 4;

    /// <summary>How long an unused database stays open: an open one holds some 200 KB, and idle sessions must not.</summary>
    public TimeSpan DatabaseIdle { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Bytes of a database's write-ahead log from which on it is moved into the database: longer ones slow readers down.</summary>
    public long WriteAheadLimit { get; set; } = 8 * 1024 * 1024;

    /// <summary>How long the commit log has to be quiet before its records are made superfluous and its segments freed.</summary>
    public TimeSpan LogIdle { get; set; } = TimeSpan.FromSeconds(10);
}
