// [MS-OXCROPS] 2.2.6.18 wire; [MS-OXCMSG] 2.2.3.18 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetValidAttachments
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
        public uint[] AttachmentIds = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Numbers(ref response.AttachmentIds, CountWidth.UInt16);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request) =>
        new(call.TryGetOrNull<MessageObject>(request, out var message, out var error)
            ? new Response { AttachmentIds = [.. message.Attachments.Keys.Select(n => (uint)n)] }
            : new Response { ReturnValue = error });
}
