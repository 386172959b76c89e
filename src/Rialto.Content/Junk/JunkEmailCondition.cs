// [MS-OXCSPAM] 2.2.4, 3.1.4.1: the restriction of the junk e-mail rule.
using Rialto.Model;

namespace Rialto.Content.Junk;

/// <summary>
/// The lists as a restriction, in the shape that clients make and look for:
/// <code>
///   (blocked senders  or  ((SCL above n  or  blocked domains)  and not  (trusted sender domains  or  a recipient of the trusted domains)))
///   and not  (trusted senders  or  a trusted recipient  or  contacts)
/// </code>
/// Each list is an OR of content restrictions, and there even when it is empty.
/// </summary>
internal static class JunkEmailCondition
{
    private const FuzzyLevel WholeAddress = FuzzyLevel.FullString | FuzzyLevel.IgnoreCase;
    private const FuzzyLevel DomainPart = FuzzyLevel.Substring | FuzzyLevel.IgnoreCase;

    private static readonly PropertyTag Recipients = PropertyTags.MessageRecipients;

    public static Restriction ToRestriction(JunkEmailLists lists)
    {
        var level = PropertyTags.ContentFilterSpamConfidenceLevel;
        var spam = new AndRestriction(
        [
            new ExistRestriction(level),
            new PropertyRestriction(RelationalOperator.GreaterThan, level, PropertyValue.Of(level, lists.SpamConfidenceAbove)),
        ]);
        var domainsTrusted = new OrRestriction(
        [
            AnyOf(lists.TrustedSenderDomains, PropertyTags.SenderEmailAddress, DomainPart),
            new SubObjectRestriction(Recipients, AnyOf(lists.TrustedRecipientDomains, PropertyTags.EmailAddress, DomainPart)),
        ]);
        var trusted = new OrRestriction(
        [
            AnyOf(lists.TrustedSenders, PropertyTags.SenderEmailAddress, WholeAddress),
            new SubObjectRestriction(Recipients, AnyOf(lists.TrustedRecipients, PropertyTags.EmailAddress, WholeAddress)),
            AnyOf(lists.TrustedContacts, PropertyTags.SenderEmailAddress, WholeAddress),
        ]);
        return new AndRestriction(
        [
            new OrRestriction(
            [
                AnyOf(lists.BlockedSenders, PropertyTags.SenderEmailAddress, WholeAddress),
                new AndRestriction(
                [
                    new OrRestriction([spam, AnyOf(lists.BlockedSenderDomains, PropertyTags.SenderEmailAddress, DomainPart)]),
                    new NotRestriction(domainsTrusted),
                ]),
            ]),
            new NotRestriction(trusted),
        ]);
    }

    /// <summary>The lists in a restriction; null when it has another shape.</summary>
    public static JunkEmailLists? FromRestriction(Restriction restriction)
    {
        if (restriction is AndRestriction { Terms: [OrRestriction { Terms: [var blocked, AndRestriction { Terms: [OrRestriction { Terms: [var spam, var blockedDomains] }, var notDomains] }] }, var notTrusted] }
            && notDomains is NotRestriction { Term: OrRestriction { Terms: [var senderDomains, SubObjectRestriction { Term: var recipientDomains }] } }
            && notTrusted is NotRestriction { Term: OrRestriction { Terms: [var senders, SubObjectRestriction { Term: var recipients }, var contacts] } }
            && Texts(blocked) is { } blockedSenders && Texts(blockedDomains) is { } domains && Texts(senderDomains) is { } trustedDomains
            && Texts(recipientDomains) is { } trustedRecipientDomains && Texts(senders) is { } trustedSenders && Texts(recipients) is { } trustedRecipients
            && Texts(contacts) is { } trustedContacts && Above(spam) is { } above)
        {
            return new JunkEmailLists
            {
                BlockedSenders = blockedSenders,
                BlockedSenderDomains = domains,
                TrustedSenders = trustedSenders,
                TrustedSenderDomains = trustedDomains,
                TrustedRecipients = trustedRecipients,
                TrustedRecipientDomains = trustedRecipientDomains,
                TrustedContacts = trustedContacts,
                SpamConfidenceAbove = above,
            };
        }
        return null;
    }

    private static OrRestriction AnyOf(IReadOnlyList<string> texts, PropertyTag tag, FuzzyLevel level) =>
        new([.. texts.Select(t => new ContentRestriction(level, tag, PropertyValue.Of(tag, t)))]);

    private static List<string>? Texts(Restriction restriction)
    {
        if (restriction is not OrRestriction any)
            return null;
        var texts = new List<string>(any.Terms.Count);
        foreach (var term in any.Terms)
        {
            if (term is not ContentRestriction { Value.Reference: string text })
                return null;
            texts.Add(text);
        }
        return texts;
    }

    private static int? Above(Restriction restriction) =>
        restriction is AndRestriction { Terms: [ExistRestriction, PropertyRestriction { Operator: RelationalOperator.GreaterThan, Value: { Type: PropertyType.Integer32 } value }] }
            && value.Tag.Id == PropertyTags.ContentFilterSpamConfidenceLevel.Id
            ? value.AsInt32()
            : null;
}
