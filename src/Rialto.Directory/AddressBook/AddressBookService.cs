// [MS-OXNSPI] 3.1.4.6 object identity: minimal ids hold for as long as the server calls itself by the same GUID.
namespace Rialto.Directory.AddressBook;

/// <summary>
/// The address book over a directory: numbers for its objects, and its lists sorted. Made when first asked for, and kept up with changes at a cost of
/// what changed. One for the process; thread-safe.
/// </summary>
public sealed class AddressBookService : IDisposable
{
    /// <summary>From so many changes at once on, views are made anew rather than changed.</summary>
    private const int ManyChanges = 512;

    private readonly DirectoryService directory;
    private readonly Lock gate = new();
    private readonly NumberTable numbers = new();
    private AddressBookSnapshot? current;

    public AddressBookService(DirectoryService directory)
    {
        this.directory = directory;
        directory.Changed += OnChanged;
    }

    /// <summary>Goes with the numbers: other ones after a restart, and so another GUID.</summary>
    public Guid ServerGuid { get; } = Guid.NewGuid();

    /// <summary>The address book now. Keep it for a request, not for longer.</summary>
    public AddressBookSnapshot Current
    {
        get
        {
            if (Volatile.Read(ref current) is { } made) return made;
            lock (gate)
            {
                if (current is null) Volatile.Write(ref current, Build(directory.Current));
                return current!;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => directory.Changed -= OnChanged;

    internal uint NumberOf(Guid id) => numbers.Find(id);

    private AddressBookSnapshot Build(DirectorySnapshot snapshot)
    {
        var changes = snapshot.Recipients.Select(r => ((Recipient?)null, (Recipient?)r)).ToList();
        return new(this, snapshot, Table(EntryTable.Empty, changes), ReverseLinks.Empty.After(changes), ListsOf(snapshot), []);
    }

    private void OnChanged(DirectoryChanges changes)
    {
        lock (gate)
        {
            // Before the first use there is nothing to keep; and what was built since already has this change.
            if (current is null || changes.Snapshot.Version <= current.Directory.Version) return;
            var recipients = changes.Objects.Where(c => c.Before is Recipient || c.After is Recipient).Select(c => (c.Before as Recipient, c.After as Recipient)).ToList();
            var lists = changes.Objects.Any(c => c.Before is AddressList || c.After is AddressList) ? ListsOf(changes.Snapshot) : current.AllLists;
            var entries = Table(current.Entries, recipients);
            var views = recipients.Count > ManyChanges || !ReferenceEquals(lists, current.AllLists) ? [] : current.ViewsAfter(recipients);
            Volatile.Write(ref current, new(this, changes.Snapshot, entries, current.Links.After(recipients), lists, views));
        }
    }

    private EntryTable Table(EntryTable from, List<(Recipient? Before, Recipient? After)> changes)
    {
        numbers.Reserve(changes.Count(c => c.Before is null));
        return from.With([.. changes.Select(c => (numbers.Give((c.Before ?? c.After)!.Id), c.After))]);
    }

    private IReadOnlyList<AddressBookList> ListsOf(DirectorySnapshot snapshot)
    {
        IReadOnlyList<AddressBookList> lists = [.. AddressBookList.BuiltIn, .. AddressBookList.OfDirectory(snapshot.AddressLists)];
        foreach (var list in lists) numbers.Give(list.Id);
        if (snapshot.Organisation is { } organisation) numbers.Give(organisation.Id);
        return lists;
    }
}
