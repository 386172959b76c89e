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
        error = request.SortTableFlags > 1 ? ErrorCode.InvalidParameter : Check(request.SortOrders, call.Options);
        if (error == ErrorCode.Success)
            error = table.Sort(request.SortOrders is { Keys.Count: > 0 } ? request.SortOrders : null);
        // 3.2.5.3: no rows then until an order succeeds.
        if (error != ErrorCode.Success)
            table.Fail(ErrorCode.GeneralFailure);
        return new(new Response { ReturnValue = error });
    }

    /// <summary>2.2.2.3.1: what an order may be.</summary>
    private static ErrorCode Check(SortOrderSet? order, MapiOptions options)
    {
        if (order is null)
            return ErrorCode.Success;
        if (order.Keys.Count > options.MaximumSortKeys)
            return ErrorCode.TooComplex;
        var instances = 0;
        for (var i = 0; i < order.Keys.Count; i++)
        {
            var (tag, direction) = order.Keys[i];
            var isAggregate = direction is SortDirection.MaximumCategory or SortDirection.MinimumCategory;
            // It stands right behind the categories and orders the last of them.
            if (!Enum.IsDefined(direction) || (isAggregate && (order.CategoryCount == 0 || i != order.CategoryCount)))
                return ErrorCode.InvalidParameter;
            var type = tag.Type & ~PropertyType.MultipleInstance;
            if (!Enum.IsDefined(type) || type is PropertyType.Unspecified or PropertyType.ErrorCode or PropertyType.Null or PropertyType.Object)
                return ErrorCode.InvalidParameter;
            if ((tag.Type & PropertyType.MultipleInstance) != 0)
            {
                instances++;
                if ((tag.Type & PropertyType.MultipleFlag) == 0)
                    return ErrorCode.InvalidParameter;
            }
        }
        return instances > 1 ? ErrorCode.TooComplex : ErrorCode.Success;
    }
}
