using System.Collections.Concurrent;

namespace Rialto.Directory.AddressBook;

/// <summary>The address book at one version of the directory: immutable, so that a request sees one state and takes no lock. Views are made when first asked for.</summary>
public sealed class AddressBookSnapshot
{
    /// <summary>Orders kept at a time: each is four bytes an entry and list. Beyond it those that were made first go.</summary>
    private const int MaxOrders = 16;

    private readonly AddressBookService service;
    private readonly ConcurrentDictionary<(Guid List, AddressBookOrder Order), SortedEntries> views;
    private readonly Lock building = new();
    private readonly OrganisationEntry? organisation;

    internal AddressBookSnapshot(
        AddressBookService service, DirectorySnapshot directory, EntryTable entries, ReverseLinks links, IReadOnlyList<AddressBookList> lists,
        IEnumerable<KeyValuePair<(Guid List, AddressBookOrder Order), SortedEntries>> views)
    {
        this.service = service;
        Directory = directory;
        Entries = entries;
        Links = links;
        AllLists = lists;
        organisation = directory.Organisation is { } made ? OrganisationEntry.Of(made) : null;
        this.views = new(views);
    }

    /// <summary>The directory that this is of.</summary>
    public DirectorySnapshot Directory { get; }

    /// <summary>The GUID that the numbers go with.</summary>
    public Guid ServerGuid => service.ServerGuid;

    /// <summary>The lists, each after its parent, the global one first.</summary>
    public IReadOnlyList<AddressBookList> AllLists { get; }

    internal EntryTable Entries { get; }

    internal ReverseLinks Links { get; }

    /// <summary>The recipient of that number, hidden ones and the organisation too; or null.</summary>
    public Recipient? Find(uint number) => Entries.Find(number) ?? (organisation is not null && number != 0 && NumberOf(organisation.Id) == number ? organisation : null);

    /// <summary>The number of an object or list; 0 where it has none.</summary>
    public uint NumberOf(Guid id) => service.NumberOf(id);

    /// <summary>The list of that number; 0 is the global one. Null where there is none.</summary>
    public AddressBookList? FindList(uint number)
    {
        if (number == 0) return AddressBookList.Global;
        foreach (var list in AllLists)
        {
            if (NumberOf(list.Id) == number) return list;
        }

        return null;
    }

    /// <summary>The recipient with that distinguished name, or the organisation; null where there is none.</summary>
    public Recipient? FindByDn(ReadOnlySpan<char> dn) =>
        Directory.FindByLegacyDn(dn) ?? (organisation is not null && dn.Equals(organisation.LegacyExchangeDn, StringComparison.OrdinalIgnoreCase) ? organisation : null);

    /// <summary>Who has the object as manager.</summary>
    public IReadOnlyList<Guid> ReportsOf(Guid id) => Links.ReportsOf(id);

    /// <summary>The groups that the object owns.</summary>
    public IReadOnlyList<Guid> OwnedBy(Guid id) => Links.OwnedBy(id);

    /// <summary>A list's entries in an order.</summary>
    public SortedEntries View(AddressBookList list, AddressBookOrder order)
    {
        if (views.TryGetValue((list.Id, order), out var view)) return view;
        lock (building)
        {
            if (views.TryGetValue((list.Id, order), out view)) return view;
            Forget(order);
            if (!views.TryGetValue((AddressBookList.Global.Id, order), out var global))
            {
                global = Sorted(order);
                views[(AddressBookList.Global.Id, order)] = global;
            }

            if (list == AddressBookList.Global) return global;
            // Sorted once, then sieved.
            view = SortedEntries.Of([.. global.All().Where(n => Find(n) is { } entry && list.Includes(entry))]);
            views[(list.Id, order)] = view;
            return view;
        }
    }

    /// <summary>Where an entry stands in a list; -1 where it is not in it.</summary>
    public int PositionOf(AddressBookList list, AddressBookOrder order, uint number) =>
        Find(number) is { } entry && list.Includes(entry) ? PositionOf(View(list, order), order, entry) : -1;

    /// <summary>The first position of a list whose name in that order is the text or comes after it; the number of entries where there is none.</summary>
    public int Seek(AddressBookList list, AddressBookOrder order, string text) =>
        View(list, order).LowerBound(number => Find(number) is { } entry ? order.CompareTo(entry, text) : -1);

    internal IEnumerable<KeyValuePair<(Guid List, AddressBookOrder Order), SortedEntries>> ViewsAfter(IReadOnlyList<(Recipient? Before, Recipient? After)> changes)
    {
        // The removed are found by their old names among the old entries, the added by their new ones among entries that stay.
        foreach (var (key, made) in views)
        {
            if (AllLists.FirstOrDefault(l => l.Id == key.List) is not { } list) continue;
            var view = made;
            foreach (var (before, _) in changes)
            {
                if (before is not null && list.Includes(before) && PositionOf(view, key.Order, before) is >= 0 and var position) view = view.RemoveAt(position);
            }

            var added = new Dictionary<uint, Recipient>();
            foreach (var (_, after) in changes)
            {
                if (after is null || !list.Includes(after)) continue;
                var number = NumberOf(after.Id);
                var position = view.LowerBound(n => key.Order.Compare(added.TryGetValue(n, out var fresh) ? fresh : Find(n)!, after));
                view = view.Insert(position, number);
                added[number] = after;
            }

            yield return new(key, view);
        }
    }

    private int PositionOf(SortedEntries view, AddressBookOrder order, Recipient entry)
    {
        var position = view.LowerBound(n => Find(n) is { } other ? order.Compare(other, entry) : -1);
        return position < view.Count && Find(view[position])?.Id == entry.Id ? position : -1;
    }

    private SortedEntries Sorted(AddressBookOrder order)
    {
        var keys = new List<(byte[] Key, Recipient Entry)>();
        foreach (var recipient in Directory.Recipients)
        {
            if (AddressBookList.IsListed(recipient)) keys.Add((order.KeyOf(recipient), recipient));
        }

        keys.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key) is not 0 and var by ? by : order.Compare(a.Entry, b.Entry));
        return SortedEntries.Of([.. keys.Select(k => NumberOf(k.Entry.Id))]);
    }

    private void Forget(AddressBookOrder order)
    {
        var orders = views.Keys.Select(k => k.Order).Distinct().ToList();
        if (orders.Count < MaxOrders || orders.Contains(order)) return;
        var gone = orders.First(o => o != AddressBookOrder.Default);
        foreach (var key in views.Keys.Where(k => k.Order == gone)) views.TryRemove(key, out _);
    }
}
