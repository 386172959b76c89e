// [MS-OXCROPS] 2.2.15.3 wire, 3.2.5.3 behaviour: no response, errors ignored.
using Rialto.Mapi.Sessions;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopRelease
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct => Header(ref io, request);
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        call.Release(request);
        return new(new PlainResponse());
    }
}
