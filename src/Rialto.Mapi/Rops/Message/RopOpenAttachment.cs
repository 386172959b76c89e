// [MS-OXCROPS] 2.2.6.12 wire; [MS-OXCMSG] 2.2.3.12 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
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

    // ReadOnly 0. 2.2.3.12.1.
    private const byte ReadWrite = 0x01;
    private const byte BestAccess = 0x03;

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<MessageObject>(request, out var message, out var error))
            return new(new PlainResponse { ReturnValue = error });
        if (request.AttachmentID > int.MaxValue || !message.Attachments.TryGetValue((int)request.AttachmentID, out var attachment))
            return new(new PlainResponse { ReturnValue = ErrorCode.NotFound });
        var mode = request.OpenAttachmentFlags & BestAccess;
        if (mode == ReadWrite && !message.IsWritable)
            return new(new PlainResponse { ReturnValue = ErrorCode.AccessDenied });
        var opened = new AttachmentObject(message, MessageCopies.Of(attachment), (int)request.AttachmentID)
        {
            IsWritable = mode is ReadWrite or BestAccess && message.IsWritable,
        };
        return new(new PlainResponse { ReturnValue = call.Open(request.OutputHandleIndex, opened) });
    }
}
