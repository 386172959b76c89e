using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>Makes the next snapshot from one and a set of changes, keeping every index in step.</summary>
internal sealed class SnapshotBuilder(DirectorySnapshot from)
{
    private readonly LayeredMap<Guid, DirectoryObject>.Builder byId = from.ById.ToBuilder();
    private readonly LayeredMap<string, Recipient>.Builder byAddress = from.ByAddress.ToBuilder();
    private readonly LayeredMap<string, Recipient>.Builder byLegacyDn = from.ByLegacyDn.ToBuilder();
    private readonly LayeredMap<string, Recipient>.Builder byAlias = from.ByAlias.ToBuilder();
    private readonly LayeredMap<string, Recipient>.Builder byLogonName = from.ByLogonName.ToBuilder();
    private readonly LayeredMap<Guid, Recipient>.Builder byMailbox = from.ByMailbox.ToBuilder();
    private readonly LayeredMap<Guid, Guid[]>.Builder memberOf = from.MemberOf.ToBuilder();
    private readonly LayeredMap<Guid, ImmutableHashSet<Guid>>.Builder openTo = from.OpenTo.ToBuilder();
    private readonly LayeredMap<Guid, AccountCredentials>.Builder credentials = from.Credentials.ToBuilder();
    private readonly HashSet<Guid> touched = [];
    private readonly HashSet<Guid> credentialsTouched = [];
    private Dictionary<Guid, Domain>? domains;
    private DomainTable domainTable = from.DomainTable;
    private List<DynamicGroup>? dynamicGroups;
    private ImmutableArray<AddressList> addressLists = from.AddressLists;

    private ImmutableDictionary<long, MailPublicFolder> byPublicFolder = from.ByPublicFolder;

    public Organisation? Organisation { get; private set; } = from.Organisation;

    public PublicStore? PublicStore { get; private set; } = from.PublicStore;

    public int AddressListCount => addressLists.Length;

    public IReadOnlyCollection<Guid> CredentialsTouched => credentialsTouched;

    public DomainTable Domains => domainTable;

    public DirectoryObject? Find(Guid id) => byId.Find(id);

    public Recipient? FindByAddress(string address) => byAddress.Find(address);

    public Recipient? FindByLegacyDn(string legacyDn) => byLegacyDn.Find(legacyDn) ?? LegacyDn.Packed(legacyDn, Find);

    public Recipient? FindByAlias(string alias) => byAlias.Find(alias);

    public Recipient? FindByLogonName(string name) => byLogonName.Find(name);

    public Recipient? FindByMailbox(Guid mailboxGuid) => byMailbox.Find(mailboxGuid);

    public MailPublicFolder? FindPublicFolder(long folderId) => byPublicFolder.GetValueOrDefault(folderId);

    public AccountCredentials CredentialsOf(Guid accountId) => credentials.Find(accountId) ?? AccountCredentials.None;

    /// <summary>Takes an object out of every index. A change is Remove of the old then Add of the new; in a batch all removals come first.</summary>
    public void Remove(DirectoryObject old)
    {
        touched.Add(old.Id);
        byId.Set(old.Id, null);
        switch (old)
        {
            case Directory.Organisation:
                Organisation = null;
                break;
            case Domain domain:
                SetDomain(domain.Id, null);
                break;
            case AddressList list:
                addressLists = addressLists.RemoveAll(l => l.Id == list.Id);
                break;
            case Recipient recipient:
                foreach (var address in AddressesOf(recipient)) Drop(byAddress, address, old.Id);
                foreach (var dn in IndexedLegacyDnsOf(recipient)) Drop(byLegacyDn, dn, old.Id);
                Drop(byAlias, recipient.Alias, old.Id);
                if (recipient is Account { LogonName.Length: > 0 } account) Drop(byLogonName, account.LogonName, old.Id);
                if (recipient is MailboxRecipient mailbox)
                {
                    Drop(byMailbox, mailbox.MailboxGuid, old.Id);
                    foreach (var holder in mailbox.FullAccess) SetOpen(holder, mailbox.Id, isOpen: false);
                }

                if (recipient is PublicStore && PublicStore?.Id == old.Id) PublicStore = null;
                if (recipient is MailPublicFolder folder && FindPublicFolder(folder.FolderId)?.Id == old.Id) byPublicFolder = byPublicFolder.Remove(folder.FolderId);
                if (recipient is Group group)
                {
                    foreach (var member in group.Members) SetMember(member, group.Id, isMember: false);
                    if (group.IsDynamic) (dynamicGroups ??= [.. from.DynamicGroups]).RemoveAll(d => d.Group.Id == group.Id);
                }

                break;
        }
    }

