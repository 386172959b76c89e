// [MS-OXCROPS] 2.2.3.4.2; [MS-OXCSTOR] 2.2.1.4.2: the fixed columns of the receive folder table.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class ReceiveFolderRows
{
    private static readonly PropertyTag[] s_columns =
    [
        PropertyTags.FolderId, PropertyTags.MessageClass.WithType(PropertyType.String8), PropertyTags.LastModificationTime,
    ];

    public static PropertyTag[] Columns => s_columns;

    public static void Field<TIo>(ref TIo io, scoped ref PropertyValue[][] rows, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var count = rows?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt32, "RowCount");
        var read = new List<PropertyValue[]>();
        for (var i = 0; i < count && !io.Failed; i++)
        {
            var row = io.IsReading ? new PropertyValue[s_columns.Length] : rows![i];
            PropertyRowCodec.Row(ref io, s_columns, row, form);
            read.Add(row);
        }
        if (io.IsReading)
            rows = [.. read];
    }
}
