namespace Rialto.Store.Sqlite.Databases;

/// <summary>The databases that have connections open: bounded in number, closed when nobody has used them for a while.</summary>
internal sealed class OpenDatabases(SqliteStoreOptions options)
{
    private readonly Lock _lock = new();
    private readonly HashSet<JournaledDatabase> _open = [];

    /// <summary>Woken when more are open than there should be.</summary>
    public Action TooMany { get; set; } = static () => { };

    public int Count
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    public void Add(JournaledDatabase database)
    {
        bool many;
        lock (_lock)
        {
            _open.Add(database);
            many = _open.Count > options.MaximumOpenDatabases;
        }
        if (many)
            TooMany();
    }

    public void Remove(JournaledDatabase database)
    {
        lock (_lock)
            _open.Remove(database);
    }

    /// <summary>Those unused since the time, and the longest unused of those too many.</summary>
    public List<JournaledDatabase> ToClose(long unusedSince)
    {
        lock (_lock)
        {
            var surplus = _open.Count - options.MaximumOpenDatabases;
            var found = new List<JournaledDatabase>();
            if (surplus > 0)
                found.AddRange(_open.OrderBy(d => d.LastUsed).Take(surplus));
            found.AddRange(_open.Where(d => d.LastUsed < unusedSince).Except(found));
            return found;
        }
    }

    public List<JournaledDatabase> All()
    {
        lock (_lock)
            return [.. _open];
    }
}
