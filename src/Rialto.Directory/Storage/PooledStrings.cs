using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rialto.Directory;

/// <summary>
/// Reads texts that many objects have (first names, departments, cities) as one string: while a load goes on, on its thread. Nothing is kept beyond it.
/// </summary>
internal sealed class PooledStrings : JsonConverter<string>
{
    /// <summary>Characters of a text that may be somebody else's too; longer ones are notes.</summary>
    private const int MaxLength = 48;

    [ThreadStatic]
    private static HashSet<string>? pool;

    /// <summary>Begins to share; dispose the result to end.</summary>
    public static Scope Begin()
    {
        pool = new(StringComparer.Ordinal);
        return default;
    }

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (pool is not { } known || reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > MaxLength) return reader.GetString();
        Span<char> text = stackalloc char[MaxLength];
        var value = text[..reader.CopyString(text)];
        var lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(value, out var same)) return same;
        var made = value.ToString();
        known.Add(made);
        return made;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader, typeToConvert, options)!;

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    public readonly ref struct Scope
    {
        public void Dispose() => pool = null;
    }
}
