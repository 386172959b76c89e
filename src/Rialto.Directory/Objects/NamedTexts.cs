using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rialto.Directory;

/// <summary>
/// A few texts by name, immutable: names and texts in turn in one array, in the order of the names. An object has a handful of them, which are found sooner by looking at each than in a tree of
/// nodes, and a hundred thousand objects weigh less. Names are case-sensitive.
/// </summary>
[JsonConverter(typeof(NamedTextsConverter))]
public readonly struct NamedTexts : IReadOnlyDictionary<string, string>, IEquatable<NamedTexts>
{
    private readonly string[]? pairs;

    private NamedTexts(string[]? pairs) => this.pairs = pairs;

    /// <summary>None.</summary>
    public static NamedTexts Empty => default;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => pairs is null;

    /// <inheritdoc/>
    public int Count => Pairs.Length / 2;

    /// <inheritdoc/>
    public IEnumerable<string> Keys
    {
        get
        {
            for (var i = 0; i < Pairs.Length; i += 2) yield return Pairs[i];
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Values
    {
        get
        {
            for (var i = 1; i < Pairs.Length; i += 2) yield return Pairs[i];
        }
    }

    private string[] Pairs => pairs ?? [];

    /// <inheritdoc/>
    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no \"{key}\".");

    /// <summary>Whether both have the same texts under the same names.</summary>
    public static bool operator ==(NamedTexts left, NamedTexts right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(NamedTexts left, NamedTexts right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        if (pairs is { } all)
        {
            for (var i = 0; i + 1 < all.Length; i += 2)
            {
                if (all[i] != key) continue;
                value = all[i + 1];
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <summary>A copy with one more.</summary>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public NamedTexts Add(string key, string value) => ContainsKey(key) ? throw new ArgumentException($"There is a \"{key}\" already.", nameof(key)) : SetItem(key, value);

    /// <summary>A copy with this text under the name.</summary>
    public NamedTexts SetItem(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        var all = Pairs;
        var at = 0;
        while (at < all.Length && string.CompareOrdinal(all[at], key) < 0) at += 2;
        if (at < all.Length && all[at] == key)
        {
            if (all[at + 1] == value) return this;
            var changed = (string[])all.Clone();
            changed[at + 1] = value;
            return new(changed);
        }

        // Names are everybody's, texts hardly anybody else's.
        return new([.. all.AsSpan(0, at), SharedTexts.Of(key)!, value, .. all.AsSpan(at)]);
    }

    /// <summary>A copy without that name.</summary>
    public NamedTexts Remove(string key)
    {
        var all = Pairs;
        for (var i = 0; i + 1 < all.Length; i += 2)
        {
            if (all[i] == key) return all.Length == 2 ? Empty : new([.. all.AsSpan(0, i), .. all.AsSpan(i + 2)]);
        }

        return this;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        for (var i = 0; i + 1 < Pairs.Length; i += 2) yield return new(Pairs[i], Pairs[i + 1]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(NamedTexts other) => ReferenceEquals(pairs, other.pairs) || Pairs.AsSpan().SequenceEqual(other.Pairs);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NamedTexts other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => pairs is null ? 0 : HashCode.Combine(pairs.Length, pairs[0], pairs[1]);

    /// <summary>What stands in a payload, in any order; of a name that comes twice the last one holds.</summary>
    internal static NamedTexts Of(List<string> read)
    {
        if (read.Count == 0) return Empty;
        for (var i = 2; i < read.Count; i += 2)
        {
            if (string.CompareOrdinal(read[i - 2], read[i]) < 0) continue;
            var sorted = Empty;
            for (var at = 0; at < read.Count; at += 2) sorted = sorted.SetItem(read[at], read[at + 1]);
            return sorted;
        }

        return new([.. read]);
    }
}

/// <summary>As an object of JSON, a member for each.</summary>
internal sealed class NamedTextsConverter : JsonConverter<NamedTexts>
{
    private static readonly PooledStrings Texts = new();

    public override NamedTexts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return default;
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("Custom attributes are no object.");
        var read = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            read.Add(Texts.ReadAsPropertyName(ref reader, typeof(string), options));
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null)) throw new JsonException("A custom attribute is no text.");
            read.Add(Texts.Read(ref reader, typeof(string), options) ?? "");
        }

        return NamedTexts.Of(read);
    }

    public override void Write(Utf8JsonWriter writer, NamedTexts value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value) writer.WriteString(name, text);
        writer.WriteEndObject();
    }
}
