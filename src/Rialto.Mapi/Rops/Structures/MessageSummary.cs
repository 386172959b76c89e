// [MS-OXCROPS] 2.2.6.1.2 success of RopOpenMessage, shared with 2.2.6.7.2 and 2.2.6.16.2.
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
    public PropertyTag[] RecipientColumns;
    public RecipientEntry[] RecipientRows;

    public static void Fields<TIo>(ref TIo io, scoped ref MessageSummary value, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.Bool(ref value.HasNamedProperties);
        TypedString.Field(ref io, ref value.SubjectPrefix);
        TypedString.Field(ref io, ref value.NormalizedSubject);
        io.U16(ref value.RecipientCount);
        value.RecipientColumns ??= [];
        PropertyValueCodec.Tags(ref io, ref value.RecipientColumns);
        RopLists.OpenRecipients(ref io, ref value.RecipientRows, value.RecipientColumns, form);
    }
}
