// [MS-OXCROPS] 2.2.8.10 wire; [MS-OXCPRPT] 2.2.9 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopQueryNamedProperties
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte QueryFlags;
        public bool HasGuid;
        public Guid PropertyGuid;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.QueryFlags);
            io.Bool(ref request.HasGuid);
            if (request.HasGuid)
                io.Guid(ref request.PropertyGuid);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ushort[] PropertyIds = [];
        public PropertyName?[] PropertyNames = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Numbers(ref response.PropertyIds, CountWidth.UInt16);
            RopLists.Names(ref io, ref response.PropertyNames, response.PropertyIds.Length);
        }
    }
}
