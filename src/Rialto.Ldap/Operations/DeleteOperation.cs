// RFC 4511 4.8.
using Rialto.Ldap.Search;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Operations;

/// <summary>Removes an entry. The content of its mailbox is not touched.</summary>
internal static class DeleteOperation
{
    public static async ValueTask<WriteOutcome> RunAsync(LdapSession session, DeleteRequest request, LdapControl[] controls)
    {
        var view = session.View;
        var recipient = Access.ForWriting(session, view, request.Dn);
        if (recipient.Id == view.Account!.Id) return new LdapResult(ResultCode.UnwillingToPerform, "Nobody removes the account that he is logged in with.");
        if (RequestControls.ReadAssertion(controls, session.Protocol.Options) is { } assertion) AssertionCheck.Require(view, new(LdapTargetKind.Recipient, null, null, recipient), assertion);
        var before = await ReadEntry.BeforeAsync(session, controls, recipient);
        await session.Protocol.Directory.RemoveAsync(recipient.Id);
        session.Protocol.Logger.Changed(session.Transport.ConnectionId, view.Account.PrimaryAddress, request.Dn);
        return new(LdapResult.Success, before);
    }
}
