// [MS-OXCROPS] 2.2.5.3.1 RestrictionDataSize and RestrictionData; [MS-OXCDATA] 2.12.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>A restriction preceded by its size; none where the size is 0.</summary>
public static class RestrictionField
{
    public static void Field<TIo>(ref TIo io, scoped ref Restriction? restriction, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var sized = new Body { Restriction = restriction, Form = form };
        io.Sized(ref sized, CountWidth.UInt16, "RestrictionData");
        restriction = sized.Restriction;
    }

    private struct Body : IWireStructure<Body>
    {
        public Restriction? Restriction;
        public ValueForm Form;

        public static void Fields<TIo>(ref TIo io, scoped ref Body value)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (io.IsReading ? io.Remaining > 0 : value.Restriction is not null)
                RestrictionCodec.Restriction(ref io, ref value.Restriction, value.Form);
        }
    }
}
