// RFC 4954 4 (AUTH), 6409 4.3; [MS-OXSMTP] 2.2, 3.2, [MS-SMTPNTLM] 3.2.5 and [MS-XLOGIN] 2.2, 3.2: NTLM and LOGIN among the mechanisms of Rialto.Net.
using System.Text;
using Rialto.Directory;
using Rialto.Net;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>AUTH: logs in. Every failure of a well-formed exchange gets one answer, whatever the reason.</summary>
internal static class AuthCommand
{
    public static async ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        if (!session.OffersLogin || !session.Extended) return SmtpReplies.LoginUnavailable;
        if (session.AccountId is not null) return SmtpReplies.LoginActive;
        if (session.Transaction is not null) return SmtpReplies.LoginInTransaction;
        if (!session.Transport.AllowsLogin) return SmtpReplies.LoginNeedsTls;

        var words = argument.Trim((byte)' ');
        if (words.IsEmpty) return SmtpReplies.Syntax;
        var space = words.Span.IndexOf((byte)' ');
        var signIn = session.Services.SignIn;
        if (signIn.Begin((space < 0 ? words : words[..space]).Span, SaslContext.Of(session.Transport, "smtp")) is not { } conversation) return SmtpReplies.UnknownMechanism;
        var answer = await conversation.BeginAsync(space < 0 ? ReadOnlyMemory<byte>.Empty : words[(space + 1)..].Trim((byte)' '));
        // [MS-OXSMTP] 3.2.5.1: text in place of an empty challenge, where the mechanism is Microsoft's own. Clients of the others decode what RFC 4954 says is base64, and would give up.
        var greeting = space < 0 && Ascii.EqualsIgnoreCase(words.Span, "NTLM") ? "NTLM supported" : "";
        while (answer.Outcome == SaslOutcome.Challenge)
        {
            session.Write(new SmtpReply(334, "", answer.Octets is { Length: > 0 } ? answer.Challenge : greeting));
            var read = await session.ReadLineAsync(session.Options.MaximumAuthenticationLine);
            switch (read.Status)
            {
                case ReadStatus.Done:
                    answer = await conversation.StepAsync(read.Line);
                    break;
                case ReadStatus.TooLong:
                    return SmtpReplies.LoginTooLong;
                case ReadStatus.BareLineFeed:
                    return SmtpReplies.BareLineFeed;
                case ReadStatus.Draining:
                    return SmtpReplies.ShuttingDown;
                default:
                    return SmtpReplies.TimedOut;
            }
        }

        switch (answer.Outcome)
        {
            case SaslOutcome.Success when ActsAsItself(session, answer.Result.Account!, answer.AuthorisationId):
                session.AccountId = answer.Result.Account!.Id;
                session.Transport.LoggedInAs(answer.Result.Account.PrimaryAddress);
                return SmtpReplies.LoggedIn;
            case SaslOutcome.Temporary:
                return SmtpReplies.LoginLater;
            case SaslOutcome.Cancelled:
                return SmtpReplies.LoginCancelled;
            case SaslOutcome.Malformed:
                return SmtpReplies.LoginMalformed;
            default:
                return ++session.FailedLogins >= session.Options.MaximumFailedLogins ? SmtpReplies.LoginFailed with { Code = 421, Enhanced = "4.7.0", Closes = true } : SmtpReplies.LoginFailed;
        }
    }

    private static bool ActsAsItself(SmtpSession session, Account account, string authorisation) =>
        authorisation.Length == 0 || session.Services.Directory.Current.FindByLogin(authorisation)?.Id == account.Id;
}
