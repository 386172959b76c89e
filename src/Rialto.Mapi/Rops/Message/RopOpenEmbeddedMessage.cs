// [MS-OXCROPS] 2.2.6.16 wire; [MS-OXCMSG] 2.2.3.16 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
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

    // ReadOnly 0. 2.2.3.16.1.
    private const byte ReadWrite = 0x01;
    private const byte Create = 0x02;

    /// <summary>afEmbeddedMessage. 2.2.2.9.</summary>
    private const int EmbeddedMethod = 5;

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<AttachmentObject>(request, out var attachment, out var error))
            return new(new Response { ReturnValue = error });
        if (!CodePages.TryFormOf(call.Session.Form, request.CodePageId, out var form))
            return new(new Response { ReturnValue = ErrorCode.UnknownCodePage });
        attachment.Settle();
        var creates = (request.OpenModeFlags & Create) != 0;
        var writes = creates || (request.OpenModeFlags & ReadWrite) != 0;
        if (writes && !attachment.IsWritable)
            return new(new Response { ReturnValue = ErrorCode.AccessDenied });
        MessageObject message;
        if (attachment.Embedded is { } embedded)
        {
            message = MessageObject.Embedded(attachment, MessageCopies.Of(embedded), form, writes);
        }
        else if (!creates)
        {
            return new(new Response { ReturnValue = ErrorCode.NotFound });
        }
        else if (attachment.Message.Depth + 1 > call.Options.MaximumEmbeddedDepth)
        {
            return new(new Response { ReturnValue = ErrorCode.TooComplex });
        }
        else
        {
            message = MessageObject.Embedded(attachment, new PropertyMessage(), form, true);
            NewMessage.Initialise(message, call);
            if (!attachment.Properties.TryGet(PropertyIds.AttachMethod, out _))
                attachment.Initialise(PropertyValue.Of(PropertyTags.AttachMethod, EmbeddedMethod));
        }
        request.Context = request.Context with { Form = form };
        return new(new Response { ReturnValue = call.Open(request.OutputHandleIndex, message), Message = MessageOpening.Describe(message) });
    }
}
