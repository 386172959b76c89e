using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;

namespace Rialto.Store.Views;

/// <summary>What a commit does to the shared views of one folder, to be shown when the commit is durable.</summary>
/// <param name="Snapshot">Null while the index loads.</param>
internal readonly record struct ViewUpdate(FolderIndex? Index, FolderSnapshot? Snapshot, TableOrder[] Orders, IReadOnlyList<EntryDelta> Deltas)
{
    public void Publish()
    {
        Index?.Publish(Snapshot);
        foreach (var order in Orders)
            order.Publish(Deltas);
    }
}

/// <summary>The shared views of a mailbox: one index a folder, one order a way of looking at it. Those without users go after a while.</summary>
internal sealed class ViewRegistry(Mailbox mailbox)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<FolderId, FolderIndex> _indexes = [];
    private readonly Dictionary<FolderId, Dictionary<TableKey, TableOrder>> _orders = [];

    /// <summary>Orders of one folder that are kept without users: what a client that tries one order after the other leaves behind.</summary>
    private const int MostIdleOrders = 8;

    public FolderIndex? FindIndex(FolderId folder)
    {
        lock (_gate)
            return _indexes.GetValueOrDefault(folder);
    }

    public Task<FolderIndex> OpenIndexAsync(FolderId folder) => OpenIndexAsync(folder, static index => index.LoadAsync());

    /// <summary>The same for a search in a column of texts: what of the two is not there yet is read at the same time.</summary>
    public Task<FolderIndex> OpenIndexAsync(FolderId folder, TextTarget target) =>
        OpenIndexAsync(folder, index => index.LoadAsync(target, mailbox.Engine.Options.MaximumTextColumn));

    private async Task<FolderIndex> OpenIndexAsync(FolderId folder, Func<FolderIndex, Task> load)
    {
        FolderIndex? index;
        lock (_gate)
        {
            if (!_indexes.TryGetValue(folder, out index))
                _indexes.Add(folder, index = new FolderIndex(folder, mailbox.Keywords, mailbox.Storage, () => mailbox.Writer.Applied.Folders.TryGet(folder, out var now) ? now : null));
            index.Users++;
        }
        try
        {
            await load(index);
        }
        catch
        {
            Release(index);
            throw;
        }
        return index;
    }

    public void Release(FolderIndex index)
    {
        lock (_gate)
        {
            if (--index.Users == 0)
                index.IdleSince = mailbox.Engine.Time.GetTimestamp();
        }
    }

    public TableOrder OpenOrder(FolderId folder, TableQuery query)
    {
        var key = query.Key();
        lock (_gate)
        {
            if (!_orders.TryGetValue(folder, out var orders))
                _orders.Add(folder, orders = []);
            if (!orders.TryGetValue(key, out var order))
            {
                DropOldest(orders);
                orders.Add(key, order = new TableOrder(mailbox, folder, query, key));
            }
            order.Users++;
            return order;
        }
    }

    /// <summary>Of the orders of a folder that nobody uses, some are kept for whoever comes back.</summary>
    private static void DropOldest(Dictionary<TableKey, TableOrder> orders)
    {
        while (orders.Values.Where(o => o.Users == 0).ToList() is { Count: >= MostIdleOrders } idle)
            orders.Remove(idle.MinBy(o => o.IdleSince)!.Key);
    }

    public void Release(TableOrder order)
    {
        lock (_gate)
        {
            if (--order.Users == 0)
                order.IdleSince = mailbox.Engine.Time.GetTimestamp();
        }
    }

    /// <summary>The orders of a search folder hear of its links from the search, not from commits.</summary>
    public void PublishLinks(FolderId folder, IReadOnlyList<EntryDelta> deltas)
    {
        TableOrder[] orders = [];
        lock (_gate)
        {
            if (_orders.TryGetValue(folder, out var all))
                orders = [.. all.Values];
        }
        foreach (var order in orders)
            order.Publish(deltas);
    }

    /// <summary>The links of a search folder are others altogether.</summary>
    public void DropLinks(FolderId folder)
    {
        lock (_gate)
        {
            if (!_orders.TryGetValue(folder, out var orders))
                return;
            foreach (var order in orders.Values)
                order.Invalidate();
        }
    }

    /// <summary>Drops what has had no users for the period.</summary>
    public void Sweep(TimeSpan idle)
    {
        var time = mailbox.Engine.Time;
        lock (_gate)
        {
            foreach (var (folder, index) in _indexes)
            {
                if (index.Users == 0 && time.GetElapsedTime(index.IdleSince) >= idle)
                    _indexes.Remove(folder);
            }
            foreach (var (folder, orders) in _orders)
            {
                foreach (var (key, order) in orders)
                {
                    if (order.Users == 0 && time.GetElapsedTime(order.IdleSince) >= idle)
                        orders.Remove(key);
                }
                if (orders.Count == 0)
                    _orders.Remove(folder);
            }
        }
    }

    /// <summary>The writer's part: the indexes of the touched folders take the commit in.</summary>
    public List<ViewUpdate> Apply(Dictionary<FolderId, FolderDeltas> deltas, MailboxState state)
    {
        var updates = new List<ViewUpdate>(deltas.Count);
        foreach (var (folder, list) in deltas)
        {
            FolderIndex? index;
            TableOrder[] orders = [];
            lock (_gate)
            {
                index = _indexes.GetValueOrDefault(folder);
                if (_orders.TryGetValue(folder, out var all))
                    orders = [.. all.Values];
            }
            if (index is null && orders.Length == 0)
                continue;
            var highest = state.Folders.TryGet(folder, out var now) ? now.Counters.HighestSequence : 0;
            updates.Add(new ViewUpdate(index, index?.Apply(list, highest), orders, list));
        }
        return updates;
    }

    /// <summary>A principal's read state changed: its own orders take it in, and the folder's views look again.</summary>
    public ViewUpdate ReadUpdate(Guid principal, FolderId folder, List<EntryDelta> deltas)
    {
        lock (_gate)
        {
            TableOrder[] orders = _orders.TryGetValue(folder, out var all) ? [.. all.Values.Where(o => o.Query.Reader == principal)] : [];
            return new ViewUpdate(_indexes.GetValueOrDefault(folder), null, orders, deltas);
        }
    }

    /// <summary>Another server wrote: orders of readers whose set is another now are loaded anew.</summary>
    public async ValueTask ReviewReadersAsync(IReadOnlyDictionary<(Guid Principal, FolderId Folder), IdSet> known)
    {
        if (known.Count == 0)
            return;
        TableOrder[] orders;
        lock (_gate)
            orders = [.. _orders.Values.SelectMany(o => o.Values).Where(o => o.Query.Reader is not null)];
        foreach (var order in orders)
        {
            var reader = order.Query.Reader!.Value;
            var now = await mailbox.ReadSets.ReadAsync(reader, order.Folder, CancellationToken.None);
            if (!known.TryGetValue((reader, order.Folder), out var before) || !before.Equals(now))
                order.Invalidate();
        }
    }

    /// <summary>The deltas of changes that another server made, from what the messages are now.</summary>
    public async ValueTask<Dictionary<FolderId, FolderDeltas>> DeltasOfAsync(IReadOnlyList<Change> changes)
    {
        var deltas = new Dictionary<FolderId, FolderDeltas>();
        var ids = changes.Where(c => c.Message.Value != 0).Select(c => c.Message).Distinct().ToArray();
        if (ids.Length == 0)
            return deltas;
        var rows = (await mailbox.Storage.ReadRowsAsync(ids, CancellationToken.None)).ToDictionary(r => r.Id);
        foreach (var change in changes)
        {
            if (change.Message.Value == 0)
                continue;
            if (change.Kind is ChangeKind.MessageDeleted)
                Gone(change.Folder, change.Message, change.Uid, change.Sequence);
            if (change.OldFolder.Value != 0 && (change.OldFolder != change.Folder || change.OldUid != change.Uid))
                Gone(change.OldFolder, change.Message, change.OldUid, change.Sequence);
            if (change.Kind is ChangeKind.MessageDeleted || !rows.TryGetValue(change.Message, out var row) || row.Folder != change.Folder || row.Uid != change.Uid)
                continue;
            var kind = change.Kind switch
            {
                ChangeKind.MessageCreated or ChangeKind.MessageMoved => DeltaKind.Added,
                ChangeKind.MessageModified or ChangeKind.MessageSoftDeleted => DeltaKind.Replaced,
                _ => DeltaKind.StateChanged,
            };
            List(change.Folder).Add(new EntryDelta(kind, Entries.From(row, mailbox.Keywords), row));
        }
        return deltas;

        void Gone(FolderId folder, MessageId id, uint uid, long sequence) =>
            List(folder).Add(new EntryDelta(DeltaKind.Removed, new ViewEntry { Id = id, Uid = uid, Sequence = sequence }, null));

        FolderDeltas List(FolderId folder)
        {
            if (!deltas.TryGetValue(folder, out var list))
                deltas.Add(folder, list = []);
            return list;
        }
    }

    /// <summary>The change log cannot tell what happened: every view is to be loaded anew.</summary>
    public void DropAll()
    {
        lock (_gate)
        {
            foreach (var index in _indexes.Values)
                index.Invalidate();
            foreach (var order in _orders.Values.SelectMany(o => o.Values))
                order.Invalidate();
        }
    }
}
