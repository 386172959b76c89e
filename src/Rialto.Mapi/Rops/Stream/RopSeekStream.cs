// [MS-OXCROPS] 2.2.9.8 wire; [MS-OXCPRPT] 2.2.21 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSeekStream
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte Origin;
        public long Offset;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.Origin);
            io.I64(ref request.Offset);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ulong NewPosition;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.NewPosition);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<StreamObject>(request, out var stream, out var error))
            return new(new Response { ReturnValue = error });
        error = stream.Seek(request.Origin, request.Offset, out var position);
        return new(new Response { ReturnValue = error, NewPosition = position });
    }
}
