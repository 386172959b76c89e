using System.Runtime.InteropServices;

namespace Rialto.Store.Sqlite.Native;

/// <summary>SQLite refused: the (extended) result code and its words.</summary>
internal sealed class SqliteException(int code, string message) : Exception(message)
{
    public const int FailedSync = 10 | 4 << 8;
    private const int FailedDirectorySync = 10 | 5 << 8;

    public int Code { get; } = code;

    /// <summary>The primary result code. https://sqlite.org/rescode.html</summary>
    public int Primary => Code & 0xFF;

    /// <summary>The file is damaged or no database, as opposed to a disk that is full or away.</summary>
    public bool IsDamage => Primary is SqliteApi.Corrupt or SqliteApi.NotADatabase;

    /// <summary>A sync failed (SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC): the system may have dropped what was to be written.</summary>
    public bool IsSync => Code is FailedSync or FailedDirectorySync;

    public static SqliteException From(nint db, int code, string doing)
    {
        var extended = db == 0 ? code : SqliteApi.sqlite3_extended_errcode(db);
        var words = db == 0 ? SqliteApi.Message(code) : Marshal.PtrToStringUTF8(SqliteApi.sqlite3_errmsg(db));
        return new SqliteException(extended == 0 ? code : extended, $"SQLite, {doing}: {words} ({code}).");
    }
}
