// [MS-OXCDATA] 2.8.1 PropertyRow, standard and flagged; [MS-OXCMAPIHTTP] 2.2.1.7 AddressBookPropertyRow.
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// One row of values in the order of its columns. Written in the standard form when every cell has a value of its column's type, in the flagged form
/// otherwise. An absent cell is flagged as such; <see cref="PropertyValue.IsError"/> cells carry their code. Cells are coerced by
/// <see cref="PropertyCoercion.ForCell"/>, so a row can always be written.
/// </summary>
public static class PropertyRowCodec
{
    private const byte Standard = 0x00;
    private const byte Flagged = 0x01;

    /// <summary>Reads or writes the row; <paramref name="values"/> has one place a column. False when the io failed.</summary>
    public static bool Row<TIo>(ref TIo io, scoped ReadOnlySpan<PropertyTag> columns, scoped Span<PropertyValue> values, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        if (values.Length < columns.Length || !io.Enter("PropertyRow"))
        {
            io.Fail();
            return false;
        }
        var flag = Standard;
        if (!io.IsReading)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                values[i] = PropertyCoercion.ForCell(values[i], columns[i]);
                if (values[i].IsAbsent || values[i].IsError)
                    flag = Flagged;
            }
        }
        io.U8(ref flag, "Flag");
        if (flag > Flagged)
            io.Fail();
        for (var i = 0; i < columns.Length && !io.Failed; i++)
        {
            if (flag == Flagged)
                PropertyValueCodec.Flagged(ref io, columns[i], ref values[i], form);
            else if (columns[i].Type == PropertyType.Unspecified)
                PropertyValueCodec.Typed(ref io, columns[i].Id, ref values[i], form);
            else
                PropertyValueCodec.Value(ref io, columns[i], ref values[i], form);
        }
        io.Leave();
        return !io.Failed;
    }
}
