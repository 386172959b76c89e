// [MS-OXCFOLD] 2.2.2.2 folder properties; [MS-OXOSFLD] 2.2.3-2.2.6 where special folders are found; [MS-OXCPERM] 2.2.9.
using Rialto.Mapi.Rops;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Properties;

/// <summary>A folder as properties.</summary>
internal static class FolderValues
{
    private const int ObjectTypeFolder = 3;

    /// <summary>What every folder has, for lists of its properties.</summary>
    public static readonly PropertyTag[] Tags =
    [
        PropertyTags.DisplayName, PropertyTags.Comment, PropertyTags.ContainerClass, PropertyTags.FolderType, PropertyTags.ContentCount,
        PropertyTags.ContentUnreadCount, PropertyTags.AssociatedContentCount, PropertyTags.Subfolders, PropertyTags.FolderId, PropertyTags.ParentFolderId,
        PropertyTags.EntryId, PropertyTags.ParentEntryId, PropertyTags.RecordKey, PropertyTags.StoreRecordKey, PropertyTags.MappingSignature,
        PropertyTags.MessageSize, PropertyTags.CreationTime, PropertyTags.LastModificationTime,
        PropertyTags.LocalCommitTimeMax, PropertyTags.HierarchyChangeNumber, PropertyTags.Rights, PropertyTags.Access, PropertyTags.ObjectType,
        PropertyTags.AttributeHidden, PropertyTags.SourceKey, PropertyTags.ParentSourceKey, PropertyTags.ChangeKey, PropertyTags.PredecessorChangeList,
        PropertyTags.ChangeNumber, PropertyTags.HasRules, PropertyTags.InstanceKey,
    ];

    /// <summary>The value in the type that the folder holds it in; false where it has none.</summary>
    public static bool TryGet(MailboxSession mailbox, Folder folder, PropertyTag tag, out PropertyValue value)
    {
        value = Find(mailbox, folder, tag);
        if (value.IsAbsent && folder.Properties is { } more)
            PropertyBagCodec.TryFind(more, tag.Id, out value);
        return !value.IsAbsent;
    }

