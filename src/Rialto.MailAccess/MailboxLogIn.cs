using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Model;
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

    /// <summary>The client wants another's mailbox, which is not there or not open to it.</summary>
    ActingAsAnother,

    /// <summary>The account has no mailbox, or it is switched off.</summary>
    NoMailbox,
}

/// <summary>Checks credentials and opens the account's mailbox: what log-in of the mail access protocols has in common.</summary>
internal static class MailboxLogIn
{
    /// <summary>Checks a name and a password that came by a command of the protocol's own.</summary>
    /// <param name="command">The command, for logs.</param>
    public static async ValueTask<SaslAnswer> CheckAsync(Authenticator authenticator, string protocol, SessionTransport transport, string command, string login, string password, string actAs = "")
    {
        var result = await authenticator.AuthenticateAsync(login, password, transport.RemoteEndPoint, protocol, transport.Closed);
        return new(result.IsSuccess ? SaslOutcome.Success : result.IsTemporary ? SaslOutcome.Temporary : SaslOutcome.Refused, null, result, login, actAs, Mechanism: command);
    }

    /// <summary>Opens the mailbox of whoever was let in, or the one it asks for where it has rights there. What is not there and what is not allowed look the same.</summary>
    public static async ValueTask<(MailboxSession? Mailbox, LogInRefusal Refusal)> RunAsync(
        StoreEngine engine, Authenticator authenticator, SessionTransport transport, ILogger logger, SaslAnswer answer, CancellationToken cancel)
    {
        if (answer.Outcome != SaslOutcome.Success || !answer.Result.IsSuccess)
        {
            return Refuse(
                answer.Outcome == SaslOutcome.Temporary ? LogInRefusal.TryLater : LogInRefusal.WrongCredentials,
                answer.Outcome is SaslOutcome.Refused or SaslOutcome.Success ? answer.Result.Outcome.ToString() : answer.Outcome.ToString());
        }
        var account = answer.Result.Account;
        MailboxRecipient? owner = account;
        if (answer.AuthorisationId.Length > 0 && !answer.AuthorisationId.Equals(answer.Login, StringComparison.OrdinalIgnoreCase))
            owner = DelegateName.Find(authenticator.Directory.Current, answer.AuthorisationId);
        if (owner is null)
            return Refuse(LogInRefusal.ActingAsAnother, nameof(LogInRefusal.ActingAsAnother));
        var (mailbox, refusal) = await OpenAsync(engine, authenticator, account, answer.Result.Principal, owner, cancel);
        if (mailbox is null)
            return Refuse(refusal, refusal.ToString());
        transport.LoggedInAs(account.PrimaryAddress);
        logger.LoggedIn(transport.Listener.Name, transport.ConnectionId, answer.Login, WhoseMailbox(answer.Login, owner), transport.RemoteEndPoint, answer.Mechanism, transport.TlsDescription ?? "no TLS");
        return (mailbox, LogInRefusal.None);

        (MailboxSession? Mailbox, LogInRefusal Refusal) Refuse(LogInRefusal refused, string reason)
        {
            logger.LogInRefused(transport.Listener.Name, transport.ConnectionId, answer.Login, transport.RemoteEndPoint, reason);
            return (null, refused);
        }
    }

    private static async ValueTask<(MailboxSession? Mailbox, LogInRefusal Refusal)> OpenAsync(
        StoreEngine engine, Authenticator authenticator, Account account, Principal principal, MailboxRecipient owner, CancellationToken cancel)
    {
        var isOther = owner.Id != account.Id;
        if (!owner.MailboxEnabled)
            return (null, isOther ? LogInRefusal.ActingAsAnother : LogInRefusal.NoMailbox);
        // Who has full access by the directory is as the owner there; what others may do, the folders' permissions say.
        if (isOther && authenticator.Directory.Current.Includes(owner.FullAccess, account))
            principal = principal with { Kind = PrincipalKind.Administrator };
        var opened = await engine.OpenAsync(owner.MailboxGuid, principal, cancel);
        if (!opened.TryGet(out var mailbox))
            return (null, opened.Error == StoreError.StorageUnavailable ? LogInRefusal.TryLater : isOther ? LogInRefusal.ActingAsAnother : LogInRefusal.NoMailbox);
        if (isOther && !SeesAnything(mailbox))
        {
            mailbox.Dispose();
            return (null, LogInRefusal.ActingAsAnother);
        }
        return (mailbox, LogInRefusal.None);
    }

    /// <summary>For the log, where the name does not say it: other names of an account, and mailboxes of others.</summary>
    private static string WhoseMailbox(string login, MailboxRecipient owner) => login.Equals(owner.PrimaryAddress, StringComparison.OrdinalIgnoreCase) ? "" : " to " + owner.PrimaryAddress;

    /// <summary>Free and busy times, which everybody may see, are no reason to log in.</summary>
    private static bool SeesAnything(MailboxSession mailbox) =>
        mailbox.Folders.Descendants(mailbox.Folders.Root.Id)
            .Any(f => (mailbox.RightsOn(f.Id) & (FolderRights.FolderVisible | FolderRights.ReadAny | FolderRights.FolderOwner)) != 0);
}
