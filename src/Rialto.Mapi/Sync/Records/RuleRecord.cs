using Rialto.Delivery;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Records;

/// <summary>What the message of a standard rule does not say of itself: the names behind the mailbox's ids in its condition and actions. [MS-OXORULE] 2.2.1.3.1.</summary>
internal static class RuleRecord
{
    public static bool IsRule(MessageRow row) =>
        (row.State & MessageState.Associated) != 0 && row.Kind == ContentKind.Properties && row.MessageClass.Equals(MailRule.StandardClass, StringComparison.OrdinalIgnoreCase);

    /// <summary>Null where there are none.</summary>
    public static byte[]? NamesOf(MailboxSession mailbox, ReadOnlySpan<byte> content)
    {
        if (!PropertyBagCodec.TryRead(content, out PropertyMessage message))
            return null;
        var names = new PropertyMessage();
        if (message.Properties.Get(PropertyTags.RuleCondition).AsRestriction() is { } condition)
            AddNames(mailbox, condition, names.NamedProperties);
        foreach (var action in ActionsOf(message).OfType<TagRuleAction>())
            Add(mailbox, action.Value.Tag.Id, names.NamedProperties);
        return names.NamedProperties.Count == 0 ? null : PropertyBagCodec.Write(names);
    }

    public static RuleAction[] ActionsOf(PropertyMessage message) =>
        message.Properties.TryGet(PropertyIds.RuleActions, out var stored) && stored.Reference is byte[] bytes ? RuleActionCodec.Read(bytes, ValueForm.Rop) ?? [] : [];

    public static void AddNames(MailboxSession mailbox, Restriction restriction, Dictionary<ushort, PropertyName> names) =>
        RestrictionNames.Map(restriction, id =>
        {
            Add(mailbox, id, names);
            return id;
        });

    private static void Add(MailboxSession mailbox, ushort id, Dictionary<ushort, PropertyName> names)
    {
        if (id >= 0x8000 && mailbox.GetPropertyName(id) is { } name)
            names[id] = name;
    }
}
