// RFC 5256 3: messages compare by what headers say; which of them comes before which is worked out once.
namespace Rialto.MailAccess.Imap.Search;

/// <summary>A column whose rows have an order.</summary>
internal interface IRanked
{
    int Count { get; }

    /// <summary>The order of the rows that there were when it was asked for last.</summary>
    Ranking? Ranking { get; set; }

    /// <summary>A number that orders rows as far as it tells them apart: most comparisons end with it.</summary>
    ulong PrefixOf(int row);

    int Compare(int left, int right);
}

/// <summary>The rows of a column in order, and each row's place in it; rows that compare equal have the same place. Immutable.</summary>
internal sealed class Ranking
{
    private Ranking(int[] order, int[] ranks, int places)
    {
        Order = order;
        Ranks = ranks;
        Places = places;
    }

    private int[] Order { get; }

    /// <summary>The row that comes first; -1: there is none.</summary>
    public int First => Order.Length == 0 ? -1 : Order[0];

    /// <summary>Of each row.</summary>
    public int[] Ranks { get; }

    /// <summary>How many different ones there are.</summary>
    public int Places { get; }

    public static long SizeOf(Ranking? ranking) => ranking is null ? 0 : 8L * ranking.Order.Length;

    /// <summary>The ranking of all rows of a column, made out of the one before where few have come since.</summary>
    public static Ranking Of(IRanked column)
    {
        var count = column.Count;
        var old = column.Ranking;
        if (old is not null && old.Order.Length == count)
            return old;
        var order = old is not null && count - old.Order.Length < count / 8 ? Extend(column, old.Order, count) : Sort(column, count);
        var ranks = new int[count];
        var place = 0;
        for (var i = 0; i < count; i++)
        {
            if (i > 0 && !AreEqual(column, old, order[i - 1], order[i]))
                place++;
            ranks[order[i]] = place;
        }
        return column.Ranking = new Ranking(order, ranks, count == 0 ? 0 : place + 1);
    }

    private static bool AreEqual(IRanked column, Ranking? old, int left, int right) => old is not null && left < old.Ranks.Length && right < old.Ranks.Length
        ? old.Ranks[left] == old.Ranks[right]
        : column.Compare(left, right) == 0;

    private static int[] Sort(IRanked column, int count)
    {
        var prefixes = new ulong[count];
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            prefixes[i] = column.PrefixOf(i);
            order[i] = i;
        }
        Array.Sort(prefixes, order);
        var comparer = new RowComparer(column);
        for (var start = 0; start < count;)
        {
            var end = start + 1;
            while (end < count && prefixes[end] == prefixes[start])
                end++;
            if (end - start > 1)
                order.AsSpan(start, end - start).Sort(comparer);
            start = end;
        }
        return order;
    }

    private static int[] Extend(IRanked column, int[] old, int count)
    {
        var added = new int[count - old.Length];
        for (var i = 0; i < added.Length; i++)
            added[i] = old.Length + i;
        var comparer = new RowComparer(column);
        added.AsSpan().Sort(comparer);
        var order = new int[count];
        var (from, to) = (0, 0);
        foreach (var row in added)
        {
            // Rows are numbers of their own, so that none is found and the place is the complement.
            var at = ~Array.BinarySearch(old, from, old.Length - from, row, comparer);
            old.AsSpan(from, at - from).CopyTo(order.AsSpan(to));
            to += at - from;
            from = at;
            order[to++] = row;
        }
        old.AsSpan(from).CopyTo(order.AsSpan(to));
        return order;
    }

    private sealed class RowComparer(IRanked column) : IComparer<int>
    {
        public int Compare(int left, int right)
        {
            var order = column.Compare(left, right);
            return order != 0 ? order : left.CompareTo(right);
        }
    }
}
