// [MS-OXCROPS] 2.2.4.8 wire; [MS-OXCFOLD] 2.2.1.8 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCopyFolder
{
    public sealed class Request : RopDestinationRequest, IWireStructure<Request>
    {
        public bool WantAsynchronous;
        public bool WantRecursive;
        public bool UseUnicode;
        public ulong FolderId;
        public string NewFolderName = "";

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantAsynchronous);
            io.Bool(ref request.WantRecursive);
            io.Bool(ref request.UseUnicode);
            io.U64(ref request.FolderId);
            RopText.Text(ref io, ref request.NewFolderName, request.UseUnicode, request.Context.Form);
        }
    }

    internal static ValueTask<DestinationPartialResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var source, out var error))
            return new(new DestinationPartialResponse { ReturnValue = error });
        if (!call.TryGetDestination<FolderObject>(request, out var destination, out error))
            return new(new DestinationPartialResponse { ReturnValue = error, DestHandleIndex = request.DestHandleIndex });
        var id = Ids.FolderOf(request.FolderId);
        if (!source.Mailbox.Folders.TryGet(id, out var folder) || !FolderAccess.IsVisible(source.Mailbox.RightsOn(id)))
            return new(new DestinationPartialResponse { ReturnValue = ErrorCode.NotFound });
        var name = request.NewFolderName.Length > 0 ? request.NewFolderName : folder.Name;
        return call.RunAsync(source, request.WantAsynchronous, folder.Counters.Count, async (progress, cancel) =>
        {
            var (result, isPartial) = await FolderTransfer.CopyAsync(call.Service.Store, source.Mailbox, folder, destination.Mailbox, destination.Id, name, request.WantRecursive, progress, cancel);
            return new DestinationPartialResponse { ReturnValue = result, PartialCompletion = isPartial };
        });
    }
}
