using Rialto.Directory;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Operations;

/// <summary>Who may do what: users read, administrators write, owners of a group change its members.</summary>
internal static class Access
{
    /// <summary>The entry with the name, if whoever asks may read.</summary>
    public static LdapTarget Find(LdapSession session, LdapView view, string dn)
    {
        var name = DistinguishedName.Parse(dn) ?? throw new LdapException(ResultCode.InvalidDnSyntax, "The name is no distinguished name.");
        if (view.Account is null && session.Protocol.Options.Anonymous != AnonymousAccess.AddressBook) throw new LdapException(ResultCode.InsufficientAccessRights, "Log in first.");
        return view.Resolve(name) ?? throw new LdapException(ResultCode.NoSuchObject, "There is no such entry.", view.MatchedDn(name));
    }

    /// <summary>The recipient with the name, for an administrator.</summary>
    public static Recipient ForWriting(LdapSession session, LdapView view, string dn)
    {
        RequireAdministrator(view);
        return Find(session, view, dn).Recipient ?? throw new LdapException(ResultCode.UnwillingToPerform, "Domains and their containers are changed with the command line.");
    }

    public static void RequireAdministrator(LdapView view)
    {
        if (!view.IsAdministrator) throw new LdapException(ResultCode.InsufficientAccessRights, "Only administrators may do that.");
    }
}
