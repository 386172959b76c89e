// [MS-OXDSCLI] 2.2.4.1.1.2.9: the URLs that Autodiscover gives, which these methods give again.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>URLs of the endpoints, as Autodiscover tells them.</summary>
internal static class ServerUrls
{
    /// <summary>The endpoint's URL for a mailbox.</summary>
    public static string Of(NspiCall call, string path, MailboxRecipient mailbox) =>
        $"{call.Host}{path}/?MailboxId={mailbox.MailboxGuid:D}@{mailbox.PrimaryAddress[(mailbox.PrimaryAddress.LastIndexOf('@') + 1)..]}";

    /// <summary>Whose server it is: every mailbox's server is named by the mailbox, <c>…/cn=Servers/cn=GUID@domain</c>, or by a mailbox's own DN.</summary>
    public static MailboxRecipient? MailboxOf(AddressBookSnapshot book, string serverDn)
    {
        if (book.FindByDn(serverDn) is MailboxRecipient named)
            return named;
        foreach (var part in serverDn.Split('/'))
        {
            var at = part.IndexOf('@', StringComparison.Ordinal);
            if (at > 3 && part.StartsWith("cn=", StringComparison.OrdinalIgnoreCase) && Guid.TryParse(part.AsSpan(3, at - 3), out var id) && book.Directory.FindByMailbox(id) is { } found)
                return found;
        }
        return null;
    }
}
