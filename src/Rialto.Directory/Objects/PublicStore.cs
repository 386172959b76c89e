using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>The organisation's public folders: one mailbox, which nobody owns and no mail reaches by its own address. Clients find it by that address. [MS-OXDSCLI] 2.2.4.1.1.2.7.</summary>
public sealed record PublicStore : MailboxRecipient
{
    /// <inheritdoc/>
    public override DirectoryKind Kind => DirectoryKind.PublicStore;
}

/// <summary>A public folder that has an address: mail to it becomes a post in the folder.</summary>
public sealed record MailPublicFolder : Recipient
{
    /// <inheritdoc/>
    public override DirectoryKind Kind => DirectoryKind.MailPublicFolder;

    /// <summary>The folder's id in the public store. One object a folder; it never changes.</summary>
    public long FolderId { get; init; }

    /// <summary>Accounts and groups that may send as the folder.</summary>
    public ImmutableArray<Guid> SendAs { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Accounts and groups that may send on behalf of the folder.</summary>
    public ImmutableArray<Guid> SendOnBehalf { get; init => field = value.IsDefault ? [] : value; } = [];
}
