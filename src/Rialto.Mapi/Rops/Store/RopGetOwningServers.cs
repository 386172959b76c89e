// [MS-OXCROPS] 2.2.3.6 wire; [MS-OXCSTOR] 2.2.1.6 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetOwningServers
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong FolderId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.FolderId);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public string[] OwningServers = [];
        public ushort CheapServersCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            RopText.Servers(ref io, ref response.OwningServers, ref response.CheapServersCount);
        }
    }

    // 3.2.5.6: a mailbox's folders have no replicas to name; a private logon may be told so.
    // todo [MS-OXCSTOR] 3.2.5.6: replicas of public folders.
    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request) =>
        new(new Response { ReturnValue = call.TryGet<LogonObject>(request, out _, out var error) ? ErrorCode.NotSupported : error });
}
