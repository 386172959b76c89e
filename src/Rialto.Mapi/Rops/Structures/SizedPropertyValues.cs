// [MS-OXCROPS] 2.2.8.6.1 PropertyValueSize, PropertyValueCount and PropertyValues.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Tagged values preceded by the size of their count and themselves.</summary>
public static class SizedPropertyValues
{
    public static void Field<TIo>(ref TIo io, scoped ref PropertyValue[] values, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var region = io.BeginSized(CountWidth.UInt16, "PropertyValueSize");
        PropertyValueCodec.TaggedArray(ref io, ref values, CountWidth.UInt16, form);
        io.EndSized(region, CountWidth.UInt16);
    }
}
