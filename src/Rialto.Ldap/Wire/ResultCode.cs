// RFC 4511 appendix A, RFC 3909 4, RFC 4528 4, draft-ietf-ldapext-ldapv3-vlv 7.
namespace Rialto.Ldap.Wire;

/// <summary>How an operation ended.</summary>
public enum ResultCode
{
    /// <summary>Done.</summary>
    Success = 0,

    /// <summary>The order of operations is wrong, or the server failed.</summary>
    OperationsError = 1,

    /// <summary>The message is not as the protocol says.</summary>
    ProtocolError = 2,

    /// <summary>The time limit was reached.</summary>
    TimeLimitExceeded = 3,

    /// <summary>The size limit was reached.</summary>
    SizeLimitExceeded = 4,

    /// <summary>The assertion does not hold.</summary>
    CompareFalse = 5,

    /// <summary>The assertion holds.</summary>
    CompareTrue = 6,

    /// <summary>No such way to authenticate.</summary>
    AuthMethodNotSupported = 7,

    /// <summary>Authenticate first.</summary>
    StrongerAuthRequired = 8,

    /// <summary>Ask another server.</summary>
    Referral = 10,

    /// <summary>An administrative limit was reached.</summary>
    AdminLimitExceeded = 11,

    /// <summary>A critical control that is not known or does not fit here.</summary>
    UnavailableCriticalExtension = 12,

    /// <summary>TLS first.</summary>
    ConfidentialityRequired = 13,

    /// <summary>The next step of SASL.</summary>
    SaslBindInProgress = 14,

    /// <summary>The entry has no such attribute or value.</summary>
    NoSuchAttribute = 16,

    /// <summary>No such attribute type.</summary>
    UndefinedAttributeType = 17,

    /// <summary>The matching rule does not fit.</summary>
    InappropriateMatching = 18,

    /// <summary>A value breaks a rule.</summary>
    ConstraintViolation = 19,

    /// <summary>The value is there already.</summary>
    AttributeOrValueExists = 20,

    /// <summary>The value has not the attribute's form.</summary>
    InvalidAttributeSyntax = 21,

    /// <summary>No such entry.</summary>
    NoSuchObject = 32,

    /// <summary>Not a distinguished name.</summary>
    InvalidDnSyntax = 34,

    /// <summary>Not this way of authenticating.</summary>
    InappropriateAuthentication = 48,

    /// <summary>Wrong name or password.</summary>
    InvalidCredentials = 49,

    /// <summary>Not allowed.</summary>
    InsufficientAccessRights = 50,

    /// <summary>Come back later.</summary>
    Busy = 51,

    /// <summary>Not now.</summary>
    Unavailable = 52,

    /// <summary>The server does not do this.</summary>
    UnwillingToPerform = 53,

    /// <summary>A virtual list view needs a sort.</summary>
    SortControlMissing = 60,

    /// <summary>The target of a virtual list view is out of range.</summary>
    OffsetRangeError = 61,

    /// <summary>The name does not fit its place.</summary>
    NamingViolation = 64,

    /// <summary>The entry would break its class.</summary>
    ObjectClassViolation = 65,

    /// <summary>Not for entries that have others below.</summary>
    NotAllowedOnNonLeaf = 66,

    /// <summary>The name's attribute is not changed this way.</summary>
    NotAllowedOnRdn = 67,

    /// <summary>There is such an entry.</summary>
    EntryAlreadyExists = 68,

    /// <summary>Anything else.</summary>
    Other = 80,

    /// <summary>Cancelled (RFC 3909).</summary>
    Canceled = 118,

    /// <summary>Nothing of that id to cancel.</summary>
    NoSuchOperation = 119,

    /// <summary>Too late to cancel.</summary>
    TooLate = 120,

    /// <summary>Not to be cancelled.</summary>
    CannotCancel = 121,

    /// <summary>The asserted filter does not match (RFC 4528).</summary>
    AssertionFailed = 122,
}

/// <summary>An operation's result.</summary>
/// <param name="Code">How it ended.</param>
/// <param name="Message">For people.</param>
/// <param name="MatchedDn">For <see cref="ResultCode.NoSuchObject"/>: the nearest entry above that exists.</param>
internal readonly record struct LdapResult(ResultCode Code, string Message = "", string MatchedDn = "")
{
    public static LdapResult Success => new(ResultCode.Success);

    public bool IsSuccess => Code == ResultCode.Success;
}
