// [MS-OXCROPS] 2.2.5.6 wire; [MS-OXCTABL] 2.2.2.7 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetStatus
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
        public byte TableStatus;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.TableStatus);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request) =>
        // Everything is done when it is answered: the status is always "complete".
        new(new Response { ReturnValue = call.TryGet<TableObject>(request, out _, out var error) ? ErrorCode.Success : error });
}
