// [MS-OXCROPS] 2.2.13.13 wire; [MS-OXCFXICS] 2.2.3.2.4.7 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetLocalReplicaIds
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public uint IdCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U32(ref request.IdCount);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public Guid ReplGuid;
        public byte[] GlobalCount = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Guid(ref response.ReplGuid);
            io.FixedBytes(ref response.GlobalCount, 6);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<LogonObject>(request, out var logon, out var error))
            return new Response { ReturnValue = error };
        if (request.IdCount == 0 || request.IdCount > call.Options.MaximumReservedIds)
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        // They are given to whoever may make something with them.
        var mailbox = logon.Session;
        if (!mailbox.IsOwner && !mailbox.Folders.All.Any(f => (mailbox.RightsOn(f.Id) & (FolderRights.Create | FolderRights.CreateSubFolder)) != 0))
            return new Response { ReturnValue = ErrorCode.AccessDenied };
        var reserved = await mailbox.ReserveIdsAsync((int)request.IdCount, call.Cancel);
        return reserved.TryGet(out var first)
            ? new Response { ReplGuid = mailbox.Header.ReplicaGuid, GlobalCount = new GlobalId(mailbox.Header.ReplicaGuid, (ulong)first).ToArray()[16..] }
            : new Response { ReturnValue = RopCall.ErrorOf(reserved.Error) };
    }
}
