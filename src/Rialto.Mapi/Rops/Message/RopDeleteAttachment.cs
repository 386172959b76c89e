// [MS-OXCROPS] 2.2.6.14 wire; [MS-OXCMSG] 2.2.3.14 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopDeleteAttachment
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public uint AttachmentID;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U32(ref request.AttachmentID);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<MessageObject>(request, out var message, out var error))
            return new(new PlainResponse { ReturnValue = error });
        if (!message.IsWritable)
            return new(new PlainResponse { ReturnValue = ErrorCode.AccessDenied });
        return new(new PlainResponse
        {
            ReturnValue = request.AttachmentID <= int.MaxValue && message.RemoveAttachment((int)request.AttachmentID) ? ErrorCode.Success : ErrorCode.NotFound,
        });
    }
}
