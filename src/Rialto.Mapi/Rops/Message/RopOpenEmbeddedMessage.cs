// [MS-OXCROPS] 2.2.6.16 wire; [MS-OXCMSG] 2.2.3.16 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopOpenEmbeddedMessage
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public ushort CodePageId;
        public byte OpenModeFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U16(ref request.CodePageId);
            io.U8(ref request.OpenModeFlags);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte Reserved;
        public ulong MessageId;
        public MessageSummary Message;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.Reserved);
            io.U64(ref response.MessageId);
            MessageSummary.Fields(ref io, ref response.Message, response.Context.Form);
        }
    }

    /// <summary>ReadOnly 0, ReadWrite 1, Create 2. [MS-OXCMSG] 2.2.3.16.1.</summary>
    private const byte Create = 2;

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<AttachmentObject>(request, out var attachment, out var error))
            return new(new Response { ReturnValue = error });
        if (attachment.Attachment.Embedded is not { } embedded)
            return new(new Response { ReturnValue = request.OpenModeFlags == Create ? ErrorCode.NotImplemented : ErrorCode.NotFound });
        var message = new MessageObject(attachment.Logon, null, embedded, CodePages.FormOf(call.Session.Form, request.CodePageId));
        return new(new Response { ReturnValue = call.Open(request.OutputHandleIndex, message), Message = MessageOpening.Describe(message) });
    }
}
