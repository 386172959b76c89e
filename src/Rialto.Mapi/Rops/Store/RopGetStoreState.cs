// [MS-OXCROPS] 2.2.3.5 wire; [MS-OXCSTOR] 2.2.1.5 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetStoreState
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint StoreState;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.StoreState);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request) =>
        // 2.2.1.5.2: the one flag there is says that search folders are being built, which none are.
        new(new Response { ReturnValue = call.TryGet<LogonObject>(request, out _, out var error) ? ErrorCode.Success : error });
}
