// [MS-OXCROPS] 2.2.6.12 wire; [MS-OXCMSG] 2.2.3.12 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopOpenAttachment
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte OpenAttachmentFlags;
        public uint AttachmentID;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.OpenAttachmentFlags);
            io.U32(ref request.AttachmentID);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<MessageObject>(request, out var message, out var error))
            return new(new PlainResponse { ReturnValue = error });
        var attachments = message.Content.Attachments;
        if (request.AttachmentID >= attachments.Count)
            return new(new PlainResponse { ReturnValue = ErrorCode.NotFound });
        var number = (int)request.AttachmentID;
        return new(new PlainResponse { ReturnValue = call.Open(request.OutputHandleIndex, new AttachmentObject(message, attachments[number], number)) });
    }
}
