// RFC 3501 6.2: what LOGIN and AUTHENTICATE have in common; RFC 5530 codes.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Net;

namespace Rialto.MailAccess.Imap;

/// <summary>Checks credentials and opens the account's mailbox.</summary>
internal static class LogIn
{
    public static ImapReply PrivacyRequired { get; } = ImapReply.No("PRIVACYREQUIRED", "Passwords are taken under TLS only");

    private static readonly ImapReply s_failed = ImapReply.No("AUTHENTICATIONFAILED", "Wrong name or password");

    public static async ValueTask<ImapReply> RunAsync(ImapSession session, SaslAnswer answer, CancellationToken cancel)
    {
        var protocol = session.Protocol;
        var (mailbox, refusal) = await MailboxLogIn.RunAsync(protocol.Engine, protocol.Authenticator, session.Transport, protocol.Logger, answer, cancel);
        if (mailbox is null)
        {
            return refusal switch
            {
                LogInRefusal.TryLater => ImapReply.No("UNAVAILABLE", "Try again later"),
                LogInRefusal.ActingAsAnother => ImapReply.No("AUTHORIZATIONFAILED", "The mailbox is not there or not open to you"),
                LogInRefusal.NoMailbox => ImapReply.No("AUTHORIZATIONFAILED", "The account has no mailbox"),
                _ => s_failed,
            };
        }
        session.LogIn(mailbox);
        return ImapReply.Ok(Capabilities.Code(session), "Logged in");
    }
}
