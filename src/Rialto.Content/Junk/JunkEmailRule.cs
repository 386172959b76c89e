// [MS-OXCSPAM] 3.1.4.1 the junk e-mail rule; [MS-OXORULE] 2.2.4.1 extended rules.
using Rialto.Model;

namespace Rialto.Content.Junk;

/// <summary>
/// The junk e-mail rule: an associated message of the Inbox that keeps a user's lists as the condition of an extended rule, so that the server filters by what
/// the client has chosen.
/// </summary>
public static class JunkEmailRule
{
    public const string MessageClass = "IPM.ExtendedRule.Message";
    public const string Name = "Junk E-mail rule";
    public const string Provider = "JunkEmailRule";

    /// <summary>ST_ENABLED, ST_EXIT_LEVEL, ST_SKIP_IF_SCL_IS_SAFE. [MS-OXORULE] 2.2.1.3.1.3.</summary>
    public const int State = 0x01 | 0x10 | 0x20;

    private const int Enabled = 0x01;

    /// <summary>Whether an associated message is the junk e-mail rule.</summary>
    public static bool IsRule(PropertyBag message) =>
        message.GetString(PropertyTags.MessageClass)?.Equals(MessageClass, StringComparison.OrdinalIgnoreCase) == true
        && message.GetString(PropertyTags.RuleMessageProvider)?.Equals(Provider, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Whether the rule is in force.</summary>
    public static bool IsEnabled(PropertyBag message) => (message.GetInt32(PropertyTags.RuleMessageState) & Enabled) != 0;

    /// <summary>The lists and options of the rule's message; null when its condition is absent, malformed or of another shape.</summary>
    public static JunkEmailLists? Read(PropertyBag message)
    {
        if (message.GetBinary(PropertyTags.ExtendedRuleMessageCondition) is not { } bytes || ReadCondition(bytes) is not { } lists)
            return null;
        return lists with
        {
            IncludeContacts = message.GetInt32(PropertyTags.JunkIncludeContacts) != 0,
            Threshold = (JunkThreshold)message.GetInt32(PropertyTags.JunkThreshold, (int)JunkThreshold.None),
            PermanentlyDelete = message.GetInt32(PropertyTags.JunkPermanentlyDelete) != 0,
            PhishingEnableLinks = message.GetBoolean(PropertyTags.JunkPhishingEnableLinks),
            AddRecipientsToSafeSenders = message.GetInt32(PropertyTags.JunkAddRecipientsToSafeSendersList) != 0,
        };
    }

    /// <summary>The properties of the rule's message.</summary>
    public static PropertyBag Make(JunkEmailLists lists, JunkEmailActions actions, DateTimeOffset now) => new(
    [
        PropertyValue.Of(PropertyTags.MessageClass, MessageClass),
        PropertyValue.Of(PropertyTags.Subject, Name),
        PropertyValue.Of(PropertyTags.RuleMessageName, Name),
        PropertyValue.Of(PropertyTags.RuleMessageProvider, Provider),
        PropertyValue.Of(PropertyTags.RuleMessageState, State),
        PropertyValue.Of(PropertyTags.RuleMessageSequence, 0),
        PropertyValue.Of(PropertyTags.RuleMessageUserFlags, 0),
        PropertyValue.Of(PropertyTags.RuleMessageLevel, 0),
        PropertyValue.Of(PropertyTags.ExtendedRuleMessageCondition, WriteCondition(lists)),
        PropertyValue.Of(PropertyTags.ExtendedRuleMessageActions, actions.ToArray()),
        PropertyValue.Of(PropertyTags.ReportTime, FileTime.From(now)),
        PropertyValue.Of(PropertyTags.JunkIncludeContacts, lists.IncludeContacts ? 1 : 0),
        PropertyValue.Of(PropertyTags.JunkThreshold, (int)lists.Threshold),
        PropertyValue.Of(PropertyTags.JunkPermanentlyDelete, lists.PermanentlyDelete ? 1 : 0),
        PropertyValue.Of(PropertyTags.JunkPhishingEnableLinks, lists.PhishingEnableLinks),
        PropertyValue.Of(PropertyTags.JunkAddRecipientsToSafeSendersList, lists.AddRecipientsToSafeSenders ? 1 : 0),
    ]);

    /// <summary>The lists in a value of PidTagExtendedRuleMessageCondition; null when it is malformed or of another shape.</summary>
    public static JunkEmailLists? ReadCondition(ReadOnlySpan<byte> condition) =>
        ExtendedRuleCondition.Read(condition) is { } read ? JunkEmailCondition.FromRestriction(read.Restriction) : null;

    public static byte[] WriteCondition(JunkEmailLists lists) =>
        new ExtendedRuleCondition(new Dictionary<ushort, PropertyName>(), JunkEmailCondition.ToRestriction(lists)).ToArray();

    /// <summary>The lists as a restriction over a message and its recipients, as the rule engine evaluates it.</summary>
    public static Restriction ToRestriction(JunkEmailLists lists) => JunkEmailCondition.ToRestriction(lists);
}
