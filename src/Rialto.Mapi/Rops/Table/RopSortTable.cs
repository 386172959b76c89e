// [MS-OXCROPS] 2.2.5.2 wire; [MS-OXCTABL] 2.2.2.3 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSortTable
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte SortTableFlags;
        public SortOrderSet? SortOrders;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.SortTableFlags);
            SortOrderCodec.SortOrderSet(ref io, ref request.SortOrders);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte TableStatus;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.TableStatus);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<TableObject>(request, out var table, out var error))
            return new(new Response { ReturnValue = error });
        if (!table.CanSort)
            return new(new Response { ReturnValue = ErrorCode.NotSupported });
        // todo [MS-OXCTABL] 2.2.2.3: categories; rows per value of a multiple-valued property.
        if (request.SortOrders is { CategoryCount: > 0 })
            return new(new Response { ReturnValue = ErrorCode.TooComplex });
        table.Sort(request.SortOrders is { Keys.Count: > 0 } ? request.SortOrders : null);
        return new(new Response());
    }
}
