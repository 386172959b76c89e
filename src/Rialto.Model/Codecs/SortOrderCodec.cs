// [MS-OXCDATA] 2.13 sort orders; [MS-OXCROPS] 2.2.5.2.1 RopSortTable.
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>SortOrderSet: counts of orders, categories and expanded categories (16 bits each), then the orders.</summary>
public static class SortOrderCodec
{
    /// <summary>Reads or writes a sort order; fails when there are more categories than keys or more expanded than categories.</summary>
    public static void SortOrderSet<TIo>(ref TIo io, scoped ref SortOrderSet? value, string name = "SortOrderSet")
        where TIo : struct, IWireIo, allows ref struct
    {
        if (!io.Enter(name))
            return;
        var count = value?.Keys.Count ?? 0;
        var categories = value?.CategoryCount ?? 0;
        var expanded = value?.ExpandedCount ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt16, "SortOrderCount");
        WireCount.Of(ref io, ref categories, CountWidth.UInt16, "CategorizedCount");
        WireCount.Of(ref io, ref expanded, CountWidth.UInt16, "ExpandedCount");
        var read = Growing<SortKey>.Start(ref io, count, 5);
        for (var i = 0; i < count && !io.Failed; i++)
        {
            var key = io.IsReading ? default : value!.Keys[i];
            Key(ref io, ref key);
            if (io.IsReading)
                read.Add(key);
        }
        if (io.IsReading)
        {
            // A maximum category stands beside the category it orders, so keys bound categories only from above.
            if (categories > count || expanded > categories)
                io.Fail();
            value = io.Failed ? null : new SortOrderSet(read.ToArray(), categories, expanded);
        }
        io.Leave();
    }

    /// <summary>SortOrder: type, id, direction. [MS-OXCDATA] 2.13.1.</summary>
    public static void Key<TIo>(ref TIo io, scoped ref SortKey value)
        where TIo : struct, IWireIo, allows ref struct
    {
        var tag = value.Tag;
        var direction = value.Direction;
        PropertyValueCodec.Tag(ref io, ref tag);
        io.Enum(ref direction, "Order");
        value = new SortKey(tag, direction);
    }
}
