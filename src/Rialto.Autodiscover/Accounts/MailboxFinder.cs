// [MS-OXDSCLI] 3.2.5, 2.2.3.1.1.2 and 2.2.3.1.1.3: by address or legacy DN; 2.2.4.1.1.2.8 and .9: redirection.
using System.Collections.Immutable;
using Rialto.Directory;
using Rialto.Model;

namespace Rialto.Autodiscover.Accounts;

/// <summary>Finds the mailbox that somebody asks for, and those that belong to it.</summary>
internal sealed class MailboxFinder(AutodiscoverServices services)
{
    /// <summary>The mailbox of an address, or of a legacy DN where that is not empty ([MS-OXDSCLI] 3.2.5: it counts).</summary>
    public async ValueTask<Finding> FindAsync(DirectorySnapshot directory, Principal principal, string address, string legacyDn, CancellationToken cancel, bool evenMoved = false)
    {
        if (legacyDn.Length == 0 && Redirect(address) is { } elsewhere)
            return elsewhere;
        var named = legacyDn.Length > 0 ? directory.FindByLegacyDn(legacyDn) : directory.FindByAddress(address) ?? FindByGuid(directory, address);
        switch (named)
        {
            case ExternalContact { HiddenFromAddressLists: false } contact when legacyDn.Length == 0 && directory.FindDomain(ServiceAddresses.DomainOf(address)) is not null:
                // Somebody of ours whose mailbox is elsewhere.
                return new(null, contact.ExternalAddress, null);
            case MailboxRecipient { MailboxEnabled: true } mailbox when MayOpen(mailbox, principal) || await services.Shares(mailbox, principal, cancel):
                return !evenMoved && await services.MovedTo(mailbox, cancel) is { } server ? new(null, null, server.TrimEnd('/') + "/autodiscover/autodiscover.xml") : new(mailbox, null, null);
            default:
                return default;
        }
    }

    /// <summary>Waits until a refusal is due, so that it takes the same time whatever its reason.</summary>
    public async ValueTask RefuseAsync(long began, CancellationToken cancel)
    {
        var left = services.Options.RefusalTime - services.Time.GetElapsedTime(began);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, services.Time, cancel);
    }

    /// <summary>
    /// Mailboxes that the owner's client opens by itself, by display name: full access, itself or by groups, where it is not switched off. Which of more than there may be is left
    /// open, but always the same.
    /// </summary>
    public ImmutableArray<MailboxRecipient> Alternatives(DirectorySnapshot directory, MailboxRecipient owner) =>
    [
        .. directory.MailboxesOpenTo(owner)
            .Where(m => m is { MailboxEnabled: true, AutoMappingDisabled: false } and not PublicStore)
            .Take(services.Options.MaximumAlternativeMailboxes)
            .OrderBy(m => m.DisplayName, StringComparer.OrdinalIgnoreCase).ThenBy(m => m.Id),
    ];

    /// <summary>Where the accounts of an address's domain are, by configuration.</summary>
    public Finding? Redirect(string address)
    {
        var at = address.LastIndexOf('@');
        if (at <= 0 || services.Options.Redirects.Count == 0 || !SmtpAddress.TryParseDomain(address.AsSpan(at + 1), out var domain) || !services.Options.Redirects.TryGetValue(domain, out var target))
            return null;
        if (target.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return new(null, null, target);
        return new(null, target.Contains('@', StringComparison.Ordinal) ? target : $"{address.AsSpan(0, at)}@{target}", null);
    }

    /// <summary>Clients look for the mailbox of a public folder's contents by the GUID in PidTagReplicaList and the domain of their own address.</summary>
    private static MailboxRecipient? FindByGuid(DirectorySnapshot directory, string address) =>
        address.IndexOf('@', StringComparison.Ordinal) is var at and > 0 && Guid.TryParse(address.AsSpan(0, at), out var guid) && directory.FindDomain(address.AsSpan(at + 1)) is not null
            ? directory.FindByMailbox(guid)
            : null;

    /// <summary>Its own, public folders, and those that the directory lets it open or send for.</summary>
    private static bool MayOpen(MailboxRecipient mailbox, Principal principal)
    {
        return mailbox is PublicStore || mailbox.Id == principal.Id || Names(mailbox.FullAccess) || Names(mailbox.SendOnBehalf) || Names(mailbox.SendAs);

        bool Names(ImmutableArray<Guid> list)
        {
            foreach (var id in list)
                if (id == principal.Id || principal.Groups.Contains(id))
                    return true;
            return false;
        }
    }
}
