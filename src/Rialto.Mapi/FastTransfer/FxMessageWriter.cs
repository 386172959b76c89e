// [MS-OXCFXICS] 2.2.4.3.12 messageChildren, 2.2.4.3.16 messageContent, 2.2.4.3.23 recipient, 2.2.4.3.1 attachmentContent; 3.2.5.10 and 3.2.5.12 what is left out.
using System.Collections.Frozen;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.FastTransfer;

/// <summary>Writes messages: their properties, recipients and attachments.</summary>
/// <param name="logon">Whose they are.</param>
/// <param name="bestBody">Whether only the body in the form that the message was written in goes. [MS-OXBBODY] 2.1.3.1.</param>
internal sealed class FxMessageWriter(LogonObject logon, bool bestBody)
{
    /// <summary>What the row decides, whatever the content says: the store keeps it there.</summary>
    private static readonly PropertyTag[] s_rowFirst =
    [
        PropertyTags.MessageClass, PropertyTags.MessageFlags, PropertyTags.MessageStatus, PropertyTags.MessageSize, PropertyTags.MessageDeliveryTime, PropertyTags.CreationTime,
        PropertyTags.HasAttachments, PropertyTags.Read, PropertyTags.FlagStatus, PropertyTags.LastVerbExecuted, PropertyTags.IconIndex, PropertyTags.FollowupIcon,
        PropertyTags.LastModificationTime,
    ];

    /// <summary>What the row knows too, for content that does not say it.</summary>
    private static readonly PropertyTag[] s_rowAlso =
    [
        PropertyTags.Subject, PropertyTags.SubjectPrefix, PropertyTags.NormalizedSubject, PropertyTags.SentRepresentingName, PropertyTags.SentRepresentingEmailAddress,
        PropertyTags.SentRepresentingAddressType, PropertyTags.SenderName, PropertyTags.SenderEmailAddress, PropertyTags.SenderAddressType, PropertyTags.DisplayTo,
        PropertyTags.DisplayCc, PropertyTags.DisplayBcc, PropertyTags.ClientSubmitTime, PropertyTags.Importance, PropertyTags.Priority, PropertyTags.Sensitivity,
        PropertyTags.ReadReceiptRequested, PropertyTags.InternetMessageId, PropertyTags.InReplyToId, PropertyTags.ConversationTopic, PropertyTags.ConversationIndex,
        PropertyTags.ConversationId,
    ];

    private static readonly FrozenSet<ushort> s_rowFirstIds = s_rowFirst.Select(t => t.Id).ToFrozenSet();

    /// <summary>The server's own view of an object, which means nothing to whom it is sent: ids of this logon, access, rows of tables.</summary>
    private static readonly FrozenSet<ushort> s_local = new ushort[]
    {
        PropertyIds.EntryId, PropertyIds.RecordKey, PropertyIds.InstanceKey, PropertyIds.StoreEntryId, PropertyIds.StoreRecordKey, PropertyIds.MappingSignature,
        PropertyIds.ParentEntryId, PropertyIds.ObjectType, PropertyIds.Access, PropertyIds.AccessLevel, PropertyIds.RowType, PropertyIds.Depth, PropertyIds.InstID,
        PropertyIds.InstanceNum, PropertyIds.MessageRecipients, PropertyIds.MessageAttachments, PropertyIds.SourceKey, PropertyIds.ParentSourceKey,
        PropertyIds.ChangeKey, PropertyIds.PredecessorChangeList, PropertyIds.Mid, PropertyIds.FolderId, PropertyIds.ParentFolderId, PropertyIds.ChangeNumber,
        PropertyIds.Associated, PropertyIds.HasNamedProperties, PropertyIds.OriginalEntryId, 0x3FD9,
    }.ToFrozenSet();

    /// <summary>Whether the property goes into streams at all.</summary>
    public static bool IsTransmitted(ushort id) => !FxTags.IsNonTransmittable(id) && !s_local.Contains(id);

