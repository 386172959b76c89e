// RFC 4511 4.7.
using Rialto.Directory;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Operations;

/// <summary>Adds an entry: an account, group, contact or room by its classes and place.</summary>
internal static class AddOperation
{
    public static async ValueTask<WriteOutcome> RunAsync(LdapSession session, AddRequest request, LdapControl[] controls)
    {
        var view = session.View;
        Access.RequireAdministrator(view);
        var made = EntryFactory.Make(view, request.Dn, request.Attributes);
        if (made.HadHashedPassword) return new LdapResult(ResultCode.ConstraintViolation, "Passwords are hashed here: send it in clear text, under TLS.");
        made.Check(session.Protocol.Directory.Options);
        var hash = made.Password is { } password && made.Recipient is Account account ? await session.Protocol.Passwords.HashAsync(password, account) : null;
        var added = await session.Protocol.Directory.AddAsync(made.Recipient, hash);
        await made.StoreAsync(session.Protocol.Directory, added.Id);
        session.Protocol.Logger.Changed(session.Transport.ConnectionId, view.Account!.PrimaryAddress, request.Dn);
        return new(LdapResult.Success, null, await ReadEntry.AfterAsync(session, controls, added.Id));
    }
}
