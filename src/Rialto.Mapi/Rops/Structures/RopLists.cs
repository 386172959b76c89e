// Lists of the model's structures whose number, or whose columns, stand elsewhere in the buffer.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopLists
{
    /// <summary>Names without a count of their own. [MS-OXCROPS] 2.2.8.10.2.</summary>
    public static void Names<TIo>(ref TIo io, scoped ref PropertyName?[] names, int count)
        where TIo : struct, IWireIo, allows ref struct
    {
        var read = new List<PropertyName?>();
        for (var i = 0; i < count && !io.Failed; i++)
        {
            var name = io.IsReading ? null : names[i];
            PropertyNameCodec.Name(ref io, ref name);
            read.Add(name);
        }
        if (io.IsReading)
            names = [.. read];
    }

    /// <summary>OpenRecipientRows, their number in a byte. [MS-OXCROPS] 2.2.6.1.2.</summary>
    public static void OpenRecipients<TIo>(ref TIo io, scoped ref RecipientEntry[] rows, PropertyTag[] columns, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var count = rows?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.Byte, "RowCount");
        if (io.IsReading)
            rows = new RecipientEntry[count];
        for (var i = 0; i < count && !io.Failed; i++)
            RecipientEntry.Open(ref io, ref rows![i], columns, form);
    }

    /// <summary>ReadRecipientRows, their number in a byte. [MS-OXCROPS] 2.2.6.6.2.</summary>
    public static void ReadRecipients<TIo>(ref TIo io, scoped ref RecipientEntry[] rows, PropertyTag[] columns, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var count = rows?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.Byte, "RowCount");
        if (io.IsReading)
            rows = new RecipientEntry[count];
        for (var i = 0; i < count && !io.Failed; i++)
            RecipientEntry.Read(ref io, ref rows![i], columns, form);
    }

    /// <summary>ModifyRecipientRows. [MS-OXCROPS] 2.2.6.5.1.</summary>
    public static void ModifyRecipients<TIo>(ref TIo io, scoped ref RecipientEntry[] rows, PropertyTag[] columns, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var count = rows?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt16, "RowCount");
        var read = new List<RecipientEntry>();
        for (var i = 0; i < count && !io.Failed; i++)
        {
            var row = io.IsReading ? default : rows![i];
            RecipientEntry.Modify(ref io, ref row, columns, form);
            read.Add(row);
        }
        if (io.IsReading)
            rows = [.. read];
    }
}
