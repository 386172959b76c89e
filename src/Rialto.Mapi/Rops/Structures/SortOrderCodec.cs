// [MS-OXCROPS] 2.2.5.2.1; [MS-OXCDATA] 2.13.1 SortOrder.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Counts and keys of RopSortTable.</summary>
public static class SortOrderCodec
{
    public static void Field<TIo>(ref TIo io, scoped ref SortOrderSet orders)
        where TIo : struct, IWireIo, allows ref struct
    {
        var count = orders.Keys.Count;
        var categories = (ushort)orders.CategoryCount;
        var expanded = (ushort)orders.ExpandedCount;
        WireCount.Of(ref io, ref count, CountWidth.UInt16, "SortOrderCount");
        io.U16(ref categories, "CategoryCount");
        io.U16(ref expanded, "ExpandedCount");
        var keys = new List<SortKey>();
        for (var i = 0; i < count && !io.Failed; i++)
        {
            var key = io.IsReading ? default : orders.Keys[i];
            var tag = key.Tag;
            var direction = key.Direction;
            PropertyValueCodec.Tag(ref io, ref tag);
            io.Enum(ref direction, "Order");
            keys.Add(new SortKey(tag, direction));
        }
        if (io.IsReading)
            orders = io.Failed ? new SortOrderSet([]) : new SortOrderSet(keys, categories, expanded);
    }
}
