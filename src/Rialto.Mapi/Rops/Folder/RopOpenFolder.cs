// [MS-OXCROPS] 2.2.4.1 wire; [MS-OXCFOLD] 2.2.1.1 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopOpenFolder
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public ulong FolderId;
        public byte OpenModeFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.FolderId);
            io.U8(ref request.OpenModeFlags);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool HasRules;
        public bool IsGhosted;
        public string[] Servers = [];
        public ushort CheapServerCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.HasRules);
            io.Bool(ref response.IsGhosted);
            if (response.IsGhosted)
                RopText.Servers(ref io, ref response.Servers, ref response.CheapServerCount);
        }
    }

    private const byte OpenSoftDeleted = 0x04;

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var parent, out var error))
            return new(new Response { ReturnValue = error });
        // The input object only says which mailbox: any folder can be opened from any other.
        if (parent is not (LogonObject or FolderObject))
            return new(new Response { ReturnValue = ErrorCode.NotSupported });
        var id = Ids.FolderOf(request.FolderId);
        var mailbox = parent.Mailbox;
        // A folder that is not visible does not exist. Deleted ones are kept in public stores alone; they open where the client says that it knows (2.2.1.1.1).
        if (!mailbox.Folders.TryGet(id, out var folder) || !FolderAccess.IsVisible(mailbox.RightsOn(id)))
            return new(new Response { ReturnValue = ErrorCode.NotFound });
        if (mailbox.Header.IsPublic && (request.OpenModeFlags & OpenSoftDeleted) == 0 && DeletedPublicFolders.Contains(mailbox.Folders, id))
            return new(new Response { ReturnValue = ErrorCode.NotFound });
        var response = new Response
        {
            ReturnValue = call.Open(request.OutputHandleIndex, new FolderObject(parent.Logon, id)),
            HasRules = FolderProperties.HasRules(folder),
            IsGhosted = ReplicaServers.IsGhosted(parent.Logon, folder),
        };
        // 2.2.1.1.2: the folder opens, and says where its contents are.
        if (response.IsGhosted)
            (response.Servers, response.CheapServerCount) = ReplicaServers.Of(parent.Logon, id);
        return new(response);
    }
}
