// [MS-OXCFOLD] 2.2.2.2 folder properties; [MS-OXCTABL] 2.2.1 those of hierarchy rows.
using Rialto.Mapi.Rops;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Properties;

/// <summary>A folder as properties: the store's own, and what only MAPI asks for.</summary>
internal static class FolderValues
{
    /// <summary>What folders have, for lists of their properties.</summary>
    public static readonly PropertyTag[] Tags =
    [
        PropertyTags.DisplayName, PropertyTags.Comment, PropertyTags.ContainerClass, PropertyTags.FolderType, PropertyTags.ContentCount,
        PropertyTags.ContentUnreadCount, PropertyTags.AssociatedContentCount, PropertyTags.Subfolders, PropertyTags.FolderId, PropertyTags.ParentFolderId,
        PropertyTags.EntryId, PropertyTags.ParentEntryId, PropertyTags.RecordKey, PropertyTags.StoreRecordKey, PropertyTags.MappingSignature,
        PropertyTags.MessageSize, PropertyTags.CreationTime, PropertyTags.LastModificationTime, PropertyTags.LocalCommitTimeMax,
        PropertyTags.DeletedCountTotal, PropertyTags.FolderChildCount, PropertyTags.FolderFlags, PropertyTags.HasRules, PropertyTags.Rights, PropertyTags.Access, PropertyTags.ObjectType, PropertyTags.AttributeHidden,
        PropertyTags.SourceKey, PropertyTags.ParentSourceKey, PropertyTags.ChangeKey, PropertyTags.PredecessorChangeList, PropertyTags.ChangeNumber,
        PropertyTags.InstanceKey, PropertyTags.IpmAppointmentEntryId, PropertyTags.IpmContactEntryId, PropertyTags.IpmJournalEntryId,
        PropertyTags.IpmNoteEntryId, PropertyTags.IpmTaskEntryId, PropertyTags.RemindersOnlineEntryId, PropertyTags.IpmDraftsEntryId,
        PropertyTags.AdditionalRenEntryIds, PropertyTags.AdditionalRenEntryIdsEx, PropertyTags.FreeBusyEntryIds,
    ];

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
            default:
                FolderRights? rights = tag.Id == PropertyIds.Rights ? mailbox.RightsOn(folder.Id) : null;
                return FolderProperties.TryGet(folder, mailbox.Folders, mailbox.Header, tag, out var value, rights) ? value : default;
        }
    }

    /// <summary>PidTagAccess: modify 1, read 2, delete 4, create subfolders 8, create contents 0x10, create associated contents 0x20.</summary>
    private static int AccessOf(FolderRights rights) =>
        ((rights & FolderRights.FolderOwner) != 0 ? 0x01 | 0x04 | 0x20 : 0)
        | ((rights & (FolderRights.ReadAny | FolderRights.FolderVisible)) != 0 ? 0x02 : 0)
        | ((rights & FolderRights.CreateSubFolder) != 0 ? 0x08 : 0)
        | ((rights & FolderRights.Create) != 0 ? 0x10 : 0);
}
