using System.Collections.Immutable;
using Rialto.Model;

namespace Rialto.Store;

/// <summary>PidTagFolderType. [MS-OXCFOLD] 2.2.2.2.2.5.</summary>
public enum FolderType : byte
{
    Root = 0,
    Generic = 1,
    Search = 2,
}

/// <summary>A folder of a mailbox. Immutable; one object per version.</summary>
public sealed record Folder
{
    public required FolderId Id { get; init; }

    /// <summary>The parent; its own id for the mailbox root.</summary>
    public required FolderId Parent { get; init; }

    public required string Name { get; init; }

    public FolderType Type { get; init; } = FolderType.Generic;

    public SpecialFolder Special { get; init; } = SpecialFolder.None;

    /// <summary>PidTagContainerClass: IPF.Note, IPF.Appointment, …</summary>
    public string ContainerClass { get; init; } = "";

    public string Comment { get; init; } = "";

    public bool Hidden { get; init; }

    public long Sequence { get; init; }

    public long Cn { get; init; }

    public byte[]? ChangeKey { get; init; }

    public byte[]? PredecessorChangeList { get; init; }

    public byte[]? SourceKey { get; init; }

    public FileTime Created { get; init; }

    public FileTime Modified { get; init; }

    /// <summary>IMAP UIDVALIDITY: fixed when the folder is created, larger for a later folder of the same name.</summary>
    public required uint UidValidity { get; init; }

    public ImmutableArray<FolderPermission> Permissions { get; init; } = [];

    /// <summary>Further properties, in PropertyBagCodec's form.</summary>
    public byte[]? Properties { get; init; }

    public FolderCounters Counters { get; init; } = new();

    /// <summary>Whether the name and place may not be changed by clients.</summary>
    public bool IsSpecial => Special != SpecialFolder.None;
}

/// <summary>What changes with every message: kept apart from the folder's row, so that a delivery writes a narrow row.</summary>
public sealed record FolderCounters
{
    public uint UidNext { get; init; } = 1;

    /// <summary>Sequence of the newest change in the folder: IMAP's HIGHESTMODSEQ.</summary>
    public long HighestSequence { get; init; }

    /// <summary>Ordinary messages (neither associated nor soft-deleted).</summary>
    public int Count { get; init; }

    public int Unread { get; init; }

    public int AssociatedCount { get; init; }

    /// <summary>Bytes of all messages, associated ones included.</summary>
    public long Size { get; init; }

    public FileTime NewestChange { get; init; }
}

/// <summary>One row of a folder's permission list. [MS-OXCPERM] 2.2.</summary>
/// <param name="Member">An account or group; <see cref="DefaultMember"/> or <see cref="AnonymousMember"/>.</param>
public sealed record FolderPermission(Guid Member, FolderRights Rights)
{
    public static readonly Guid DefaultMember = Guid.Empty;

    public static readonly Guid AnonymousMember = new("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF");
}

/// <summary>PidTagMemberRights. [MS-OXCPERM] 2.2.7.</summary>
[Flags]
public enum FolderRights : uint
{
    None = 0,
    ReadAny = 0x00000001,
    Create = 0x00000002,
    EditOwned = 0x00000008,
    DeleteOwned = 0x00000010,
    EditAny = 0x00000020,
    DeleteAny = 0x00000040,
    CreateSubFolder = 0x00000080,
    FolderOwner = 0x00000100,
    FolderContact = 0x00000200,
    FolderVisible = 0x00000400,
    FreeBusySimple = 0x00000800,
    FreeBusyDetailed = 0x00001000,

    /// <summary>Everything but the free/busy rights, which apply to calendars alone.</summary>
    All = 0x000007FB,
}
