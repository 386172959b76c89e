// RFC 4511 4.12, 4.14 (StartTLS), RFC 4532 (who am I), RFC 3062 (password modify), RFC 3909 (cancel).
using System.Security.Cryptography;
using Rialto.Directory;
using Rialto.Ldap.Wire;
using Rialto.Net;

namespace Rialto.Ldap.Operations;

/// <summary>Extended operations by their identifiers.</summary>
internal static class ExtendedOperations
{
    public const string StartTls = "1.3.6.1.4.1.1466.20037";
    public const string WhoAmI = "1.3.6.1.4.1.4203.1.11.3";
    public const string PasswordModify = "1.3.6.1.4.1.4203.1.11.1";
    public const string Cancel = "1.3.6.1.1.8";

    public static IEnumerable<string> Known(LdapSession session) => session.Transport.CanStartTls ? [StartTls, WhoAmI, PasswordModify, Cancel] : [WhoAmI, PasswordModify, Cancel];

    /// <summary>False ends the connection.</summary>
    public static async ValueTask<bool> RunAsync(LdapSession session, int id, ExtendedRequest request)
    {
        switch (request.Oid)
        {
            case StartTls:
                return await StartTlsAsync(session, id);
            case WhoAmI:
                var account = session.View.Account;
                session.Respond(id, Tags.ExtendedResponse, LdapResult.Success, w => w.WriteText(account is null ? "" : "dn:" + session.View.DnOf(account), 0x8B));
                return true;
            case PasswordModify:
                await ModifyPasswordAsync(session, id, request.Value);
                return true;
            case Cancel:
                // Requests are carried out one after the other: a search that was under way looked for this and ended; everything else is over.
                var cancel = request.Value is { } asked ? CancelId(asked) : -1;
                session.Respond(id, Tags.ExtendedResponse, cancel < 0 ? new(ResultCode.ProtocolError, "The request is malformed.") : session.TakeCancelled(cancel) ? LdapResult.Success : new(ResultCode.NoSuchOperation));
                return true;
            default:
                session.Respond(id, Tags.ExtendedResponse, new(ResultCode.ProtocolError, "The extended operation is not supported."));
                return true;
        }
    }

    /// <summary>The message id that a cancel names; -1 when it is malformed.</summary>
    public static int CancelId(ReadOnlySpan<byte> value)
    {
        var sequence = new BerReader(value).ReadConstructed(Tags.Sequence);
        var id = sequence.ReadInteger();
        return sequence.Failed ? -1 : id;
    }

    private static async ValueTask<bool> StartTlsAsync(LdapSession session, int id)
    {
        var transport = session.Transport;
        if (transport.IsTls)
        {
            session.Respond(id, Tags.ExtendedResponse, new(ResultCode.OperationsError, "TLS is up already."), Named);
            return true;
        }

        if (!transport.CanStartTls)
        {
            session.Respond(id, Tags.ExtendedResponse, new(ResultCode.Unavailable, "TLS is not available here."), Named);
            return true;
        }

        if (transport.HasPipelined())
        {
            session.Respond(id, Tags.ExtendedResponse, new(ResultCode.OperationsError, "Other requests are under way."), Named);
            return true;
        }

        session.Respond(id, Tags.ExtendedResponse, LdapResult.Success, Named);
        if (!await session.FlushAsync()) return false;
        if (await transport.UpgradeToTlsAsync() != TlsUpgrade.Done) return false;

        // RFC 4513 3.1.5: what was established without TLS may have been tampered with.
        session.LogIn(Guid.Empty);
        return true;

        static void Named(BerWriter writer) => writer.WriteText(StartTls, 0x8A);
    }

    private static async ValueTask ModifyPasswordAsync(LdapSession session, int id, byte[]? value)
    {
        var (user, old, given) = ReadPasswordModify(value);
        var view = session.View;
        if (!session.AllowsPasswords)
        {
            session.Respond(id, Tags.ExtendedResponse, new(ResultCode.ConfidentialityRequired, "Passwords are taken under TLS only."));
            return;
        }

        if (view.Account is not { } me)
        {
            session.Respond(id, Tags.ExtendedResponse, new(ResultCode.InsufficientAccessRights, "Log in first."));
            return;
        }

        var account = user is null ? me : user.Contains('=', StringComparison.Ordinal) ? view.FindRecipient(user.StartsWith("dn:", StringComparison.OrdinalIgnoreCase) ? user[3..] : user) as Account : view.Directory.FindByLogin(user.StartsWith("u:", StringComparison.Ordinal) ? user[2..] : user);
        if (account?.Id != me.Id && !view.IsAdministrator)
        {
            session.Respond(id, Tags.ExtendedResponse, new(ResultCode.InsufficientAccessRights, "Only administrators change others' passwords."));
            return;
        }

        if (account is null)
        {
            session.Respond(id, Tags.ExtendedResponse, new(ResultCode.NoSuchObject, "There is no such account."));
            return;
        }

        if (account.Id == me.Id && (old is null || !(await session.Protocol.Authenticator.AuthenticateAsync(me.PrimaryAddress, old, session.Transport.RemoteEndPoint, session.Protocol.Name)).IsSuccess))
        {
            session.Respond(id, Tags.ExtendedResponse, new(ResultCode.InvalidCredentials, "The old password is needed, and right."));
            return;
        }

        var password = given ?? RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 16);
        await session.Protocol.Passwords.SetAsync(account.Id, password);
        session.Respond(id, Tags.ExtendedResponse, LdapResult.Success, given is not null ? null : w =>
        {
            using var inner = new BerWriter(64);
            var sequence = inner.Begin(Tags.Sequence);
            inner.WriteText(password, 0x80);
            inner.End(sequence);
            w.WriteOctets(inner.Written, 0x8B);
        });
    }

    private static (string? User, string? Old, string? New) ReadPasswordModify(byte[]? value)
    {
        if (value is null) return default;
        var sequence = new BerReader(value).ReadConstructed(Tags.Sequence);
        var user = sequence.Peek == 0x80 ? sequence.ReadText(0x80) : null;
        var old = sequence.Peek == 0x81 ? sequence.ReadText(0x81) : null;
        var given = sequence.Peek == 0x82 ? sequence.ReadText(0x82) : null;
        return sequence.Failed ? throw new LdapException(ResultCode.ProtocolError, "The request is malformed.") : (user, old, given);
    }
}
