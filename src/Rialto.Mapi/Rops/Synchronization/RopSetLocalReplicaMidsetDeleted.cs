// [MS-OXCROPS] 2.2.13.12 wire; [MS-OXCFXICS] 2.2.3.2.4.8 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetLocalReplicaMidsetDeleted
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public LongTermIdRange[] LongTermIdRanges = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            LongTermIdRange.Field(ref io, ref request.LongTermIdRanges);
        }
    }
}
