// [MS-OXCROPS] 2.2.6.10 wire; [MS-OXCMSG] 2.2.3.10 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetReadFlags
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public bool WantAsynchronous;
        public byte ReadFlags;
        public ulong[] MessageIds = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantAsynchronous);
            io.U8(ref request.ReadFlags);
            io.Numbers(ref request.MessageIds, CountWidth.UInt16);
        }
    }

    internal static async ValueTask<PartialResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<FolderObject>(request, out var folder, out var error))
            return new PartialResponse { ReturnValue = error };
        var mailbox = folder.Mailbox;
        var flags = new ReadFlags(request.ReadFlags);
        var view = await mailbox.OpenViewAsync(folder.Id, call.Cancel);
        if (!view.Succeeded)
            return new PartialResponse { ReturnValue = RopCall.ErrorOf(view.Error) };
        // No ids stand for every message of the folder. 2.2.3.10.1.
        var wanted = request.MessageIds.Length == 0 ? null : request.MessageIds.Select(Ids.CounterOf).ToHashSet();
        var ids = new List<MessageId>(wanted?.Count ?? 0);
        using (view.Value)
        {
            var current = view.Value.Current;
            for (var i = 0; i < current.Count; i++)
            {
                var entry = current[i];
                if (wanted is null || wanted.Contains(entry.Mid))
                    ids.Add(entry.Id);
            }
        }
        // Associated messages are not in the view: they are looked for where the client names them.
        if (wanted is not null && ids.Count < wanted.Count && folder.TryGet(out var found) && found.Counters.AssociatedCount > 0)
        {
            var named = await mailbox.FindByMidsAsync([.. wanted], call.Cancel);
            if (!named.TryGet(out var others))
                return new PartialResponse { ReturnValue = RopCall.ErrorOf(named.Error) };
            ids.AddRange(others.Where(r => r is not null && r.Folder == folder.Id && (r.State & (MessageState.Associated | MessageState.SoftDeleted)) == MessageState.Associated).Select(r => r!.Id));
        }
        var isPartial = wanted is not null && ids.Count < wanted.Count;
        if (ids.Count == 0)
            return new PartialResponse { PartialCompletion = isPartial };
        var changed = await mailbox.ChangeFlagsAsync(folder.Id, ids, flags.Change, call.Cancel);
        if (!changed.Succeeded)
            return new PartialResponse { ReturnValue = RopCall.ErrorOf(changed.Error), PartialCompletion = true };
        if (flags.SendsReceipt && call.Service.SendReadReceipt is not null)
        {
            var rows = await mailbox.ReadRowsAsync(folder.Id, ids.ToArray(), call.Cancel);
            if (rows.Succeeded)
                await ReadReceipts.SendAsync(call, mailbox, folder.Id, rows.Value.OfType<MessageRow>());
        }
        return new PartialResponse { PartialCompletion = isPartial };
    }
}
