// [MS-OXCROPS] 2.2.5.7 wire; [MS-OXCTABL] 2.2.2.8 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopQueryPosition
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint Numerator;
        public uint Denominator;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.Numerator);
            io.U32(ref response.Denominator);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<TableObject>(request, out var table, out var error))
            return new Response { ReturnValue = error };
        await table.WatchAsync(call);
        (error, var count) = await table.CountAsync(call);
        return new Response { ReturnValue = error, Numerator = (uint)table.Position, Denominator = (uint)count };
    }
}
