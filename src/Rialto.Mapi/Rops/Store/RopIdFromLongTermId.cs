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

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new Response { ReturnValue = error };
        var id = request.LongTermId.Id;
        // 3.2.5.9 and its footnote: without a counter or, since Exchange 2016, without a replica it is no id, which is no failure.
        if (id.Replica == Guid.Empty || id.Counter == 0)
            return new Response();
        if (id.Counter > StoreId.MaxCounter)
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        // 3.2.5.9: a replica met for the first time gets an id for ever.
        var mapped = await source.Mailbox.MapReplicaAsync(id.Replica, call.Cancel);
        if (mapped.TryGet(out var replica))
            return new Response { ObjectId = new StoreId(replica, id.Counter).ToWire() };
        return new Response { ReturnValue = mapped.Error == StoreError.TooLarge ? ErrorCode.ParameterOverflow : RopCall.ErrorOf(mapped.Error) };
    }
}
