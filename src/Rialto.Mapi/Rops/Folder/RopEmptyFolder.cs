// [MS-OXCROPS] 2.2.4.9 wire; [MS-OXCFOLD] 2.2.1.9 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopEmptyFolder
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public bool WantAsynchronous;
        public byte WantDeleteAssociated;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantAsynchronous);
            io.U8(ref request.WantDeleteAssociated);
        }
    }

    internal static ValueTask<PartialResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return new(new PartialResponse { ReturnValue = error });
        if (!folder.TryGet(out var now))
            return new(new PartialResponse { ReturnValue = ErrorCode.NotFound });
        // 3.2.5.9: neither the root nor a search folder can be emptied.
        if (now.Parent == now.Id || now.Type == FolderType.Search)
            return new(new PartialResponse { ReturnValue = ErrorCode.NotSupported });
        return call.RunAsync(folder, request.WantAsynchronous, now.Counters.Count, async (progress, cancel) =>
        {
            var (result, isPartial) = await MessageDeletion.EmptyAsync(folder, request.WantDeleteAssociated != 0, isHard: false, progress, cancel);
            return new PartialResponse { ReturnValue = result, PartialCompletion = isPartial };
        });
    }
}
