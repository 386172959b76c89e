// RFC 4954 4 (AUTH), RFC 4616 (PLAIN), 6409 4.3.
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

        var step = Begin(argument.Span, out var exchange);
        if (exchange is null) return argument.IsEmpty ? SmtpReplies.Syntax : SmtpReplies.UnknownMechanism;
        while (step.Status == SaslStatus.Challenge)
        {
            session.Write(new SmtpReply(334, "", step.Challenge));
            var read = await session.ReadLineAsync(session.Options.MaximumAuthenticationLine);
            switch (read.Status)
            {
                case ReadStatus.Done:
                    step = exchange.Continue(read.Line.Span);
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

        return step.Status switch
        {
            SaslStatus.Credentials => await LogInAsync(session, step),
            SaslStatus.Cancelled => SmtpReplies.LoginCancelled,
            _ => SmtpReplies.LoginMalformed,
        };
    }

    private static SaslStep Begin(ReadOnlySpan<byte> argument, out SaslExchange? exchange)
    {
        argument = argument.Trim((byte)' ');
        var space = argument.IndexOf((byte)' ');
        exchange = SaslExchange.For(space < 0 ? argument : argument[..space]);
        if (exchange is null) return default;
        return space < 0 ? exchange.Begin() : exchange.Begin(argument[(space + 1)..].Trim((byte)' '));
    }

    private static async ValueTask<SmtpReply> LogInAsync(SmtpSession session, SaslStep step)
    {
        var result = await session.Services.Authenticator.AuthenticateAsync(step.Login, step.Password, session.Transport.RemoteEndPoint, "smtp", session.Transport.Closed);
        switch (result.Outcome)
        {
            case AuthenticationOutcome.Success when ActsAsItself(session, result.Account!, step.AuthorisationId):
                session.AccountId = result.Account!.Id;
                session.Transport.LoggedInAs(result.Account.PrimaryAddress);
                return SmtpReplies.LoggedIn;
            case AuthenticationOutcome.Throttled or AuthenticationOutcome.Busy:
                return SmtpReplies.LoginLater;
            default:
                return ++session.FailedLogins >= session.Options.MaximumFailedLogins ? SmtpReplies.LoginFailed with { Code = 421, Enhanced = "4.7.0", Closes = true } : SmtpReplies.LoginFailed;
        }
    }

    private static bool ActsAsItself(SmtpSession session, Account account, string authorisation) =>
        authorisation.Length == 0 || session.Services.Directory.Current.FindByLogin(authorisation)?.Id == account.Id;
}
