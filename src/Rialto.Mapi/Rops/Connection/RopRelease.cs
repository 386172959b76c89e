// [MS-OXCROPS] 2.2.15.3 wire, 3.2.5.3 behaviour: no response, errors ignored.
using Rialto.Mapi.Objects;
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

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        // [MS-OXCPRPT] 3.2.5.13: a folder's property is written when its stream is closed; a failure has no response to stand in.
        if (call.TryGet<StreamObject>(request, out var stream, out _) && stream is { IsWritable: true, Owner: FolderObject, Data.IsDirty: true })
            await StreamCommits.CommitAsync(call, stream);
        else if (stream is { IsWritable: true, Owner: DraftObject draft })
            draft.Settle();
        call.Release(request);
        return new PlainResponse();
    }
}
