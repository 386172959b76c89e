using System.Security.Cryptography;
using System.Text;
using Rialto.Directory;
using Rialto.Directory.AddressBook;

namespace Rialto.Oab.Build;

/// <summary>An offline address book: lists that are downloaded together. Its id is the folder of its URL.</summary>
public sealed record OabBook(Guid Id, string Name, IReadOnlyList<AddressBookList> Lists)
{
    /// <summary>The books that the options name, for an organisation; lists that there are not (any more) are told.</summary>
    public static IReadOnlyList<OabBook> Of(OabOptions options, AddressBookSnapshot addressBook, Action<string, string>? missing = null)
    {
        if (addressBook.Directory.Organisation is not { } organisation)
            return [];
        if (options.Books.Count == 0)
            return [new(IdOf(organisation, OabOptions.DefaultBook), OabOptions.DefaultBook, [AddressBookList.Global])];
        var books = new List<OabBook>();
        foreach (var (name, text) in options.Books)
        {
            var lists = new List<AddressBookList>();
            foreach (var wanted in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (addressBook.AllLists.FirstOrDefault(l => l.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase)) is not { } list)
                    missing?.Invoke(name, wanted);
                else if (!lists.Contains(list))
                    lists.Add(list);
            }
            if (lists.Count > 0)
                books.Add(new(IdOf(organisation, name), name, lists));
        }
        return books;
    }

    /// <summary>The book that clients are told of: the one of the usual name, or the first; null where there is none.</summary>
    public static OabBook? DefaultOf(IReadOnlyList<OabBook> books) =>
        books.FirstOrDefault(b => b.Name.Equals(OabOptions.DefaultBook, StringComparison.OrdinalIgnoreCase)) ?? (books.Count > 0 ? books[0] : null);

    /// <summary>Identity of a book: the same for the same name in the same organisation, on every server.</summary>
    public static Guid IdOf(Organisation organisation, string name) => Make($"book\n{organisation.Id:D}\n{name.ToUpperInvariant()}");

    /// <summary>
    /// Identity of a list in a book. Not the list's own id: those that every organisation has are the same everywhere.
    /// </summary>
    public Guid IdOf(AddressBookList list) => Make($"list\n{Id:D}\n{list.Id:D}");

    private static Guid Make(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16);
        // RFC 9562 5.8: a UUID of one's own making.
        hash[7] = (byte)((hash[7] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash);
    }
}
