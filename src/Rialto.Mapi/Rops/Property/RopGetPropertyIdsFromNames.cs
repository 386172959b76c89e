// [MS-OXCROPS] 2.2.8.1 wire; [MS-OXCPRPT] 2.2.12 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetPropertyIdsFromNames
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte Flags;
        public PropertyName?[] PropertyNames = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.Flags);
            PropertyNameCodec.Names(ref io, ref request.PropertyNames);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ushort[] PropertyIds = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Numbers(ref response.PropertyIds, CountWidth.UInt16);
        }
    }
}
