// [MS-OXCROPS] 2.2.5.17 wire; [MS-OXCTABL] 2.2.2.18 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCollapseRow
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong CategoryId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.CategoryId);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint CollapsedRowCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.CollapsedRowCount);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<ContentsTableObject>(request, out var table, out var error))
            return new Response { ReturnValue = error };
        if (table.Columns is null)
            return new Response { ReturnValue = ErrorCode.NullObject };
        await table.WatchAsync(call);
        (error, var count, _) = await table.CollapseAsync(call, request.CategoryId);
        return new Response { ReturnValue = error, CollapsedRowCount = (uint)count };
    }
}
