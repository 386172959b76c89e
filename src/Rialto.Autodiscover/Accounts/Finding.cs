using Rialto.Directory;

namespace Rialto.Autodiscover.Accounts;

/// <summary>Whom a request names.</summary>
/// <param name="Mailbox">The mailbox, which the one who asks may open.</param>
/// <param name="RedirectAddress">To be asked for instead.</param>
/// <param name="RedirectUrl">Where to ask instead.</param>
internal readonly record struct Finding(MailboxRecipient? Mailbox, string? RedirectAddress, string? RedirectUrl)
{
    /// <summary>There is none, or none that may be opened: nobody is told which.</summary>
    public bool IsRefused => Mailbox is null && RedirectAddress is null && RedirectUrl is null;
}
