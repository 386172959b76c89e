// [MS-OXCROPS] 2.2.5.18 wire; [MS-OXCTABL] 2.2.2.19 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetCollapseState
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong RowId;
        public uint RowInstanceNumber;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.RowId);
            io.U32(ref request.RowInstanceNumber);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte[] CollapseState = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bytes(ref response.CollapseState, CountWidth.UInt16);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<ContentsTableObject>(request, out var table, out var error))
            return new Response { ReturnValue = error };
        if (table.Columns is null)
            return new Response { ReturnValue = ErrorCode.NullObject };
        await table.WatchAsync(call);
        (error, var state) = await table.GetCollapseStateAsync(call, request.RowId, request.RowInstanceNumber);
        return new Response { ReturnValue = error, CollapseState = state };
    }
}
