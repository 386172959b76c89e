namespace Rialto.Directory;

/// <summary>What a directory object is. The numbers are stored: never renumber, never reuse.</summary>
public enum DirectoryKind : byte
{
    /// <summary>The one organisation of this installation.</summary>
    Organisation = 1,

    /// <summary>An accepted mail domain.</summary>
    Domain = 2,

    /// <summary>A person who can log in.</summary>
    Account = 3,

    /// <summary>A distribution group, static or dynamic.</summary>
    Group = 4,

    /// <summary>A room's mailbox.</summary>
    Room = 5,

    /// <summary>A mailbox of equipment.</summary>
    Equipment = 6,

    /// <summary>Somebody outside who is listed in the address book.</summary>
    ExternalContact = 7,

    /// <summary>A mailbox that several accounts open; nobody logs in to it.</summary>
    SharedMailbox = 8,

    /// <summary>The organisation's public folders.</summary>
    PublicStore = 9,

    /// <summary>A public folder that has an address.</summary>
    MailPublicFolder = 10,

    /// <summary>A list of the address book, defined by a filter.</summary>
    AddressList = 11,
}
