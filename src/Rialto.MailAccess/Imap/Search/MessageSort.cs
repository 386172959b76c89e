// RFC 5256 3: what messages are sorted by, RFC 5957 3 display names.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>
/// Sorts positions by numbers alone: arrival and size come from the folder's index, of what headers say the rank comes from the folder's columns. Texts compare by
/// i;unicode-casemap's order; equal ones keep the mailbox's order. The work is proportional to what the search has found.
/// </summary>
internal static class MessageSort
{
    /// <summary>The positions in order.</summary>
    public static async ValueTask<(StoreError Error, int[] Positions)> RunAsync(
        ImapSession session, SelectedFolder folder, FolderSnapshot snapshot, IReadOnlyList<SortCriterion> criteria, PositionSet found, CancellationToken cancel)
    {
        var positions = new int[found.Count()];
        if (positions.Length == 0)
            return (StoreError.None, positions);
        var kinds = criteria.Where(c => KindOf(c.Field) is not null).Select(c => KindOf(c.Field)!.Value).Distinct().ToArray();
        var columns = Array.Empty<ColumnRows>();
        if (kinds.Length > 0)
        {
            (var error, columns) = await folder.View.Shared(static () => new FolderColumns()).ReadAsync(session, folder, snapshot, kinds, ranked: true, cancel);
            if (error != StoreError.None)
                return (error, []);
        }
        for (int i = 0, position = found.Next(0); position >= 0; position = found.Next(position + 1))
            positions[i++] = position;
        // From the last criterion to the first, each leaving those that are equal as they are.
        var ranks = new int[positions.Length];
        for (var i = criteria.Count - 1; i >= 0; i--)
        {
            var places = KindOf(criteria[i].Field) is { } kind
                ? RanksOf(columns[Array.IndexOf(kinds, kind)], positions, ranks)
                : RanksOf(snapshot, criteria[i].Field, positions, ranks);
            if (criteria[i].Descending)
            {
                for (var j = 0; j < ranks.Length; j++)
                    ranks[j] = places - 1 - ranks[j];
            }
            positions = Reorder(positions, ranks, places);
        }
        return (StoreError.None, positions);
    }

    private static ColumnKind? KindOf(SortField field) => field switch
    {
        SortField.Date => ColumnKind.Date,
        SortField.Subject => ColumnKind.Subject,
        SortField.From => ColumnKind.From,
        SortField.To => ColumnKind.To,
        SortField.Cc => ColumnKind.Cc,
        SortField.DisplayFrom => ColumnKind.DisplayFrom,
        SortField.DisplayTo => ColumnKind.DisplayTo,
        _ => null,
    };

    private static int RanksOf(in ColumnRows column, int[] positions, int[] ranks)
    {
        var all = column.Ranking!;
        for (var i = 0; i < positions.Length; i++)
            ranks[i] = all.Ranks[column[positions[i]]];
        return all.Places;
    }

    private static int RanksOf(FolderSnapshot snapshot, SortField field, int[] positions, int[] ranks)
    {
        var values = new long[positions.Length];
        var order = new int[positions.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            ref readonly var entry = ref snapshot[positions[i]];
            values[i] = field == SortField.Arrival ? entry.ReceivedTicks : entry.MimeSize;
            order[i] = i;
        }
        Array.Sort(values, order);
        var place = 0;
        for (var i = 0; i < order.Length; i++)
        {
            if (i > 0 && values[i] != values[i - 1])
                place++;
            ranks[order[i]] = place;
        }
        return place + 1;
    }

    /// <summary>Stable: by counting where there are about as many places as messages, else by comparing.</summary>
    private static int[] Reorder(int[] positions, int[] ranks, int places)
    {
        var sorted = new int[positions.Length];
        if (places / 4 > positions.Length)
        {
            var keys = new ulong[positions.Length];
            for (var i = 0; i < keys.Length; i++)
                keys[i] = (ulong)(uint)ranks[i] << 32 | (uint)i;
            Array.Sort(keys);
            for (var i = 0; i < keys.Length; i++)
                sorted[i] = positions[(int)(uint)keys[i]];
            return sorted;
        }
        var starts = new int[places + 1];
        foreach (var rank in ranks)
            starts[rank + 1]++;
        for (var i = 1; i < starts.Length; i++)
            starts[i] += starts[i - 1];
        for (var i = 0; i < positions.Length; i++)
            sorted[starts[ranks[i]]++] = positions[i];
        return sorted;
    }
}
