// [MS-OXCROPS] 2.2.6.2 wire; [MS-OXCMSG] 2.2.3.2 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCreateMessage
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public ushort CodePageId;
        public ulong FolderId;
        public bool AssociatedFlag;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U16(ref request.CodePageId);
            io.U64(ref request.FolderId);
            io.Bool(ref request.AssociatedFlag);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool HasMessageId;
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.HasMessageId);
            if (response.HasMessageId)
                io.U64(ref response.MessageId);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<PropertyObject>(request, out var input, out var error))
            return new(new Response { ReturnValue = error });
        if (input is not (LogonObject or FolderObject))
            return new(new Response { ReturnValue = ErrorCode.NullObject });
        var mailbox = input.Mailbox;
        if (!mailbox.Folders.TryGet(Ids.FolderOf(request.FolderId), out var folder))
            return new(new Response { ReturnValue = ErrorCode.NotFound });
        var rights = mailbox.RightsOn(folder.Id);
        if ((rights & FolderRights.Create) == 0)
            return new(new Response { ReturnValue = (rights & (FolderRights.FolderVisible | FolderRights.ReadAny)) == 0 ? ErrorCode.NotFound : ErrorCode.AccessDenied });
        if (folder.Type == FolderType.Search)
            return new(new Response { ReturnValue = ErrorCode.NotSupported });
        if (!CodePages.TryFormOf(call.Session.Form, request.CodePageId, out var form))
            return new(new Response { ReturnValue = ErrorCode.UnknownCodePage });
        var message = MessageObject.Created(input.Logon, folder.Id, request.AssociatedFlag, form);
        NewMessage.Initialise(message, call);
        // The MID comes with the first saving.
        return new(new Response { ReturnValue = call.Open(request.OutputHandleIndex, message) });
    }
}
