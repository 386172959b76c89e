using Rialto.Model;

namespace Rialto.Directory.AddressBook;

/// <summary>Values that are too large to keep in memory and are read from storage when asked for.</summary>
public enum AddressBookBlob : byte
{
    None,
    Photo,
    Certificates,
}

/// <summary>One property of the address book: how it is made of a directory object, and whether it can be changed.</summary>
/// <param name="Tag">The property in the type that it natively has.</param>
public sealed record AddressBookProperty(PropertyTag Tag)
{
    /// <summary>The value, or absent; null where <see cref="Links"/> or <see cref="Blob"/> says what there is.</summary>
    public Func<AddressBookEntry, PropertyValue>? Get { get; init; }

    /// <summary>For a property that stands for a table of objects: their ids. [MS-OXNSPI] 3.1.4.4.2.2.</summary>
    public Func<AddressBookEntry, IEnumerable<Guid>>? Links { get; init; }

    /// <summary>What has to be read from storage.</summary>
    public AddressBookBlob Blob { get; init; }

    /// <summary>The object with this value (absent: without any); null where the value does not fit. Null for what cannot be changed by its owner.</summary>
    public Func<Recipient, PropertyValue, Recipient?>? Set { get; init; }

    /// <summary>Whether it is for administrators alone to change: what others must be able to rely on.</summary>
    public bool IsAdministrators { get; init; }

    /// <summary>Whether the links can be changed by who owns the object.</summary>
    public bool IsWritableLink { get; init; }
}

/// <summary>An object as somebody looks at it: what properties are made of.</summary>
/// <param name="Book">The address book that it stands in.</param>
/// <param name="Recipient">The object.</param>
/// <param name="Number">Its number.</param>
/// <param name="IsEphemeral">Whether PidTagEntryId is wanted in the ephemeral form.</param>
/// <param name="Viewer">Who looks, where it matters: hidden memberships are shown to owners and administrators alone. Null sees what everybody sees.</param>
public readonly record struct AddressBookEntry(AddressBookSnapshot Book, Recipient Recipient, uint Number, bool IsEphemeral = false, Account? Viewer = null)
{
    /// <summary>The value in the type asked for; absent where there is none, or none in that type. Blobs are not here: see <see cref="PropertyMap.Find"/>.</summary>
    public PropertyValue Get(PropertyTag asked) => PropertyMap.Find(asked.Id) is { } property ? PropertyMap.Value(property, this, asked) : default;
}
