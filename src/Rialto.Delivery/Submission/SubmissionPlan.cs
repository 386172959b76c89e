// [MS-OXOMSG] 2.2.1.6, 2.2.1.76, 2.2.3.2-2.2.3.4, 2.2.3.8, 2.2.3.10: when a message is sent, and what becomes of it then.
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Wire;

namespace Rialto.Delivery;

/// <summary>What a message says of its own sending.</summary>
internal static class SubmissionPlan
{
    /// <summary>Ticks (UTC) before which it is not sent; 0: at once. PidTagDeferredSendTime is brought up to date with number and units.</summary>
    public static long DueOf(PropertyBag bag, FileTime submitted)
    {
        var deferred = bag.GetTime(PropertyTags.DeferredSendTime);
        if (bag.TryGet(PropertyIds.DeferredSendNumber, out var number) && number.Type == PropertyType.Integer32 && number.AsInt32() is >= 0 and <= 999
            && bag.TryGet(PropertyIds.DeferredSendUnits, out var units) && units.Type == PropertyType.Integer32 && UnitOf(units.AsInt32()) is { } unit)
        {
            // 2.2.3.4: both present overrule a time that was set before.
            deferred = new FileTime(submitted.Ticks + (number.AsInt32() * unit.Ticks));
            bag.Set(PropertyValue.Of(PropertyTags.DeferredSendTime, deferred.Value));
        }

        var latest = Math.Max(deferred?.Ticks ?? 0, bag.GetTime(PropertyTags.DeferredDeliveryTime)?.Ticks ?? 0);
        return latest <= submitted.Ticks ? 0 : new FileTime(latest).ToDateTimeOffset().UtcTicks;
    }

    /// <summary>What becomes of the message when it is sent: a folder named for it goes before deletion, since one wish or the other is meant and a copy too many is no loss.</summary>
    public static SubmissionOrigin OriginOf(PropertyBag bag, MailboxHeader mailbox, FolderId folder, MessageId message, FileTime submitted, bool leaveInPlace)
    {
        long target = 0, targetMid = 0;
        if (!leaveInPlace)
        {
            target = SentFolderOf(bag, mailbox);
            if (EntryIdOf(bag.GetBinary(PropertyTags.TargetEntryId)) is MessageEntryId wanted && wanted.Message.Replica == mailbox.ReplicaGuid)
            {
                if (target == 0 && wanted.Folder.Replica == mailbox.ReplicaGuid) target = (long)wanted.Folder.Counter;
                targetMid = (long)wanted.Message.Counter;
            }
        }

        var delete = !leaveInPlace && target == 0 && bag.GetBoolean(PropertyTags.DeleteAfterSubmit);
        return new(mailbox.Id, folder.Value, message.Value, submitted.Ticks, delete, target, targetMid);
    }

    private static long SentFolderOf(PropertyBag bag, MailboxHeader mailbox)
    {
        if (bag.GetBinary(PropertyTags.SentMailSvrEID) is { } server && WireCodec.TryRead<ServerId>(server, out var id) && id is { Ours: true, Folder.ReplicaId: StoreKeys.OwnReplica })
            return (long)id.Folder.Counter;
        return EntryIdOf(bag.GetBinary(PropertyTags.SentMailEntryId)) is FolderEntryId entry && entry.Folder.Replica == mailbox.ReplicaGuid ? (long)entry.Folder.Counter : 0;
    }

    private static EntryId? EntryIdOf(byte[]? bytes) => bytes is { Length: > 0 } ? EntryId.Parse(bytes) : null;

    private static TimeSpan? UnitOf(int unit) => unit switch
    {
        0 => TimeSpan.FromMinutes(1),
        1 => TimeSpan.FromHours(1),
        2 => TimeSpan.FromDays(1),
        3 => TimeSpan.FromDays(7),
        _ => null,
    };
}
