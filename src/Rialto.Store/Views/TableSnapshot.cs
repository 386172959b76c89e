namespace Rialto.Store.Views;

/// <summary>The rows of a table at one moment, in its order, without header rows. Immutable; consecutive snapshots share what did not change.</summary>
public sealed class TableSnapshot
{
    private long _highestUid = -1;
    private CategoryTree? _categories;

    internal TableSnapshot(OrderKeys keys, BlockedArray<SortRow> rows)
    {
        Keys = keys;
        Rows = rows;
    }

    internal OrderKeys Keys { get; }

    internal BlockedArray<SortRow> Rows { get; }

    /// <summary>The categories; null in an order without.</summary>
    internal CategoryTree? Categories => Keys.CategoryCount == 0 ? null : _categories ??= CategoryTree.Of(this);

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

    /// <summary>Where the message's first row stands, or -1: a pass over the rows.</summary>
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

    /// <summary>The position of a row of these keys, or the complement of where it would stand.</summary>
    internal int Search(in SortRow row)
    {
        var probe = new SortProbe(Keys, row);
        return Rows.BinarySearch(ref probe);
    }

    /// <summary>Where the row stands now, whatever its keys have become; the complement of where it stood when it is gone.</summary>
    internal int Find(in SortRow row)
    {
        var at = Search(in row);
        if (at >= 0 && Rows[at].IsSameRow(in row))
            return at;
        for (var block = 0; block < Rows.BlockCount; block++)
        {
            var span = Rows.BlockNumber(block).Span;
            for (var i = 0; i < span.Length; i++)
            {
                if (span[i].IsSameRow(in row))
                    return Rows.StartOf(block) + i;
            }
        }
        return at >= 0 ? ~at : at;
    }

    /// <summary>All rows of the messages, in one pass.</summary>
    internal List<SortRow> RowsOf(HashSet<MessageId> messages)
    {
        var rows = new List<SortRow>(messages.Count);
        if (messages.Count == 0)
            return rows;
        // A message has one row unless values make instances, so that the pass may end early.
        var expected = Keys.Instances is null ? messages.Count : int.MaxValue;
        var only = messages.Count == 1 ? messages.First() : default;
        for (var block = 0; block < Rows.BlockCount && rows.Count < expected; block++)
        {
            foreach (ref readonly var row in Rows.BlockNumber(block).Span)
            {
                if (messages.Count == 1 ? row.Id == only : messages.Contains(row.Id))
                    rows.Add(row);
            }
        }
        return rows;
    }
}
