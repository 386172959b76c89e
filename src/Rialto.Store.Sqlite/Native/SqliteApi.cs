using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rialto.Store.Sqlite.Native;

/// <summary>
/// The few functions of SQLite's C interface that the store uses (https://sqlite.org/c3ref/funclist.html), called without a wrapper in between:
/// binding and reading columns are the hottest calls of the whole server.
/// </summary>
internal static unsafe partial class SqliteApi
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int Busy = 5;
    public const int ReadOnly = 8;
    public const int Full = 13;
    public const int Corrupt = 11;
    public const int TooBig = 18;
    public const int Constraint = 19;
    public const int Mismatch = 20;
    public const int NotADatabase = 26;
    public const int Row = 100;
    public const int Done = 101;

    public const int OpenReadOnly = 0x1;
    public const int OpenReadWrite = 0x2;
    public const int OpenCreate = 0x4;
    public const int OpenNoMutex = 0x8000;

    public const int CheckpointPassive = 0;
    public const int CheckpointTruncate = 3;

    public const int ConfigureNoCheckpointOnClose = 1006;

    private const int ConfigureMemoryStatus = 9;

    private const string Library = "e_sqlite3";

    /// <summary>The oldest system library that is preferred to the bundled one: FTS5 and everything else used here is in both, later ones have fixes.</summary>
    private const int OldestSystemVersion = 3_040_000;

    static SqliteApi()
    {
        NativeLibrary.SetDllImportResolver(typeof(SqliteApi).Assembly, Resolve);
        // Counting its memory, which nobody asks for, SQLite takes one lock of the whole process around each allocation: writers of different mailboxes would wait for each other there.
        _ = sqlite3_config(ConfigureMemoryStatus, 0);
        sqlite3_initialize();
    }

    /// <summary>The version of the library in use, as 3.40.1.</summary>
    public static string Version => Marshal.PtrToStringUTF8(sqlite3_libversion()) ?? "";

    public static string Message(int code) => string.Create(CultureInfo.InvariantCulture, $"{Marshal.PtrToStringUTF8(sqlite3_errstr(code))} ({code})");

    /// <summary>The distribution's library gets security fixes without a new build of this program, and is faster; the bundled one makes any other system work.</summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
            return 0;
        if (NativeLibrary.TryLoad("libsqlite3.so.0", out var system))
        {
            if (NativeLibrary.TryGetExport(system, "sqlite3_libversion_number", out var version) && ((delegate* unmanaged[Cdecl]<int>)version)() >= OldestSystemVersion
                && HasFullText(system))
                return system;
            NativeLibrary.Free(system);
        }
        return NativeLibrary.Load(name, assembly, path);
    }

    private static bool HasFullText(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "sqlite3_compileoption_used", out var used))
            return false;
        fixed (byte* option = "ENABLE_FTS5\0"u8)
            return ((delegate* unmanaged[Cdecl]<byte*, int>)used)(option) != 0;
    }

    [LibraryImport(Library)]
    public static partial int sqlite3_initialize();

    // Its further arguments are variable in C; an int goes the same way there on the systems that Rialto runs on.
    [LibraryImport(Library)]
    private static partial int sqlite3_config(int option, int value);

    [LibraryImport(Library)]
    private static partial nint sqlite3_libversion();

    [LibraryImport(Library)]
    private static partial nint sqlite3_errstr(int code);

    [LibraryImport(Library)]
    public static partial nint sqlite3_errmsg(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_extended_errcode(nint db);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sqlite3_open_v2(string filename, out nint db, int flags, nint vfs);

    [LibraryImport(Library)]
    public static partial int sqlite3_close_v2(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_busy_timeout(nint db, int milliseconds);

    [LibraryImport(Library)]
    public static partial int sqlite3_prepare_v3(nint db, byte* sql, int bytes, uint flags, out nint statement, byte** tail);

    [LibraryImport(Library)]
    public static partial int sqlite3_finalize(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_step(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_reset(nint statement);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_bind_int64(nint statement, int index, long value);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_bind_null(nint statement, int index);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_blob(nint statement, int index, byte* value, int bytes, nint destructor);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_text(nint statement, int index, byte* value, int bytes, nint destructor);

    [LibraryImport(Library)]
    public static partial int sqlite3_bind_zeroblob(nint statement, int index, int bytes);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial long sqlite3_column_int64(nint statement, int column);

    [LibraryImport(Library)]
    public static partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_column_bytes(nint statement, int column);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_column_type(nint statement, int column);

    [LibraryImport(Library)]
    public static partial int sqlite3_changes(nint db);

    [LibraryImport(Library)]
    public static partial long sqlite3_last_insert_rowid(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_get_autocommit(nint db);

    [LibraryImport(Library)]
    public static partial int sqlite3_db_config(nint db, int option, int value, nint result);

    [LibraryImport(Library)]
    public static partial int sqlite3_wal_checkpoint_v2(nint db, nint schema, int mode, out int logFrames, out int checkpointed);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint sqlite3_backup_init(nint destination, string destinationName, nint source, string sourceName);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_step(nint backup, int pages);

    [LibraryImport(Library)]
    public static partial int sqlite3_backup_finish(nint backup);
}
