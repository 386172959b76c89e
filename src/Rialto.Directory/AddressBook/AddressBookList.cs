// [MS-OXOABK] 2.2.1.1 DNs of containers, 2.2.2 their properties, 3.2.4.1 the hierarchy of address lists.
using System.Globalization;

namespace Rialto.Directory.AddressBook;

/// <summary>A list of the address book: one of those that every organisation has, or one of the directory's, which a filter defines.</summary>
public sealed class AddressBookList
{
    private readonly Func<Recipient, bool> includes;

    private AddressBookList(Guid id, string name, AddressBookList? parent, Func<Recipient, bool> includes)
    {
        Id = id;
        Name = name;
        Parent = parent;
        this.includes = includes;
    }

    /// <summary>Everybody who is not hidden.</summary>
    public static AddressBookList Global { get; } = new(new("5c2d8f0a-0c3b-4b51-9a6f-3f5d1c7e0001"), "Global Address List", null, static _ => true);

    /// <summary>The node that the lists stand under; by itself it has everybody.</summary>
    public static AddressBookList Lists { get; } = new(new("5c2d8f0a-0c3b-4b51-9a6f-3f5d1c7e0002"), "All Address Lists", null, static _ => true);

    public static AddressBookList Contacts { get; } = new(new("5c2d8f0a-0c3b-4b51-9a6f-3f5d1c7e0003"), "All Contacts", Lists, static r => r is ExternalContact);

    public static AddressBookList Groups { get; } = new(new("5c2d8f0a-0c3b-4b51-9a6f-3f5d1c7e0004"), "All Distribution Lists", Lists, static r => r is Group);

    public static AddressBookList Rooms { get; } = new(new("5c2d8f0a-0c3b-4b51-9a6f-3f5d1c7e0005"), "All Rooms", Lists, static r => r is Room);

    public static AddressBookList Users { get; } = new(new("5c2d8f0a-0c3b-4b51-9a6f-3f5d1c7e0006"), "All Users", Lists, static r => r is MailboxRecipient);

    public static AddressBookList PublicFolders { get; } = new(new("5c2d8f0a-0c3b-4b51-9a6f-3f5d1c7e0007"), "Public Folders", Lists, static r => r is MailPublicFolder);

    /// <summary>Those that every organisation has, each after its parent.</summary>
    internal static IReadOnlyList<AddressBookList> BuiltIn { get; } = [Global, Lists, Contacts, Groups, Rooms, Users, PublicFolders];

    public Guid Id { get; }

    public string Name { get; }

    public AddressBookList? Parent { get; }

    /// <summary>How far below the top. PidTagDepth.</summary>
    public int Depth => Parent is null ? 0 : Parent.Depth + 1;

    /// <summary>The container's distinguished name: <c>/</c>, or <c>/guid=</c> and 32 hexadecimal digits.</summary>
    public string Dn => this == Global ? "/" : "/guid=" + Id.ToString("N", CultureInfo.InvariantCulture).ToUpperInvariant();

    /// <summary>Whether the recipient is shown in any list.</summary>
    public static bool IsListed(Recipient recipient) => !recipient.HiddenFromAddressLists && recipient is not PublicStore;

    /// <summary>Whether the recipient is shown in this list.</summary>
    public bool Includes(Recipient recipient) => IsListed(recipient) && includes(recipient);

    /// <summary>The directory's own lists, each after its parent; one whose parent is missing stands with the others.</summary>
    internal static IEnumerable<AddressBookList> OfDirectory(IEnumerable<AddressList> lists)
    {
        var waiting = lists.OrderBy(static l => l.DisplayName, StringComparer.OrdinalIgnoreCase).ThenBy(static l => l.Id).ToList();
        var made = new Dictionary<Guid, AddressBookList>();
        while (waiting.Count > 0)
        {
            // A parent that is not among those left to make is missing, or made; a ring of parents is broken at its first.
            var next = waiting.Find(l => waiting.TrueForAll(w => w.Id != l.ParentId)) ?? waiting[0];
            waiting.Remove(next);
            var parent = next.ParentId is { } id ? made.GetValueOrDefault(id) : null;
            AttributeFilter.TryParse(next.Filter, out var filter, out _);
            made[next.Id] = new(next.Id, next.DisplayName, parent ?? Lists, r => filter is not null && filter.Matches(r));
        }

        return Ordered(made.Values, Lists);
    }

    private static IEnumerable<AddressBookList> Ordered(IReadOnlyCollection<AddressBookList> lists, AddressBookList parent)
    {
        foreach (var list in lists.Where(l => l.Parent == parent))
        {
            yield return list;
            foreach (var below in Ordered(lists, list)) yield return below;
        }
    }
}
