// [MS-OXCDATA] 2.2.3-2.2.5 EntryIDs; [MS-OXNSPI] 2.2.9.3 PermanentEntryID, which is the address book's.
using System.Text;
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// An identifier of an object anywhere: four flag bytes (zero when it is long-term), the provider's UID, and what the provider needs. Its length stands outside it.
/// </summary>
public abstract record EntryId(uint Flags, Guid Provider)
{
    /// <summary>
    /// The EntryID that the bytes are: of the kind that the provider (and, for stores' own objects, the length) says, or a <see cref="GeneralEntryId"/> when
    /// it is not a well-formed one. Null for fewer than 20 bytes. <paramref name="string8"/> is the code page of one-off recipients that are not Unicode.
    /// </summary>
    public static EntryId? Parse(ReadOnlySpan<byte> bytes, Encoding? string8 = null)
    {
        EntryId? id = null;
        var reader = new WireReader(bytes);
        EntryIdCodec.Field(ref reader, ref id, string8 ?? Encoding.Latin1);
        if (!reader.Failed)
            return id;
        return bytes.Length < 20 ? null : new GeneralEntryId(BitConverter.ToUInt32(bytes), new Guid(bytes[4..20]), bytes[20..].ToArray());
    }

    /// <summary>The wire form.</summary>
    public byte[] ToArray(Encoding? string8 = null)
    {
        var writer = new WireWriter(128);
        EntryId? self = this;
        EntryIdCodec.Field(ref writer, ref self, string8 ?? Encoding.Latin1);
        var bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }
}

/// <summary>An EntryID of a provider unknown here, kept as it came.</summary>
public sealed record GeneralEntryId(uint Flags, Guid Provider, byte[] Data) : EntryId(Flags, Provider)
{
    public bool Equals(GeneralEntryId? other) => other is not null && base.Equals(other) && Data.AsSpan().SequenceEqual(other.Data);

    public override int GetHashCode() => HashCode.Combine(Flags, Provider, Data.Length);
}

/// <summary>A folder. The provider is the mailbox's GUID, or <see cref="EntryIdProviders.PublicObjects"/>. 46 bytes.</summary>
public sealed record FolderEntryId(Guid Mailbox, StoreObjectType Type, GlobalId Folder) : EntryId(0, Mailbox)
{
    public const int Size = 46;
}

/// <summary>A message and the folder it is in. 70 bytes.</summary>
public sealed record MessageEntryId(Guid Mailbox, StoreObjectType Type, GlobalId Folder, GlobalId Message) : EntryId(0, Mailbox)
{
    public const int Size = 70;
}

/// <summary>
/// A message store. <paramref name="Wrapped"/> is <see cref="EntryIdProviders.PrivateStore"/> or PublicStore; <paramref name="MailboxDn"/> is null for public
/// stores. <paramref name="Rest"/> keeps the later versions' additions (server and SMTP addresses) as bytes.
/// </summary>
public sealed record StoreEntryId(Guid Wrapped, uint WrappedType, string ServerShortName, string? MailboxDn, byte[] Rest) : EntryId(0, EntryIdProviders.WrappedStore)
{
    public const uint MailboxType = 0x0000000C;

    public const uint PublicType = 0x00000006;

    /// <summary>The store of a mailbox.</summary>
    public static StoreEntryId OfMailbox(string serverShortName, string mailboxDn) => new(EntryIdProviders.PrivateStore, MailboxType, serverShortName, mailboxDn, []);

    /// <summary>The store of public folders.</summary>
    public static StoreEntryId OfPublicStore(string serverShortName) => new(EntryIdProviders.PublicStore, PublicType, serverShortName, null, []);

    public bool Equals(StoreEntryId? other) =>
        other is not null && base.Equals(other) && Wrapped == other.Wrapped && WrappedType == other.WrappedType && ServerShortName == other.ServerShortName
        && MailboxDn == other.MailboxDn && Rest.AsSpan().SequenceEqual(other.Rest);

    public override int GetHashCode() => HashCode.Combine(Wrapped, ServerShortName, MailboxDn);
}

/// <summary>An address book object by its X.500 distinguished name (a legacyExchangeDN).</summary>
public sealed record AddressBookEntryId(AddressBookEntryType Type, string X500Dn) : EntryId(0, EntryIdProviders.AddressBook);

/// <summary>A recipient that stands in no directory. All about it is here.</summary>
public sealed record OneOffEntryId(string DisplayName, string AddressType, string EmailAddress, OneOffFlags Options = OneOffFlags.Unicode | OneOffFlags.NoRichText)
    : EntryId(0, EntryIdProviders.OneOff);

/// <summary>One of the addresses of a contact: 0-2 its e-mail addresses, 3-5 its fax numbers.</summary>
public sealed record ContactAddressEntryId(uint Index, byte[] Contact) : EntryId(0, EntryIdProviders.Contacts)
{
    public bool Equals(ContactAddressEntryId? other) => other is not null && Index == other.Index && Contact.AsSpan().SequenceEqual(other.Contact);

    public override int GetHashCode() => HashCode.Combine(Index, Contact.Length);
}

/// <summary>A personal distribution list among the contacts.</summary>
public sealed record PersonalDistributionListEntryId(byte[] List) : EntryId(0, EntryIdProviders.Contacts)
{
    public bool Equals(PersonalDistributionListEntryId? other) => other is not null && List.AsSpan().SequenceEqual(other.List);

    public override int GetHashCode() => List.Length;
}
