namespace Rialto.Store.Views;

/// <summary>The distinct keyword lists of a mailbox, each kept once; number 0 is the empty list. Grows only; thread-safe.</summary>
internal sealed class KeywordSets
{
    /// <summary>Between the keywords of the narrow row's text: no keyword or category holds a line feed.</summary>
    public const char Separator = '\n';

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private IReadOnlyList<string>[] _sets = [[]];
    private string[] _keywords = [];

    public IReadOnlyList<string> this[int number] => Volatile.Read(ref _sets)[number];

    /// <summary>The different keywords in the order in which they were first seen, whatever their case. Grows at the end only.</summary>
    public IReadOnlyList<string> Keywords => Volatile.Read(ref _keywords);

    public int Intern(IReadOnlyList<string> keywords) => keywords.Count == 0 ? 0 : Intern(Join(keywords));

    public int Intern(string? joined)
    {
        if (string.IsNullOrEmpty(joined))
            return 0;
        lock (_gate)
        {
            if (_numbers.TryGetValue(joined, out var number))
                return number;
            number = _sets.Length;
            var set = joined.Split(Separator);
            // Before the set: who sees the set finds its keywords known.
            if (set.Where(_known.Add).ToArray() is { Length: > 0 } added)
                Volatile.Write(ref _keywords, [.. _keywords, .. added]);
            Volatile.Write(ref _sets, [.. _sets, set]);
            _numbers.Add(joined, number);
            return number;
        }
    }

    /// <summary>Whether the keywords can be kept: none empty, none with the separator in it.</summary>
    public static bool AreValid(IReadOnlyList<string> keywords)
    {
        foreach (var keyword in keywords)
        {
            if (string.IsNullOrEmpty(keyword) || keyword.Contains(Separator, StringComparison.Ordinal))
                return false;
        }
        return true;
    }

    public static string Join(IReadOnlyList<string> keywords) => string.Join(Separator, keywords);
}
