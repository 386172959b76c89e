// [MS-OXCROPS] 2.2.9.5 wire; [MS-OXCPRPT] 2.2.18 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCommitStream
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request) =>
        new()
        {
            ReturnValue = call.TryGet<StreamObject>(request, out var stream, out var error) ? await StreamCommits.CommitAsync(call, stream) : error,
        };
}
