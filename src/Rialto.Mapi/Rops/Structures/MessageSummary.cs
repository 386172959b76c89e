// [MS-OXCROPS] 2.2.6.1.2 success of RopOpenMessage, shared with 2.2.6.7.2 and 2.2.6.16.2; 2.2.6.1.2.1 OpenRecipientRow; 2.2.6.6.2.1 ReadRecipientRow;
// 2.2.6.5.1.1 ModifyRecipientRow.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>What opening a message tells at once.</summary>
public struct MessageSummary
{
    public bool HasNamedProperties;
    public string? SubjectPrefix;
    public string? NormalizedSubject;

    /// <summary>All recipients, of whom the rows here may be the first only.</summary>
    public ushort RecipientCount;
    public PropertyTag[]? RecipientColumns;
    public OpenRecipientRow[]? RecipientRows;

    public static void Fields<TIo>(ref TIo io, scoped ref MessageSummary value, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.Bool(ref value.HasNamedProperties);
        TypedString.Field(ref io, ref value.SubjectPrefix, form);
        TypedString.Field(ref io, ref value.NormalizedSubject, form);
        io.U16(ref value.RecipientCount);
        value.RecipientColumns ??= [];
        PropertyValueCodec.Tags(ref io, ref value.RecipientColumns);
        var count = value.RecipientRows?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.Byte, "RowCount");
        if (io.IsReading)
            value.RecipientRows = new OpenRecipientRow[count];
        for (var i = 0; i < count && !io.Failed; i++)
        {
            value.RecipientRows![i].Columns = value.RecipientColumns;
            value.RecipientRows[i].Form = form;
            OpenRecipientRow.Fields(ref io, ref value.RecipientRows[i]);
        }
    }
}

/// <summary>A recipient of a message being opened.</summary>
public struct OpenRecipientRow : IWireStructure<OpenRecipientRow>
{
    /// <summary>1 To, 2 Cc, 3 Bcc. [MS-OXCMSG] 2.2.3.1.2.</summary>
    public byte RecipientType;
    public ushort CodePageId;
    public ushort Reserved;
    public RecipientRow Row;

    /// <summary>Not on the wire: the message's recipient columns, and the form of their values.</summary>
    public PropertyTag[]? Columns;
    public ValueForm Form;

    public static void Fields<TIo>(ref TIo io, scoped ref OpenRecipientRow value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U8(ref value.RecipientType);
        io.U16(ref value.CodePageId);
        io.U16(ref value.Reserved);
        var sized = new SizedRecipientRow { Row = value.Row, Columns = value.Columns ?? [], Form = value.Form };
        io.Sized(ref sized, CountWidth.UInt16, "RecipientRow");
        value.Row = sized.Row;
    }
}

internal struct SizedRecipientRow : IWireStructure<SizedRecipientRow>
{
    public RecipientRow Row;
    public PropertyTag[] Columns;
    public ValueForm Form;

    public static void Fields<TIo>(ref TIo io, scoped ref SizedRecipientRow value)
        where TIo : struct, IWireIo, allows ref struct => RecipientRow.Fields(ref io, ref value.Row, value.Columns, value.Form);
}

/// <summary>
/// A recipient as RopReadRecipients gives it. The columns are those of the message's opening; a reader that does not know them keeps the row as bytes.
/// </summary>
public struct ReadRecipientRow : IWireStructure<ReadRecipientRow>
{
    public uint RowId;
    public byte RecipientType;
    public ushort CodePageId;
    public ushort Reserved;

    /// <summary>A <see cref="Rops.RecipientRow"/>.</summary>
    public byte[] RecipientRow;

    public static void Fields<TIo>(ref TIo io, scoped ref ReadRecipientRow value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U32(ref value.RowId);
        io.U8(ref value.RecipientType);
        io.U16(ref value.CodePageId);
        io.U16(ref value.Reserved);
        io.Bytes(ref value.RecipientRow, CountWidth.UInt16);
    }
}

/// <summary>A recipient to set, or to remove where no row follows.</summary>
public struct ModifyRecipientRow : IWireStructure<ModifyRecipientRow>
{
    public uint RowId;
    public byte RecipientType;

    /// <summary>A <see cref="Rops.RecipientRow"/> in the request's columns; empty: remove the recipient.</summary>
    public byte[] RecipientRow;

    public static void Fields<TIo>(ref TIo io, scoped ref ModifyRecipientRow value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U32(ref value.RowId);
        io.U8(ref value.RecipientType);
        io.Bytes(ref value.RecipientRow, CountWidth.UInt16);
    }
}
