// [MS-OXORULE] 2.2.1.3.1 properties of a standard rule, 2.2.4.1 properties of an extended rule.
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>
/// A rule of a folder. Both kinds are associated messages of the folder: standard rules of class <see cref="StandardClass"/>, which the server writes for
/// RopModifyRules, extended rules of class <see cref="ExtendedClass"/>, which clients write themselves.
/// </summary>
public sealed record MailRule
{
    /// <summary>What Exchange calls the messages that it keeps standard rules in.</summary>
    public const string StandardClass = "IPM.Rule.Version2.Message";

    public const string ExtendedClass = "IPM.ExtendedRule.Message";

    public required MessageId Id { get; init; }

    public required long Mid { get; init; }

    public required bool IsExtended { get; init; }

    public int Sequence { get; init; }

    public RuleState State { get; init; }

    public string? Name { get; init; }

    public string Provider { get; init; } = "";

    public byte[]? ProviderData { get; init; }

    public int? Level { get; init; }

    public int? UserFlags { get; init; }

    /// <summary>With the mailbox's ids of named properties; null where every message meets it.</summary>
    public Restriction? Condition { get; init; }

    /// <summary>With the mailbox's ids of named properties.</summary>
    public IReadOnlyList<RuleAction> Actions { get; init; } = [];

    /// <summary>PidTagRuleActions as it was set.</summary>
    public byte[]? ActionBytes { get; init; }

    /// <summary>The junk e-mail rule of a user who wants junk deleted rather than moved: PidTagJunkPermanentlyDelete.</summary>
    public bool DeletesJunk { get; init; }

    /// <summary>Bytes that count towards the folder's limit.</summary>
    public long Size { get; init; }

    /// <summary>PidTagRuleId: the id of the message that holds it, unique in the mailbox.</summary>
    public long RuleId => (long)StoreKeys.Id(Mid).ToWire();

    /// <summary>The rule's properties as the rules table shows them; absent where it has none.</summary>
    public PropertyValue Find(PropertyTag tag) => tag.Id switch
    {
        PropertyIds.RuleId => PropertyValue.Of(PropertyTags.RuleId, RuleId),
        PropertyIds.RuleSequence => PropertyValue.Of(PropertyTags.RuleSequence, Sequence),
        PropertyIds.RuleState => PropertyValue.Of(PropertyTags.RuleState, (int)State),
        PropertyIds.RuleName when Name is not null => PropertyValue.Of(PropertyTags.RuleName, Name),
        PropertyIds.RuleProvider => PropertyValue.Of(PropertyTags.RuleProvider, Provider),
        PropertyIds.RuleProviderData when ProviderData is not null => PropertyValue.Of(PropertyTags.RuleProviderData, ProviderData),
        PropertyIds.RuleLevel => PropertyValue.Of(PropertyTags.RuleLevel, Level ?? 0),
        PropertyIds.RuleUserFlags => PropertyValue.Of(PropertyTags.RuleUserFlags, UserFlags ?? 0),
        PropertyIds.RuleCondition when Condition is not null => PropertyValue.Of(PropertyTags.RuleCondition, Condition),
        PropertyIds.RuleActions when ActionBytes is not null => PropertyValue.Of(PropertyTags.RuleActions, ActionBytes),
        _ => default,
    };

