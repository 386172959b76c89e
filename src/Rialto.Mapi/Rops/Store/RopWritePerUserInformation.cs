// [MS-OXCROPS] 2.2.3.13 wire; [MS-OXCSTOR] 2.2.1.13 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopWritePerUserInformation
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public LongTermId FolderId;
        public bool HasFinished;
        public uint DataOffset;
        public byte[] Data = [];
        public Guid ReplGuid;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Structure(ref request.FolderId);
            io.Bool(ref request.HasFinished);
            io.U32(ref request.DataOffset);
            io.Bytes(ref request.Data, CountWidth.UInt16);
            if (request.DataOffset == 0 && request.Context.IsPrivateLogon)
                io.Guid(ref request.ReplGuid);
        }
    }

    /// <summary>Bytes gathered of one set: a million ranges would not be what somebody has read.</summary>
    private const int MaximumSize = 1024 * 1024;

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<LogonObject>(request, out var logon, out var error))
            return new PlainResponse { ReturnValue = error };
        if (!logon.Mailbox.Header.IsPublic && !logon.Mailbox.IsOwner)
            return new PlainResponse { ReturnValue = ErrorCode.AccessDenied };
        // 3.2.5.13.1: another folder, or another place than the end of what came before, begins anew.
        if (logon.Upload is not { } upload || upload.Folder != request.FolderId || upload.Data.Count != request.DataOffset)
        {
            logon.Upload = null;
            if (request.DataOffset != 0)
                return new PlainResponse { ReturnValue = ErrorCode.GeneralFailure };
            logon.Upload = upload = new PerUserUpload(request.FolderId) { Database = request.ReplGuid };
        }
        if (upload.Data.Count + request.Data.Length > MaximumSize)
        {
            logon.Upload = null;
            return new PlainResponse { ReturnValue = ErrorCode.NotEnoughMemory };
        }
        upload.Data.AddRange(request.Data);
        if (!request.HasFinished)
            return new PlainResponse();
        logon.Upload = null;
        var set = upload.Data.ToArray();
        if (ReplicaIdSet.ParseReplGuids(set) is not { } parsed)
            return new PlainResponse { ReturnValue = ErrorCode.CorruptData };
        if (logon.Mailbox.Header.IsPublic)
            return new PlainResponse { ReturnValue = await WritePublicAsync(call, logon, upload.Folder.Id, parsed) };
        return new PlainResponse { ReturnValue = RopCall.ErrorOf(await PerUserInformation.WriteAsync(logon.Mailbox, upload.Folder, upload.Database, set, call.Cancel)) };
    }

    /// <summary>3.2.5.13.3: what the user has read from now on. Changes of other replicas are none of this folder's.</summary>
    private static async ValueTask<ErrorCode> WritePublicAsync(RopCall call, LogonObject logon, GlobalId folder, ReplicaIdSet set)
    {
        var replica = logon.Mailbox.Header.ReplicaGuid;
        if (folder.Replica != replica)
            return ErrorCode.NotFound;
        var id = new FolderId((long)folder.Counter);
        logon.PerUserRead.Remove(id);
        return RopCall.ErrorOf(await logon.Mailbox.WriteReadSetAsync(id, set.TryGet(replica, out var read) ? read : new IdSet(), call.Cancel));
    }
}
