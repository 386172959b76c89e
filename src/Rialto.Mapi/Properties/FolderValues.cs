// [MS-OXCFOLD] 2.2.2.2 folder properties; [MS-OXCTABL] 2.2.1 those of hierarchy rows.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Rops;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Properties;

/// <summary>A folder as properties: the store's own, and what only MAPI asks for.</summary>
internal static class FolderValues
{
    /// <summary>PidTagReplicaList, which [MS-OXPROPS] does not name: where a public folder's contents are.</summary>
    private const ushort ReplicaList = 0x6698;

    /// <summary>What folders have, for lists of their properties.</summary>
    public static readonly PropertyTag[] Tags =
    [
        PropertyTags.DisplayName, PropertyTags.Comment, PropertyTags.ContainerClass, PropertyTags.FolderType, PropertyTags.ContentCount,
        PropertyTags.ContentUnreadCount, PropertyTags.AssociatedContentCount, PropertyTags.Subfolders, PropertyTags.FolderId, PropertyTags.ParentFolderId,
        PropertyTags.EntryId, PropertyTags.ParentEntryId, PropertyTags.RecordKey, PropertyTags.StoreRecordKey, PropertyTags.MappingSignature,
        PropertyTags.MessageSize, PropertyTags.CreationTime, PropertyTags.LastModificationTime, PropertyTags.LocalCommitTimeMax,
        PropertyTags.DeletedCountTotal, PropertyTags.HierarchyChangeNumber, PropertyTags.FolderChildCount, PropertyTags.FolderFlags, PropertyTags.HasRules, PropertyTags.Rights, PropertyTags.Access, PropertyTags.ObjectType, PropertyTags.AttributeHidden,
        PropertyTags.SourceKey, PropertyTags.ParentSourceKey, PropertyTags.ChangeKey, PropertyTags.PredecessorChangeList, PropertyTags.ChangeNumber,
        PropertyTags.InstanceKey, PropertyTags.IpmAppointmentEntryId, PropertyTags.IpmContactEntryId, PropertyTags.IpmJournalEntryId,
        PropertyTags.IpmNoteEntryId, PropertyTags.IpmTaskEntryId, PropertyTags.RemindersOnlineEntryId, PropertyTags.IpmDraftsEntryId,
        PropertyTags.AdditionalRenEntryIds, PropertyTags.AdditionalRenEntryIdsEx, PropertyTags.FreeBusyEntryIds,
        PropertyTags.AddressBookEntryId, new PropertyTag(ReplicaList, PropertyType.Binary),
    ];

    /// <summary>Clients set the name, class, comment and visibility, where the special folders are, and whatever the server knows nothing of.</summary>
    public static bool IsReadOnly(ushort id) => FolderLimits.IsLimit(id) || id is ReplicaList or PropertyIds.AddressBookEntryId || Array.Exists(Tags, t => t.Id == id)
        && id is not (PropertyIds.DisplayName or PropertyIds.Comment or PropertyIds.ContainerClass or PropertyIds.AttributeHidden or PropertyIds.IpmAppointmentEntryId
            or PropertyIds.IpmContactEntryId or PropertyIds.IpmJournalEntryId or PropertyIds.IpmNoteEntryId or PropertyIds.IpmTaskEntryId
            or PropertyIds.RemindersOnlineEntryId or PropertyIds.IpmDraftsEntryId or PropertyIds.AdditionalRenEntryIds or PropertyIds.AdditionalRenEntryIdsEx
            or PropertyIds.FreeBusyEntryIds);

    /// <summary>The folder with properties set and deleted.</summary>
    public static Folder With(Folder folder, PropertyChanges changes)
    {
        PropertyBag? bag = null;
        foreach (var (_, value) in changes.Set)
        {
            switch (value.Tag.Id)
            {
                case PropertyIds.Comment:
                    folder = folder with { Comment = value.AsString() };
                    break;
                case PropertyIds.ContainerClass:
                    folder = folder with { ContainerClass = value.AsString() };
                    break;
                case PropertyIds.AttributeHidden:
                    folder = folder with { Hidden = value.AsBoolean() };
                    break;
                default:
                    (bag ??= BagOf(folder)).Set(value);
                    break;
            }
        }
        foreach (var (_, tag) in changes.Delete)
        {
            switch (tag.Id)
            {
                case PropertyIds.Comment:
                    folder = folder with { Comment = "" };
                    break;
                case PropertyIds.ContainerClass:
                    folder = folder with { ContainerClass = "" };
                    break;
                case PropertyIds.AttributeHidden:
                    folder = folder with { Hidden = false };
                    break;
                default:
                    (bag ??= BagOf(folder)).Remove(tag.Id);
                    break;
            }
        }
        return bag is null ? folder : folder with { Properties = PropertyBagCodec.Write(bag) };
    }

    private static PropertyBag BagOf(Folder folder) =>
        folder.Properties is { } stored && PropertyBagCodec.TryRead(stored, out PropertyBag bag) ? bag : new PropertyBag();

    /// <summary>The value in the type that the folder holds it in; absent where it has none.</summary>
    public static PropertyValue Find(MailboxSession mailbox, Folder folder, PropertyTag tag)
    {
        switch (tag.Id)
        {
            case PropertyIds.InstanceKey:
                return PropertyValue.Of(PropertyTags.InstanceKey, BitConverter.GetBytes(Ids.Of(folder.Id)));
            case PropertyIds.StoreRecordKey or PropertyIds.MappingSignature:
                return PropertyValue.Of(tag.WithType(PropertyType.Binary), mailbox.MailboxId.ToByteArray());
            case PropertyIds.Access:
                return PropertyValue.Of(PropertyTags.Access, AccessOf(mailbox.RightsOn(folder.Id)));
            case ReplicaList:
                // Text: the GUID of the mailbox with the contents, for clients to look up by Autodiscover.
                return mailbox.Header.IsPublic
                    ? PropertyValue.Of(new PropertyTag(ReplicaList, PropertyType.Binary), System.Text.Encoding.ASCII.GetBytes(mailbox.MailboxId.ToString("D") + "\0"))
                    : default;
            default:
                FolderRights? rights = tag.Id == PropertyIds.Rights ? mailbox.RightsOn(folder.Id) : null;
                return FolderProperties.TryGet(folder, mailbox.Folders, mailbox.Header, tag, out var value, rights, tag.Id == PropertyIds.ContentUnreadCount ? mailbox.UnreadOf(folder) : null) ? value : default;
        }
    }

    /// <summary>PidTagAccess: modify 1, read 2, delete 4, create subfolders 8, create contents 0x10, create associated contents 0x20.</summary>
    private static int AccessOf(FolderRights rights) =>
        ((rights & FolderRights.FolderOwner) != 0 ? 0x01 | 0x04 | 0x20 : 0)
        | ((rights & (FolderRights.ReadAny | FolderRights.FolderVisible)) != 0 ? 0x02 : 0)
        | ((rights & FolderRights.CreateSubFolder) != 0 ? 0x08 : 0)
        | ((rights & FolderRights.Create) != 0 ? 0x10 : 0);
}
