// [MS-OXCROPS] 2.2.12.9 wire; [MS-OXCFXICS] 2.2.3.1.1.6 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopTellVersion
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] Version = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.FixedBytes(ref request.Version, 6);
        }
    }
}
