// RFC 3501 6.2: what LOGIN and AUTHENTICATE have in common; RFC 5530 codes.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap;

/// <summary>Checks credentials and opens the account's mailbox.</summary>
internal static class LogIn
{
    public static ImapReply PrivacyRequired { get; } = ImapReply.No("PRIVACYREQUIRED", "Passwords are taken under TLS only");

    private static readonly ImapReply s_failed = ImapReply.No("AUTHENTICATIONFAILED", "Wrong name or password");

    public static async ValueTask<ImapReply> RunAsync(ImapSession session, string login, string password, string actAs, CancellationToken cancel)
    {
        var transport = session.Transport;
        var result = await session.Protocol.Authenticator.AuthenticateAsync(login, password, transport.RemoteEndPoint, session.Protocol.Name, cancel);
        if (!result.IsSuccess)
        {
            session.Protocol.Logger.LogInRefused(transport.Listener.Name, transport.ConnectionId, login, transport.RemoteEndPoint, result.Outcome.ToString());
            return result.IsTemporary ? ImapReply.No("UNAVAILABLE", "Try again later") : s_failed;
        }
        if (actAs.Length > 0 && !actAs.Equals(login, StringComparison.OrdinalIgnoreCase) && !actAs.Equals(result.Account.PrimaryAddress, StringComparison.OrdinalIgnoreCase))
            return ImapReply.No("AUTHORIZATIONFAILED", "Acting as another is not supported");
        if (!result.Account.MailboxEnabled)
            return ImapReply.No("AUTHORIZATIONFAILED", "The account has no mailbox");
        var opened = await session.Engine.OpenAsync(result.Account.MailboxGuid, result.Principal, cancel);
        if (!opened.TryGet(out var mailbox))
            return opened.Error == StoreError.NotFound ? ImapReply.No("AUTHORIZATIONFAILED", "The account has no mailbox") : ImapErrors.From(opened.Error);
        session.LogIn(mailbox);
        session.Protocol.Logger.LoggedIn(transport.Listener.Name, transport.ConnectionId, login, transport.RemoteEndPoint);
        return ImapReply.Ok(Capabilities.Code(session), "Logged in");
    }
}
