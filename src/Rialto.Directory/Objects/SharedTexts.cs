namespace Rialto.Directory;

/// <summary>Texts that many objects have (first names, departments, cities), kept as one string each: those met last, in bounded memory. Thread-safe.</summary>
internal static class SharedTexts
{
    /// <summary>Texts that are known at a time; then they are forgotten together. Around a megabyte.</summary>
    private const int MaxTexts = 16_384;

    /// <summary>Longer ones are hardly anybody else's too.</summary>
    private const int MaxLength = 48;

    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal);

    /// <summary>An equal text, the same one each time it is asked for.</summary>
    public static string? Of(string? text)
    {
        if (text is null || text.Length > MaxLength) return text;
        lock (Gate)
        {
            if (Known.TryGetValue(text, out var same)) return same;
            if (Known.Count == MaxTexts) Known.Clear();
            Known.Add(text);
            return text;
        }
    }
}
