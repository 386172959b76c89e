// [MS-OXCROPS] 2.2.5.16 wire; [MS-OXCTABL] 2.2.2.17 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopExpandRow
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ushort MaxRowCount;
        public ulong CategoryId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U16(ref request.MaxRowCount);
            io.U64(ref request.CategoryId);
        }
    }

    public sealed class Response : RowsResponse, IWireStructure<Response>
    {
        public uint ExpandedRowCount;
        public PropertyValue[][] Rows = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.ExpandedRowCount);
            RowSet.Counted(ref io, ref response.Rows, response.Columns, response.Context.Form);
        }
    }

    /// <summary>RopId, index, ReturnValue, ExpandedRowCount and RowCount before the rows.</summary>
    private const int Head = 12;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<ContentsTableObject>(request, out var table, out var error))
            return new Response { ReturnValue = error };
        if (table.Columns is not { } columns)
            return new Response { ReturnValue = ErrorCode.NullObject };
        await table.WatchAsync(call);
        (error, var count, var first) = await table.ExpandAsync(call, request.CategoryId);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        var (failure, rows) = await table.ReadAsync(call, first, Math.Min(Math.Min(count, request.MaxRowCount), call.Options.MaximumQueryRows));
        if (failure != ErrorCode.Success)
            return new Response { ReturnValue = failure };
        var room = call.Room - Head;
        var fitting = rows.TakeWhile(r => (room -= RowSet.SizeOf(r, columns, request.Context.Form)) >= 0).ToArray();
        return new Response { ExpandedRowCount = (uint)count, Rows = fitting, Columns = columns };
    }
}
