using Rialto.Store.Backend;

namespace Rialto.Store.Sqlite.Search;

/// <summary>The rows that a search found, as messages.</summary>
/// <param name="messages">All that the index holds.</param>
/// <param name="revised">The messages of later texts, by row.</param>
internal sealed class FoundRows(long messages, Dictionary<long, long> revised)
{
    private readonly HashSet<long> _ids = [];

    public bool IsExact { get; set; } = true;

    /// <summary>Nothing is left to be found.</summary>
    public bool IsAll => _ids.Count == messages;

    public void Add(long row) => _ids.Add(revised.GetValueOrDefault(row, row));

    public TextHits ToHits(bool isExact)
    {
        var ids = _ids.ToArray();
        Array.Sort(ids);
        return new TextHits(Array.ConvertAll(ids, static id => new MessageId(id)), isExact && IsExact, revised.Count == 0 ? TextHits.None : revised.Values.Select(static id => new MessageId(id)).ToHashSet());
    }
}
