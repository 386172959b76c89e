// [MS-OXCFXICS] 3.2.5.11, 3.2.5.12: 0x6600 to 0x67FF are the provider's own, which streams carry only where they are asked for.
using Rialto.Model;

namespace Rialto.Mapi.Sync.Records;

/// <summary>
/// Properties that a server of this kind gives to another one that copies a mailbox: messages and folders as they are kept, in place of what clients see of them. They come
/// only where the download names <see cref="Record"/> among the properties that it wants alone, and only to the mailbox's owner.
/// </summary>
internal static class RecordTags
{
    /// <summary>Names the record in a download's list; of a store it says that there are such records, and in which version.</summary>
    public static readonly PropertyTag Record = new(0x66F00003);

    /// <summary>The record's last property: 1 for a message that is MIME, 2 for one of properties; of a folder its type.</summary>
    public static readonly PropertyTag End = new(0x66F10003);

    /// <summary>The authoritative content: MIME, or a message in PropertyBagCodec's form.</summary>
    public static readonly PropertyTag Content = new(0x66F20102);

    /// <summary>MessageState.</summary>
    public static readonly PropertyTag State = new(0x66F30003);

    public static readonly PropertyTag Keywords = new(0x66F4101F);

    public static readonly PropertyTag Status = new(0x66F50003);

    /// <summary>Properties beside a message's content, or those of a folder: a message in PropertyBagCodec's form, which has the names of its named properties.</summary>
    public static readonly PropertyTag Properties = new(0x66F60102);

    public static readonly PropertyTag Received = new(0x66F70040);

    public static readonly PropertyTag Created = new(0x66F80040);

    public static readonly PropertyTag UrlName = new(0x66F9001F);

    public static readonly PropertyTag ContainerClass = new(0x66FA001F);

    public static readonly PropertyTag Comment = new(0x66FB001F);

    public static readonly PropertyTag Hidden = new(0x66FC000B);

    /// <summary>A line a member: rights in hexadecimal, a space, and an address, "default" or "anonymous".</summary>
    public static readonly PropertyTag Permissions = new(0x66FD101F);

    /// <summary>Of a search folder what it looks for: see <see cref="CriteriaRecord"/>.</summary>
    public static readonly PropertyTag Criteria = new(0x66FE0102);

    /// <summary>What belongs to the mailbox itself, in a change of its own without a source key: see <see cref="MailboxRecord"/>.</summary>
    public static readonly PropertyTag Mailbox = new(0x66FF0102);

    /// <summary>The names of the ids in a rule's condition and actions, which its content has none for: a message in PropertyBagCodec's form without properties.</summary>
    public static readonly PropertyTag Names = new(0x66EF0102);

    public const int Version = 1;
}
