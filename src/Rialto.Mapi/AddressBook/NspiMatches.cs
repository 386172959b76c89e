// [MS-OXNSPI] 3.1.4.4.2 explicit tables, 3.1.4.1.10 how they are made; 3.1.4.7 ambiguous names.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Finds objects: by restriction, by what a property names, by what a person types.</summary>
internal static class NspiMatches
{
    /// <summary>The numbers that are somebody's, sorted; each as often as it was given.</summary>
    public static uint[] Sorted(AddressBookSnapshot book, IEnumerable<uint> numbers, AddressBookOrder order)
    {
        var found = new List<(Recipient Entry, uint Number)>();
        foreach (var number in numbers)
        {
            if (book.Find(number) is { } entry)
                found.Add((entry, number));
        }
        found.Sort((a, b) => order.Compare(a.Entry, b.Entry));
        return [.. found.Select(f => f.Number)];
    }

    /// <summary>The entries of the table that the restriction holds for, in the table's order; too big when more than <paramref name="most"/>.</summary>
    public static ErrorCode OfRestriction(NspiCall call, in Stat stat, Restriction filter, int most, out uint[] numbers)
    {
        numbers = [];
        // The sort types of object tables mean the display name too.
        var error = NspiTable.Find(call, stat, out var table);
        if (error != ErrorCode.Success)
            return error;
        var analysis = RestrictionAnalysis.Of(filter);
        // What is looked at in all has a bound, so that a request has.
        if (analysis.Depth > call.Options.MaximumAddressBookDepth || (long)analysis.Terms * table.Entries.Count > call.Options.MaximumAddressBookComparisons)
            return ErrorCode.TooComplex;
        return filter is PropertyRestriction { Tag.Id: PropertyIds.Anr, Value.Reference: string text }
            ? OfName(call, table, text, most, out numbers)
            : Scan(call, table, filter, most, out numbers);
    }

    /// <summary>The objects that a property of the object in CurrentRec names, sorted; not supported for a property that names none.</summary>
    public static ErrorCode OfProperty(NspiCall call, in Stat stat, (Guid Set, uint Id)? name, int most, out uint[] numbers)
    {
        numbers = [];
        if (call.Book.Find(stat.CurrentRec) is not { } recipient)
            return ErrorCode.GeneralFailure;
        var tag = name is { } given ? new PropertyTag((ushort)(given.Id > ushort.MaxValue ? given.Id >> 16 : given.Id), PropertyType.Object) : new PropertyTag(stat.ContainerId);
        // No property, or one whose value is the object's own name: the object itself.
        if (tag.Id is 0 or PropertyIds.DisplayName or PropertyIds.EntryId or PropertyIds.EmailAddress or PropertyIds.SmtpAddress or PropertyIds.Account
            or PropertyIds.AddressBookObjectDistinguishedName)
        {
            numbers = [stat.CurrentRec];
            return most < 1 ? ErrorCode.TableTooBig : ErrorCode.Success;
        }
        if (PropertyMap.Find(tag.Id) is not { Links: { } links } property)
            return ErrorCode.NotSupported;
        if (stat.SortType == WritableSort && !property.IsWritableLink)
            return ErrorCode.NotSupported;
        var book = call.Book;
        var found = links(call.Entry(recipient, stat.CurrentRec, false)).Where(id => book.Directory.Find(id) is Recipient).Select(book.NumberOf).Take(most + 1).ToList();
        if (found.Count > most)
            return ErrorCode.TableTooBig;
        numbers = Sorted(book, found, AddressBookOrder.Of(stat.SortLocale));
        return ErrorCode.Success;
    }

    /// <summary>
    /// Who a typed text means in a list: nobody, one, or several. Empty text is nobody. [MS-OXNSPI] 3.1.4.7.
    /// </summary>
    public static NameResolution Resolve(NspiCall call, AddressBookList list, string? text, out uint number)
    {
        number = 0;
        if (string.IsNullOrWhiteSpace(text))
            return NameResolution.Unresolved;
        using var set = call.Book.Directory.Search.None();
        call.Book.Directory.Search.AddAmbiguous(set, Typed(text));
        foreach (var recipient in set)
        {
            if (!list.Includes(recipient))
                continue;
            if (number != 0)
                return NameResolution.Ambiguous;
            number = call.Book.NumberOf(recipient.Id);
        }
        return number == 0 ? NameResolution.Unresolved : NameResolution.Resolved;
    }

    /// <summary>SortTypeDisplayName_W. 2.2.1.10.</summary>
    private const uint WritableSort = 0x000003E9;

    private static ErrorCode OfName(NspiCall call, NspiTable table, string text, int most, out uint[] numbers)
    {
        numbers = [];
        var found = new List<uint>();
        using var set = call.Book.Directory.Search.None();
        call.Book.Directory.Search.AddAmbiguous(set, Typed(text));
        foreach (var recipient in set)
        {
            if (!table.List.Includes(recipient) || call.Book.NumberOf(recipient.Id) is not (> 0 and var number))
                continue;
            if (found.Count == most)
                return ErrorCode.TableTooBig;
            found.Add(number);
        }
        numbers = Sorted(call.Book, found, table.Order);
        return ErrorCode.Success;
    }

    private static ErrorCode Scan(NspiCall call, NspiTable table, Restriction filter, int most, out uint[] numbers)
    {
        numbers = [];
        var found = new List<uint>();
        var names = new Dictionary<string, HashSet<Guid>>(StringComparer.Ordinal);
        foreach (var number in table.Entries.All())
        {
            if (call.Book.Find(number) is not { } recipient || !RestrictionEvaluator.Matches(filter, new EntrySource(call.Entry(recipient, number, false), names)))
                continue;
            if (found.Count == most)
                return ErrorCode.TableTooBig;
            found.Add(number);
            if ((found.Count & 0xFF) == 0)
                call.Cancel.ThrowIfCancellationRequested();
        }
        numbers = [.. found];
        return ErrorCode.Success;
    }

    /// <summary>Clients ask for exactly an address as <c>=SMTP:address</c>, which needs no sign.</summary>
    private static string Typed(string text) => text.TrimStart() is var typed && typed.StartsWith("=SMTP:", StringComparison.OrdinalIgnoreCase) ? typed[1..] : text;

    /// <summary>An entry as restrictions see it: its properties, and whether a typed name means it.</summary>
    private readonly struct EntrySource(AddressBookEntry entry, Dictionary<string, HashSet<Guid>> names) : IPropertySource
    {
        public bool TryGet(PropertyTag tag, out PropertyValue value)
        {
            value = PropertyMap.Find(tag.Id) switch
            {
                { Blob: not AddressBookBlob.None } blob => PropertyMap.Has(blob, entry) ? PropertyValue.Of(tag, Array.Empty<byte>()) : default,
                { } property => PropertyMap.Value(property, entry, property.Tag.Type == PropertyType.Object ? property.Tag : tag.WithType(PropertyType.Unspecified)),
                null => default,
            };
            return !value.IsAbsent;
        }

        public IEnumerable<IPropertySource> SubObjects(PropertyTag subObject) => [];

        public bool? Decide(Restriction term)
        {
            if (term is not PropertyRestriction { Tag.Id: PropertyIds.Anr, Value.Reference: string text })
                return null;
            if (!names.TryGetValue(text, out var meant))
            {
                meant = [];
                using var set = entry.Book.Directory.Search.None();
                entry.Book.Directory.Search.AddAmbiguous(set, Typed(text));
                foreach (var recipient in set)
                    meant.Add(recipient.Id);
                names[text] = meant;
            }
            return meant.Contains(entry.Recipient.Id);
        }
    }
}
