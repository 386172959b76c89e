namespace Rialto.Model;

/// <summary>
/// A filter over property bags. [MS-OXCDATA] 2.12. Immutable; built by the wire codecs, by IMAP SEARCH, by rules and search folders,
/// and evaluated by <see cref="RestrictionEvaluator"/> alone.
/// </summary>
public abstract record Restriction;

public sealed record AndRestriction(IReadOnlyList<Restriction> Terms) : Restriction;

public sealed record OrRestriction(IReadOnlyList<Restriction> Terms) : Restriction;

public sealed record NotRestriction(Restriction Term) : Restriction;

/// <summary>[MS-OXCDATA] 2.12.4: text or binary match with a fuzzy level.</summary>
public sealed record ContentRestriction(FuzzyLevel Fuzzy, PropertyTag Tag, PropertyValue Value) : Restriction;

public sealed record PropertyRestriction(RelationalOperator Operator, PropertyTag Tag, PropertyValue Value) : Restriction;

public sealed record ComparePropertiesRestriction(RelationalOperator Operator, PropertyTag Left, PropertyTag Right) : Restriction;

/// <summary>[MS-OXCDATA] 2.12.7: whether the masked bits are all zero (<paramref name="NonZero"/> false) or any is set.</summary>
public sealed record BitmaskRestriction(bool NonZero, PropertyTag Tag, uint Mask) : Restriction;

public sealed record SizeRestriction(RelationalOperator Operator, PropertyTag Tag, uint Size) : Restriction;

public sealed record ExistRestriction(PropertyTag Tag) : Restriction;

/// <summary>[MS-OXCDATA] 2.12.10: over the message's recipients (PidTagMessageRecipients) or attachments (PidTagMessageAttachments).</summary>
public sealed record SubObjectRestriction(PropertyTag SubObject, Restriction Term) : Restriction;

public sealed record CommentRestriction(IReadOnlyList<PropertyValue> Comment, Restriction? Term) : Restriction;

public sealed record CountRestriction(uint Count, Restriction Term) : Restriction;

/// <summary>[MS-OXCDATA] 2.12.4.1: the low half says where, the high half how loosely.</summary>
[Flags]
public enum FuzzyLevel : uint
{
    FullString = 0x00000000,
    Substring = 0x00000001,
    Prefix = 0x00000002,
    IgnoreCase = 0x00010000,
    IgnoreNonSpace = 0x00020000,
    Loose = 0x00040000,
}

/// <summary>[MS-OXCDATA] 2.12.5.1.</summary>
public enum RelationalOperator : byte
{
    LessThan = 0x00,
    LessThanOrEqual = 0x01,
    GreaterThan = 0x02,
    GreaterThanOrEqual = 0x03,
    Equal = 0x04,
    NotEqual = 0x05,
    MatchesRegularExpression = 0x06,
    MemberOfDistributionList = 0x64,
}