    /// <summary>Whether the rows answer everything that the filter lets through.</summary>
    public bool NeedsContent(FxFilter filter) => !filter.IsOnly || filter.Takes(PropertyIds.MessageRecipients) || filter.Takes(PropertyIds.MessageAttachments)
        || filter.Tags.Any(t => IsTransmitted(t.Id) && !s_rowFirstIds.Contains(t.Id) && !SummaryProperties.Knows(t));

    /// <summary>The properties of a message that the store has.</summary>
    /// <param name="writer">Where they go.</param>
    /// <param name="row">Its row.</param>
    /// <param name="content">Its content; null where <see cref="NeedsContent"/> says that it is not needed.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="withModification">Whether the time of the last change is among them; change headers have it before.</param>
    public void Properties(FxWriter writer, MessageRow row, PropertyMessage? content, FxFilter filter, bool withModification)
    {
        if (filter.IsOnly)
        {
            foreach (var tag in filter.Tags)
            {
                if (IsTransmitted(tag.Id) && (withModification || tag.Id != PropertyIds.LastModificationTime))
                    writer.Property(Find(row, content, tag));
            }
            return;
        }
        foreach (var tag in s_rowFirst)
        {
            if (filter.Takes(tag.Id) && (withModification || tag.Id != PropertyIds.LastModificationTime) && RowValues.TryGet(logon.Session, row, tag, out var value))
                writer.Property(value);
        }
        var bag = content!.Properties;
        var categories = Categories.IdIn(logon.Session);
        if (categories != 0 && filter.Takes(categories))
            writer.Property(CategoriesOf(row, content, categories));
        var native = bestBody ? NativeBodyOf(content) : (ushort)0;
        foreach (ref readonly var value in bag.Span)
        {
            var id = value.Tag.Id;
            if (id == categories || s_rowFirstIds.Contains(id) || !IsTransmitted(id) || !filter.Takes(id) || IsOtherBody(id, native))
                continue;
            writer.Property(value);
        }
        foreach (var tag in s_rowAlso)
        {
            if (!bag.TryGet(tag.Id, out _) && filter.Takes(tag.Id) && RowValues.TryGet(logon.Session, row, tag, out var value))
                writer.Property(value);
        }
        if (!bag.TryGet(PropertyIds.NativeBody, out _) && filter.Takes(PropertyIds.NativeBody))
            writer.Property(BodyValues.Compute(content, PropertyTags.NativeBody));
    }

    /// <summary>The properties of a message within another one.</summary>
    private void Properties(FxWriter writer, PropertyMessage content)
    {
        var native = bestBody ? NativeBodyOf(content) : (ushort)0;
        foreach (ref readonly var value in content.Properties.Span)
        {
            if (IsTransmitted(value.Tag.Id) && !IsOtherBody(value.Tag.Id, native))
                writer.Property(value);
        }
        if (!content.Properties.TryGet(PropertyIds.NativeBody, out _))
            writer.Property(BodyValues.Compute(content, PropertyTags.NativeBody));
    }

    /// <summary>Recipients and attachments, each kind after the word that what the receiver has of it is to go. 3.2.5.10.</summary>
    public void Children(FxWriter writer, IEnumerable<PropertyRecipient> recipients, IEnumerable<PropertyAttachment> attachments, FxFilter filter)
    {
        if (filter.Takes(PropertyIds.MessageRecipients))
        {
            writer.Integer32(FxTags.FXDelProp, unchecked((int)FxTags.MessageRecipients));
            Recipients(writer, recipients);
        }
        if (!filter.Takes(PropertyIds.MessageAttachments))
            return;
        writer.Integer32(FxTags.FXDelProp, unchecked((int)FxTags.MessageAttachments));
        var number = 0;
        foreach (var attachment in attachments)
        {
            number = Math.Max(number, attachment.Properties.GetInt32(PropertyTags.AttachNumber, number));
            writer.Marker(FxMarker.NewAttach);
            writer.Integer32(PropertyTags.AttachNumber.Value, number);
            AttachmentContent(writer, attachment, number);
            writer.Marker(FxMarker.EndAttach);
            number++;
        }
    }

