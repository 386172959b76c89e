// [MS-OXCROPS] 2.2.13.7 wire; [MS-OXCFXICS] 2.2.3.2.4.1 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.Upload;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationOpenCollector
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public bool IsContentsCollector;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.IsContentsCollector);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var input, out var error))
            return new(new PlainResponse { ReturnValue = error });
        if (!input.TryGet(out var folder) || !FolderAccess.IsVisible(input.Mailbox.RightsOn(folder.Id)))
            return new(new PlainResponse { ReturnValue = ErrorCode.ObjectDeleted });
        // What a search folder shows is other folders'.
        if (folder.Type == FolderType.Search)
            return new(new PlainResponse { ReturnValue = ErrorCode.NotSupported });
        return new(new PlainResponse { ReturnValue = call.Open(request.OutputHandleIndex, new SyncUploadObject(input.Logon, folder.Id, request.IsContentsCollector)) });
    }
}
