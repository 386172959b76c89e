namespace Rialto.Model;

/// <summary>The provider UIDs that route EntryIDs. [MS-OXCDATA] 2.2.3-2.2.5.</summary>
public static class EntryIdProviders
{
    /// <summary>Address book objects (2.2.5.2), and the NSPI permanent EntryID.</summary>
    public static readonly Guid AddressBook = new("c840a7dc-42c0-1a10-b4b9-08002b2fe182");

    /// <summary>Recipients that stand in no directory (2.2.5.1).</summary>
    public static readonly Guid OneOff = new("a41f2b81-a3be-1910-9d6e-00dd010f5402");

    /// <summary>Contact addresses and personal distribution lists (2.2.5.3, 2.2.5.4).</summary>
    public static readonly Guid Contacts = new("0aaa42fe-c718-101a-e885-0b651c240000");

    /// <summary>Message stores, wrapped (2.2.4.3).</summary>
    public static readonly Guid WrappedStore = new("10bba138-e505-1a10-a1bb-08002b2a56c2");

    /// <summary>Inside a wrapped store: a mailbox.</summary>
    public static readonly Guid PrivateStore = new("20fa551b-66aa-cd11-9bc8-00aa002fc45a");

    /// <summary>Inside a wrapped store: public folders.</summary>
    public static readonly Guid PublicStore = new("1002831c-66aa-cd11-9bc8-00aa002fc45a");

    /// <summary>Folders and messages of public stores, in place of a mailbox GUID (2.2.4.1).</summary>
    public static readonly Guid PublicObjects = new("9073441a-66aa-cd11-9bc8-00aa002fc45a");

    /// <summary>Wrapped EntryIDs in personal distribution lists. [MS-OXOCNTC] 2.2.2.2.4.</summary>
    public static readonly Guid WrappedMember = new("d3ad91c0-9d51-11cf-a4a9-00aa0047faa4");
}

/// <summary>What a folder or message EntryID stands for. [MS-OXCDATA] 2.2.4.</summary>
public enum StoreObjectType : ushort
{
    PrivateFolder = 0x0001,
    PublicFolder = 0x0003,
    MappedPublicFolder = 0x0005,
    PrivateMessage = 0x0007,
    PublicMessage = 0x0009,
    MappedPublicMessage = 0x000B,
    PublicNewsgroupFolder = 0x000C,
}

/// <summary>The kind of address book object. [MS-OXCDATA] 2.2.5.2.</summary>
public enum AddressBookEntryType : uint
{
    LocalMailUser = 0x0000,
    DistributionList = 0x0001,
    PublicFolder = 0x0002,
    AutomatedMailbox = 0x0003,
    OrganizationalMailbox = 0x0004,
    PrivateDistributionList = 0x0005,
    RemoteMailUser = 0x0006,
    Container = 0x0100,
    Template = 0x0101,
    OneOffUser = 0x0102,
    Search = 0x0200,
}

/// <summary>How a one-off recipient wants mail. [MS-OXCDATA] 2.2.5.1; the two flag bytes as a little-endian number.</summary>
[Flags]
public enum OneOffFlags : ushort
{
    None = 0,

    /// <summary>MIME rather than TNEF.</summary>
    NoRichText = 0x0001,
    FormatMask = 0x001E,
    TextOnly = 0x0006,
    HtmlOnly = 0x000E,
    TextAndHtml = 0x0016,
    MacintoshMask = 0x0060,

    /// <summary>The server must not look the address up in the address book.</summary>
    DoNotLookUp = 0x1000,
    Unicode = 0x8000,
}
