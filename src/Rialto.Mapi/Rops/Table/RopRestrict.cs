// [MS-OXCROPS] 2.2.5.3 wire; [MS-OXCTABL] 2.2.2.4 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopRestrict
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte RestrictFlags;
        public Restriction? RestrictionData;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.RestrictFlags);
            RestrictionField.Field(ref io, ref request.RestrictionData, request.Context.Form);
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

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<TableObject>(request, out var table, out var error))
            return new Response { ReturnValue = error };
        if (!table.CanRestrict)
            return new Response { ReturnValue = ErrorCode.NotSupported };
        error = request.RestrictFlags > 1 ? ErrorCode.InvalidParameter : await table.RestrictAsync(call, request.RestrictionData);
        // 3.2.5.4: no rows then until a restriction succeeds.
        if (error != ErrorCode.Success)
            table.Fail(ErrorCode.GeneralFailure);
        return new Response { ReturnValue = error };
    }
}
