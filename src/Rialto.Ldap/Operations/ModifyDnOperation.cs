// RFC 4511 4.9.
using Rialto.Directory;
using Rialto.Ldap.Search;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Operations;

/// <summary>Renames an entry where it stands: <c>uid=</c> is the alias, <c>cn=</c> the display name. Where an entry stands follows from what it is, so it is not moved.</summary>
internal static class ModifyDnOperation
{
    public static async ValueTask<WriteOutcome> RunAsync(LdapSession session, ModifyDnRequest request, LdapControl[] controls)
    {
        var view = session.View;
        var recipient = Access.ForWriting(session, view, request.Dn);
        if (DistinguishedName.Parse(request.NewName) is not { Parts: [var name], HasMultiple: false }) return new LdapResult(ResultCode.InvalidDnSyntax, "The new name is no relative name.");
        if (request.NewParent is { } parent)
        {
            var here = view.DomainOf(recipient)?.Container(LdapView.ContainerOf(recipient)).Dn;
            if (DistinguishedName.Parse(parent) is not { } other || !other.ToString().Equals(here, StringComparison.OrdinalIgnoreCase))
                return new LdapResult(ResultCode.UnwillingToPerform, "Entries are not moved: where they stand follows from what they are and from their address.");
        }

        if (RequestControls.ReadAssertion(controls, session.Protocol.Options) is { } assertion) AssertionCheck.Require(view, new(LdapTargetKind.Recipient, null, null, recipient), assertion);
        var before = await ReadEntry.BeforeAsync(session, controls, recipient);
        await session.Protocol.Directory.UpdateAsync<Recipient>(recipient.Id, stored => name.Attribute switch
        {
            "uid" => stored with { Alias = name.Value, CustomAttributes = stored.CustomAttributes.Remove(LdapView.NameAttribute) },
            "cn" => stored with { DisplayName = name.Value, CustomAttributes = stored.CustomAttributes.Remove("cn").SetItem(LdapView.NameAttribute, "cn=" + DistinguishedName.Escape(name.Value)) },
            _ => throw new LdapException(ResultCode.NamingViolation, "Entries are named by uid or cn."),
        });
        session.Protocol.Logger.Changed(session.Transport.ConnectionId, view.Account!.PrimaryAddress, request.Dn);
        return new(LdapResult.Success, before, await ReadEntry.AfterAsync(session, controls, recipient.Id));
    }
}
