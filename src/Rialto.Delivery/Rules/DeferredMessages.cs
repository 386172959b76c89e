// [MS-OXORULE] 2.2.6 DAM, 2.2.7 DEM, 3.2.5.1.2, 3.2.5.1.3.
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Wire;

namespace Rialto.Delivery;

/// <summary>The messages in the Deferred Action Folder: what clients have to do themselves, and what went wrong.</summary>
internal static class DeferredMessages
{
    private const string ActionClass = "IPC.Microsoft Exchange 4.0.Deferred Action";
    private const string ErrorClass = "IPC.Microsoft Exchange 4.0.Deferred Error";

    /// <summary>One message for all actions that the rules of one provider leave to the client.</summary>
    /// <param name="delivered">The EntryID of the message that they are about.</param>
    /// <param name="mid">The counter of the message's own MID.</param>
    public static PropertyMessage Action(MailboxHeader mailbox, FolderId rulesFolder, IReadOnlyList<(MailRule Rule, RuleAction Action)> deferred, byte[] delivered, long mid)
    {
        var folder = SpecialFolders.IdOf(SpecialFolder.DeferredAction);
        // 2.2.6.7: the first rule's id, once for each rule that contributes.
        var rules = deferred.Select(d => d.Rule.RuleId).Distinct().Count();
        var ids = new byte[rules * sizeof(long)];
        for (var i = 0; i < rules; i++) BitConverter.TryWriteBytes(ids.AsSpan(i * sizeof(long)), deferred[0].Rule.RuleId);
        var own = WireCodec.ToArray(new ServerId { Ours = true, Folder = StoreKeys.Id(folder.Value), Message = StoreKeys.Id(mid), ClientData = [] });
        return new PropertyMessage
        {
            Properties = new PropertyBag(
            [
                PropertyValue.Of(PropertyTags.MessageClass, ActionClass),
                PropertyValue.Of(PropertyTags.DamBackPatched, false),
                PropertyValue.Of(PropertyTags.DamOriginalEntryId, delivered),
                PropertyValue.Of(PropertyTags.RuleProvider, deferred[0].Rule.Provider),
                PropertyValue.Of(PropertyTags.RuleFolderEntryId, StoreKeys.EntryIdOf(mailbox, rulesFolder)),
                PropertyValue.Of(PropertyTags.ClientActions, RuleActionCodec.Write([.. deferred.Select(d => d.Action)], ValueForm.Rop)),
                PropertyValue.Of(PropertyTags.RuleIds, ids),
                PropertyValue.Of(PropertyTags.DeferredActionMessageOriginalEntryId, own),
            ]),
        };
    }

    /// <summary>What went wrong with a rule. <paramref name="delivered"/> is null when the message was not kept.</summary>
    public static PropertyMessage Error(MailboxHeader mailbox, FolderId rulesFolder, MailRule rule, RuleError error, RuleActionType? action, int number, byte[]? delivered)
    {
        var bag = new PropertyBag(
        [
            PropertyValue.Of(PropertyTags.MessageClass, ErrorClass),
            PropertyValue.Of(PropertyTags.RuleError, (int)error),
            PropertyValue.Of(PropertyTags.RuleActionType, (int)(action ?? 0)),
            PropertyValue.Of(PropertyTags.RuleActionNumber, action is null ? 0 : number),
            PropertyValue.Of(PropertyTags.RuleProvider, rule.Provider),
            PropertyValue.Of(PropertyTags.RuleFolderEntryId, StoreKeys.EntryIdOf(mailbox, rulesFolder)),
            PropertyValue.Of(PropertyTags.RuleId, rule.RuleId),
        ]);
        if (delivered is not null) bag.Set(PropertyValue.Of(PropertyTags.DamOriginalEntryId, delivered));
        return new PropertyMessage { Properties = bag };
    }
}
