// [MS-OXCROPS] 2.2.7.1 wire; [MS-OXOMSG] 2.2.4.1, 3.3.5.1 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSubmitMessage
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte SubmitFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.SubmitFlags);
        }
    }

    // SubmitFlags (PreProcess, NeedsSpooler) ask a spooler to look at the message first: the server's own takes every message, so there is none to wait for.
    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<MessageObject>(request, out var message, out var error))
            return new PlainResponse { ReturnValue = error };
        var (result, _) = await MessageSubmission.SubmitAsync(call, message);
        return new PlainResponse { ReturnValue = result };
    }
}
