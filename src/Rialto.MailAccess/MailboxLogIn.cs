using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Net;
using Rialto.Store;

namespace Rialto.MailAccess;

/// <summary>Why a log-in was refused, as far as the client may know.</summary>
internal enum LogInRefusal
{
    None,

    /// <summary>Name or password is wrong, the account is locked or not there: clients are told the same.</summary>
    WrongCredentials,

    /// <summary>Too many attempts, or the directory or the store cannot be asked now.</summary>
    TryLater,

    /// <summary>The client wants to act as somebody else.</summary>
    ActingAsAnother,

    /// <summary>The account has no mailbox, or it is switched off.</summary>
    NoMailbox,
}

/// <summary>Checks credentials and opens the account's mailbox: what log-in of the mail access protocols has in common.</summary>
internal static class MailboxLogIn
{
    public static async ValueTask<(MailboxSession? Mailbox, LogInRefusal Refusal)> RunAsync(
        StoreEngine engine, Authenticator authenticator, string protocol, SessionTransport transport, ILogger logger, SaslStep credentials, CancellationToken cancel)
    {
        var login = credentials.Login;
        var result = await authenticator.AuthenticateAsync(login, credentials.Password, transport.RemoteEndPoint, protocol, cancel);
        if (!result.IsSuccess)
        {
            logger.LogInRefused(transport.Listener.Name, transport.ConnectionId, login, transport.RemoteEndPoint, result.Outcome.ToString());
            return (null, result.IsTemporary ? LogInRefusal.TryLater : LogInRefusal.WrongCredentials);
        }
        var actAs = credentials.AuthorisationId;
        if (actAs.Length > 0 && !actAs.Equals(login, StringComparison.OrdinalIgnoreCase) && !actAs.Equals(result.Account.PrimaryAddress, StringComparison.OrdinalIgnoreCase))
            return (null, LogInRefusal.ActingAsAnother);
        if (!result.Account.MailboxEnabled)
            return (null, LogInRefusal.NoMailbox);
        var opened = await engine.OpenAsync(result.Account.MailboxGuid, result.Principal, cancel);
        if (!opened.TryGet(out var mailbox))
            return (null, opened.Error == StoreError.StorageUnavailable ? LogInRefusal.TryLater : LogInRefusal.NoMailbox);
        transport.LoggedInAs(result.Account.PrimaryAddress);
        logger.LoggedIn(transport.Listener.Name, transport.ConnectionId, login, transport.RemoteEndPoint);
        return (mailbox, LogInRefusal.None);
    }
}
