// [MS-OXCROPS] 2.2.7.8 wire; [MS-OXOMSG] 2.2.5.2 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetTransportFolder
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
        public ulong FolderId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.FolderId);
        }
    }

    /// <summary>The transport's temporary folder: messages that a client's spooler makes are queued where all are, in the Outbox.</summary>
    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<LogonObject>(request, out var logon, out var error))
            return new(new Response { ReturnValue = error });
        if (logon.Session.Header.IsPublic)
            return new(new Response { ReturnValue = ErrorCode.NotSupported });
        return new(new Response { FolderId = Ids.Of(SpecialFolders.IdOf(SpecialFolder.Outbox)) });
    }
}
