// [MS-OXCROPS] 2.2.6.13 wire; [MS-OXCMSG] 2.2.3.13 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCreateAttachment
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint AttachmentID;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.AttachmentID);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<MessageObject>(request, out var message, out var error))
            return new(new Response { ReturnValue = error });
        if (!message.IsWritable)
            return new(new Response { ReturnValue = ErrorCode.AccessDenied });
        if (message.Attachments.Count >= call.Options.MaximumAttachments)
            return new(new Response { ReturnValue = ErrorCode.MaxAttachmentExceeded });
        var number = message.TakeAttachmentNumber();
        var now = FileTime.From(call.Service.Time.GetUtcNow());
        var attachment = new AttachmentObject(message, new PropertyAttachment(), number) { IsWritable = true, IsCreated = true };
        attachment.Initialise(PropertyValue.Of(PropertyTags.RenderingPosition, -1));
        attachment.Initialise(PropertyValue.Of(PropertyTags.CreationTime, now));
        attachment.Initialise(PropertyValue.Of(PropertyTags.LastModificationTime, now));
        return new(new Response { ReturnValue = call.Open(request.OutputHandleIndex, attachment), AttachmentID = (uint)number });
    }
}
