// [MS-OXCROPS] 2.2.3.6 wire; [MS-OXCSTOR] 2.2.1.6 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetOwningServers
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
        public string[] OwningServers = [];
        public ushort CheapServersCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            RopText.Servers(ref io, ref response.OwningServers, ref response.CheapServersCount);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<LogonObject>(request, out var logon, out var error))
            return new(new Response { ReturnValue = error });
        // 3.2.5.6: a mailbox's folders have no replicas to name.
        if (!logon.Mailbox.Header.IsPublic)
            return new(new Response { ReturnValue = ErrorCode.NotSupported });
        var id = Ids.FolderOf(request.FolderId);
        if (!logon.Mailbox.Folders.TryGet(id, out _) || !FolderAccess.IsVisible(logon.Mailbox.RightsOn(id)))
            return new(new Response { ReturnValue = ErrorCode.NotFound });
        var servers = ReplicaServers.Of(logon, id);
        return new(servers.Names.Length == 0
            ? new Response { ReturnValue = ErrorCode.NoReplicaAvailable }
            : new Response { OwningServers = servers.Names, CheapServersCount = servers.CheapCount });
    }
}
