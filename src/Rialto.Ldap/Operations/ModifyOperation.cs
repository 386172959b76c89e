// RFC 4511 4.6.
using Rialto.Directory;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Search;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Operations;

/// <summary>Changes an entry's attributes: administrators all, owners of a group its members. All changes of a request happen or none.</summary>
internal static class ModifyOperation
{
    public static async ValueTask<WriteOutcome> RunAsync(LdapSession session, ModifyRequest request, LdapControl[] controls)
    {
        var view = session.View;
        var target = Access.Find(session, view, request.Dn);
        if (target.Recipient is not { } recipient) throw new LdapException(view.IsAdministrator ? ResultCode.UnwillingToPerform : ResultCode.InsufficientAccessRights, "Domains and their containers are changed with the command line.");
        if (!view.IsAdministrator && !OwnsAndOnlyChangesMembers(view, recipient, request)) throw new LdapException(ResultCode.InsufficientAccessRights, "Only administrators may do that.");
        if (RequestControls.ReadAssertion(controls, session.Protocol.Options) is { } assertion) AssertionCheck.Require(view, target, assertion);

        var before = await ReadEntry.BeforeAsync(session, controls, recipient);
        var directory = session.Protocol.Directory;
        var stored = await StoredValues.ReadAsync(directory, recipient, AttributeSelection.Of([.. request.Changes.Where(c => c.Kind != 2).Select(c => c.Values.Attribute), "1.1"]));
        EntryValues? made = null;
        await directory.UpdateAsync<Recipient>(recipient.Id, now =>
        {
            // Read beside the object: whoever replaced them meanwhile is not undone.
            if (now.PhotoHash != recipient.PhotoHash || now.CertificatesHash != recipient.CertificatesHash) throw new DirectoryException(DirectoryError.Conflict, "The entry was changed by somebody else meanwhile.");
            made = new EntryValues(view, now, stored);
            foreach (var change in request.Changes) made.Apply(change);
            if (made.HadHashedPassword) throw new LdapException(ResultCode.ConstraintViolation, "Passwords are hashed here: send it in clear text, under TLS.");
            return made.Check(directory.Options).Recipient;
        });
        if (made?.Password is { } password) await session.Protocol.Passwords.SetAsync(recipient.Id, password);
        if (made is not null) await made.StoreAsync(directory, recipient.Id);
        session.Protocol.Logger.Changed(session.Transport.ConnectionId, view.Account!.PrimaryAddress, request.Dn);
        return new(LdapResult.Success, before, await ReadEntry.AfterAsync(session, controls, recipient.Id));
    }

    private static bool OwnsAndOnlyChangesMembers(LdapView view, Recipient recipient, ModifyRequest request) =>
        recipient is Group group && view.Account is { } account && view.Directory.Includes(group.Owners, account)
        && Array.TrueForAll(request.Changes, c => ReferenceEquals(AttributeTable.Find(c.Values.Attribute), AttributeTable.Member));
}
