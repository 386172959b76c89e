// [MS-OXCROPS] 2.2.13.10 wire; [MS-OXCFXICS] 2.2.3.2.2.2 behaviour.
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.State;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationUploadStateStreamContinue
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] StreamData = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bytes(ref request.StreamData, CountWidth.UInt32);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request) => new(new PlainResponse
    {
        ReturnValue = call.TryGet<SyncContextObject>(request, out var context, out var error)
            ? context.ContinueState(request.StreamData)
            : error,
    });
}
