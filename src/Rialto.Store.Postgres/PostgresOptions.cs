namespace Rialto.Store.Postgres;

/// <summary>Limits and periods of the PostgreSQL backend, with their reasons.</summary>
public sealed class PostgresOptions
{
    /// <summary>How often the sequences of open mailboxes are compared where a notification was lost or the database has none: what IDLE waits at worst.</summary>
    public TimeSpan MailboxPoll { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often the directory's version is read where no notification comes.</summary>
    public TimeSpan DirectoryPoll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>First wait before a lost listening connection is opened again; doubled up to a minute.</summary>
    public TimeSpan ReconnectWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Largest content kept in one row; larger ones are streamed in rows of this size, so that neither side holds a whole attachment in memory while it arrives.</summary>
    public int ChunkSize { get; set; } = 1024 * 1024;

    /// <summary>A server that claims mail says so often that it is alive …</summary>
    public TimeSpan HolderBeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>… and one that has not for this long has lost what it holds, whatever is left of its leases: longer than a pause of the process or a failover takes.</summary>
    public TimeSpan HolderSilence { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a transaction that lost against another (deadlock, serialization failure) is repeated before the caller is told that the storage is busy.</summary>
    public int Attempts { get; set; } = 5;

    /// <summary>Statements kept prepared on each connection, unless the connection string says otherwise (0 for poolers that share connections between transactions).</summary>
    public int PreparedStatements { get; set; } = 100;

    /// <summary>Connections of one server, unless the connection string says otherwise: three servers fit into PostgreSQL's own default of 100.</summary>
    public int Connections { get; set; } = 30;

    /// <summary>Contents that were begun and never completed, by a server that went down, are removed after this.</summary>
    public TimeSpan UnfinishedPeriod { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Whether the index may use tsvector. Off: words are compared by a scan, as where the database has no tsvector.</summary>
    public bool UseTextSearch { get; set; } = true;
}
