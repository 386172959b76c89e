namespace Rialto.Store.Postgres;

/// <summary>Data in PostgreSQL is backed up with PostgreSQL's own tools; the message says which, for people.</summary>
public sealed class BackupNotSupportedException() : NotSupportedException(
    "Data in PostgreSQL is backed up with PostgreSQL's own tools: pg_dump --format=custom for one consistent copy while the servers run, or pg_basebackup with WAL archiving.");
