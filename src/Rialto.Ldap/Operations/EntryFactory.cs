// RFC 4511 4.7; RFC 4512 2.3 (relative names are values of the entry).
using Rialto.Directory;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Operations;

/// <summary>Makes recipients of entries as they are added, over the wire or from a file. Accounts and rooms have no mailbox yet: `rialto mailbox enable` makes one.</summary>
internal static class EntryFactory
{
    /// <summary>What the entry becomes; throws <see cref="LdapException"/> with what is wrong with it.</summary>
    public static EntryValues Make(LdapView view, string dn, IReadOnlyList<LdapValues> attributes)
    {
        var name = DistinguishedName.Parse(dn) ?? throw new LdapException(ResultCode.InvalidDnSyntax, $"\"{dn}\" is no distinguished name.");
        if (view.DomainOf(name, out var above) is not { } domain) throw new LdapException(ResultCode.NoSuchObject, "The name is below no domain of this server.");
        if (above == 0 || (above == 1 && domain.FindContainer(name.Parts[0]) is not null) || view.Resolve(name) is not null) throw new LdapException(ResultCode.EntryAlreadyExists, "There is such an entry.");
        var container = above >= 2 ? domain.FindContainer(name.Parts[above - 1]) : null;
        if (above > 2 || name.HasMultiple) throw new LdapException(ResultCode.NamingViolation, $"Entries stand directly below {domain.Dn} or one of its containers.");
        if (above == 2 && container is null) throw new LdapException(ResultCode.NoSuchObject, "There is no such container.", domain.Dn);

        var classes = Texts(attributes, "objectClass");
        if (classes.Count == 0) throw new LdapException(ResultCode.ObjectClassViolation, "An entry needs an objectClass.");
        var relative = name.Parts[0];
        var mail = Texts(attributes, "mail").FirstOrDefault() ?? Texts(attributes, "rfc822Mailbox").FirstOrDefault() ?? (relative.Attribute == "mail" ? relative.Value : null);
        var kind = KindOf(view, container, classes, mail) ?? throw new LdapException(ResultCode.ObjectClassViolation, $"Nothing here is a {string.Join(", ", classes)}.");
        Recipient recipient = kind switch
        {
            DirectoryKind.Group => new Group(),
            DirectoryKind.ExternalContact => new ExternalContact { ExternalAddress = mail ?? throw new LdapException(ResultCode.ObjectClassViolation, "A contact needs a mail address.") },
            DirectoryKind.Room => new Room { MailboxEnabled = false },
            _ => new Account { MailboxEnabled = false },
        };

        var values = new EntryValues(view, Named(recipient, relative));
        foreach (var attribute in attributes)
        {
            // What the directory keeps itself may stand in a file that was exported elsewhere.
            if (AttributeTable.Find(attribute.Attribute) is { Set: null, IsPhoto: false, IsCertificate: false } known && !IsSpecial(known)) continue;
            values.Set(attribute.Attribute, attribute.Values);
        }

        return values.Finish(view, domain, relative, mail);
    }

    private static bool IsSpecial(LdapAttribute attribute) =>
        ReferenceEquals(attribute, AttributeTable.UserPassword);

    private static Recipient Named(Recipient recipient, NamePart relative)
    {
        if (relative.Attribute == "uid") return recipient with { Alias = relative.Value };
        if (relative.Attribute == "mail") return recipient with { PrimaryAddress = relative.Value };
        recipient = recipient with { CustomAttributes = recipient.CustomAttributes.SetItem(LdapView.NameAttribute, $"{relative.Attribute}={DistinguishedName.Escape(relative.Value)}") };
        return relative.Attribute == "cn" ? recipient with { DisplayName = relative.Value } : recipient;
    }

    private static DirectoryKind? KindOf(LdapView view, LdapContainer? container, IReadOnlyCollection<string> classes, string? mail)
    {
        if (ClassTable.KindOf(classes) is not { } kind) return null;
        if (kind == DirectoryKind.Group) return kind;
        if (container?.Kind == ContainerKind.Resources) return DirectoryKind.Room;
        if (kind == DirectoryKind.ExternalContact || container?.Kind == ContainerKind.Contacts) return DirectoryKind.ExternalContact;

        // A person whose mail goes elsewhere is somebody to write to, and no account.
        var at = mail?.LastIndexOf('@') ?? -1;
        return at > 0 && view.Directory.FindDomain(mail.AsSpan(at + 1)) is null ? DirectoryKind.ExternalContact : DirectoryKind.Account;
    }

    private static List<string> Texts(IReadOnlyList<LdapValues> attributes, string name) =>
        [.. attributes.Where(a => a.Attribute.Equals(name, StringComparison.OrdinalIgnoreCase)).SelectMany(a => a.Values).Select(System.Text.Encoding.UTF8.GetString)];
}
