// [MS-OXNSPI] 3.1.4.1.7 and 3.1.4.1.8: the values of objects, and rows of them; 3.1.4.3.3 strings.
using System.Text;
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Mapi.Rops;
using Rialto.Model;

namespace Rialto.Mapi.AddressBook;

/// <summary>Makes rows: for each number the values of the columns, in the columns' types.</summary>
internal sealed class NspiRowReader
{
    private const uint Utf16 = 1200;

    private readonly NspiCall _call;
    private readonly Encoding _encoding;
    private readonly bool _ephemeral;
    private readonly bool _hasBlobs;

    /// <param name="call">The request.</param>
    /// <param name="columns">What is asked for; a column of no type takes the property's own.</param>
    /// <param name="codePage">Of 8-bit strings.</param>
    /// <param name="ephemeral">Whether EntryIDs are ephemeral.</param>
    public NspiRowReader(NspiCall call, PropertyTag[] columns, uint codePage, bool ephemeral)
    {
        _call = call;
        _ephemeral = ephemeral;
        _encoding = NspiFields.EncodingOf(codePage);
        Columns = [.. columns.Select(c => c.Type == PropertyType.Unspecified ? Typed(c, codePage) : c)];
        _hasBlobs = Array.Exists(Columns, static c => PropertyMap.Find(c.Id) is { Blob: not AddressBookBlob.None });
    }

    /// <summary>The columns, every one with a type.</summary>
    public PropertyTag[] Columns { get; }

    /// <summary>
    /// The columns that QueryRows has where none are asked for, in their order. [MS-OXNSPI] 3.1.4.1.8, constraint 5.
    /// </summary>
    public static PropertyTag[] DefaultColumns { get; } =
    [
        PropertyTags.AddressBookContainerId,
        PropertyTags.ObjectType,
        PropertyTags.DisplayType,
        PropertyTags.DisplayName.WithType(PropertyType.String8),
        PropertyTags.PrimaryTelephoneNumber.WithType(PropertyType.String8),
        PropertyTags.DepartmentName.WithType(PropertyType.String8),
        PropertyTags.OfficeLocation.WithType(PropertyType.String8),
    ];

    public static bool IsUnicode(uint codePage) => codePage == Utf16;

    /// <summary>Whether 8-bit strings can be given in that code page.</summary>
    public static bool IsCodePage(uint codePage) => codePage == Utf16 || CodePages.TryFind(codePage) is not null;

    /// <summary>The rows of those numbers; a number of nobody gives a row without values.</summary>
    public async ValueTask<NspiRows> ReadAsync(ReadOnlyMemory<uint> numbers)
    {
        var rows = new PropertyValue[numbers.Length][];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = await RowAsync(numbers.Span[i]);
        return new(rows.Length == 0 ? Columns : TypesOf(rows), rows);
    }

    /// <summary>The columns as the rows are to be read: one that has no value in any of them is a column of errors, as it would be in a table of properties.</summary>
    private PropertyTag[] TypesOf(PropertyValue[][] rows)
    {
        var columns = Columns;
        for (var i = 0; i < Columns.Length; i++)
        {
            var column = i;
            if (!Array.TrueForAll(rows, row => row[column].IsError))
                continue;
            if (ReferenceEquals(columns, Columns))
                columns = (PropertyTag[])Columns.Clone();
            columns[i] = Columns[i].WithType(PropertyType.ErrorCode);
        }
        return columns;
    }

    /// <summary>One row.</summary>
    public ValueTask<PropertyValue[]> RowAsync(uint number)
    {
        var row = new PropertyValue[Columns.Length];
        var recipient = _call.Book.Find(number);
        if (recipient is not null)
        {
            var entry = _call.Entry(recipient, number, _ephemeral);
            for (var i = 0; i < row.Length; i++)
                row[i] = Cell(entry, Columns[i]);
            if (_hasBlobs)
                return WithBlobsAsync(recipient, row);
        }
        Fill(row);
        return new(row);
    }

    private async ValueTask<PropertyValue[]> WithBlobsAsync(Recipient recipient, PropertyValue[] row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var column = Columns[i];
            switch (PropertyMap.Find(column.Id)?.Blob)
            {
                case AddressBookBlob.Photo when column.Type == PropertyType.Binary && await _call.Directory.ReadPhotoAsync(recipient.Id, _call.Cancel) is { } photo:
                    row[i] = PropertyValue.Of(column, photo);
                    break;
                case AddressBookBlob.Certificates when column.Type == PropertyType.MultipleBinary && await _call.Directory.ReadCertificatesAsync(recipient.Id, _call.Cancel) is { Count: > 0 } certificates:
                    row[i] = PropertyValue.OfArray(column, certificates.ToArray());
                    break;
            }
        }
        Fill(row);
        return row;
    }

    /// <summary>Cells without a value say so. 3.1.4.1.7: the property's id with the type of an error.</summary>
    private void Fill(PropertyValue[] row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i].IsAbsent)
                row[i] = PropertyValue.OfError(Columns[i], ErrorCode.NotFound);
        }
    }

    private PropertyValue Cell(AddressBookEntry entry, PropertyTag column)
    {
        var value = entry.Get(column);
        // 3.1.4.3.3: a name that the code page does not have is given in the form that every code page has.
        if (column.Type == PropertyType.String8 && column.Id is PropertyIds.DisplayName or PropertyIds.TransmittableDisplayName
            && value.Reference is string name && !Ascii.IsValid(name) && !IsIn(name))
        {
            return entry.Get(PropertyTags.Tag7BitDisplayName.WithType(PropertyType.String8)).WithTag(column);
        }
        return value;
    }

    private bool IsIn(string text) => _encoding.GetString(_encoding.GetBytes(text)) == text;

    private static PropertyTag Typed(PropertyTag column, uint codePage) =>
        PropertyMap.Find(column.Id) is { } property ? PropertyMap.Native(property.Tag, IsUnicode(codePage)) : column.WithType(PropertyType.ErrorCode);
}
