// [MS-OXCDATA] 2.2.3-2.2.5.
using System.Text;
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>EntryIDs on the wire. The io's innermost region is taken to be the EntryID, whose length is told outside it.</summary>
internal static class EntryIdCodec
{
    private const string StoreProviderLibrary = "emsmdb.dll";
    private const uint ContactVersion = 3;
    private const uint ContactType = 4;
    private const uint ListType = 5;
    private const uint ListIndex = 0xFF;

    public static void Field<TIo>(ref TIo io, scoped ref EntryId? value, Encoding string8)
        where TIo : struct, IWireIo, allows ref struct
    {
        if (!io.Enter("EntryID"))
            return;
        var flags = value?.Flags ?? 0;
        var provider = value?.Provider ?? default;
        io.U32(ref flags, "Flags");
        io.Guid(ref provider, "ProviderUID");
        if (!io.IsReading)
        {
            switch (value)
            {
                case FolderEntryId: Folder(ref io, ref value, provider); break;
                case MessageEntryId: Message(ref io, ref value, provider); break;
                case StoreEntryId: Store(ref io, ref value); break;
                case AddressBookEntryId: AddressBook(ref io, ref value); break;
                case OneOffEntryId: OneOff(ref io, ref value, string8); break;
                case ContactAddressEntryId or PersonalDistributionListEntryId: Contact(ref io, ref value); break;
                case GeneralEntryId: General(ref io, ref value, flags, provider); break;
                default: io.Fail(); break;
            }
        }
        else if (flags != 0)
            General(ref io, ref value, flags, provider);
        else if (provider == EntryIdProviders.AddressBook)
            AddressBook(ref io, ref value);
        else if (provider == EntryIdProviders.OneOff)
            OneOff(ref io, ref value, string8);
        else if (provider == EntryIdProviders.Contacts)
            Contact(ref io, ref value);
        else if (provider == EntryIdProviders.WrappedStore)
            Store(ref io, ref value);
        else if (io.Remaining == FolderEntryId.Size - 20)
            Folder(ref io, ref value, provider);
        else if (io.Remaining == MessageEntryId.Size - 20)
            Message(ref io, ref value, provider);
        else
            General(ref io, ref value, flags, provider);
        if (io.Failed && io.IsReading)
            value = null;
        io.Leave();
    }

    private static void General<TIo>(ref TIo io, scoped ref EntryId? value, uint flags, Guid provider)
        where TIo : struct, IWireIo, allows ref struct
    {
        var data = (value as GeneralEntryId)?.Data ?? [];
        io.Rest(ref data, "ProviderData");
        value = new GeneralEntryId(flags, provider, data);
    }

    private static void Folder<TIo>(ref TIo io, scoped ref EntryId? value, Guid provider)
        where TIo : struct, IWireIo, allows ref struct
    {
        var old = value as FolderEntryId;
        var type = old?.Type ?? default;
        var folder = old?.Folder ?? default;
        io.Enum(ref type, "FolderType");
        Padded(ref io, ref folder, "Folder");
        value = new FolderEntryId(provider, type, folder);
        FailUnless(ref io, type is StoreObjectType.PrivateFolder or StoreObjectType.PublicFolder or StoreObjectType.MappedPublicFolder or StoreObjectType.PublicNewsgroupFolder);
    }

    private static void Message<TIo>(ref TIo io, scoped ref EntryId? value, Guid provider)
        where TIo : struct, IWireIo, allows ref struct
    {
        var old = value as MessageEntryId;
        var type = old?.Type ?? default;
        var folder = old?.Folder ?? default;
        var message = old?.Message ?? default;
        io.Enum(ref type, "MessageType");
        Padded(ref io, ref folder, "Folder");
        Padded(ref io, ref message, "Message");
        value = new MessageEntryId(provider, type, folder, message);
        FailUnless(ref io, type is StoreObjectType.PrivateMessage or StoreObjectType.PublicMessage or StoreObjectType.MappedPublicMessage);
    }

    private static void Padded<TIo>(ref TIo io, scoped ref GlobalId id, string name)
        where TIo : struct, IWireIo, allows ref struct
    {
        var padded = new LongTermId(id);
        io.Structure(ref padded, name);
        id = padded.Id;
    }

