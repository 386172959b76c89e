using System.Collections.Immutable;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Engine;

/// <summary>The first batch of a mailbox: its special folders and names. [MS-OXCSTOR] 2.2.1.1.3, [MS-OXOSFLD] 2.2.</summary>
internal static class NewMailbox
{
    /// <summary>
    /// Names that the server itself keeps beside mail and that every mail client asks for: with ids from the beginning, nobody has to write only to read. The order is for
    /// ever: it makes the ids.
    /// </summary>
    private static readonly PropertyName[] s_names =
    [
        PropertyNames.PidNameKeywords, PropertyNames.PidLidFlagRequest, PropertyNames.PidLidCommonStart, PropertyNames.PidLidCommonEnd, PropertyNames.PidLidSideEffects,
        PropertyNames.PidLidSmartNoAttach, PropertyNames.PidLidHeaderItem, PropertyNames.PidLidInternetAccountName, PropertyNames.PidLidClassification,
    ];

    public static (MailboxHeader Header, WriteBatch Initial) Create(
        Guid mailbox, Guid owner, bool isPublic, IReadOnlyDictionary<SpecialFolder, string>? names, DateTimeOffset time)
    {
        var header = new MailboxHeader(mailbox, Guid.NewGuid(), isPublic, owner, time.UtcTicks);
        var now = FileTime.From(time);
        var batch = new WriteBatch { ExpectedSequence = 0, NewSequence = 0 };
        // Fixed ids lie below the first one that the counter gives, and so does no change number.
        var sequence = SpecialFolders.FirstDynamicId - 1;
        var uidValidity = (uint)Math.Clamp(time.ToUnixTimeSeconds(), 1, uint.MaxValue);
        foreach (var place in isPublic ? SpecialFolders.PublicLayout : SpecialFolders.PrivateLayout)
        {
            sequence++;
            var folder = new Folder
            {
                Id = SpecialFolders.IdOf(place.Folder),
                Parent = SpecialFolders.IdOf(place.Parent),
                Name = names?.GetValueOrDefault(place.Folder) ?? place.Name,
                Type = place.Type,
                Special = place.Folder,
                ContainerClass = place.ContainerClass,
                Hidden = place.Hidden,
                Sequence = sequence,
                Cn = sequence,
                Created = now,
                Modified = now,
                UidValidity = uidValidity,
                Permissions = PermissionsOf(place.Folder),
                Counters = new FolderCounters { HighestSequence = sequence },
            };
            batch.Mutations.Add(new PutFolder(folder));
            batch.Mutations.Add(new PutFolderCounters(folder.Id, folder.Counters));
            batch.Mutations.Add(new AppendChange(new Change { Kind = ChangeKind.FolderCreated, Sequence = sequence, Folder = folder.Id, TimeUtcTicks = time.UtcTicks }));
        }
        var id = NamedPropertyMap.FirstId;
        foreach (var name in s_names)
            batch.Mutations.Add(new AddNamedProperty(id++, name));
        batch.NewSequence = sequence;
        return (header, batch);
    }

    /// <summary>
    /// Calendars show everyone of the organisation when their owner is busy and nothing else; public folders are for all who may log on.
    /// [MS-OXCPERM] 3.2.5: the default entry answers for whoever is not listed.
    /// </summary>
    private static ImmutableArray<FolderPermission> PermissionsOf(SpecialFolder folder) => folder switch
    {
        SpecialFolder.Calendar => Both(FolderRights.FreeBusySimple),
        // What is made below takes this over: everybody reads and posts, as in public folders since ever.
        SpecialFolder.PublicIpmSubtree => Both(FolderRights.FolderVisible | FolderRights.ReadAny | FolderRights.Create | FolderRights.EditOwned | FolderRights.DeleteOwned),
        SpecialFolder.PublicFreeBusy or SpecialFolder.SiteFreeBusy => Both(FolderRights.FolderVisible | FolderRights.ReadAny | FolderRights.Create | FolderRights.EditOwned),
        SpecialFolder.PublicRoot or SpecialFolder.PublicNonIpmSubtree or SpecialFolder.EFormsRegistry or SpecialFolder.OfflineAddressBook
            or SpecialFolder.EFormsRegistryOfLocale or SpecialFolder.SiteOfflineAddressBook or SpecialFolder.NntpArticleIndex => Both(FolderRights.FolderVisible | FolderRights.ReadAny),
        _ => Both(FolderRights.None),
    };

    private static ImmutableArray<FolderPermission> Both(FolderRights forDefault) =>
        [new(FolderPermission.DefaultMember, forDefault), new(FolderPermission.AnonymousMember, FolderRights.None)];
}
