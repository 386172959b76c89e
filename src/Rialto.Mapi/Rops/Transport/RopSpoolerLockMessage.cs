// [MS-OXCROPS] 2.2.7.5 wire; [MS-OXOMSG] 2.2.5.3 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSpoolerLockMessage
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong MessageId;
        public byte LockState;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.MessageId);
            io.U8(ref request.LockState);
        }
    }

    /// <summary>2.2.5.3.1.</summary>
    private const byte Lock = 0;
    private const byte Finished = 2;

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<LogonObject>(request, out var logon, out var error))
            return new PlainResponse { ReturnValue = error };
        if (!logon.IsSpooler)
            return new PlainResponse { ReturnValue = ErrorCode.AccessDenied };
        if (request.LockState > Finished)
            return new PlainResponse { ReturnValue = ErrorCode.InvalidParameter };
        var found = await logon.Session.FindByMidAsync(Ids.CounterOf(request.MessageId), call.Cancel);
        if (!found.Succeeded)
            return new PlainResponse { ReturnValue = RopCall.ErrorOf(found.Error) };
        var locks = call.Service.SpoolerLocks;
        var mailbox = logon.Session.MailboxId;
        // What the client's transport sent is finished by its own hand: the server has nothing of it in its queue.
        var done = request.LockState == Lock ? locks.TryLock(mailbox, found.Value.Id, logon) : locks.TryUnlock(mailbox, found.Value.Id, logon);
        return new PlainResponse { ReturnValue = done ? ErrorCode.Success : ErrorCode.NotInQueue };
    }
}
