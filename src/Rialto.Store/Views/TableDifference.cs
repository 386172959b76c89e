// [MS-OXCNOTIF] 2.2.1.1.1, 3.1.4.3: what row events tell.
namespace Rialto.Store.Views;

public enum TableRowChangeKind : byte
{
    Removed,
    Added,

    /// <summary>Other values, perhaps at another place.</summary>
    Modified,
}

/// <param name="Row">The row as it is now; for a removed one as it was.</param>
/// <param name="After">The row before it in the newer view; null at the beginning and for removed ones.</param>
public readonly record struct TableRowChange(TableRowChangeKind Kind, TableRow Row, TableRow? After);

/// <summary>
/// What makes one view out of another, for a client that keeps a copy: first the rows that go, then, from the top, those that come or change. Each is taken out where
/// it was and put behind the row that stands before it in the end, so that applying all of them in order gives the newer view.
/// </summary>
public static class TableDifference
{
    /// <summary>The changes; null when they are more than the limit, and reading the table again is the better way.</summary>
    public static IReadOnlyList<TableRowChange>? Between(TableView older, TableView newer, int limit)
    {
        if (older.Snapshot == newer.Snapshot && older.Expansion == newer.Expansion)
            return [];
        return newer.HasCategories || older.HasCategories ? OfCategories(older, newer, limit) : OfRows(older, newer, limit);
    }

    /// <summary>Both lists have the same order: one walk along both that skips the blocks which they share.</summary>
    private static List<TableRowChange>? OfRows(TableView older, TableView newer, int limit)
    {
        var before = older.Snapshot.Rows;
        var after = newer.Snapshot.Rows;
        var keys = newer.Snapshot.Keys;
        var gone = new List<SortRow>();
        var touched = new List<(int Position, bool IsNew)>();
        int oldBlock = 0, oldOffset = 0, newBlock = 0, newOffset = 0;
        while (gone.Count + touched.Count <= limit * 2)
        {
            if (oldBlock < before.BlockCount && oldOffset == before.BlockNumber(oldBlock).Count)
            {
                oldBlock++;
                oldOffset = 0;
                continue;
            }
            if (newBlock < after.BlockCount && newOffset == after.BlockNumber(newBlock).Count)
            {
                newBlock++;
                newOffset = 0;
                continue;
            }
            if (oldBlock == before.BlockCount && newBlock == after.BlockCount)
                break;
            if (oldBlock == before.BlockCount)
            {
                touched.Add((after.StartOf(newBlock) + newOffset++, true));
                continue;
            }
            var was = before.BlockNumber(oldBlock);
            if (newBlock == after.BlockCount)
            {
                gone.Add(was.Items[oldOffset++]);
                continue;
            }
            var now = after.BlockNumber(newBlock);
            if (oldOffset == newOffset && ReferenceEquals(was.Items, now.Items))
            {
                oldOffset = newOffset = Math.Min(was.Count, now.Count);
                continue;
            }
            ref readonly var left = ref was.Items[oldOffset];
            ref readonly var right = ref now.Items[newOffset];
            var order = keys.Compare(in left, in right);
            if (order < 0)
            {
                gone.Add(left);
                oldOffset++;
            }
            else if (order > 0)
            {
                touched.Add((after.StartOf(newBlock) + newOffset++, true));
            }
            else
            {
                if (left.Sequence != right.Sequence)
                    touched.Add((after.StartOf(newBlock) + newOffset, false));
                oldOffset++;
                newOffset++;
            }
        }
        if (gone.Count + touched.Count > limit * 2)
            return null;
        // A row that went at one place and came at another has moved.
        var went = gone.Select(r => (r.Id, r.Instance)).ToHashSet();
        var changes = new List<TableRowChange>();
        var came = touched.Where(t => t.IsNew).Select(t => (after[t.Position].Id, after[t.Position].Instance)).ToHashSet();
        foreach (var row in gone)
        {
            if (!came.Contains((row.Id, row.Instance)))
                changes.Add(new TableRowChange(TableRowChangeKind.Removed, TableView.RowOf(in row), null));
        }
        foreach (var (position, isNew) in touched)
        {
            ref readonly var row = ref after[position];
            var kind = isNew && !went.Contains((row.Id, row.Instance)) ? TableRowChangeKind.Added : TableRowChangeKind.Modified;
            changes.Add(new TableRowChange(kind, TableView.RowOf(in row), position == 0 ? null : TableView.RowOf(in after[position - 1])));
        }
        return changes.Count > limit ? null : changes;
    }

    /// <summary>Headers may change places with all that is under them: rows that keep their order stay, the others are taken out and put in.</summary>
    private static List<TableRowChange>? OfCategories(TableView older, TableView newer, int limit)
    {
        var before = older.Identities();
        var after = newer.Identities();
        if (!older.HasCategories || !newer.HasCategories)
            return null;
        var start = 0;
        while (start < before.Length && start < after.Length && before[start] == after[start])
            start++;
        var end = 0;
        while (end < before.Length - start && end < after.Length - start && before[^(end + 1)] == after[^(end + 1)])
            end++;
        var was = new Dictionary<(long, int), int>();
        for (var i = start; i < before.Length - end; i++)
            was[(before[i].Key, before[i].Instance)] = i;
        var places = new int[after.Length - end - start];
        var stays = new HashSet<(long, int)>();
        for (var i = 0; i < places.Length; i++)
        {
            var row = after[start + i];
            places[i] = was.TryGetValue((row.Key, row.Instance), out var place) ? place : -1;
            stays.Add((row.Key, row.Instance));
        }
        var changes = new List<TableRowChange>();
        for (var i = start; i < before.Length - end && changes.Count <= limit; i++)
        {
            if (!stays.Contains((before[i].Key, before[i].Instance)))
                changes.Add(new TableRowChange(TableRowChangeKind.Removed, older[i], null));
        }
        var keeps = LongestRise(places);
        for (var i = 0; i < places.Length && changes.Count <= limit; i++)
        {
            var position = start + i;
            if (keeps[i] && before[places[i]].Stamp == after[position].Stamp)
                continue;
            var kind = places[i] < 0 ? TableRowChangeKind.Added : TableRowChangeKind.Modified;
            changes.Add(new TableRowChange(kind, newer[position], position == 0 ? null : newer[position - 1]));
        }
        return changes.Count > limit ? null : changes;
    }

    /// <summary>Marks a longest subsequence that rises; -1 is no part of it.</summary>
    private static bool[] LongestRise(int[] values)
    {
        var tails = new List<int>();
        var previous = new int[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] < 0)
                continue;
            int low = 0, high = tails.Count;
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (values[tails[middle]] < values[i])
                    low = middle + 1;
                else
                    high = middle;
            }
            previous[i] = low == 0 ? -1 : tails[low - 1];
            if (low == tails.Count)
                tails.Add(i);
            else
                tails[low] = i;
        }
        var marks = new bool[values.Length];
        for (var i = tails.Count == 0 ? -1 : tails[^1]; i >= 0; i = previous[i])
            marks[i] = true;
        return marks;
    }
}
