// [MS-OXCROPS] 2.2.3.8 wire; [MS-OXCSTOR] 2.2.1.8 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopLongTermIdFromId
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong ObjectId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.ObjectId);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public LongTermId LongTermId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Structure(ref response.LongTermId);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new(new Response { ReturnValue = error });
        // 3.2.5.8, footnote 43: no id is no failure since Exchange 2013.
        if (request.ObjectId == 0)
            return new(new Response());
        // The counter is not looked at; a replica that the mailbox does not know has no GUID.
        var id = StoreId.FromWire(request.ObjectId);
        return new(source.Mailbox.ReplicaOf(id.ReplicaId) is { } replica
            ? new Response { LongTermId = new LongTermId(new GlobalId(replica, id.Counter)) }
            : new Response { ReturnValue = ErrorCode.NotFound });
    }
}
