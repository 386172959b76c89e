using System.Globalization;
using System.Text;

namespace Rialto.Store.Sqlite.Native;

/// <summary>One connection to one database file and its prepared statements. Used by one thread at a time.</summary>
internal sealed unsafe class SqliteConnection : IDisposable
{
    private const uint PreparePersistent = 1;

    private readonly Dictionary<string, SqliteStatement> _statements = new(ReferenceStringComparer.Instance);
    private nint _handle;

    private SqliteConnection(nint handle, string path)
    {
        _handle = handle;
        Path = path;
    }

    public nint Handle => _handle;

    /// <summary>The row id of the last insert.</summary>
    public long LastRowId => SqliteApi.sqlite3_last_insert_rowid(_handle);

    public string Path { get; }

    /// <summary>Ticks of the stopwatch when it was last used; kept by the pool.</summary>
    public long LastUsed { get; set; }

    public static SqliteConnection Open(string path, int flags, int busyMilliseconds = 10_000)
    {
        var code = SqliteApi.sqlite3_open_v2(path, out var handle, flags | SqliteApi.OpenNoMutex, 0);
        if (code != SqliteApi.Ok)
        {
            var error = SqliteException.From(handle, code, $"opening {System.IO.Path.GetFileName(path)}");
            _ = SqliteApi.sqlite3_close_v2(handle);
            throw error;
        }
        _ = SqliteApi.sqlite3_busy_timeout(handle, busyMilliseconds);
        return new SqliteConnection(handle, path);
    }

    /// <summary>The statement of this text, prepared once. The text must be a literal or otherwise the same object each time: it is looked up by reference.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (_statements.TryGetValue(sql, out var statement))
            return statement;
        statement = Compile(sql, PreparePersistent);
        _statements.Add(sql, statement);
        return statement;
    }

    /// <summary>Runs statements that are not worth keeping, one after the other.</summary>
    public void Execute(string sql)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        fixed (byte* start = bytes)
        {
            var at = start;
            var end = start + bytes.Length;
            while (at < end)
            {
                byte* tail;
                var code = SqliteApi.sqlite3_prepare_v3(_handle, at, (int)(end - at), 0, out var handle, &tail);
                if (code != SqliteApi.Ok)
                    throw SqliteException.From(_handle, code, sql);
                at = tail;
                if (handle == 0)
                    continue;
                do
                    code = SqliteApi.sqlite3_step(handle);
                while (code == SqliteApi.Row);
                if (code != SqliteApi.Done)
                {
                    var error = SqliteException.From(_handle, code, sql);
                    _ = SqliteApi.sqlite3_finalize(handle);
                    throw error;
                }
                _ = SqliteApi.sqlite3_finalize(handle);
            }
        }
    }

    /// <summary>One number of one row; for pragmas and counts.</summary>
    public long Scalar(string sql)
    {
        var statement = Compile(sql, 0);
        try
        {
            return statement.Step() ? statement.Int64(0) : 0;
        }
        finally
        {
            statement.Finish();
        }
    }

    /// <summary>The first column of every row as text; for checks.</summary>
    public List<string> Texts(string sql)
    {
        var rows = new List<string>();
        var statement = Compile(sql, 0);
        try
        {
            while (statement.Step())
                rows.Add(statement.Text(0));
            return rows;
        }
        finally
        {
            statement.Finish();
        }
    }

    public void Begin() => Prepare("BEGIN IMMEDIATE").Execute();

    public void Commit() => Prepare("COMMIT").Execute();

    /// <summary>Undoes the transaction if there still is one: some errors end it by themselves.</summary>
    public void Rollback()
    {
        if (SqliteApi.sqlite3_get_autocommit(_handle) == 0)
            Execute("ROLLBACK");
    }

    /// <summary>Moves what the WAL holds into the database file, with the syncs that need to be. False while somebody else does.</summary>
    public bool Checkpoint(int mode, out int remaining)
    {
        var code = SqliteApi.sqlite3_wal_checkpoint_v2(_handle, 0, mode, out var frames, out var done);
        remaining = Math.Max(0, frames - done);
        return code switch
        {
            SqliteApi.Ok => true,
            SqliteApi.Busy => false,
            _ => throw SqliteException.From(_handle, code, "checkpoint"),
        };
    }

    /// <summary>Closes and leaves the WAL as it is, where the last connection otherwise moves it into the database file. https://sqlite.org/c3ref/c_dbconfig_defensive.html</summary>
    public void Abandon()
    {
        _ = SqliteApi.sqlite3_db_config(_handle, SqliteApi.ConfigureNoCheckpointOnClose, 1, 0);
        Dispose();
    }

    /// <summary>Copies the whole database, as one reader sees it, into a new file.</summary>
    public void CopyTo(string path)
    {
        using var destination = Open(path, SqliteApi.OpenReadWrite | SqliteApi.OpenCreate);
        var backup = SqliteApi.sqlite3_backup_init(destination._handle, "main", _handle, "main");
        if (backup == 0)
            throw SqliteException.From(destination._handle, SqliteApi.sqlite3_extended_errcode(destination._handle), "backup");
        var code = SqliteApi.sqlite3_backup_step(backup, -1);
        var end = SqliteApi.sqlite3_backup_finish(backup);
        if (code != SqliteApi.Done || end != SqliteApi.Ok)
            throw new SqliteException(code, string.Create(CultureInfo.InvariantCulture, $"SQLite, backup of {System.IO.Path.GetFileName(Path)}: {SqliteApi.Message(code)}."));
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Finish();
        _statements.Clear();
        if (_handle != 0)
            _ = SqliteApi.sqlite3_close_v2(_handle);
        _handle = 0;
    }

    private SqliteStatement Compile(string sql, uint flags)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        fixed (byte* start = bytes)
        {
            var code = SqliteApi.sqlite3_prepare_v3(_handle, start, bytes.Length, flags, out var handle, null);
            return code == SqliteApi.Ok ? new SqliteStatement(this, handle, sql) : throw SqliteException.From(_handle, code, sql);
        }
    }

    private sealed class ReferenceStringComparer : IEqualityComparer<string>
    {
        public static readonly ReferenceStringComparer Instance = new();

        public bool Equals(string? x, string? y) => ReferenceEquals(x, y);

        public int GetHashCode(string value) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value);
    }
}
