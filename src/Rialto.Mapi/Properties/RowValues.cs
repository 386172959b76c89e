// [MS-OXCMSG] 2.2.1 message properties, [MS-OXCTABL] 2.2.1 table properties, [MS-OXCFXICS] 2.2.1.2 identity and change properties.
using Rialto.Mapi.Rops;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Properties;

/// <summary>What a message's row tells without opening it: identity, place and changes here, the rest from the store's own summary.</summary>
internal static class RowValues
{
    private const int ObjectTypeMessage = 5;
    private const int LeafRow = 1;

    public static readonly PropertyTag[] Tags =
    [
        PropertyTags.Mid, PropertyTags.FolderId, PropertyTags.ParentFolderId, PropertyTags.EntryId, PropertyTags.ParentEntryId, PropertyTags.RecordKey,
        PropertyTags.InstanceKey, PropertyTags.InstID, PropertyTags.InstanceNum, PropertyTags.StoreRecordKey, PropertyTags.MappingSignature,
        PropertyTags.ObjectType, PropertyTags.RowType, PropertyTags.Depth, PropertyTags.Access, PropertyTags.AccessLevel, PropertyTags.Associated,
        PropertyTags.MessageSize, PropertyTags.MessageClass, PropertyTags.MessageFlags, PropertyTags.MessageStatus,
        PropertyTags.MessageDeliveryTime, PropertyTags.ClientSubmitTime, PropertyTags.CreationTime, PropertyTags.LastModificationTime,
        PropertyTags.Subject, PropertyTags.SubjectPrefix, PropertyTags.NormalizedSubject, PropertyTags.SentRepresentingName, PropertyTags.SenderName,
        PropertyTags.DisplayTo, PropertyTags.DisplayCc, PropertyTags.DisplayBcc, PropertyTags.Importance, PropertyTags.Sensitivity,
        PropertyTags.HasAttachments, PropertyTags.InternetMessageId, PropertyTags.ConversationTopic, PropertyTags.ConversationIndex,
        PropertyTags.SourceKey, PropertyTags.ParentSourceKey, PropertyTags.ChangeKey, PropertyTags.PredecessorChangeList, PropertyTags.ChangeNumber,
    ];

    /// <summary>The value in the type it is held in; false where only the message itself can tell.</summary>
    public static bool TryGet(MailboxSession mailbox, MessageRow row, PropertyTag tag, out PropertyValue value)
    {
        value = Find(mailbox, row, tag);
        return !value.IsAbsent || SummaryProperties.TryGet(row, mailbox.Header, tag, out value);
    }

    private static PropertyValue Find(MailboxSession mailbox, MessageRow row, PropertyTag tag)
    {
        var id = tag.Id;
        var header = mailbox.Header;
        switch (id)
        {
            case PropertyIds.Mid:
                return PropertyValue.Of(PropertyTags.Mid, (long)Ids.OfCounter(row.Mid));
            case PropertyIds.InstID:
                return PropertyValue.Of(PropertyTags.InstID, (long)Ids.OfCounter(row.Mid));
            case PropertyIds.InstanceNum:
                return PropertyValue.Of(PropertyTags.InstanceNum, 0);
            case PropertyIds.FolderId:
                return PropertyValue.Of(PropertyTags.FolderId, (long)Ids.Of(row.Folder));
            case PropertyIds.ParentFolderId:
                return PropertyValue.Of(PropertyTags.ParentFolderId, (long)Ids.Of(row.Folder));
            case PropertyIds.EntryId or PropertyIds.RecordKey:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Binary), ObjectEntryIds.OfMessage(header, row.Folder, row.Mid));
            case PropertyIds.ParentEntryId:
                return PropertyValue.Of(PropertyTags.ParentEntryId, ObjectEntryIds.OfFolder(header, row.Folder));
            case PropertyIds.InstanceKey:
                return PropertyValue.Of(PropertyTags.InstanceKey, BitConverter.GetBytes(Ids.OfCounter(row.Mid)));
            case PropertyIds.StoreRecordKey or PropertyIds.MappingSignature:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Binary), header.Id.ToByteArray());
            case PropertyIds.ObjectType:
                return PropertyValue.Of(PropertyTags.ObjectType, ObjectTypeMessage);
            case PropertyIds.RowType:
                return PropertyValue.Of(PropertyTags.RowType, LeafRow);
            case PropertyIds.Depth:
                return PropertyValue.Of(PropertyTags.Depth, 0);
            case PropertyIds.Associated:
                return PropertyValue.Of(PropertyTags.Associated, (row.State & MessageState.Associated) != 0);
            case PropertyIds.Access:
                return PropertyValue.Of(PropertyTags.Access, AccessOf(mailbox.RightsOn(row.Folder)));
            case PropertyIds.AccessLevel:
                return PropertyValue.Of(PropertyTags.AccessLevel, (mailbox.RightsOn(row.Folder) & FolderRights.EditAny) != 0 ? 1 : 0);
            case PropertyIds.MessageSize:
                return CellValues.Size(tag, row.MimeSize);
            case PropertyIds.SourceKey:
                return PropertyValue.Of(PropertyTags.SourceKey, row.SourceKey ?? ObjectEntryIds.GlobalId(header.ReplicaGuid, row.Mid));
            case PropertyIds.ParentSourceKey:
                return PropertyValue.Of(PropertyTags.ParentSourceKey, ObjectEntryIds.GlobalId(header.ReplicaGuid, row.Folder.Value));
            case PropertyIds.ChangeKey:
                return PropertyValue.Of(PropertyTags.ChangeKey, ChangeKeyOf(mailbox, row));
            case PropertyIds.PredecessorChangeList:
                return PropertyValue.Of(PropertyTags.PredecessorChangeList, row.PredecessorChangeList ?? ObjectEntryIds.ChangeList(ChangeKeyOf(mailbox, row)));
            case PropertyIds.ChangeNumber:
                return PropertyValue.Of(PropertyTags.ChangeNumber, (long)Ids.OfCounter(row.Cn));
            default:
                return default;
        }
    }

    private static byte[] ChangeKeyOf(MailboxSession mailbox, MessageRow row) => row.ChangeKey ?? ObjectEntryIds.GlobalId(mailbox.Header.ReplicaGuid, row.Cn);

    private static int AccessOf(FolderRights rights) =>
        0x02 | ((rights & FolderRights.EditAny) != 0 ? 0x01 : 0) | ((rights & FolderRights.DeleteAny) != 0 ? 0x04 : 0);
}
