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

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<ContentsTableObject>(request, out var table, out var error))
            return new Response { ReturnValue = error };
        // 2.2.2.17.1: clients ask for no rows here and read them by RopQueryRows; no server since Exchange 2013 gives them.
        if (request.MaxRowCount > 0)
            return new Response { ReturnValue = ErrorCode.NotSupported };
        if (table.Columns is not { } columns)
            return new Response { ReturnValue = ErrorCode.NullObject };
        await table.WatchAsync(call);
        (error, var count, _) = await table.ExpandAsync(call, request.CategoryId);
        return error == ErrorCode.Success ? new Response { ExpandedRowCount = (uint)count, Columns = columns } : new Response { ReturnValue = error };
    }
}
