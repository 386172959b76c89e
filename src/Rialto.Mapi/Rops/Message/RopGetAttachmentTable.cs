// [MS-OXCROPS] 2.2.6.17 wire; [MS-OXCMSG] 2.2.3.17 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetAttachmentTable
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte TableFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.TableFlags);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request) =>
        new(new PlainResponse
        {
            ReturnValue = call.TryGetOrNull<MessageObject>(request, out var message, out var error)
                ? call.Open(request.OutputHandleIndex, new AttachmentTableObject(message))
                : error,
        });
}
