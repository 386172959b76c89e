// [MS-OXCROPS] 2.2.13.3 wire; [MS-OXCFXICS] 2.2.3.2.4.6, 3.2.5.9.4.6 behaviour.
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.Upload;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationImportReadStateChanges
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public MessageReadState[] MessageReadStates = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            MessageReadState.Field(ref io, ref request.MessageReadStates);
        }
    }

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<SyncUploadObject>(request, out var context, out var error))
            return new PlainResponse { ReturnValue = error };
        if (!context.IsContents)
            return new PlainResponse { ReturnValue = ErrorCode.NotSupported };
        context.Begin();
        var mailbox = context.Mailbox;
        var keys = new SourceKey[request.MessageReadStates.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            if (!SourceKey.TryRead(mailbox, request.MessageReadStates[i].MessageId, out keys[i]))
                return new PlainResponse { ReturnValue = ErrorCode.InvalidParameter };
        }
        if (keys.Length == 0)
            return new PlainResponse { ReturnValue = ErrorCode.InvalidParameter };
        var found = await SourceKey.FindMessagesAsync(mailbox, context.Folder, keys, call.Cancel);
        if (!found.TryGet(out var rows))
            return new PlainResponse { ReturnValue = RopCall.ErrorOf(found.Error) };
        // The last word on a message counts; what was deleted meanwhile has no read state any more, and associated items never have one.
        var wanted = new Dictionary<MessageId, (MessageRow Row, bool IsRead)>();
        for (var i = 0; i < keys.Length; i++)
        {
            if (rows[i] is { } row && (row.State & MessageState.Associated) == 0)
                wanted[row.Id] = (row, request.MessageReadStates[i].MarkAsRead);
        }
        foreach (var isRead in new[] { true, false })
        {
            MessageRow[] some = [.. wanted.Values.Where(w => w.IsRead == isRead).Select(w => w.Row)];
            if (some.Length == 0)
                continue;
            // As RopSetMessageReadFlag does with its default flags, or with rfClearReadFlag.
            var flags = new ReadFlags(isRead ? (byte)0 : ReadFlags.ClearReadFlag);
            var changed = await mailbox.ChangeFlagsAsync(context.Folder, [.. some.Select(r => r.Id)], flags.Change, call.Cancel);
            if (!changed.TryGet(out var outcome))
                return new PlainResponse { ReturnValue = RopCall.ErrorOf(changed.Error) };
            if (mailbox.Header.IsPublic)
                context.SeeRead(some.Select(r => r.Cn), isRead);
            else if (outcome.Changed.Count > 0)
                context.SeeRead(outcome.Sequence - outcome.Changed.Count + 1, outcome.Sequence);
            if (flags.SendsReceipt)
                await ReadReceipts.SendAsync(call, mailbox, context.Folder, some.Where(r => outcome.Changed.Contains(r.Id)));
        }
        return new PlainResponse();
    }
}