    /// <summary>2.2.4.3.1: an attachment and the message in it.</summary>
    public void AttachmentContent(FxWriter writer, PropertyAttachment attachment, int number)
    {
        foreach (ref readonly var value in attachment.Properties.Span)
        {
            if (IsTransmitted(value.Tag.Id) && value.Tag.Id is not (PropertyIds.AttachNumber or PropertyIds.AttachSize) && (attachment.Embedded is null || value.Tag.Id != PropertyIds.AttachDataObject))
                writer.Property(value);
        }
        writer.Property(AttachmentValues.Find(attachment, number, PropertyTags.AttachSize));
        if (attachment.Embedded is { } embedded)
            Embedded(writer, embedded);
    }

    public void Embedded(FxWriter writer, PropertyMessage embedded)
    {
        writer.Marker(FxMarker.StartEmbed);
        Properties(writer, embedded);
        Children(writer, embedded.Recipients, embedded.Attachments, FxFilter.None);
        writer.Marker(FxMarker.EndEmbed);
    }

    private static void Recipients(FxWriter writer, IEnumerable<PropertyRecipient> recipients)
    {
        var number = 0;
        foreach (var recipient in recipients)
        {
            number = Math.Max(number, recipient.Properties.GetInt32(PropertyTags.Rowid, number));
            writer.Marker(FxMarker.StartRecip);
            writer.Integer32(PropertyTags.Rowid.Value, number++);
            foreach (ref readonly var value in recipient.Properties.Span)
            {
                // Its EntryId is an address, not this logon's own.
                if (value.Tag.Id != PropertyIds.Rowid && !FxTags.IsNonTransmittable(value.Tag.Id))
                    writer.Property(value);
            }
            writer.Marker(FxMarker.EndToRecip);
        }
    }

    /// <summary>One property by its name: what an open message would answer.</summary>
    private PropertyValue Find(MessageRow row, PropertyMessage? content, PropertyTag tag)
    {
        if (tag.IsNamed)
            return content is null ? default : tag.Id == Categories.IdIn(logon.Session) ? CategoriesOf(row, content, tag.Id) : content.Properties.Get(tag);
        if ((s_rowFirstIds.Contains(tag.Id) || content is null) && RowValues.TryGet(logon.Session, row, tag, out var value))
            return value;
        if (content is null)
            return default;
        if (content.Properties.TryGet(tag.Id, out value))
            return BodyValues.As(content, value, tag);
        if (RowValues.TryGet(logon.Session, row, tag, out value) && !value.IsAbsent)
            return value;
        return BodyValues.IsBody(tag.Id) ? logon.Service.Store.Converter.ConvertBody(content, tag) : BodyValues.Compute(content, tag);
    }

    /// <summary>The row's keywords; what mail says of itself as long as nobody marked it.</summary>
    private static PropertyValue CategoriesOf(MessageRow row, PropertyMessage content, ushort id) =>
        Categories.TryFind(row, id, out var value) ? value : content.Properties.TryGet(id, out value) ? value : default;

    /// <summary>Whether it is a body beside the one that is to go.</summary>
    public static bool IsOtherBody(ushort id, ushort native) => native != 0 && BodyValues.IsBody(id) && id != native;

    /// <summary>The body that the message was written with; 0 where it has none.</summary>
    public static ushort NativeBodyOf(PropertyMessage content)
    {
        const int plain = 1, rtf = 2, html = 3;
        var native = content.Properties.TryGet(PropertyIds.NativeBody, out var value) ? value : BodyValues.Compute(content, PropertyTags.NativeBody);
        if (native.Type != PropertyType.Integer32)
            return 0;
        return native.AsInt32() switch
        {
            plain when content.Properties.TryGet(PropertyIds.Body, out _) => PropertyIds.Body,
            rtf when content.Properties.TryGet(PropertyIds.RtfCompressed, out _) => PropertyIds.RtfCompressed,
            html when content.Properties.TryGet(PropertyIds.Html, out _) => PropertyIds.Html,
            _ => 0,
        };
    }
}
