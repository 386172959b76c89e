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
        var region = io.BeginSized(CountWidth.UInt16, "RestrictionDataSize");
        if (io.IsReading ? io.Remaining > 0 : restriction is not null)
            RestrictionCodec.Restriction(ref io, ref restriction, form);
        io.EndSized(region, CountWidth.UInt16);
    }
}
