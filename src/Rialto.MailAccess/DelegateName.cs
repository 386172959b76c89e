// [MS-OXIMAP4] 2.2.2: IMAP4_DELEGATE_LOGIN_Command.
using Rialto.Directory;

namespace Rialto.MailAccess;

/// <summary>
/// A delegate's log-in name and the mailbox to be opened, in one: <c>domain/alias/principal</c> or <c>user@domain/principal</c>, the principal by its alias or its address.
/// </summary>
internal static class DelegateName
{
    /// <summary>The delegate's own name and the principal's; the latter empty where the name is of one account alone.</summary>
    public static (string Login, string Principal) Split(DirectorySnapshot directory, string name)
    {
        // A slash may stand in a name: who has such a one logs in as before.
        var last = name.LastIndexOf('/');
        if (last <= 0 || last == name.Length - 1 || directory.FindByLogin(name) is not null)
            return (name, "");
        var self = name[..last];
        var principal = name[(last + 1)..];
        if (self.Contains('@', StringComparison.Ordinal))
            return (self, principal);
        var first = self.IndexOf('/', StringComparison.Ordinal);
        // "domain/alias" names the delegate alone: the other form of DOMAIN\alias.
        return first > 0 && first < self.Length - 1 ? ($"{self[..first]}\\{self[(first + 1)..]}", principal) : ($"{self}\\{principal}", "");
    }

    /// <summary>The mailbox that a principal's alias or address names; null when there is none.</summary>
    public static MailboxRecipient? Find(DirectorySnapshot directory, string principal) =>
        directory.FindByLogin(principal) ?? (principal.Contains('@', StringComparison.Ordinal) ? directory.FindByAddress(principal) : directory.FindByAlias(principal)) as MailboxRecipient;
}
