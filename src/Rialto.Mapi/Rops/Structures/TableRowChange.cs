// [MS-OXCPERM] 2.2.2.1 PermissionData; [MS-OXORULE] 2.2.1.3 RuleData.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>A row to add, modify or remove in a permissions or rules table, and its properties.</summary>
public struct TableRowChange
{
    /// <summary>0x01 add, 0x02 modify, 0x04 remove.</summary>
    public byte ChangeFlags;
    public PropertyValue[] PropertyValues;

    public static void Fields<TIo>(ref TIo io, scoped ref TableRowChange[] changes, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        changes ??= [];
        var count = changes.Length;
        WireCount.Of(ref io, ref count, CountWidth.UInt16, "ModifyCount");
        if (!io.IsReading)
        {
            for (var i = 0; i < count; i++)
                One(ref io, ref changes[i], form);
            return;
        }
        var read = new List<TableRowChange>();
        for (var i = 0; i < count && !io.Failed; i++)
        {
            var change = new TableRowChange { PropertyValues = [] };
            One(ref io, ref change, form);
            read.Add(change);
        }
        changes = [.. read];
    }

    private static void One<TIo>(ref TIo io, scoped ref TableRowChange change, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U8(ref change.ChangeFlags);
        PropertyValueCodec.TaggedArray(ref io, ref change.PropertyValues, CountWidth.UInt16, form);
    }
}