    private static PropertyValue Find(MailboxSession mailbox, Folder folder, PropertyTag tag)
    {
        var id = tag.Id;
        var header = mailbox.Header;
        switch (id)
        {
            case PropertyIds.DisplayName:
                return PropertyValue.Of(PropertyTags.DisplayName, folder.Name);
            case PropertyIds.Comment:
                return PropertyValue.Of(PropertyTags.Comment, folder.Comment);
            case PropertyIds.ContainerClass:
                return folder.ContainerClass.Length > 0 ? PropertyValue.Of(PropertyTags.ContainerClass, folder.ContainerClass) : default;
            case PropertyIds.FolderType:
                return PropertyValue.Of(PropertyTags.FolderType, (int)folder.Type);
            case PropertyIds.ContentCount:
                return PropertyValue.Of(PropertyTags.ContentCount, folder.Counters.Count);
            case PropertyIds.ContentUnreadCount:
                return PropertyValue.Of(PropertyTags.ContentUnreadCount, folder.Counters.Unread);
            case PropertyIds.AssociatedContentCount:
                return PropertyValue.Of(PropertyTags.AssociatedContentCount, folder.Counters.AssociatedCount);
            case PropertyIds.Subfolders:
                return PropertyValue.Of(PropertyTags.Subfolders, mailbox.Folders.Children(folder.Id).Count > 0);
            case PropertyIds.FolderId:
                return PropertyValue.Of(PropertyTags.FolderId, (long)Ids.Of(folder.Id));
            case PropertyIds.ParentFolderId:
                return PropertyValue.Of(PropertyTags.ParentFolderId, (long)Ids.Of(folder.Parent));
            case PropertyIds.EntryId or PropertyIds.RecordKey:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Binary), ObjectEntryIds.OfFolder(header, folder.Id));
            case PropertyIds.ParentEntryId:
                return PropertyValue.Of(PropertyTags.ParentEntryId, ObjectEntryIds.OfFolder(header, folder.Parent));
            case PropertyIds.InstanceKey:
                return PropertyValue.Of(PropertyTags.InstanceKey, BitConverter.GetBytes(Ids.Of(folder.Id)));
            case PropertyIds.StoreRecordKey or PropertyIds.MappingSignature:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Binary), header.Id.ToByteArray());
            case PropertyIds.MessageSize:
                return CellValues.Size(tag, folder.Counters.Size);
            case PropertyIds.CreationTime:
                return PropertyValue.Of(PropertyTags.CreationTime, folder.Created);
            case PropertyIds.LastModificationTime:
                return PropertyValue.Of(PropertyTags.LastModificationTime, folder.Modified);
            case PropertyIds.LocalCommitTimeMax:
                return PropertyValue.Of(PropertyTags.LocalCommitTimeMax, folder.Counters.NewestChange);
            case PropertyIds.HierarchyChangeNumber:
                return PropertyValue.Of(PropertyTags.HierarchyChangeNumber, (int)folder.Sequence);
            case PropertyIds.Rights:
                return PropertyValue.Of(PropertyTags.Rights, (int)mailbox.RightsOn(folder.Id));
            case PropertyIds.Access:
                return PropertyValue.Of(PropertyTags.Access, AccessOf(mailbox.RightsOn(folder.Id)));
            case PropertyIds.ObjectType:
                return PropertyValue.Of(PropertyTags.ObjectType, ObjectTypeFolder);
            case PropertyIds.AttributeHidden:
                return PropertyValue.Of(PropertyTags.AttributeHidden, folder.Hidden);
            case PropertyIds.SourceKey:
                return PropertyValue.Of(PropertyTags.SourceKey, folder.SourceKey ?? ObjectEntryIds.GlobalId(header.ReplicaGuid, folder.Id.Value));
            case PropertyIds.ParentSourceKey:
                return PropertyValue.Of(PropertyTags.ParentSourceKey, ObjectEntryIds.GlobalId(header.ReplicaGuid, folder.Parent.Value));
            case PropertyIds.ChangeKey:
                return PropertyValue.Of(PropertyTags.ChangeKey, ChangeKeyOf(mailbox, folder));
            case PropertyIds.PredecessorChangeList:
                return PropertyValue.Of(PropertyTags.PredecessorChangeList, folder.PredecessorChangeList ?? ObjectEntryIds.ChangeList(ChangeKeyOf(mailbox, folder)));
            case PropertyIds.ChangeNumber:
                return PropertyValue.Of(PropertyTags.ChangeNumber, (long)Ids.OfCounter(folder.Cn));
            case PropertyIds.HasRules:
                return PropertyValue.Of(PropertyTags.HasRules, false);
            default:
                return folder.Special is SpecialFolder.MailboxRoot or SpecialFolder.Inbox ? SpecialFolderValues.Find(mailbox, id) : default;
        }
    }

    private static byte[] ChangeKeyOf(MailboxSession mailbox, Folder folder) => folder.ChangeKey ?? ObjectEntryIds.GlobalId(mailbox.Header.ReplicaGuid, folder.Cn);

    /// <summary>PidTagAccess: modify 1, read 2, delete 4, create subfolders 8, create contents 0x10, create associated contents 0x20.</summary>
    private static int AccessOf(FolderRights rights) =>
        ((rights & FolderRights.FolderOwner) != 0 ? 0x01 | 0x04 | 0x20 : 0)
        | ((rights & (FolderRights.ReadAny | FolderRights.FolderVisible)) != 0 ? 0x02 : 0)
        | ((rights & FolderRights.CreateSubFolder) != 0 ? 0x08 : 0)
        | ((rights & FolderRights.Create) != 0 ? 0x10 : 0);
}
