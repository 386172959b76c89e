// [MS-OXCROPS] 2.2.3.11 wire; [MS-OXCSTOR] 2.2.1.11 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetPerUserGuid
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public LongTermId LongTermId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Structure(ref request.LongTermId);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public Guid DatabaseGuid;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Guid(ref response.DatabaseGuid);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!PrivateLogon.TryGet(call, request, out var logon, out var error))
            return new Response { ReturnValue = error };
        return await PerUserInformation.ReadAsync(logon.Mailbox, request.LongTermId, call.Cancel) is { } row
            ? new Response { DatabaseGuid = row.Database }
            : new Response { ReturnValue = ErrorCode.NotFound };
    }
}
