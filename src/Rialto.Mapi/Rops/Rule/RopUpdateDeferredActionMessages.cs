// [MS-OXCROPS] 2.2.11.3 wire; [MS-OXORULE] 2.2.3, 3.2.5.4 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopUpdateDeferredActionMessages
{
    private const string DeferredAction = "IPC.Microsoft Exchange 4.0.Deferred Action";

    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] ServerEntryId = [];
        public byte[] ClientEntryId = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bytes(ref request.ServerEntryId, CountWidth.UInt16);
            io.Bytes(ref request.ClientEntryId, CountWidth.UInt16);
        }
    }

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<LogonObject>(request, out var logon, out var error))
            return new PlainResponse { ReturnValue = error };
        var mailbox = logon.Session;
        if (mailbox.Header.IsPublic)
            return new PlainResponse { ReturnValue = ErrorCode.NotSupported };
        if (request.ServerEntryId.Length == 0 || request.ClientEntryId.Length == 0)
            return new PlainResponse { ReturnValue = ErrorCode.InvalidParameter };
        return new PlainResponse { ReturnValue = await PatchAsync(call, mailbox, request) };
    }

    /// <summary>Deferred messages are few and short-lived, so that the folder is looked through.</summary>
    private static async ValueTask<ErrorCode> PatchAsync(RopCall call, MailboxSession mailbox, Request request)
    {
        var folder = SpecialFolders.IdOf(SpecialFolder.DeferredAction);
        var filter = new PropertyRestriction(RelationalOperator.Equal, PropertyTags.MessageClass, PropertyValue.Of(PropertyTags.MessageClass, DeferredAction));
        var opened = await mailbox.OpenTableAsync(folder, associated: false, null, filter, call.Cancel);
        if (!opened.Succeeded)
            return RopCall.ErrorOf(opened.Error);
        using var table = opened.Value;
        var snapshot = await table.CurrentAsync(call.Cancel);
        for (var i = 0; i < snapshot.Count; i++)
        {
            var id = snapshot[i];
            var message = await mailbox.OpenPropertiesAsync(folder, id, call.Cancel);
            if (!message.Succeeded || !Names(message.Value.Properties, request.ServerEntryId))
                continue;
            // 3.2.5.4: a number of messages, each of which is right by itself.
            var updated = await mailbox.UpdateAsync(folder, id, row => row with { Overlay = Patched(row.Overlay, request.ClientEntryId) }, call.Cancel);
            if (!updated.Succeeded && updated.Error != StoreError.NotFound)
                return RopCall.ErrorOf(updated.Error);
        }
        return ErrorCode.Success;
    }

    /// <summary>The EntryID by which the client knows the message: the one of the deferred message itself, or that of the message that it is about.</summary>
    private static bool Names(PropertyBag deferred, byte[] serverEntryId) =>
        (deferred.TryGet(PropertyIds.DeferredActionMessageOriginalEntryId, out var own) && own.AsBinary().AsSpan().SequenceEqual(serverEntryId))
        || (deferred.GetBinary(PropertyTags.DamOriginalEntryId) is { } about && about.AsSpan().SequenceEqual(serverEntryId));

    /// <summary>
    /// 2.2.3 says that PidTagDamOriginalEntryId is updated and 3.2.5.4 names PidTagDeferredActionMessageOriginalEntryId. What the client goes by is the former
    /// (3.1.5.1.1), so both are set.
    /// </summary>
    private static byte[] Patched(byte[]? overlay, byte[] clientEntryId)
    {
        var bag = new PropertyBag();
        if (overlay is not null && PropertyBagCodec.TryRead(overlay, out PropertyBag stored))
            bag = stored;
        bag.Set(PropertyValue.Of(PropertyTags.DamOriginalEntryId, clientEntryId));
        bag.Set(PropertyValue.Of(PropertyTags.DeferredActionMessageOriginalEntryId, clientEntryId));
        bag.Set(PropertyValue.Of(PropertyTags.DamBackPatched, true));
        return PropertyBagCodec.Write(bag);
    }
}
