// [MS-OXCROPS] 2.2.9.6 wire; [MS-OXCPRPT] 2.2.19 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetStreamSize
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
        public uint StreamSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.StreamSize);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request) =>
        new(call.TryGet<StreamObject>(request, out var stream, out var error)
            ? new Response { StreamSize = (uint)Math.Min(stream.Length, uint.MaxValue) }
            : new Response { ReturnValue = error });
}
