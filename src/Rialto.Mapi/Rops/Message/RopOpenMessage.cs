// [MS-OXCROPS] 2.2.6.1 wire; [MS-OXCMSG] 2.2.3.1 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
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

    // 2.2.3.1.1; other bits are ignored.
    private const byte ReadWrite = 0x01;
    private const byte BestAccess = 0x03;
    private const byte OpenSoftDeleted = 0x04;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<PropertyObject>(request, out var input, out var error))
            return new Response { ReturnValue = error };
        if (input is not (LogonObject or FolderObject))
            return new Response { ReturnValue = ErrorCode.NullObject };
        var mailbox = input.Mailbox;
        var folder = Ids.FolderOf(request.FolderId);
        if (folder.Value == 0 && input is FolderObject inputFolder)
            folder = inputFolder.Id;
        var found = await mailbox.FindByMidAsync(Ids.CounterOf(request.MessageId), call.Cancel);
        if (!found.Succeeded)
            return new Response { ReturnValue = RopCall.ErrorOf(found.Error) };
        var row = found.Value;
        // What a search folder lists is opened from where it is.
        if (row.Folder != folder && !(mailbox.Folders.TryGet(folder, out var from) && from.Type == FolderType.Search))
            return new Response { ReturnValue = ErrorCode.NotFound };
        if ((row.State & MessageState.SoftDeleted) != 0 && (request.OpenModeFlags & OpenSoftDeleted) == 0)
            return new Response { ReturnValue = ErrorCode.NotFound };
        // BestAccess opens for writing whatever the rights are, as Exchange 2010 and later do (footnote of 2.2.3.1.1): saving asks for them.
        var mode = request.OpenModeFlags & BestAccess;
        var canEdit = MessageOpening.CanEdit(mailbox, row);
        var canRead = MessageOpening.CanRead(mailbox, row);
        if (mode switch { ReadWrite => !canEdit, BestAccess => !canEdit && !canRead, _ => !canRead })
            return new Response { ReturnValue = ErrorCode.AccessDenied };
        if (!CodePages.TryFormOf(call.Session.Form, request.CodePageId, out var form))
            return new Response { ReturnValue = ErrorCode.UnknownCodePage };
        var content = await mailbox.OpenPropertiesAsync(row, call.Cancel);
        if (!content.Succeeded)
            return new Response { ReturnValue = RopCall.ErrorOf(content.Error) };
        var message = MessageObject.Opened(input.Logon, row, content.Value, form, (mode & ReadWrite) != 0);
        request.Context = request.Context with { Form = form };
        return new Response { ReturnValue = call.Open(request.OutputHandleIndex, message), Message = MessageOpening.Describe(message) };
    }
}
