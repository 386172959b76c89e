// [MS-OXCROPS] 2.2.8.6.1 PropertyValueSize, PropertyValueCount and PropertyValues.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Tagged values preceded by the size of their count and themselves.</summary>
public static class SizedPropertyValues
{
    /// <summary>
    /// A value of an unknown type has no known length: it ends the list as an error cell of UnexpectedType, and what follows it in the region is passed over,
    /// so that only its own operation fails.
    /// </summary>
    public static void Field<TIo>(ref TIo io, scoped ref PropertyValue[] values, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var region = io.BeginSized(CountWidth.UInt16, "PropertyValueSize");
        if (io.IsReading)
            values = Read(ref io, form);
        else
            PropertyValueCodec.TaggedArray(ref io, ref values, CountWidth.UInt16, form);
        io.EndSized(region, CountWidth.UInt16);
    }

    private static PropertyValue[] Read<TIo>(ref TIo io, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var count = 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt16, "PropertyValueCount");
        if (!io.Enter("PropertyValues"))
            return [];
        var read = new List<PropertyValue>();
        for (var i = 0; i < count && !io.Failed; i++)
        {
            PropertyTag tag = default;
            PropertyValueCodec.Tag(ref io, ref tag);
            if (!io.Failed && !HasForm(tag.Type))
            {
                byte[] rest = [];
                io.Rest(ref rest);
                read.Add(PropertyValue.OfError(tag, ErrorCode.UnexpectedType));
                break;
            }
            PropertyValue value = default;
            PropertyValueCodec.Value(ref io, tag, ref value, form);
            read.Add(value);
        }
        io.Leave();
        return io.Failed ? [] : [.. read];
    }

    /// <summary>Whether values of the type can stand in a buffer.</summary>
    private static bool HasForm(PropertyType type) => type is not (PropertyType.Unspecified or PropertyType.Object or PropertyType.MultipleFlag)
        && (type & PropertyType.MultipleInstance) == 0 && Enum.IsDefined(type);
}
