// [MS-OXCROPS] 2.2.13.12 wire; [MS-OXCFXICS] 2.2.3.2.4.8 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetLocalReplicaMidsetDeleted
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public LongTermIdRange[] LongTermIdRanges = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            LongTermIdRange.Field(ref io, ref request.LongTermIdRanges);
        }
    }

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return new PlainResponse { ReturnValue = error };
        var own = folder.Mailbox.Header.ReplicaGuid;
        var ranges = new List<IdRange>();
        foreach (var range in request.LongTermIdRanges)
        {
            var (low, high) = (range.MinLongTermId.Id, range.MaxLongTermId.Id);
            if (low.Replica != own || high.Replica != own || low.Counter == 0 || high.Counter < low.Counter)
                return new PlainResponse { ReturnValue = ErrorCode.InvalidParameter };
            ranges.Add(new IdRange(low.Counter, high.Counter));
        }
        if (ranges.Count == 0)
            return new PlainResponse { ReturnValue = ErrorCode.InvalidParameter };
        return new PlainResponse { ReturnValue = RopCall.ErrorOf(await folder.Mailbox.ExcludeIdsAsync(folder.Id, IdSet.FromRanges(ranges), call.Cancel)) };
    }
}
