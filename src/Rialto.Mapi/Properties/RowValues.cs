// [MS-OXCMSG] 2.2.1 message properties, [MS-OXCTABL] 2.2.1 table properties, [MS-OXCFXICS] 2.2.1.2 identity and change properties.
using Rialto.Mapi.Rops;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Properties;

/// <summary>What a message's row tells without opening it: identity, place and changes here, the rest from the store's own summary.</summary>
internal static class RowValues
{
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

    /// <summary>
    /// The value in the type it is held in; false where only the message itself can tell. True with an absent value: the message has no such property.
    /// </summary>
    public static bool TryGet(MailboxSession mailbox, MessageRow row, PropertyTag tag, out PropertyValue value)
    {
        switch (tag.Id)
        {
            case PropertyIds.InstanceKey:
                value = PropertyValue.Of(PropertyTags.InstanceKey, BitConverter.GetBytes(Ids.OfCounter(row.Mid)));
                return true;
            case PropertyIds.StoreRecordKey or PropertyIds.MappingSignature:
                value = PropertyValue.Of(tag.WithType(PropertyType.Binary), mailbox.MailboxId.ToByteArray());
                return true;
            case PropertyIds.RowType:
                value = PropertyValue.Of(PropertyTags.RowType, LeafRow);
                return true;
            case PropertyIds.Depth:
                value = PropertyValue.Of(PropertyTags.Depth, 0);
                return true;
            case PropertyIds.Access:
                value = PropertyValue.Of(PropertyTags.Access, AccessOf(mailbox.RightsOn(row.Folder)));
                return true;
            case PropertyIds.AccessLevel:
                // Messages are opened for reading alone.
                value = PropertyValue.Of(PropertyTags.AccessLevel, 0);
                return true;
            default:
                return SummaryProperties.TryGet(row, mailbox.Header, tag, out value);
        }
    }

    private static int AccessOf(FolderRights rights) =>
        0x02 | ((rights & FolderRights.EditAny) != 0 ? 0x01 : 0) | ((rights & FolderRights.DeleteAny) != 0 ? 0x04 : 0);
}
