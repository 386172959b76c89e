// [MS-OXCROPS] 2.2.4.6 wire; [MS-OXCFOLD] 2.2.1.6 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopMoveCopyMessages
{
    public sealed class Request : RopDestinationRequest, IWireStructure<Request>
    {
        public ulong[] MessageIds = [];
        public bool WantAsynchronous;
        public bool WantCopy;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Numbers(ref request.MessageIds, CountWidth.UInt16);
            io.Bool(ref request.WantAsynchronous);
            io.Bool(ref request.WantCopy);
        }
    }

    internal static ValueTask<DestinationPartialResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var source, out var error))
            return new(new DestinationPartialResponse { ReturnValue = error });
        if (!call.TryGetDestination<FolderObject>(request, out var destination, out error))
            return new(new DestinationPartialResponse { ReturnValue = error, DestHandleIndex = request.DestHandleIndex });
        if (!destination.TryGet(out var target))
            return new(new DestinationPartialResponse { ReturnValue = ErrorCode.NotFound });
        if (target.Type == FolderType.Search)
            return new(new DestinationPartialResponse { ReturnValue = ErrorCode.SearchFolder });
        return call.RunAsync(source, request.WantAsynchronous, request.MessageIds.Length, async (progress, cancel) =>
        {
            var (result, isPartial) = await MessageTransfer.TransferAsync(call.Service.Store, source, destination, request.MessageIds, request.WantCopy, progress, cancel);
            return new DestinationPartialResponse { ReturnValue = result, PartialCompletion = isPartial };
        });
    }
}
