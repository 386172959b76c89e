// [MS-OXCROPS] 2.2.7.2 wire; [MS-OXOMSG] 2.2.4.2, 3.3.5.2 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopAbortSubmit
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong FolderId;
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.FolderId);
            io.U64(ref request.MessageId);
        }
    }

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<LogonObject>(request, out var logon, out var error))
            return new PlainResponse { ReturnValue = error };
        if (call.Service.Submission is not { } submission || logon.Session.Header.IsPublic)
            return new PlainResponse { ReturnValue = ErrorCode.NotSupported };
        var found = await logon.Session.FindByMidAsync(Ids.CounterOf(request.MessageId), call.Cancel);
        // A message that was sent has a new id where it went: it is not in the queue any more.
        if (found.Error == StoreError.NotFound)
            return new PlainResponse { ReturnValue = ErrorCode.NotInQueue };
        if (!found.Succeeded)
            return new PlainResponse { ReturnValue = RopCall.ErrorOf(found.Error) };
        if (found.Value.Folder != Ids.FolderOf(request.FolderId))
            return new PlainResponse { ReturnValue = ErrorCode.NotFound };
        if (call.Service.SpoolerLocks.IsLocked(logon.Session.MailboxId, found.Value.Id))
            return new PlainResponse { ReturnValue = ErrorCode.AbortFailed };
        var aborted = await submission.AbortAsync(logon.Session, found.Value.Folder, found.Value.Id, call.Cancel);
        if (!aborted.Succeeded)
            return new PlainResponse { ReturnValue = RopCall.ErrorOf(aborted.Error) };
        return new PlainResponse { ReturnValue = aborted.Value ? ErrorCode.Success : ErrorCode.NotInQueue };
    }
}
