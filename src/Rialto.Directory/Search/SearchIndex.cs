namespace Rialto.Directory;

/// <summary>
/// The search indexes across snapshots: large ones over most recipients, made at the first search, and small ones over those that changed since. The small ones are made anew at the
/// first search after a change; when too many have changed, the large ones are.
/// </summary>
internal sealed class SearchIndex
{
    public static readonly SearchIndex Empty = new(null, []);

    /// <summary>Changes are kept apart up to this many or a sixteenth of all: their indexes are made at the first search after each change, 3 microseconds a recipient.</summary>
    private const int MinChanged = 256;

    private readonly Lock gate = new();

    /// <summary>What the large indexes hold of the objects that changed since: null where they hold nothing.</summary>
    private readonly Dictionary<Guid, Recipient?> changed;
    private SearchSegment? basis;
    private DirectorySearch? search;

    private SearchIndex(SearchSegment? basis, Dictionary<Guid, Recipient?> changed)
    {
        this.basis = basis;
        this.changed = changed;
    }

    /// <summary>The index after these objects changed; <paramref name="from"/> is the snapshot before.</summary>
    public SearchIndex After(DirectorySnapshot from, IReadOnlyCollection<Guid> ids)
    {
        SearchSegment? large;
        lock (gate) large = basis;
        if (large is null) return Empty.Fresh();
        if (changed.Count + ids.Count > Math.Max(MinChanged, large.Entries.Length / 16)) return Empty.Fresh();
        var next = new Dictionary<Guid, Recipient?>(changed);
        foreach (var id in ids) next.TryAdd(id, from.Find(id) as Recipient);
        return new(large, next);
    }

    public DirectorySearch Of(DirectorySnapshot directory)
    {
        if (Volatile.Read(ref search) is { } made) return made;
        lock (gate)
        {
            if (search is not null) return search;
            if (basis is null)
            {
                // Nothing is set apart: changed is empty in an index without large segments.
                basis = SegmentBuilder.Build(directory.Recipients);
            }

            var dead = Array.Empty<ulong>();
            SearchSegment? recent = null;
            if (changed.Count > 0)
            {
                dead = new ulong[(basis.Entries.Length + 63) >> 6];
                foreach (var old in changed.Values)
                {
                    if (old is not null && basis.Find(old) is >= 0 and var rank) dead[rank >> 6] |= 1UL << rank;
                }

                recent = SegmentBuilder.Build(changed.Keys.Select(directory.Find).OfType<Recipient>());
            }

            var result = new DirectorySearch(directory, basis, recent, dead);
            Volatile.Write(ref search, result);
            return result;
        }
    }

    private SearchIndex Fresh() => new(null, []);
}
