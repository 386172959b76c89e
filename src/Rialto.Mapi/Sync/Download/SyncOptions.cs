// [MS-OXCFXICS] 2.2.3.2.1.1.1 SynchronizationType, SynchronizationFlags, SynchronizationExtraFlags.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Sync.State;
using Rialto.Model;

namespace Rialto.Mapi.Sync.Download;

internal enum SynchronizationType : byte
{
    Contents = 1,
    Hierarchy = 2,
}

[Flags]
internal enum SynchronizationFlags : ushort
{
    None = 0,
    Unicode = 0x0001,
    NoDeletions = 0x0002,
    IgnoreNoLongerInScope = 0x0004,
    ReadState = 0x0008,
    Fai = 0x0010,
    Normal = 0x0020,
    OnlySpecifiedProperties = 0x0080,
    NoForeignIdentifiers = 0x0100,
    Reserved = 0x1000,
    BestBody = 0x2000,
    IgnoreSpecifiedOnFai = 0x4000,
    Progress = 0x8000,
    Known = Unicode | NoDeletions | IgnoreNoLongerInScope | ReadState | Fai | Normal | OnlySpecifiedProperties | NoForeignIdentifiers | BestBody | IgnoreSpecifiedOnFai | Progress,
}

[Flags]
internal enum SynchronizationExtraFlags : uint
{
    None = 0,
    Eid = 0x1,
    MessageSize = 0x2,
    Cn = 0x4,
    OrderByDeliveryTime = 0x8,
}

/// <summary>What a client configured a download with.</summary>
internal sealed record SyncOptions(
    SynchronizationFlags Flags, SynchronizationExtraFlags Extra, SendOptions SendOptions, Restriction? Restriction, FxFilter Filter)
{
    /// <summary>What the restriction is known by; null where there is none.</summary>
    public Guid? Scope { get; } = SyncScope.Of(Restriction);

    public bool Has(SynchronizationFlags flag) => (Flags & flag) != 0;

    public bool Has(SynchronizationExtraFlags flag) => (Extra & flag) != 0;

    /// <summary>3.2.5.9.1.1: nothing of deletions means nothing of what went out of scope either.</summary>
    public bool TellsOutOfScope => !Has(SynchronizationFlags.NoDeletions) && !Has(SynchronizationFlags.IgnoreNoLongerInScope);

    /// <summary>2.2.4.3.11: whether the client takes partial changes. What it names itself goes in one list.</summary>
    public bool TakesPartial => (SendOptions & SendOptions.PartialItem) != 0 && !Filter.IsOnly;

    public bool Recovers => (SendOptions & SendOptions.RecoverMode) != 0;
}
