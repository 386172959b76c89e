using System.Collections.Immutable;
using System.Globalization;

namespace Rialto.Directory;

/// <summary>What must hold for every object. Fills in what a caller left empty and brings names and addresses into normal form.</summary>
internal sealed class DirectoryRules(SnapshotBuilder builder, DirectoryOptions options)
{
    private const int MaxAlias = 64;

    public DirectoryObject Prepare(DirectoryObject? before, DirectoryObject value)
    {
        CheckText(value);
        return value switch
        {
            Organisation organisation => Prepare(before as Organisation, organisation),
            Domain domain => Prepare(before as Domain, domain),
            Recipient recipient => Prepare(before as Recipient, recipient),
            AddressList list => Prepare(list),
            _ => throw new ArgumentException($"Unknown object {value.GetType().Name}.", nameof(value)),
        };
    }

    /// <summary>Every reference leads to an object that can stand there; called when the whole batch is in the builder.</summary>
    public void CheckReferences(DirectoryObject value)
    {
        foreach (var (what, ids) in References.Of(value))
        {
            if (ids.Length > options.MaxMembers)
                throw new DirectoryException(DirectoryError.TooLarge, $"\"{value.DisplayName}\" names {ids.Length} objects as {what}; at most {options.MaxMembers} are allowed. Nest groups, or use a dynamic one.");
            foreach (var id in ids)
            {
                var target = builder.Find(id);
                var fits = what switch
                {
                    "member" => target is Recipient && id != value.Id,
                    "manager" => target is MailboxRecipient or ExternalContact,
                    _ => target is Account or Group,
                };
                if (!fits)
                {
                    throw new DirectoryException(
                        DirectoryError.DanglingReference,
                        target is null
                            ? $"The {what} {id} of \"{value.DisplayName}\" does not exist. Take it out of the list or add it first."
                            : $"\"{target.DisplayName}\", a {target.Kind}, cannot be {what} of \"{value.DisplayName}\".");
                }
            }
        }
    }

    public void CheckDomainUnused(DirectorySnapshot from, Domain gone)
    {
        if (builder.Domains.Find(gone.Name) is not null) return;
        foreach (var recipient in from.Recipients)
        {
            if (builder.Find(recipient.Id) is not Recipient left) continue;
            if (SnapshotBuilder.AddressesOf(left).FirstOrDefault(a => DomainOf(a).Equals(gone.Name, StringComparison.OrdinalIgnoreCase)) is { } address)
                throw new DirectoryException(DirectoryError.DomainInUse, $"The domain {gone.Name} is still used by {address}. Move or remove the addresses in it first.");
        }

        if (gone.IsDefault && !builder.Domains.All.IsEmpty)
            throw new DirectoryException(DirectoryError.DomainInUse, $"{gone.Name} is the default domain. Make another domain the default first.");
    }

