using Rialto.Directory;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap;

/// <summary>A refused operation: what the client is told.</summary>
internal sealed class LdapException(ResultCode code, string message, string matchedDn = "") : Exception(message)
{
    public LdapResult Result { get; } = new(code, message, matchedDn);

    /// <summary>What a broken rule of the directory is in LDAP.</summary>
    public static LdapResult From(DirectoryException e) => new(
        e.Error switch
        {
            DirectoryError.NotFound => ResultCode.NoSuchObject,
            DirectoryError.AlreadyExists => ResultCode.EntryAlreadyExists,
            DirectoryError.InvalidAddress or DirectoryError.InvalidFilter => ResultCode.InvalidAttributeSyntax,
            DirectoryError.UnknownAttribute => ResultCode.UndefinedAttributeType,
            DirectoryError.TooLarge => ResultCode.AdminLimitExceeded,
            DirectoryError.Conflict => ResultCode.Busy,
            DirectoryError.DomainInUse or DirectoryError.StillReferenced => ResultCode.NotAllowedOnNonLeaf,
            DirectoryError.Immutable => ResultCode.UnwillingToPerform,
            _ => ResultCode.ConstraintViolation,
        },
        e.Message);
}
