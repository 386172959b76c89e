using Rialto.Mapi.Properties;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>A message opened for reading: its row and its content as they were when it was opened. An embedded one has no row.</summary>
internal sealed class MessageObject(LogonObject logon, MessageRow? row, PropertyMessage content, ValueForm form) : PropertyObject(logon)
{
    public MessageRow? Row { get; } = row;

    public PropertyMessage Content { get; } = content;

    /// <summary>The form of the message's values: the code page that it was opened with. [MS-OXCROPS] 3.1.5.4.</summary>
    public ValueForm Form { get; } = form;

    public override IEnumerable<PropertyTag> Tags
    {
        get
        {
            var seen = new HashSet<ushort>();
            if (Row is not null)
            {
                foreach (var tag in RowValues.Tags)
                {
                    if (Find(tag) is { IsAbsent: false } value && seen.Add(tag.Id))
                        yield return value.Tag;
                }
            }
            foreach (var value in Content.Properties)
            {
                if (seen.Add(value.Tag.Id))
                    yield return value.Tag;
            }
        }
    }

    /// <summary>What the store keeps from the row, which is newer than the content; the content itself; what the row tells beside it; what follows from these.</summary>
    public override PropertyValue Find(PropertyTag tag)
    {
        PropertyValue value = default;
        if (Row is not null && IsKeptByStore(tag.Id) && RowValues.TryGet(Mailbox, Row, tag, out value) && !value.IsAbsent)
            return value;
        if (Content.Properties.TryGet(tag.Id, out value))
            return BodyValues.As(Content, value, tag);
        return Row is not null && RowValues.TryGet(Mailbox, Row, tag, out value) && !value.IsAbsent ? value : BodyValues.Compute(Content, tag);
    }

    /// <summary>Identity, place, changes, state and times: never the content's own.</summary>
    private static bool IsKeptByStore(ushort id) => id is PropertyIds.Mid or PropertyIds.InstID or PropertyIds.FolderId or PropertyIds.ParentFolderId
        or PropertyIds.EntryId or PropertyIds.ParentEntryId or PropertyIds.RecordKey or PropertyIds.InstanceKey or PropertyIds.StoreRecordKey
        or PropertyIds.MappingSignature or PropertyIds.SourceKey or PropertyIds.ParentSourceKey or PropertyIds.ChangeKey or PropertyIds.PredecessorChangeList
        or PropertyIds.ChangeNumber or PropertyIds.Access or PropertyIds.AccessLevel or PropertyIds.ObjectType or PropertyIds.Associated
        or PropertyIds.MessageFlags or PropertyIds.MessageStatus or PropertyIds.MessageSize or PropertyIds.Read or PropertyIds.FlagStatus
        or PropertyIds.MessageDeliveryTime or PropertyIds.CreationTime or PropertyIds.LastModificationTime or PropertyIds.LocalCommitTime
        or PropertyIds.HasAttachments or PropertyIds.InternetArticleNumber;
}