    /// <summary>The message that keeps a standard rule.</summary>
    public PropertyMessage ToMessage()
    {
        var bag = new PropertyBag();
        bag.Set(PropertyValue.Of(PropertyTags.MessageClass, StandardClass));
        bag.Set(PropertyValue.Of(PropertyTags.Subject, Name ?? ""));
        bag.Set(PropertyValue.Of(PropertyTags.RuleMessageSequence, Sequence));
        bag.Set(PropertyValue.Of(PropertyTags.RuleMessageState, (int)State));
        bag.Set(PropertyValue.Of(PropertyTags.RuleMessageProvider, Provider));
        if (Name is not null) bag.Set(PropertyValue.Of(PropertyTags.RuleMessageName, Name));
        if (Level is { } level) bag.Set(PropertyValue.Of(PropertyTags.RuleMessageLevel, level));
        if (UserFlags is { } flags) bag.Set(PropertyValue.Of(PropertyTags.RuleMessageUserFlags, flags));
        if (ProviderData is not null) bag.Set(PropertyValue.Of(PropertyTags.RuleMessageProviderData, ProviderData));
        if (Condition is not null) bag.Set(PropertyValue.Of(PropertyTags.RuleCondition, Condition));
        if (ActionBytes is not null) bag.Set(PropertyValue.Of(PropertyTags.RuleActions, ActionBytes));
        return new PropertyMessage { Properties = bag };
    }

    /// <summary>A standard rule out of the message that keeps it.</summary>
    public static MailRule OfStandard(MessageRow row, PropertyBag bag)
    {
        var actionBytes = bag.TryGet(PropertyIds.RuleActions, out var stored) ? stored.Reference as byte[] : null;
        var actions = actionBytes is null ? null : RuleActionCodec.Read(actionBytes, ValueForm.Rop);
        return Of(row, bag, false) with
        {
            Condition = bag.Get(PropertyTags.RuleCondition).AsRestriction(),
            ActionBytes = actionBytes,
            Actions = actions ?? [],
            State = StateOf(bag, actions is not null),
        };
    }

    /// <summary>An extended rule; <paramref name="idOf"/> gives the mailbox's ids of names. A condition or actions that cannot be read leave a rule that does nothing.</summary>
    public static MailRule OfExtended(MessageRow row, PropertyBag bag, ExtendedRuleCondition? condition, ExtendedRuleActions? actions, Func<PropertyName, ushort> idOf)
    {
        ushort ConditionId(ushort id) => condition!.Names.TryGetValue(id, out var name) ? idOf(name) : (ushort)0;
        ushort ActionId(ushort id) => actions!.Names.TryGetValue(id, out var name) ? idOf(name) : (ushort)0;
        return Of(row, bag, true) with
        {
            Condition = condition is null ? null : RestrictionNames.Map(condition.Restriction, ConditionId),
            Actions = actions is null ? [] : [.. actions.Actions.Select(a => a is TagRuleAction tag ? tag with { Value = RestrictionNames.Map(tag.Value, ActionId) } : a)],
            State = StateOf(bag, condition is not null && actions is not null),
        };
    }

    private static RuleState StateOf(PropertyBag bag, bool isReadable)
    {
        var state = (RuleState)bag.GetInt32(PropertyTags.RuleMessageState) & ~RuleState.ParseError;
        return isReadable ? state : state | RuleState.ParseError;
    }

    private static MailRule Of(MessageRow row, PropertyBag bag, bool isExtended) => new()
    {
        Id = row.Id,
        Mid = row.Mid,
        IsExtended = isExtended,
        Sequence = bag.GetInt32(PropertyTags.RuleMessageSequence),
        Name = bag.GetString(PropertyTags.RuleMessageName),
        Provider = bag.GetString(PropertyTags.RuleMessageProvider) ?? "",
        ProviderData = bag.GetBinary(PropertyTags.RuleMessageProviderData),
        Level = bag.TryGet(PropertyIds.RuleMessageLevel, out _) ? bag.GetInt32(PropertyTags.RuleMessageLevel) : null,
        UserFlags = bag.TryGet(PropertyIds.RuleMessageUserFlags, out _) ? bag.GetInt32(PropertyTags.RuleMessageUserFlags) : null,
        DeletesJunk = Content.Junk.JunkEmailRule.IsRule(bag) && bag.GetInt32(PropertyTags.JunkPermanentlyDelete) != 0,
        Size = bag.Sum(v => PropertySize.Of(v)),
    };
}
