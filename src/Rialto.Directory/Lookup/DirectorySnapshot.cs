using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>
/// The directory at one version: immutable, so a reader that keeps it sees one consistent state and takes no lock. All look-ups are in memory.
/// Take <see cref="DirectoryService.Current"/> once per request.
/// </summary>
public sealed class DirectorySnapshot
{
    internal static readonly DirectorySnapshot Empty = new();

    private Recipient? postmaster;
    private bool postmasterKnown;

    internal DirectorySnapshot()
    {
    }

    internal LayeredMap<Guid, DirectoryObject> ById { get; init; } = LayeredMap<Guid, DirectoryObject>.Create();
    internal LayeredMap<string, Recipient> ByAddress { get; init; } = LayeredMap<string, Recipient>.Create(StringComparer.OrdinalIgnoreCase);
    internal LayeredMap<string, Recipient> ByLegacyDn { get; init; } = LayeredMap<string, Recipient>.Create(StringComparer.OrdinalIgnoreCase);
    internal LayeredMap<string, Recipient> ByAlias { get; init; } = LayeredMap<string, Recipient>.Create(StringComparer.OrdinalIgnoreCase);

    /// <summary>Log-on names that differ from the alias.</summary>
    internal LayeredMap<string, Recipient> ByLogonName { get; init; } = LayeredMap<string, Recipient>.Create(StringComparer.OrdinalIgnoreCase);
    internal LayeredMap<Guid, Recipient> ByMailbox { get; init; } = LayeredMap<Guid, Recipient>.Create();

    /// <summary>Mail-enabled public folders by the folder's id.</summary>
    internal ImmutableDictionary<long, MailPublicFolder> ByPublicFolder { get; init; } = ImmutableDictionary<long, MailPublicFolder>.Empty;

    /// <summary>Ids of the static groups that name the key as a direct member.</summary>
    internal LayeredMap<Guid, Guid[]> MemberOf { get; init; } = LayeredMap<Guid, Guid[]>.Create();

    /// <summary>Ids of the mailboxes that name the key among those with full access.</summary>
    internal LayeredMap<Guid, ImmutableHashSet<Guid>> OpenTo { get; init; } = LayeredMap<Guid, ImmutableHashSet<Guid>>.Create();
    internal LayeredMap<Guid, AccountCredentials> Credentials { get; init; } = LayeredMap<Guid, AccountCredentials>.Create();
    internal DomainTable DomainTable { get; init; } = DomainTable.Empty;
    internal ImmutableArray<DynamicGroup> DynamicGroups { get; init; } = [];
    internal SearchIndex SearchIndex { get; init; } = SearchIndex.Empty;

    /// <summary>The directory's version.</summary>
    public long Version { get; internal init; }

    /// <summary>The organisation; null before it is set up.</summary>
    public Organisation? Organisation { get; internal init; }

    /// <summary>The organisation's public folders; null while it has none.</summary>
    public PublicStore? PublicStore { get; internal init; }

    /// <summary>The accepted domains, by name.</summary>
    public ImmutableArray<Domain> Domains => DomainTable.All;

    /// <summary>The default domain; null while there is none.</summary>
    public Domain? DefaultDomain => DomainTable.Default;

    /// <summary>The lists of the address book that filters define, in no order.</summary>
    public ImmutableArray<AddressList> AddressLists { get; internal init; } = [];

    /// <summary>All objects, in no order.</summary>
    public IEnumerable<DirectoryObject> Objects => ById;

    /// <summary>All recipients, in no order.</summary>
    public IEnumerable<Recipient> Recipients => ById.OfType<Recipient>();

    /// <summary>The object with the id, or null.</summary>
    public DirectoryObject? Find(Guid id) => ById.Find(id);

    /// <summary>The object with the id if it is of that type, or null.</summary>
    public T? Find<T>(Guid id)
        where T : DirectoryObject => ById.Find(id) as T;

    /// <summary>The accepted domain with that name or alias, in any case and as U- or A-labels; or null.</summary>
    public Domain? FindDomain(ReadOnlySpan<char> name) => DomainTable.Find(name);

    /// <summary>The recipient with that alias, or null.</summary>
    public Recipient? FindByAlias(ReadOnlySpan<char> alias) => ByAlias.Find(alias);

    /// <summary>The recipient with that legacy distinguished name, its own or a further one; or null.</summary>
    public Recipient? FindByLegacyDn(ReadOnlySpan<char> legacyDn) => ByLegacyDn.Find(legacyDn) ?? LegacyDn.Packed(legacyDn, ById.Find);

    /// <summary>Whose mailbox it is, or null.</summary>
    public MailboxRecipient? FindByMailbox(Guid mailboxGuid) => ByMailbox.Find(mailboxGuid) as MailboxRecipient;

    /// <summary>The address-book object of a public folder; null for one that is not mail-enabled.</summary>
    public MailPublicFolder? FindPublicFolder(long folderId) => ByPublicFolder.GetValueOrDefault(folderId);

