// [MS-OXCROPS] 2.2.5.10 wire; [MS-OXCTABL] 2.2.2.11 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSeekRowFractional
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public uint Numerator;
        public uint Denominator;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U32(ref request.Numerator);
            io.U32(ref request.Denominator);
        }
    }
}
