// [MS-OXOAB] 2.9.2.2 the properties, 2.3.2 the order: by display name in the server's language.
using System.Runtime.CompilerServices;
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Oab.Wire;

namespace Rialto.Oab.Build;

/// <summary>Rows of the address book's lists. Hidden entries are in no list, and so in no file.</summary>
public sealed class DirectoryContents(DirectoryService directory, OabOptions options)
{
    private static readonly int s_manager = OabSchema.IndexOf(PropertyTags.AddressBookManagerDistinguishedName);

    /// <summary>The property of each column; null for those that are made here.</summary>
    private readonly AddressBookProperty?[] properties = [.. OabSchema.Objects.Select(c => PropertyMap.Find(c.Tag.Id))];

    public OabContents Of(OabBook book, AddressBookList list, AddressBookSnapshot addressBook) =>
        new(book.IdOf(list), list.Name, list.Dn, cancel => RowsAsync(addressBook, list, cancel), RootDepartment(addressBook.Directory));

    private static string RootDepartment(DirectorySnapshot directory) =>
        directory.Organisation?.RootDepartmentId is { } id && directory.Find<Group>(id) is { IsDepartment: true } root ? root.LegacyExchangeDn : "";

    private async IAsyncEnumerable<OabRow> RowsAsync(AddressBookSnapshot addressBook, AddressBookList list, [EnumeratorCancellation] CancellationToken cancel)
    {
        var row = new OabRow();
        foreach (var number in addressBook.View(list, AddressBookOrder.Default).All())
        {
            cancel.ThrowIfCancellationRequested();
            if (addressBook.Find(number) is not { } recipient || recipient.LegacyExchangeDn.Length == 0)
                continue;
            row.Elsewhere.Clear();
            Fill(row, new AddressBookEntry(addressBook, recipient, number));
            if (recipient.PhotoHash is not null || recipient.CertificatesHash is not null)
                await FillBlobsAsync(row, recipient, cancel);
            yield return row;
        }
    }

    private void Fill(OabRow row, AddressBookEntry entry)
    {
        for (var i = 0; i < properties.Length; i++)
        {
            var property = properties[i];
            row.Values[i] = property is null or { Blob: not AddressBookBlob.None } || i == s_manager ? default : PropertyMap.Value(property, entry, OabSchema.Objects[i].Tag);
        }
        if (entry.Recipient.Details.ManagerId is { } id && entry.Book.Directory.Find<Recipient>(id) is { } manager && AddressBookList.IsListed(manager))
            row.Values[s_manager] = PropertyValue.Of(OabSchema.Objects[s_manager].Tag, manager.LegacyExchangeDn);
    }

    private async ValueTask FillBlobsAsync(OabRow row, Recipient recipient, CancellationToken cancel)
    {
        var certificates = recipient.CertificatesHash is null ? [] : (await directory.ReadCertificatesAsync(recipient.Id, cancel)).ToArray();
        for (var i = 0; i < properties.Length; i++)
        {
            var tag = OabSchema.Objects[i].Tag;
            switch (properties[i]?.Blob)
            {
                case AddressBookBlob.Photo when recipient.PhotoHash is not null && options.IncludePhotos:
                    if (await directory.ReadPhotoAsync(recipient.Id, cancel) is { } photo)
                        row.Values[i] = PropertyValue.Of(tag, photo);
                    break;
                case AddressBookBlob.Photo when recipient.PhotoHash is not null:
                    // Clients ask the server for it when they show the entry.
                    row.Elsewhere.Add(tag);
                    break;
                case AddressBookBlob.Certificates when certificates.Length > 0:
                    row.Values[i] = PropertyValue.OfArray(tag, certificates);
                    break;
            }
        }
    }
}