    /// <summary>Puts an object into every index, over whatever stands there: callers that must not have checked first.</summary>
    public void Add(DirectoryObject value)
    {
        touched.Add(value.Id);
        byId.Set(value.Id, value);
        switch (value)
        {
            case Organisation organisation:
                Organisation = organisation;
                break;
            case Domain domain:
                SetDomain(domain.Id, domain);
                break;
            case AddressList list:
                addressLists = addressLists.Add(list);
                break;
            case Recipient recipient:
                foreach (var address in AddressesOf(recipient)) byAddress.Set(address, recipient);
                recipient.PackLegacyDn();
                recipient.Details.Share();
                foreach (var dn in IndexedLegacyDnsOf(recipient)) byLegacyDn.Set(dn, recipient);
                if (recipient.Alias.Length > 0) byAlias.Set(recipient.Alias, recipient);
                if (recipient is Account { LogonName.Length: > 0 } account) byLogonName.Set(account.LogonName, recipient);
                if (recipient is MailboxRecipient mailbox)
                {
                    byMailbox.Set(mailbox.MailboxGuid, recipient);
                    foreach (var holder in mailbox.FullAccess) SetOpen(holder, mailbox.Id, isOpen: true);
                }

                if (recipient is PublicStore store) PublicStore = store;
                if (recipient is MailPublicFolder folder) byPublicFolder = byPublicFolder.SetItem(folder.FolderId, folder);
                if (recipient is Group group)
                {
                    foreach (var member in group.Members) SetMember(member, group.Id, isMember: true);
                    if (group.Filter is { } text && AttributeFilter.TryParse(text, out var filter, out _)) (dynamicGroups ??= [.. from.DynamicGroups]).Add(new(group, filter!));
                }

                break;
        }
    }

    /// <summary>Replaces or adds a credential.</summary>
    public void Put(Credential credential)
    {
        var before = CredentialsOf(credential.AccountId).All;
        credentials.Set(credential.AccountId, new AccountCredentials([.. before.Where(c => c.Id != credential.Id), credential]));
        credentialsTouched.Add(credential.AccountId);
    }

    public void RemoveCredential(Guid accountId, Guid credentialId)
    {
        var left = CredentialsOf(accountId).All.RemoveAll(c => c.Id == credentialId);
        credentials.Set(accountId, left.IsEmpty ? null : new AccountCredentials(left));
        credentialsTouched.Add(accountId);
    }

    public DirectorySnapshot Build(long version) => new()
    {
        Version = version,
        Organisation = Organisation,
        PublicStore = PublicStore,
        ByPublicFolder = byPublicFolder,
        ById = byId.Build(),
        ByAddress = byAddress.Build(),
        ByLegacyDn = byLegacyDn.Build(),
        ByAlias = byAlias.Build(),
        ByLogonName = byLogonName.Build(),
        ByMailbox = byMailbox.Build(),
        MemberOf = memberOf.Build(),
        OpenTo = openTo.Build(),
        Credentials = credentials.Build(),
        DomainTable = domainTable,
        AddressLists = addressLists,
        DynamicGroups = dynamicGroups is null ? from.DynamicGroups : [.. dynamicGroups],
        SearchIndex = from.SearchIndex.After(from, touched),
    };

    internal static IEnumerable<string> AddressesOf(Recipient recipient)
    {
        if (recipient.PrimaryAddress.Length > 0) yield return recipient.PrimaryAddress;
        foreach (var address in recipient.FurtherAddresses) yield return address;
        if (recipient is ExternalContact { ExternalAddress.Length: > 0 } contact
            && !contact.ExternalAddress.Equals(contact.PrimaryAddress, StringComparison.OrdinalIgnoreCase)) yield return contact.ExternalAddress;
    }

    internal static IEnumerable<string> LegacyDnsOf(Recipient recipient)
    {
        if (recipient.LegacyExchangeDn.Length > 0) yield return recipient.LegacyExchangeDn;
        foreach (var dn in recipient.FurtherLegacyDns) yield return dn;
    }

    /// <summary>Those that are not found through the id in them.</summary>
    private static IEnumerable<string> IndexedLegacyDnsOf(Recipient recipient) => recipient.HasPackedLegacyDn ? recipient.FurtherLegacyDns : LegacyDnsOf(recipient);

    private static void Drop<TKey>(LayeredMap<TKey, Recipient>.Builder map, TKey key, Guid id)
        where TKey : notnull
    {
        if (map.Find(key)?.Id == id) map.Set(key, null);
    }

    private void SetDomain(Guid id, Domain? domain)
    {
        domains ??= from.DomainTable.All.ToDictionary(d => d.Id);
        if (domain is null) domains.Remove(id);
        else domains[id] = domain;
        domainTable = new DomainTable(domains.Values);
    }

    private void SetMember(Guid member, Guid group, bool isMember)
    {
        var groups = memberOf.Find(member) ?? [];
        if (isMember && !groups.Contains(group)) memberOf.Set(member, [.. groups, group]);
        else if (!isMember && groups.Contains(group)) memberOf.Set(member, groups.Length == 1 ? null : [.. groups.Where(g => g != group)]);
    }

    /// <summary>A set, not an array: somebody who looks after everybody's mailboxes is named by all of them.</summary>
    private void SetOpen(Guid holder, Guid mailbox, bool isOpen)
    {
        var before = openTo.Find(holder) ?? [];
        var after = isOpen ? before.Add(mailbox) : before.Remove(mailbox);
        if (!ReferenceEquals(before, after)) openTo.Set(holder, after.IsEmpty ? null : after);
    }
}
