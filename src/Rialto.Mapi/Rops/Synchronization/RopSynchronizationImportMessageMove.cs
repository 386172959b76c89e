// [MS-OXCROPS] 2.2.13.6 wire; [MS-OXCFXICS] 2.2.3.2.4.4 behaviour.
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.Upload;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationImportMessageMove
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] SourceFolderId = [];
        public byte[] SourceMessageId = [];
        public byte[] PredecessorChangeList = [];
        public byte[] DestinationMessageId = [];
        public byte[] ChangeNumber = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bytes(ref request.SourceFolderId, CountWidth.UInt32);
            io.Bytes(ref request.SourceMessageId, CountWidth.UInt32);
            io.Bytes(ref request.PredecessorChangeList, CountWidth.UInt32);
            io.Bytes(ref request.DestinationMessageId, CountWidth.UInt32);
            io.Bytes(ref request.ChangeNumber, CountWidth.UInt32);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.MessageId);
        }
    }

    private const int MostRetries = 20;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<SyncUploadObject>(request, out var context, out var error))
            return new Response { ReturnValue = error };
        if (!context.IsContents)
            return new Response { ReturnValue = ErrorCode.NotSupported };
        context.Begin();
        var mailbox = context.Mailbox;
        if (!SourceKey.TryRead(mailbox, request.SourceFolderId, out var folderKey) || !SourceKey.TryRead(mailbox, request.SourceMessageId, out var source)
            || !SourceKey.TryRead(mailbox, request.DestinationMessageId, out var destination) || destination.Foreign is not null
            || ImportedVersion.ReadPredecessors(mailbox, request.PredecessorChangeList) is not { } predecessors
            || ImportedVersion.Read(mailbox, request.ChangeNumber, request.PredecessorChangeList, default) is not { } version)
        {
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        }
        if (folderKey.FindFolder(mailbox) is not { } from)
            return new Response { ReturnValue = ErrorCode.ObjectDeleted };
        for (var i = 0; i < MostRetries; i++)
        {
            var there = await SourceKey.FindMessagesAsync(mailbox, context.Folder, [destination], call.Cancel);
            if (!there.TryGet(out var arrived))
                return new Response { ReturnValue = RopCall.ErrorOf(there.Error) };
            // Moved before, by a request whose answer did not reach the client.
            if (arrived[0] is not null)
                return new Response();
            var found = await SourceKey.FindMessagesAsync(mailbox, from.Id, [source], call.Cancel);
            if (!found.TryGet(out var rows))
                return new Response { ReturnValue = RopCall.ErrorOf(found.Error) };
            if (rows[0] is not { } row)
                return new Response { ReturnValue = ErrorCode.ObjectDeleted };
            var (import, order) = Versions(mailbox, row, destination.Counter, predecessors, version);
            var moved = await mailbox.ImportMoveAsync(from.Id, row.Id, context.Folder, import, call.Cancel);
            if (moved.TryGet(out var placed))
            {
                if (order == MoveOrder.Same)
                {
                    context.See(placed.Cn, (row.State & MessageState.Associated) != 0);
                    context.DoubtRead(placed.Cn);
                }
                return order == MoveOrder.ClientNewer ? new Response { ReturnValue = ErrorCode.NewerClientChange } : new Response();
            }
            if (moved.Error is not (StoreError.Conflict or StoreError.NotFound))
                return new Response { ReturnValue = RopCall.ErrorOf(moved.Error) };
        }
        return new Response { ReturnValue = ErrorCode.ObjectDeleted };
    }

    /// <summary>What the client moved, beside what is here to be moved.</summary>
    private enum MoveOrder
    {
        Same,

        /// <summary>The client has changes that it has not brought yet.</summary>
        ClientNewer,

        /// <summary>The client has not seen the newest version.</summary>
        ServerNewer,
    }

    /// <summary>
    /// The client's keys describe its version, so they go to the message only if that is what is here (2.2.3.2.4.4.2). With changes of the client's still to come it keeps
    /// the version that it had, which those then include; where the server's is newer it becomes a version that succeeds both, which the client downloads.
    /// </summary>
    private static (ImportedMove Import, MoveOrder Order) Versions(
        MailboxSession mailbox, MessageRow row, long mid, PredecessorChangeList predecessors, ImportedVersion version)
    {
        var own = ImportedVersion.PredecessorsOf(mailbox.Header, row);
        var change = Xid.Parse(version.ChangeKey)!;
        var isKnown = predecessors.Entries.All(e => e == change || own.Includes(e));
        var import = new ImportedMove(mid, null, null) { ExpectedCn = row.Cn };
        if (!isKnown)
        {
            import = import with { ChangeKey = StoreKeys.ChangeKeyOf(mailbox.Header, row.ChangeKey, row.Cn), PredecessorChangeList = own.ToArray() };
            return (import, MoveOrder.ClientNewer);
        }
        if (version.Predecessors.Includes(own))
            return (import with { ChangeKey = version.ChangeKey, PredecessorChangeList = version.Predecessors.ToArray() }, MoveOrder.Same);
        own.Merge(version.Predecessors);
        return (import with { PredecessorChangeList = own.ToArray() }, MoveOrder.ServerNewer);
    }
}
