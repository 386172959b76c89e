// [MS-OXCROPS] 2.2.9.7 wire; [MS-OXCPRPT] 2.2.20 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetStreamSize
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong StreamSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.StreamSize);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request) =>
        new(new PlainResponse { ReturnValue = call.TryGet<StreamObject>(request, out var stream, out var error) ? stream.SetLength(request.StreamSize) : error });
}
