// [MS-OXCDATA] 2.8.1 PropertyRow, 2.8.2 PropertyRowSet; [MS-OXCROPS] 2.2.5.4.2 RowCount and RowData.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Rows of values in the order of columns that the context names.</summary>
public static class RowSet
{
    public static void Row<TIo>(ref TIo io, scoped ref PropertyValue[] values, PropertyTag[] columns, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        if (io.IsReading)
            values = new PropertyValue[columns.Length];
        PropertyRowCodec.Row(ref io, columns, values, form);
    }

    public static void Counted<TIo>(ref TIo io, scoped ref PropertyValue[][] rows, PropertyTag[] columns, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var count = rows?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt16, "RowCount");
        if (!io.IsReading)
        {
            for (var i = 0; i < count && !io.Failed; i++)
                PropertyRowCodec.Row(ref io, columns, rows![i], form);
            return;
        }
        var read = new List<PropertyValue[]>();
        for (var i = 0; i < count && !io.Failed; i++)
        {
            PropertyValue[] row = [];
            Row(ref io, ref row, columns, form);
            read.Add(row);
        }
        rows = [.. read];
    }

    /// <summary>The bytes that a row takes at least: flags, and an error code in place of any value that is larger.</summary>
    public static int LeastSizeOf(PropertyTag[] columns)
    {
        var size = 1;
        foreach (var column in columns)
        {
            size += column.Type switch
            {
                PropertyType.Boolean => 1,
                PropertyType.Integer16 or PropertyType.String or PropertyType.Binary => 2,
                PropertyType.String8 => 1,
                _ => 4,
            };
        }
        return size;
    }

    /// <summary>The bytes that a row takes.</summary>
    public static int SizeOf(PropertyValue[] row, PropertyTag[] columns, ValueForm form)
    {
        var sizer = new WireSizer();
        PropertyRowCodec.Row(ref sizer, columns, row, form);
        return sizer.Position;
    }
}
