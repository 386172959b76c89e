// [MS-OXCROPS] 2.2.4.3 wire; [MS-OXCFOLD] 2.2.1.3 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopDeleteFolder
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte DeleteFolderFlags;
        public ulong FolderId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.DeleteFolderFlags);
            io.U64(ref request.FolderId);
        }
    }

    /// <summary>[MS-OXCFOLD] 2.2.1.3.1. Other bits are ignored, as Exchange 2010 and later do.</summary>
    [Flags]
    public enum DeleteFlags : byte
    {
        Messages = 0x01,
        Folders = 0x04,
        HardDelete = 0x10,
    }

    internal static async ValueTask<PartialResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var parent, out var error))
            return new PartialResponse { ReturnValue = error };
        var mailbox = parent.Mailbox;
        var id = Ids.FolderOf(request.FolderId);
        if (!mailbox.Folders.TryGet(id, out var folder) || !FolderAccess.IsVisible(mailbox.RightsOn(id)))
            return new PartialResponse { ReturnValue = ErrorCode.NotFound };
        if (folder.Parent == folder.Id)
            return new PartialResponse { ReturnValue = ErrorCode.NotSupported };
        if (folder.IsSpecial)
            return new PartialResponse { ReturnValue = ErrorCode.AccessDenied };
        var flags = (DeleteFlags)request.DeleteFolderFlags;
        // 3.2.5.3: what may not be deleted along keeps the folder, which is no failure.
        if (((flags & DeleteFlags.Messages) == 0 && folder.Type != FolderType.Search && folder.Counters.Count > 0)
            || ((flags & DeleteFlags.Folders) == 0 && mailbox.Folders.HasChildren(id)))
        {
            return new PartialResponse { PartialCompletion = true };
        }
        // A public folder's address goes with it.
        var listed = mailbox.Header.IsPublic
            ? mailbox.Folders.Descendants(id).Select(f => f.Id).Append(id).Select(f => call.Service.Directory.Current.FindPublicFolder(f.Value)).OfType<Directory.MailPublicFolder>().ToList()
            : [];
        var deleted = await mailbox.DeleteFolderAsync(id, (flags & DeleteFlags.Folders) != 0, call.Cancel, keepContents: (flags & DeleteFlags.HardDelete) == 0);
        foreach (var one in listed)
        {
            if (deleted.Succeeded)
                await call.Service.Directory.RemoveAsync(one.Id, call.Cancel);
        }
        return new PartialResponse { ReturnValue = RopCall.ErrorOf(deleted.Error), PartialCompletion = !deleted.Succeeded };
    }
}
