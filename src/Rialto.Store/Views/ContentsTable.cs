using Rialto.Model;
using Rialto.Store.Engine;

namespace Rialto.Store.Views;

/// <summary>
/// A table over a folder's messages in one order: what MAPI contents tables, EWS FindItem and DAV SEARCH page through.
/// The order is computed once and shared by all who look at the folder in the same way; every commit updates it by one delta.
/// </summary>
public sealed class ContentsTable : IDisposable
{
    /// <summary>Rows looked at one by one before a search looks at all of the folder.</summary>
    private const int NearRows = 64;

    private readonly ViewRegistry _registry;
    private readonly Mailbox _mailbox;
    private readonly TableOrder _order;
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _subscriptions = [];
    private int _disposed;

    internal ContentsTable(Mailbox mailbox, TableOrder order)
    {
        _mailbox = mailbox;
        _registry = mailbox.Views;
        _order = order;
    }

    public FolderId Folder => _order.Folder;

    /// <summary>The rows now: an immutable list of ids in order. May wait for the load; the first rows by delivery time can be had before through <see cref="ReadFirstAsync"/>.</summary>
    public ValueTask<TableSnapshot> CurrentAsync(CancellationToken cancel) => _order.CurrentAsync(cancel);

    /// <summary>The first rows without waiting for the whole order where storage can give them from an index; otherwise as <see cref="CurrentAsync"/>.</summary>
    public async ValueTask<IReadOnlyList<MessageId>> ReadFirstAsync(int count, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (_order.IsNewestFirst && !_order.IsLoaded)
        {
            var first = await _order.ReadNewestAsync(count, cancel);
            _ = _order.LoadAsync();
            return first;
        }
        var rows = await _order.CurrentAsync(cancel);
        var ids = new MessageId[Math.Min(count, rows.Count)];
        rows.CopyTo(0, ids);
        return ids;
    }

    /// <summary>Called back after <see cref="CurrentAsync"/> has something newer. Must return quickly and never wait.</summary>
    public IDisposable Subscribe(Action onChanged)
    {
        var subscription = _order.Subscribe(onChanged);
        lock (_gate)
            _subscriptions.Add(subscription);
        return subscription;
    }

    /// <summary>
    /// The nearest visible row that matches, from a position on or, backwards, before it; -1 for none. Rows nearby are read; for what is farther away the rows that match
    /// are found as those of a restricted table, which is kept for the next search of the kind.
    /// </summary>
    /// <param name="matchesHeader">Whether a category's header row matches.</param>
    public async ValueTask<int> FindAsync(TableView view, int start, bool backward, Restriction restriction, Func<Category, bool> matchesHeader, CancellationToken cancel)
    {
        if (await FindNearAsync(view, start, backward, restriction, matchesHeader, cancel) is { } near)
            return near;
        var query = _order.Query;
        var both = query with { Restriction = query.Restriction is null ? restriction : new AndRestriction([query.Restriction, restriction]) };
        var matching = _registry.OpenOrder(Folder, both);
        try
        {
            var found = await matching.CurrentAsync(cancel);
            return view.HasCategories ? FindVisible(view, found, start, backward, matchesHeader) : FindRow(view.Snapshot, found, start, backward);
        }
        finally
        {
            _registry.Release(matching);
        }
    }

    /// <summary>Null where the search has to go on.</summary>
    private async ValueTask<int?> FindNearAsync(TableView view, int start, bool backward, Restriction restriction, Func<Category, bool> matchesHeader, CancellationToken cancel)
    {
        var filter = new RowFilter(restriction, RowSources.KeywordsIdOf(_mailbox));
        var collation = Collation.Of(_order.Query.Culture);
        var count = Math.Clamp(backward ? start : view.Count - start, 0, NearRows);
        var rows = new TableRow[count];
        for (var i = 0; i < count; i++)
            rows[i] = view[backward ? start - 1 - i : start + i];
        var read = new Dictionary<MessageId, MessageRow>(count);
        foreach (var row in await _mailbox.Storage.ReadRowsAsync(rows.Where(r => r.Category is null).Select(r => r.Id).Distinct().ToArray(), cancel))
            read[row.Id] = row;
        for (var i = 0; i < count; i++)
        {
            var matches = rows[i].Category is { } category
                ? matchesHeader(category)
                : read.TryGetValue(rows[i].Id, out var row) && filter.Matches(await RowSources.OpenAsync(_mailbox, row, filter.NeedsContent, collation, cancel));
            if (matches)
                return backward ? start - 1 - i : start + i;
        }
        return count < NearRows ? -1 : null;
    }

    private static int FindRow(TableSnapshot rows, TableSnapshot matching, int start, bool backward)
    {
        if (start >= rows.Count && !backward)
            return -1;
        var next = matching.Count;
        if (start < rows.Count)
        {
            next = matching.Search(in rows.Rows[start]);
            if (next < 0)
                next = ~next;
        }
        for (var at = backward ? next - 1 : next; at >= 0 && at < matching.Count; at += backward ? -1 : 1)
        {
            // The one may be newer than the other: what only the newer has is passed over.
            var position = rows.Search(in matching.Rows[at]);
            if (position >= 0)
                return position;
        }
        return -1;
    }

    private static int FindVisible(TableView view, TableSnapshot matching, int start, bool backward, Func<Category, bool> matchesHeader)
    {
        var ids = new HashSet<MessageId>(matching.Count);
        for (var block = 0; block < matching.Rows.BlockCount; block++)
        {
            foreach (ref readonly var row in matching.Rows.BlockNumber(block).Span)
                ids.Add(row.Id);
        }
        for (var at = backward ? start - 1 : start; at >= 0 && at < view.Count; at += backward ? -1 : 1)
        {
            var row = view[at];
            if (row.Category is { } category ? matchesHeader(category) : ids.Contains(row.Id))
                return at;
        }
        return -1;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        lock (_gate)
        {
            foreach (var subscription in _subscriptions)
                subscription.Dispose();
            _subscriptions.Clear();
        }
        _registry.Release(_order);
    }
}
