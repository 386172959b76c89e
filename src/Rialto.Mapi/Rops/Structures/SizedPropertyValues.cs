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
        var sized = new Body { Values = values, Form = form };
        io.Sized(ref sized, CountWidth.UInt16, "PropertyValueSize");
        values = sized.Values;
    }

    private struct Body : IWireStructure<Body>
    {
        public PropertyValue[] Values;
        public ValueForm Form;

        public static void Fields<TIo>(ref TIo io, scoped ref Body value)
            where TIo : struct, IWireIo, allows ref struct =>
            PropertyValueCodec.TaggedArray(ref io, ref value.Values, CountWidth.UInt16, value.Form);
    }
}
