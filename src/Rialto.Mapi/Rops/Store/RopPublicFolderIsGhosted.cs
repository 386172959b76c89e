// [MS-OXCROPS] 2.2.3.7 wire; [MS-OXCSTOR] 2.2.1.7 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopPublicFolderIsGhosted
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong FolderId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.FolderId);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool IsGhosted;
        public string[] Servers = [];
        public ushort CheapServersCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.IsGhosted);
            if (response.IsGhosted)
                RopText.Servers(ref io, ref response.Servers, ref response.CheapServersCount);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<LogonObject>(request, out var logon, out var error))
            return new(new Response { ReturnValue = error });
        // 3.2.5.7: never in a mailbox.
        if (!logon.Mailbox.Header.IsPublic)
            return new(new Response());
        var id = Ids.FolderOf(request.FolderId);
        if (!logon.Mailbox.Folders.TryGet(id, out var folder) || !FolderAccess.IsVisible(logon.Mailbox.RightsOn(id)))
            return new(new Response { ReturnValue = ErrorCode.NotFound });
        if (!ReplicaServers.IsGhosted(logon, folder))
            return new(new Response());
        var servers = ReplicaServers.Of(logon, id);
        return new(servers.Names.Length == 0
            ? new Response { ReturnValue = ErrorCode.NoReplicaAvailable }
            : new Response { IsGhosted = true, Servers = servers.Names, CheapServersCount = servers.CheapCount });
    }
}