    /// <summary>The recipient with that address (any of its addresses, domain aliases, plus-addressing); or null.</summary>
    public Recipient? FindByAddress(ReadOnlySpan<char> address) => ResolveAddress(address).Recipient;

    /// <summary>What an address means here. <c>postmaster</c> of an accepted domain always reaches somebody (RFC 5321 4.5.1): the first administrator, where nobody has it.</summary>
    public AddressResolution ResolveAddress(ReadOnlySpan<char> text)
    {
        if (!SmtpAddress.TryParse(text, out var address)) return new(AddressStatus.Malformed, default, null, null);
        if (DomainTable.Find(address.Domain) is not { } domain) return new(AddressStatus.NotLocal, address, ByAddress.Find(address.ToString()), null);

        if (!string.Equals(address.Domain, domain.Name, StringComparison.Ordinal)) address = address with { Domain = domain.Name };
        if (ByAddress.Find(address.ToString()) is { } exact) return new(AddressStatus.Found, address, exact, null);

        var plus = address.LocalPart.IndexOf('+', StringComparison.Ordinal);
        if (domain.PlusAddressing && plus > 0 && address.LocalPart[0] != '"'
            && ByAddress.Find($"{address.LocalPart.AsSpan(0, plus)}@{domain.Name}") is { } tagged)
        {
            return new(AddressStatus.Found, address, tagged, address.LocalPart[(plus + 1)..]);
        }

        if (address.LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase) && Postmaster is { } someone)
            return new(AddressStatus.Found, address, someone, null);
        return new(AddressStatus.UnknownRecipient, address, null, null);
    }

    /// <summary>
    /// The account that a log-in name means: <c>user@domain</c> (any address of the account), <c>DOMAIN\user</c>, <c>domain.name\user</c>,
    /// <c>DOMAIN\user@domain</c> and <c>\user</c> (some phones send these), a log-on name or an alias; or null. Says nothing about whether it may log in.
    /// </summary>
    public Account? FindByLogin(ReadOnlySpan<char> login) => LoginName.Find(this, login);

    /// <summary>
    /// Search by field and ambiguous name resolution. The indexes are made at the first search of a directory (about 10 microseconds an entry) and follow its changes.
    /// </summary>
    public DirectorySearch Search => SearchIndex.Of(this);

    /// <summary>Who the text may mean: <see cref="DirectorySearch.Resolve"/>, exact matches alone if there are any; hidden ones left out, by display name.</summary>
    public IReadOnlyList<Recipient> ResolveName(ReadOnlySpan<char> text, int limit = 100) => Search.Resolve(text, limit);

    /// <summary>Who the group stands for, through any nesting; loops are followed once.</summary>
    public GroupExpansion Expand(Group group, ExpansionLimits? limits = null) => GroupGraph.Expand(this, group, limits ?? ExpansionLimits.Default);

    /// <summary>Ids of all groups that the recipient belongs to, through any nesting, dynamic groups included.</summary>
    public ImmutableArray<Guid> GroupsOf(Recipient recipient) => GroupGraph.GroupsOf(this, recipient);

    /// <summary>Ids of the static groups that name the recipient as a direct member.</summary>
    public IReadOnlyList<Guid> DirectGroupsOf(Recipient recipient) => MemberOf.Find(recipient.Id) ?? [];

    /// <summary>Whether the recipient is the principal itself or is a group (nested) that it belongs to: how permission lists and owners are read.</summary>
    public bool Includes(ImmutableArray<Guid> list, Recipient recipient)
    {
        if (list.IsEmpty) return false;
        if (list.Contains(recipient.Id)) return true;
        foreach (var id in GroupsOf(recipient))
        {
            if (list.Contains(id)) return true;
        }

        return false;
    }

    /// <summary>The mailboxes that the recipient has full access to, itself or by a group, each once and in no order; its own is none of them.</summary>
    public IEnumerable<MailboxRecipient> MailboxesOpenTo(Recipient recipient)
    {
        var groups = GroupsOf(recipient);
        var seen = groups.IsEmpty ? null : new HashSet<Guid>();
        foreach (var holder in groups.Prepend(recipient.Id))
        {
            foreach (var id in OpenTo.Find(holder) ?? [])
            {
                if (id != recipient.Id && (seen?.Add(id) ?? true) && Find<MailboxRecipient>(id) is { } mailbox) yield return mailbox;
            }
        }
    }

    /// <summary>The account's credentials, without secrets; empty ones where it has none.</summary>
    public AccountCredentials CredentialsOf(Guid accountId) => Credentials.Find(accountId) ?? AccountCredentials.None;

    private Recipient? Postmaster
    {
        get
        {
            // Racing readers compute the same value.
            if (!Volatile.Read(ref postmasterKnown))
            {
                postmaster = ById.OfType<Account>().Where(a => a is { IsAdministrator: true, MailboxEnabled: true }).MinBy(a => a.Alias, StringComparer.OrdinalIgnoreCase);
                Volatile.Write(ref postmasterKnown, true);
            }

            return postmaster;
        }
    }
}
