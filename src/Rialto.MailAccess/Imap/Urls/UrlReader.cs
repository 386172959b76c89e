// RFC 5092 6.1.2: authorized access identifiers.
using Rialto.Directory;

namespace Rialto.MailAccess.Imap.Urls;

/// <summary>Who shows a URL that carries its authorization.</summary>
/// <param name="User">Who it is: the authorization identity; null where a session acts in another's mailbox, and is neither's.</param>
/// <param name="SubmitsFor">As a submission server: on behalf of whom.</param>
/// <param name="IsSubmission">Whether it is one that may speak for everybody, having checked itself who is who.</param>
internal sealed record UrlReader(Account? User, Account? SubmitsFor = null, bool IsSubmission = false)
{
    /// <summary>The user of a session. A delegate in another's mailbox is neither the one nor the other user here.</summary>
    public static UrlReader Of(ImapSession session)
    {
        var account = session.Protocol.Directory?.Current.Find<Account>(session.Mailbox.Principal.Id);
        if (account is null || account.MailboxGuid != session.Mailbox.MailboxId)
            return new UrlReader(User: null);
        return new UrlReader(account, IsSubmission: session.Options.SubmissionAccounts.Contains(account.PrimaryAddress));
    }

    public bool MayUse(ImapUrl url, DirectorySnapshot directory) => url.Access switch
    {
        // Every session that fetches a URL has logged in.
        UrlAccess.Anonymous or UrlAccess.AuthenticatedUser => true,
        UrlAccess.User => User is not null && directory.FindByLogin(url.AccessUser)?.Id == User.Id,
        UrlAccess.Submit => IsSubmission || SubmitsFor is not null && directory.FindByLogin(url.AccessUser)?.Id == SubmitsFor.Id,
        _ => false,
    };
}
