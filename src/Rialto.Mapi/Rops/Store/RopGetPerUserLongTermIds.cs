// [MS-OXCROPS] 2.2.3.10 wire; [MS-OXCSTOR] 2.2.1.10 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetPerUserLongTermIds
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public Guid DatabaseGuid;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Guid(ref request.DatabaseGuid);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public LongTermId[] LongTermIds = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Array(ref response.LongTermIds, CountWidth.UInt16);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!PrivateLogon.TryGet(call, request, out var logon, out var error))
            return new Response { ReturnValue = error };
        var folders = await PerUserInformation.ListAsync(logon.Mailbox, request.DatabaseGuid, call.Cancel);
        // As many as the count can tell.
        return new Response { LongTermIds = [.. folders.Take(ushort.MaxValue)] };
    }
}
