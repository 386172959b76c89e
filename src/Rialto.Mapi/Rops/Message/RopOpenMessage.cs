// [MS-OXCROPS] 2.2.6.1 wire; [MS-OXCMSG] 2.2.3.1 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopOpenMessage
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public ushort CodePageId;
        public ulong FolderId;
        public byte OpenModeFlags;
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U16(ref request.CodePageId);
            io.U64(ref request.FolderId);
            io.U8(ref request.OpenModeFlags);
            io.U64(ref request.MessageId);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public MessageSummary Message;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            MessageSummary.Fields(ref io, ref response.Message, response.Context.Form);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var input, out var error))
            return new Response { ReturnValue = error };
        if (input is not (LogonObject or FolderObject))
            return new Response { ReturnValue = ErrorCode.NotSupported };
        // The message is opened for reading whatever the mode; what would change it is refused by the operations that do.
        var mailbox = input.Mailbox;
        var folder = Ids.FolderOf(request.FolderId);
        if (folder.Value == 0 && input is FolderObject inputFolder)
            folder = inputFolder.Id;
        var found = await mailbox.FindByMidAsync(Ids.CounterOf(request.MessageId), call.Cancel);
        if (!found.Succeeded)
            return new Response { ReturnValue = RopCall.ErrorOf(found.Error) };
        if (found.Value.Folder != folder)
            return new Response { ReturnValue = ErrorCode.NotFound };
        var content = await mailbox.OpenPropertiesAsync(folder, found.Value.Id, call.Cancel);
        if (!content.Succeeded)
            return new Response { ReturnValue = RopCall.ErrorOf(content.Error) };
        var form = CodePages.FormOf(call.Session.Form, request.CodePageId);
        var message = new MessageObject(input.Logon, found.Value, content.Value, form);
        return new Response { ReturnValue = call.Open(request.OutputHandleIndex, message), Message = MessageOpening.Describe(message) };
    }
}
