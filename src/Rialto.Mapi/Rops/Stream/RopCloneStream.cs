// [MS-OXCROPS] 2.2.9.13 wire; [MS-OXCPRPT] 2.2.26 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCloneStream
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request) =>
        new(new PlainResponse
        {
            ReturnValue = call.TryGet<StreamObject>(request, out var stream, out var error) ? call.Open(request.OutputHandleIndex, stream.Clone()) : error,
        });
}
