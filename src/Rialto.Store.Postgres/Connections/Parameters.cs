using Npgsql;
using NpgsqlTypes;

namespace Rialto.Store.Postgres;

/// <summary>Positional parameters without boxing, in the order of $1, $2, …</summary>
internal static class Parameters
{
    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, long value) => Add(to, value, NpgsqlDbType.Bigint);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, int value) => Add(to, value, NpgsqlDbType.Integer);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, Guid value) => Add(to, value, NpgsqlDbType.Uuid);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, bool value) => Add(to, value, NpgsqlDbType.Boolean);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, string value) => Add(to, value, NpgsqlDbType.Text);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, byte[] value) => Add(to, value, NpgsqlDbType.Bytea);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, ReadOnlyMemory<byte> value) => Add(to, value, NpgsqlDbType.Bytea);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, IEnumerable<long> values) => Add(to, values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, IEnumerable<long?> values) => Add(to, values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, IEnumerable<int> values) => Add(to, values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, IEnumerable<bool> values) => Add(to, values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Boolean);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, IEnumerable<Guid> values) => Add(to, values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, IEnumerable<string> values) => Add(to, values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, IEnumerable<byte[]?> values) => Add(to, values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bytea);

    private static NpgsqlParameterCollection Add<T>(NpgsqlParameterCollection to, T value, NpgsqlDbType type)
    {
        to.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
        return to;
    }

    /// <summary>A statement of a batch; its parameters follow by <c>With</c>.</summary>
    public static NpgsqlParameterCollection Add(this NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command.Parameters;
    }

    public static byte[] Bytes(this NpgsqlDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);

    public static byte[]? OptionalBytes(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);

    /// <summary>Text that is kept as UTF-8 bytes; null in the database is empty.</summary>
    public static string Utf8(this NpgsqlDataReader reader, int column, string unset = "") =>
        reader.IsDBNull(column) ? unset : System.Text.Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(column));

    public static long Int64(this NpgsqlDataReader reader, int column) => reader.GetInt64(column);

    public static long? OptionalInt64(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
