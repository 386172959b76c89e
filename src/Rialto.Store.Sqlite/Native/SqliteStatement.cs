using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Rialto.Store.Sqlite.Native;

/// <summary>
/// A prepared statement of one connection. Bind, step, read; <see cref="Reset"/> (or the end of a `using`) makes it ready for the next use.
/// Text and blobs bound are copied by SQLite; columns read are valid until the next step.
/// </summary>
internal sealed unsafe class SqliteStatement(SqliteConnection connection, nint handle, string sql) : IDisposable
{
    private static readonly nint Transient = -1;

    private nint _handle = handle;

    public SqliteStatement Bind(int index, long value)
    {
        Check(SqliteApi.sqlite3_bind_int64(_handle, index, value));
        return this;
    }

    /// <summary>The value, or null in place of a default that the schema leaves out.</summary>
    public SqliteStatement BindUnless(int index, long value, long absent) => value == absent ? BindNull(index) : Bind(index, value);

    public SqliteStatement BindNull(int index)
    {
        Check(SqliteApi.sqlite3_bind_null(_handle, index));
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            Check(SqliteApi.sqlite3_bind_zeroblob(_handle, index, 0));
            return this;
        }
        fixed (byte* p = value)
            Check(SqliteApi.sqlite3_bind_blob(_handle, index, p, value.Length, Transient));
        return this;
    }

    public SqliteStatement Bind(int index, byte[]? value) => value is null ? BindNull(index) : Bind(index, value.AsSpan());

    public SqliteStatement Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes);
        return Bind(index, bytes);
    }

    /// <summary>UTF-8; unpaired surrogates become U+FFFD.</summary>
    [SkipLocalsInit]
    public SqliteStatement Bind(int index, ReadOnlySpan<char> value)
    {
        const int onStack = 512;
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (most <= onStack)
        {
            var bytes = stackalloc byte[onStack];
            var length = Encoding.UTF8.GetBytes(value, new Span<byte>(bytes, onStack));
            Check(SqliteApi.sqlite3_bind_text(_handle, index, bytes, length, Transient));
            return this;
        }
        var rented = ArrayPool<byte>.Shared.Rent(most);
        var count = Encoding.UTF8.GetBytes(value, rented);
        fixed (byte* p = rented)
            Check(SqliteApi.sqlite3_bind_text(_handle, index, p, count, Transient));
        ArrayPool<byte>.Shared.Return(rented);
        return this;
    }

    /// <summary>Text, or null in place of the value that the schema leaves out.</summary>
    public SqliteStatement BindUnless(int index, string value, string absent = "") => value == absent ? BindNull(index) : Bind(index, value.AsSpan());

    /// <summary>Moves to the next row; false at the end.</summary>
    public bool Step()
    {
        var code = SqliteApi.sqlite3_step(_handle);
        return code switch
        {
            SqliteApi.Row => true,
            SqliteApi.Done => false,
            _ => throw Failed(code),
        };
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Execute()
    {
        var code = SqliteApi.sqlite3_step(_handle);
        if (code is not (SqliteApi.Done or SqliteApi.Row))
            throw Failed(code);
        SqliteApi.sqlite3_reset(_handle);
    }

    public bool IsNull(int column) => SqliteApi.sqlite3_column_type(_handle, column) == 5;

    public long Int64(int column) => SqliteApi.sqlite3_column_int64(_handle, column);

    public int Int32(int column) => (int)SqliteApi.sqlite3_column_int64(_handle, column);

    public long Int64(int column, long absent) => IsNull(column) ? absent : Int64(column);

    /// <summary>Blob or text bytes where SQLite has them; empty for null.</summary>
    public ReadOnlySpan<byte> Bytes(int column)
    {
        var p = SqliteApi.sqlite3_column_blob(_handle, column);
        return p is null ? default : new ReadOnlySpan<byte>(p, SqliteApi.sqlite3_column_bytes(_handle, column));
    }

    public byte[]? Array(int column) => IsNull(column) ? null : Bytes(column).ToArray();

    public Guid Guid(int column) => new(Bytes(column));

    public string Text(int column, string absent = "") => IsNull(column) ? absent : Encoding.UTF8.GetString(Bytes(column));

    /// <summary>Ends the read, so that it no longer pins a snapshot.</summary>
    public void Reset() => SqliteApi.sqlite3_reset(_handle);

    public void Dispose() => Reset();

    internal void Finish()
    {
        SqliteApi.sqlite3_finalize(_handle);
        _handle = 0;
    }

    private void Check(int code)
    {
        if (code != SqliteApi.Ok)
            throw Failed(code);
    }

    private SqliteException Failed(int code)
    {
        var error = SqliteException.From(connection.Handle, code, sql);
        SqliteApi.sqlite3_reset(_handle);
        return error;
    }
}
