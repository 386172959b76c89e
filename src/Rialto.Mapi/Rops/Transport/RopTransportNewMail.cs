// [MS-OXCROPS] 2.2.7.7 wire; [MS-OXOMSG] 2.2.5.5: mail that a client's own transport brought is announced to the others.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopTransportNewMail
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong MessageId;
        public ulong FolderId;
        public string MessageClass = "";
        public uint MessageFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.MessageId);
            io.U64(ref request.FolderId);
            io.AsciiZ(ref request.MessageClass);
            io.U32(ref request.MessageFlags);
        }
    }

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<LogonObject>(request, out var logon, out var error))
            return new PlainResponse { ReturnValue = error };
        var found = await logon.Session.FindByMidAsync(Ids.CounterOf(request.MessageId), call.Cancel);
        if (!found.Succeeded)
            return new PlainResponse { ReturnValue = RopCall.ErrorOf(found.Error) };
        if (found.Value.Folder != Ids.FolderOf(request.FolderId))
            return new PlainResponse { ReturnValue = ErrorCode.NotFound };
        call.Service.TellNewMail(logon.Session.MailboxId, found.Value);
        return new PlainResponse();
    }
}
