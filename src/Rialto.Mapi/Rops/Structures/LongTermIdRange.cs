// [MS-OXCROPS] 2.2.13.12.1.1 LongTermIdRange.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Ids from the first to the last, both included.</summary>
public struct LongTermIdRange : IWireStructure<LongTermIdRange>
{
    public LongTermId MinLongTermId;
    public LongTermId MaxLongTermId;

    public static void Fields<TIo>(ref TIo io, scoped ref LongTermIdRange value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.Structure(ref value.MinLongTermId);
        io.Structure(ref value.MaxLongTermId);
    }

    /// <summary>DataSize, LongTermIdRangeCount and the ranges. [MS-OXCROPS] 2.2.13.12.1.</summary>
    public static void Field<TIo>(ref TIo io, scoped ref LongTermIdRange[] ranges)
        where TIo : struct, IWireIo, allows ref struct
    {
        var region = io.BeginSized(CountWidth.UInt16, "DataSize");
        io.Array(ref ranges, CountWidth.UInt32);
        io.EndSized(region, CountWidth.UInt16);
    }
}
