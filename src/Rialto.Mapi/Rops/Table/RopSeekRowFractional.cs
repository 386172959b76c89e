// [MS-OXCROPS] 2.2.5.10 wire; [MS-OXCTABL] 2.2.2.11 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSeekRowFractional
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public uint Numerator;
        public uint Denominator;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U32(ref request.Numerator);
            io.U32(ref request.Denominator);
        }
    }

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<TableObject>(request, out var table, out var error))
            return new PlainResponse { ReturnValue = error };
        if (request.Denominator == 0)
            return new PlainResponse { ReturnValue = ErrorCode.InvalidParameter };
        await table.WatchAsync(call);
        (error, var count) = await table.CountAsync(call);
        if (error != ErrorCode.Success)
            return new PlainResponse { ReturnValue = error };
        var to = (int)Math.Min((ulong)count, (ulong)count * request.Numerator / request.Denominator);
        await table.EnsureLoadedAsync(call, to);
        table.MoveTo(to);
        return new PlainResponse();
    }
}
