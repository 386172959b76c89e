// [MS-OXCROPS] 2.2.5.15 wire; [MS-OXCTABL] 2.2.2.16 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopResetTable
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<TableObject>(request, out var table, out var error))
            return new(new PlainResponse { ReturnValue = error });
        if (!table.CanReset)
            return new(new PlainResponse { ReturnValue = ErrorCode.NotSupported });
        table.Reset();
        return new(new PlainResponse());
    }
}
