// [MS-OXCROPS] 2.2.3.9 wire; [MS-OXCSTOR] 2.2.1.9 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopIdFromLongTermId
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public LongTermId LongTermId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Structure(ref request.LongTermId);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ulong ObjectId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.ObjectId);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new(new Response { ReturnValue = error });
        // todo [MS-OXCSTOR] 3.2.5.9: replica ids for the GUIDs of other replicas.
        var id = request.LongTermId.Id;
        return new(id.Replica == source.Mailbox.Header.ReplicaGuid && id.Counter is > 0 and <= StoreId.MaxCounter
            ? new Response { ObjectId = new StoreId(StoreKeys.OwnReplica, id.Counter).ToWire() }
            : new Response { ReturnValue = ErrorCode.NotFound });
    }
}