    private Organisation Prepare(Organisation? before, Organisation value)
    {
        var name = value.Name.Trim();
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '.'))
            throw new DirectoryException(DirectoryError.InvalidName, $"\"{value.Name}\" cannot be the organisation's name: 1 to 64 letters, digits, spaces, '-' and '.' are allowed. Put anything else into its display name.");
        if (before is null && builder.Organisation is not null)
            throw new DirectoryException(DirectoryError.AlreadyExists, $"The organisation is set up already, as \"{builder.Organisation.Name}\". Change that one.");
        if (before is not null && before.Name != name)
            throw new DirectoryException(DirectoryError.Immutable, "The organisation's name is part of every recipient's legacy distinguished name and cannot change. Change its display name.");
        return value with { Name = name, DisplayName = value.DisplayName.Length > 0 ? value.DisplayName : name };
    }

    private Domain Prepare(Domain? before, Domain value)
    {
        var name = DomainName(value.Name);
        if (before is not null && before.Name != name)
            throw new DirectoryException(DirectoryError.Immutable, $"The domain {before.Name} cannot be renamed. Add {name} as a new domain, or as an alias of it.");
        var aliases = value.Aliases.Select(DomainName).Where(a => a != name).Distinct(StringComparer.Ordinal).ToImmutableArray();
        foreach (var each in aliases.Prepend(name))
        {
            if (builder.Domains.Find(each) is { } other)
                throw new DirectoryException(DirectoryError.AlreadyExists, $"{each} is already accepted here, as {(other.Name == each ? "a domain of its own" : $"an alias of {other.Name}")}.");
        }

        if (value.NetbiosName.Length > 15 || !value.NetbiosName.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new DirectoryException(DirectoryError.InvalidName, $"\"{value.NetbiosName}\" cannot stand before the backslash of a log-in name: at most 15 letters, digits, '-' and '_' are allowed.");
        if (value.CatchAll.Length > 0 && !SmtpAddress.TryParse(value.CatchAll, out _))
            throw new DirectoryException(DirectoryError.InvalidAddress, $"\"{value.CatchAll}\" is no address that mail for unknown ones of {name} could go to.");
        return value with { Name = name, Aliases = aliases, DisplayName = value.DisplayName.Length > 0 ? value.DisplayName : name };
    }

    private AddressList Prepare(AddressList value)
    {
        if (value.DisplayName.Trim().Length == 0) throw new DirectoryException(DirectoryError.InvalidName, "An address list needs a name.");
        if (!AttributeFilter.TryParse(value.Filter, out _, out var error))
            throw new DirectoryException(DirectoryError.InvalidFilter, $"The filter of \"{value.DisplayName}\" cannot be read: {error}. An example: (&(kind=account)(city=Bern)).");
        if (value.ParentId is { } parent && (parent == value.Id || builder.Find(parent) is not AddressList))
            throw new DirectoryException(DirectoryError.DanglingReference, $"The parent of \"{value.DisplayName}\" is no other address list.");
        if (builder.AddressListCount > options.MaxAddressLists)
            throw new DirectoryException(DirectoryError.TooLarge, $"There are {options.MaxAddressLists} address lists already, which is as many as there may be.");
        return value with { DisplayName = value.DisplayName.Trim() };
    }

    private Recipient Prepare(Recipient? before, Recipient value)
    {
        if (builder.Organisation is not { } organisation)
            throw new DirectoryException(DirectoryError.NotFound, "There is no organisation yet. Add it and a domain before recipients.");

        if (value is ExternalContact contact) value = PrepareContact(contact);
        var alias = value.Alias.Length > 0 ? CheckAlias(value.Alias, value.Id) : MakeAlias(value);
        value = PrepareAddresses(value with { Alias = alias });
        if (value.DisplayName.Length == 0) value = value with { DisplayName = NameOf(value) };

        var dn = before?.LegacyExchangeDn ?? (value.LegacyExchangeDn.Length > 0 ? value.LegacyExchangeDn : LegacyDn.ForRecipient(organisation.Name, value.Id, alias));
        if (before is not null && value.LegacyExchangeDn != before.LegacyExchangeDn)
            throw new DirectoryException(DirectoryError.Immutable, $"The legacy distinguished name of \"{before.DisplayName}\" never changes: old mail and address-book entries carry it.");
        value = value with { LegacyExchangeDn = dn };
        foreach (var each in SnapshotBuilder.LegacyDnsOf(value))
        {
            if (!LegacyDn.IsValid(each)) throw new DirectoryException(DirectoryError.InvalidName, $"\"{each}\" is no legacy distinguished name: it has the form /o=…/ou=…/cn=…");
            if (builder.FindByLegacyDn(each) is { } other && other.Id != value.Id) throw new DirectoryException(DirectoryError.NameInUse, $"The legacy distinguished name {each} belongs to {other.PrimaryAddress}.");
        }

        return value switch
        {
            MailboxRecipient mailbox => PrepareMailbox(before as MailboxRecipient, mailbox),
            Group group => PrepareGroup(group),
            MailPublicFolder folder => PrepareFolder(before as MailPublicFolder, folder),
            _ => value,
        };
    }

    private ExternalContact PrepareContact(ExternalContact value)
    {
        var external = value.ExternalAddress.Length > 0 ? value.ExternalAddress : value.PrimaryAddress;
        if (!SmtpAddress.TryParse(external, out var parsed)) throw BadAddress(external);
        if (builder.Domains.Find(parsed.Domain) is not null)
            throw new DirectoryException(DirectoryError.InvalidAddress, $"{external} is in an accepted domain: mail to it would come back here. Add an account, or give the contact its outside address.");
        return value with { ExternalAddress = parsed.ToString(), PrimaryAddress = value.PrimaryAddress.Length > 0 ? value.PrimaryAddress : parsed.ToString() };
    }

    private MailboxRecipient PrepareMailbox(MailboxRecipient? before, MailboxRecipient value)
    {
        var mailboxGuid = before?.MailboxGuid ?? (value.MailboxGuid == Guid.Empty ? Guid.NewGuid() : value.MailboxGuid);
        if (before is not null && value.MailboxGuid != before.MailboxGuid)
            throw new DirectoryException(DirectoryError.Immutable, $"The mailbox id of \"{before.DisplayName}\" never changes.");
        if (builder.FindByMailbox(mailboxGuid) is { } other && other.Id != value.Id)
            throw new DirectoryException(DirectoryError.AlreadyExists, $"The mailbox {mailboxGuid} belongs to {other.PrimaryAddress}.");
        if (value is PublicStore && builder.PublicStore is { } store && store.Id != value.Id)
            throw new DirectoryException(DirectoryError.AlreadyExists, $"The organisation has its public folders already, as {store.PrimaryAddress}.");
        if (value.Locale is { } locale && !IsCulture(locale))
            throw new DirectoryException(DirectoryError.InvalidName, $"\"{locale}\" is no language tag. Examples: en-GB, de-CH.");
        value = value with { MailboxGuid = mailboxGuid };

        if (value is Account { LogonName.Length: > 0 } account)
        {
            if (account.LogonName.Length > MaxAlias || !SmtpAddress.IsDotAtom(account.LogonName))
                throw new DirectoryException(DirectoryError.InvalidName, $"\"{account.LogonName}\" cannot be a log-on name: at most {MaxAlias} characters, without spaces, '@' and '\\'.");
            if ((builder.FindByLogonName(account.LogonName) ?? builder.FindByAlias(account.LogonName)) is { } taken && taken.Id != value.Id)
                throw new DirectoryException(DirectoryError.NameInUse, $"The log-on name {account.LogonName} belongs to {taken.PrimaryAddress}. Choose another.");
        }

        return value;
    }

    private MailPublicFolder PrepareFolder(MailPublicFolder? before, MailPublicFolder value)
    {
        if (before is not null && before.FolderId != value.FolderId)
            throw new DirectoryException(DirectoryError.Immutable, $"\"{before.DisplayName}\" stands for one public folder for ever. Add another for another folder.");
        if (builder.FindPublicFolder(value.FolderId) is { } other && other.Id != value.Id)
            throw new DirectoryException(DirectoryError.AlreadyExists, $"The public folder has an address already, {other.PrimaryAddress}. Change that one.");
        return value;
    }

    private static Group PrepareGroup(Group value)
    {
        if (value.Filter is null) return value with { Members = Distinct(value.Members) };
        if (!value.Members.IsEmpty)
            throw new DirectoryException(DirectoryError.InvalidFilter, $"\"{value.DisplayName}\" has a filter and members: a group is dynamic or static. Make a static group that has the dynamic one as a member.");
        if (!AttributeFilter.TryParse(value.Filter, out _, out var error))
            throw new DirectoryException(DirectoryError.InvalidFilter, $"The filter of \"{value.DisplayName}\" cannot be read: {error}. An example: (&(department=Sales)(city=Bern)).");
        return value;
    }

    private static ImmutableArray<Guid> Distinct(ImmutableArray<Guid> ids) => ids.Length < 2 ? ids : [.. ids.Distinct()];

    private Recipient PrepareAddresses(Recipient value)
    {
        var primary = Address(value.PrimaryAddress.Length > 0 ? value.PrimaryAddress : $"{value.Alias}@{DefaultDomain().Name}", value);
        var further = value.FurtherAddresses;
        if (!further.IsEmpty)
        {
            if (further.Length > options.MaxAddresses) throw new DirectoryException(DirectoryError.TooLarge, $"\"{value.DisplayName}\" has {further.Length} addresses; at most {options.MaxAddresses} are allowed.");
            further = [.. further.Select(a => Address(a, value)).Where(a => !a.Equals(primary, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.OrdinalIgnoreCase)];
        }

        value = value with { PrimaryAddress = primary, FurtherAddresses = further };
        foreach (var address in SnapshotBuilder.AddressesOf(value))
        {
            if (builder.FindByAddress(address) is { } other && other.Id != value.Id)
                throw new DirectoryException(DirectoryError.AddressInUse, $"The address {address} belongs to \"{other.DisplayName}\" ({other.Kind}). Take it from there first, or choose another.");
        }

        return value;
    }

    private Domain DefaultDomain() =>
        builder.Domains.Default ?? throw new DirectoryException(DirectoryError.UnknownDomain, "There is no domain yet. Add one first.");

    private string Address(string text, Recipient owner)
    {
        if (!SmtpAddress.TryParse(text, out var parsed)) throw BadAddress(text);
        if (builder.Domains.Find(parsed.Domain) is { } domain)
        {
            if (domain.Name != parsed.Domain) parsed = parsed with { Domain = domain.Name };
        }
        else if (owner is not ExternalContact)
        {
            throw new DirectoryException(DirectoryError.UnknownDomain, $"The domain of {text} is not accepted here. Add the domain {parsed.Domain} first, or use one of: {string.Join(", ", builder.Domains.All.Select(d => d.Name))}.");
        }

        // The caller's instance when it was in normal form: one string in memory, not two.
        var normal = parsed.ToString();
        return normal == text ? text : normal;
    }

    private static DirectoryException BadAddress(string text) =>
        new(DirectoryError.InvalidAddress, $"\"{text}\" is no mail address. It has the form name@domain, with at most {SmtpAddress.MaxLocalPart} octets before the @.");

    private string CheckAlias(string alias, Guid owner)
    {
        if (alias.Length > MaxAlias || !System.Text.Ascii.IsValid(alias) || !SmtpAddress.IsDotAtom(alias))
            throw new DirectoryException(DirectoryError.InvalidName, $"\"{alias}\" cannot be an alias: at most {MaxAlias} ASCII characters as before the @ of an address.");
        if ((builder.FindByAlias(alias) ?? builder.FindByLogonName(alias)) is { } other && other.Id != owner)
            throw new DirectoryException(DirectoryError.NameInUse, $"The alias {alias} belongs to {other.PrimaryAddress}. Choose another, or leave it empty to have one made.");
        return alias;
    }

    /// <summary>Of the address's local part; <c>info</c> in a second domain becomes <c>info2</c>.</summary>
    private string MakeAlias(Recipient value)
    {
        var source = value.PrimaryAddress.Length > 0 ? value.PrimaryAddress[..Math.Max(0, value.PrimaryAddress.LastIndexOf('@'))] : value.DisplayName;
        var cleaned = new string([.. source.Select(c => c == ' ' ? '.' : c).Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+')]).Trim('.');
        while (cleaned.Contains("..", StringComparison.Ordinal)) cleaned = cleaned.Replace("..", ".", StringComparison.Ordinal);
        if (cleaned.Length > MaxAlias - 8) cleaned = cleaned[..(MaxAlias - 8)].TrimEnd('.');
        if (cleaned.Length == 0) cleaned = value.Kind.ToString().ToLowerInvariant();

        var alias = cleaned;
        for (var i = 2; builder.FindByAlias(alias) is not null || builder.FindByLogonName(alias) is not null; i++)
        {
            // A thousand of the same name make every further one a search; the id ends it.
            alias = i <= 1_000 ? cleaned + i.ToString(CultureInfo.InvariantCulture) : cleaned + "-" + value.Id.ToString("N", CultureInfo.InvariantCulture)[..7];
            if (i > 1_001) throw new DirectoryException(DirectoryError.NameInUse, $"No free alias like {cleaned} was found. Give one.");
        }

        return alias;
    }

    private static string NameOf(Recipient value)
    {
        var name = $"{value.Details.GivenName} {value.Details.Surname}".Trim();
        return name.Length > 0 ? name : value.Alias;
    }

    private static string DomainName(string text) =>
        SmtpAddress.TryParseDomain(text.Trim().TrimEnd('.'), out var name) && name[0] != '['
            ? name
            : throw new DirectoryException(DirectoryError.InvalidName, $"\"{text}\" is no domain name. It has the form example.com.");

    private static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..];

    private static bool IsCulture(string tag) =>
        tag.Length is >= 2 and <= 35 && tag.Split('-').All(p => p.Length is >= 1 and <= 8 && p.All(char.IsAsciiLetterOrDigit));

    private void CheckText(DirectoryObject value)
    {
        Check("displayName", value.DisplayName, 256);
        if (value is MailboxRecipient { TimeZone: { } zone }) Check("timeZone", zone, 64);
        if (value is Recipient recipient && !ReferenceEquals(recipient.Details, ContactDetails.None))
        {
            foreach (var (name, get) in DirectoryAttributes.DetailTexts)
            {
                if (get(recipient.Details) is { } text) Check(name, text, options.MaxTextLength);
            }
        }

        // PostgreSQL's JSON cannot hold a NUL character.
        if (value.CustomAttributes.Any(c => c.Key.Length is 0 or > 256 || c.Value is null || c.Value.Length > options.MaxTextLength || c.Key.Contains('\0') || c.Value.Contains('\0')))
            throw new DirectoryException(DirectoryError.TooLarge, $"A custom attribute's name has 1 to 256 characters, its value at most {options.MaxTextLength}, neither a NUL character.");
    }
    private static void Check(string name, string text, int maxLength)
    {
        if (text.Length > maxLength)
            throw new DirectoryException(DirectoryError.TooLarge, $"The attribute {name} has {text.Length} characters; at most {maxLength} are allowed. Shorten it.");
        if (text.Contains('\0') || (text.AsSpan().ContainsAny('\r', '\n') && name is not ("info" or "street" or "homePostalAddress" or "mailTip")))
            throw new DirectoryException(DirectoryError.InvalidName, $"The attribute {name} contains a line break or a NUL character. Take it out.");
    }
}
