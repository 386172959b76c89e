// [MS-OXCROPS] 2.2.5.8 wire; [MS-OXCTABL] 2.2.2.9 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSeekRow
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte Origin;
        public int RowCount;
        public bool WantRowMovedCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.Origin);
            io.I32(ref request.RowCount);
            io.Bool(ref request.WantRowMovedCount);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool HasSoughtLess;
        public int RowsSought;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.HasSoughtLess);
            io.I32(ref response.RowsSought);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<TableObject>(request, out var table, out var error))
            return new Response { ReturnValue = error };
        if (request.Origin > 2)
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        await table.WatchAsync(call);
        (error, var count) = await table.CountAsync(call);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        var from = request.Origin switch { 0 => 0, 1 => table.Position, _ => count };
        var to = (int)Math.Clamp((long)from + request.RowCount, 0, count);
        await table.EnsureLoadedAsync(call, to);
        table.MoveTo(to);
        return new Response { HasSoughtLess = request.WantRowMovedCount && Math.Abs(to - from) < Math.Abs((long)request.RowCount), RowsSought = to - from };
    }
}
