// [MS-OXCTABL] 3.2.5.5 values in rows; [MS-OXCPRPT] 2.2.2, 2.2.3 values in property lists.
using Rialto.Model;

namespace Rialto.Mapi.Properties;

/// <summary>Values as they stand in rows: cut where tables cut them, replaced by an error where they are too large.</summary>
internal static class CellValues
{
    /// <summary>Bytes of a string or binary in a table: what Exchange cuts them to, and what lists need. [MS-OXCTABL] 2.2.1.</summary>
    private const int TableLimit = 510;

    /// <summary>The most that one value may take of a response.</summary>
    public const int ValueLimit = 0x7C00;

    /// <summary>PidTagMessageSize or, where the type asked for says so, PidTagMessageSizeExtended: one id.</summary>
    public static PropertyValue Size(PropertyTag asked, long size) => asked.Type == PropertyType.Integer64
        ? PropertyValue.Of(PropertyTags.MessageSizeExtended, size)
        : PropertyValue.Of(PropertyTags.MessageSize, (int)Math.Min(int.MaxValue, size));

    /// <summary>A cell of a table.</summary>
    public static PropertyValue ForTable(PropertyValue value, PropertyTag column) => value.Reference switch
    {
        string text when text.Length > TableLimit / 2 => PropertyValue.Of(value.Tag, text[..(TableLimit / 2)]),
        byte[] bytes when bytes.Length > TableLimit => PropertyValue.Of(value.Tag, bytes[..TableLimit]),
        ExternalValue => PropertyValue.OfError(column, ErrorCode.NotEnoughMemory),
        _ => value,
    };

    /// <summary>A value asked for by name: as it is, or an error that tells the client to open a stream.</summary>
    public static PropertyValue ForObject(PropertyValue value, PropertyTag asked, int limit)
    {
        if (value.IsAbsent)
            return PropertyValue.OfError(asked, ErrorCode.NotFound);
        if (value.Type == PropertyType.Object || value.Reference is ExternalValue || PropertySize.Of(value) > limit)
            return PropertyValue.OfError(asked, ErrorCode.NotEnoughMemory);
        return value;
    }
}
