// [MS-OXCROPS] 2.2.8.2 wire; [MS-OXCPRPT] 2.2.13 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetNamesFromPropertyIds
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ushort[] PropertyIds = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Numbers(ref request.PropertyIds, CountWidth.UInt16);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public PropertyName?[] PropertyNames = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            PropertyNameCodec.Names(ref io, ref response.PropertyNames);
        }
    }
}
