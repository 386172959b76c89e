using Rialto.Model;

namespace Rialto.Store.Views;

/// <summary>
/// A table over a folder's messages in one order: what MAPI contents tables, EWS FindItem and DAV SEARCH page through.
/// The order is computed once and shared by all who look at the folder in the same way; every commit updates it by one delta.
/// </summary>
public sealed class ContentsTable : IDisposable
{
    private readonly TableOrder _order;
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _subscriptions = [];
    private Action<TableOrder>? _release;

    internal ContentsTable(TableOrder order, Action<TableOrder> release)
    {
        _order = order;
        _release = release;
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

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _release, null) is not { } release)
            return;
        lock (_gate)
        {
            foreach (var subscription in _subscriptions)
                subscription.Dispose();
            _subscriptions.Clear();
        }
        release(_order);
    }
}

/// <summary>The rows of a table at one moment, in its order.</summary>
public sealed class TableSnapshot
{
    private long _highestUid = -1;

    internal TableSnapshot(BlockedArray<SortRow> rows) => Rows = rows;

    internal BlockedArray<SortRow> Rows { get; }

    /// <summary>What stands above it cannot be among the rows. Computed once, by the first append after a load; handed on from then.</summary>
    internal uint HighestUid
    {
        get
        {
            if (_highestUid < 0)
            {
                long highest = 0;
                for (var block = 0; block < Rows.BlockCount; block++)
                {
                    foreach (ref readonly var row in Rows.BlockNumber(block).Span)
                        highest = Math.Max(highest, row.Uid);
                }
                _highestUid = highest;
            }
            return (uint)_highestUid;
        }
        init => _highestUid = value;
    }

    public int Count => Rows.Count;

    public MessageId this[int position] => Rows[position].Id;

    /// <summary>Where the message stands, or -1.</summary>
    public int PositionOf(MessageId message)
    {
        for (var block = 0; block < Rows.BlockCount; block++)
        {
            var span = Rows.BlockNumber(block).Span;
            for (var i = 0; i < span.Length; i++)
            {
                if (span[i].Id == message)
                    return Rows.StartOf(block) + i;
            }
        }
        return -1;
    }

    public void CopyTo(int position, Span<MessageId> destination)
    {
        while (!destination.IsEmpty)
        {
            var block = Rows.SpanAt(position);
            var count = Math.Min(block.Length, destination.Length);
            for (var i = 0; i < count; i++)
                destination[i] = block[i].Id;
            destination = destination[count..];
            position += count;
        }
    }
}
