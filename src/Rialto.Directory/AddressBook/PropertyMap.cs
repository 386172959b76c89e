// [MS-OXOABK] 2.2.3-2.2.9 the properties of address book objects; [MS-OXNSPI] 3.1.4.3 their types.
using System.Collections.Frozen;
using System.Collections.Immutable;
using Rialto.Model;

namespace Rialto.Directory.AddressBook;

/// <summary>Every property that an object of the address book can have, by id: the one map for NSPI, the offline address book and whoever else shows objects.</summary>
public static class PropertyMap
{
    private static readonly FrozenDictionary<ushort, AddressBookProperty> ById =
        IdentityProperties.All.Concat(DetailProperties.All).Concat(LinkProperties.All).ToFrozenDictionary(p => p.Tag.Id);

    /// <summary>All of them, in the order of their tags.</summary>
    public static ImmutableArray<AddressBookProperty> All { get; } = [.. ById.Values.OrderBy(p => p.Tag.Value)];

    /// <summary>The property of that id, or null.</summary>
    public static AddressBookProperty? Find(ushort id) => ById.GetValueOrDefault(id);

    /// <summary>The tag in its native type, strings as the client wants them.</summary>
    public static PropertyTag Native(PropertyTag tag, bool unicode) => tag.Type switch
    {
        PropertyType.String or PropertyType.String8 => tag.WithType(unicode ? PropertyType.String : PropertyType.String8),
        PropertyType.MultipleString or PropertyType.MultipleString8 => tag.WithType(unicode ? PropertyType.MultipleString : PropertyType.MultipleString8),
        _ => tag,
    };

    /// <summary>Whether the object has a value of the property.</summary>
    public static bool Has(AddressBookProperty property, AddressBookEntry entry) => property switch
    {
        { Blob: AddressBookBlob.Photo } => entry.Recipient.PhotoHash is not null,
        { Blob: AddressBookBlob.Certificates } => entry.Recipient.CertificatesHash is not null,
        { Get: null, Links: { } links } => links(entry).Any(),
        { Get: { } get } => !get(entry).IsAbsent,
        _ => false,
    };

    /// <summary>The value in the type asked for; absent where there is none. A table of objects is the number that stands for it, or names where text is asked for.</summary>
    public static PropertyValue Value(AddressBookProperty property, AddressBookEntry entry, PropertyTag asked)
    {
        if (property.Get is { } get) return In(get(entry), asked);
        if (property.Links is not { } links) return default;
        switch (asked.Type)
        {
            case PropertyType.Object or PropertyType.Unspecified:
                return links(entry).Any() ? PropertyValue.Of(asked.WithType(PropertyType.Object), (int)entry.Number) : default;
            case PropertyType.String or PropertyType.String8:
                return links(entry).Select(id => entry.Book.Directory.Find<Recipient>(id)?.LegacyExchangeDn).FirstOrDefault(dn => dn is not null) is { } first ? PropertyValue.Of(asked, first) : default;
            case PropertyType.MultipleString or PropertyType.MultipleString8:
                string[] names = [.. links(entry).Select(id => entry.Book.Directory.Find<Recipient>(id)?.LegacyExchangeDn).OfType<string>()];
                return names.Length > 0 ? PropertyValue.OfArray(asked, names) : default;
            default:
                return default;
        }
    }

    /// <summary>The value in the type asked for: besides what is the same anyway, the first of several, and one as several.</summary>
    public static PropertyValue In(PropertyValue value, PropertyTag asked)
    {
        var type = asked.Type;
        if (value.IsAbsent || type == value.Type || type == PropertyType.Unspecified) return value;
        return (type, value.Reference) switch
        {
            (PropertyType.String or PropertyType.String8, string text) => PropertyValue.Of(asked, text),
            (PropertyType.String or PropertyType.String8, string[] { Length: > 0 } texts) => PropertyValue.Of(asked, texts[0]),
            (PropertyType.MultipleString or PropertyType.MultipleString8, string[] texts) => PropertyValue.OfArray(asked, texts),
            (PropertyType.MultipleString or PropertyType.MultipleString8, string text) => PropertyValue.OfArray(asked, new[] { text }),
            _ => PropertyCoercion.To(value, asked),
        };
    }
}