    private static void Store<TIo>(ref TIo io, scoped ref EntryId? value)
        where TIo : struct, IWireIo, allows ref struct
    {
        var old = value as StoreEntryId;
        byte version = 0, flag = 0;
        var library = io.IsReading ? [] : Encoding.ASCII.GetBytes("EMSMDB.DLL");
        uint wrappedFlags = 0;
        var wrapped = old?.Wrapped ?? default;
        var type = old?.WrappedType ?? default;
        var server = old?.ServerShortName ?? "";
        var dn = old?.MailboxDn;
        var rest = old?.Rest ?? [];
        io.U8(ref version, "Version");
        io.U8(ref flag, "Flag");
        io.FixedBytes(ref library, 14, "DLLFileName");
        io.U32(ref wrappedFlags, "WrappedFlags");
        io.Guid(ref wrapped, "WrappedProviderUID");
        io.U32(ref type, "WrappedType");
        io.AsciiZ(ref server, "ServerShortname");
        if (io.IsReading ? io.Remaining > 0 && wrapped == EntryIdProviders.PrivateStore : dn is not null)
        {
            var text = dn ?? "";
            io.AsciiZ(ref text, "MailboxDN");
            dn = text;
        }
        io.Rest(ref rest, "Rest");
        value = new StoreEntryId(wrapped, type, server, dn, rest);
        FailUnless(ref io, Encoding.ASCII.GetString(library).TrimEnd('\0').Equals(StoreProviderLibrary, StringComparison.OrdinalIgnoreCase));
    }

    private static void AddressBook<TIo>(ref TIo io, scoped ref EntryId? value)
        where TIo : struct, IWireIo, allows ref struct
    {
        var old = value as AddressBookEntryId;
        uint version = 1;
        var type = old?.Type ?? default;
        var dn = old?.X500Dn ?? "";
        io.U32(ref version, "Version");
        io.Enum(ref type, "Type");
        io.AsciiZ(ref dn, "X500DN");
        value = new AddressBookEntryId(type, dn);
        FailUnless(ref io, version == 1);
    }

    private static void OneOff<TIo>(ref TIo io, scoped ref EntryId? value, Encoding string8)
        where TIo : struct, IWireIo, allows ref struct
    {
        var old = value as OneOffEntryId;
        ushort version = 0;
        var options = old?.Options ?? default;
        var name = old?.DisplayName ?? "";
        var type = old?.AddressType ?? "";
        var email = old?.EmailAddress ?? "";
        io.U16(ref version, "Version");
        io.Enum(ref options, "Flags");
        if ((options & OneOffFlags.Unicode) != 0)
        {
            io.Utf16Z(ref name, "DisplayName");
            io.Utf16Z(ref type, "AddressType");
            io.Utf16Z(ref email, "EmailAddress");
        }
        else
        {
            io.EncodedZ(ref name, string8, "DisplayName");
            io.EncodedZ(ref type, string8, "AddressType");
            io.EncodedZ(ref email, string8, "EmailAddress");
        }
        value = new OneOffEntryId(name, type, email, options);
        FailUnless(ref io, version == 0);
    }

    private static void Contact<TIo>(ref TIo io, scoped ref EntryId? value)
        where TIo : struct, IWireIo, allows ref struct
    {
        var version = ContactVersion;
        var type = value is PersonalDistributionListEntryId ? ListType : ContactType;
        var index = value is PersonalDistributionListEntryId ? ListIndex : (value as ContactAddressEntryId)?.Index ?? 0;
        var inner = (value as PersonalDistributionListEntryId)?.List ?? (value as ContactAddressEntryId)?.Contact ?? [];
        io.U32(ref version, "Version");
        io.U32(ref type, "Type");
        io.U32(ref index, "Index");
        io.Bytes(ref inner, CountWidth.UInt32, "EntryIdBytes");
        // Outlook 2003 and 2007 leave up to three bytes of no meaning after it (2.2.5.3).
        FailUnless(ref io, version == ContactVersion && type is ContactType or ListType);
        value = type == ListType ? new PersonalDistributionListEntryId(inner) : new ContactAddressEntryId(index, inner);
    }

    private static void FailUnless<TIo>(ref TIo io, bool condition)
        where TIo : struct, IWireIo, allows ref struct
    {
        if (io.IsReading && !condition)
            io.Fail();
    }
}
