// [MS-OXCMSG] 2.2.1, [MS-OXOMSG] 2.2.1, [MS-OXPROPS].
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.Store;

/// <summary>The summary row as properties: what tables show without opening the message.</summary>
public static class SummaryProperties
{
    private const int MessageObject = 5;
    private const int FollowupComplete = 1;
    private const int FollowupFlagged = 2;

    /// <summary>PR_PREVIEW, which [MS-OXPROPS] does not list; clients ask for it.</summary>
    private const ushort PreviewId = 0x3FD9;

    private static readonly MessageRow Blank = new()
    {
        Id = default, Folder = default, Uid = 0, Mid = 0, Sequence = 0, Cn = 0, MimeSize = 0, Received = default, Kind = ContentKind.Properties, Content = default,
    };

    private static readonly MailboxHeader BlankHeader = new(Guid.Empty, Guid.Empty, false, Guid.Empty, 0);

    /// <summary>Whether rows answer for the property whatever form the message has.</summary>
    public static bool Knows(PropertyTag tag) => TryGet(Blank, BlankHeader, tag, out _);

    /// <summary>
    /// The property's value from the row (and its overlay); false where only the message itself can tell. True with an absent value: the message has no such property.
    /// Values come in the property's own type, whatever type the tag asks for. The mailbox header gives ids their replica.
    /// </summary>
    public static bool TryGet(MessageRow row, MailboxHeader mailbox, PropertyTag tag, out PropertyValue value)
    {
        value = default;
        if (ReplyMarks.Knows(tag.Id))
            return TryGetMark(row, tag, out value);
        if (row.Overlay is not null && tag.Id != PropertyIds.FlagStatus && PropertyBagCodec.TryFind(row.Overlay, tag.Id, out value))
        {
            // Deleted from the content: see PropertyContent.
            if (value.Type == PropertyType.Null)
                value = default;
            return true;
        }
        switch (tag.Id)
        {
            case PropertyIds.Mid or PropertyIds.InstID:
                value = StoreKeys.Id(row.Mid).ToProperty(tag.WithType(PropertyType.Integer64));
                return true;
            case PropertyIds.InstanceNum:
                value = PropertyValue.Of(PropertyTags.InstanceNum, 0);
                return true;
            case PropertyIds.FolderId or PropertyIds.ParentFolderId:
                value = StoreKeys.Id(row.Folder.Value).ToProperty(tag.WithType(PropertyType.Integer64));
                return true;
            case PropertyIds.ChangeNumber:
                value = StoreKeys.Id(row.Cn).ToProperty(PropertyTags.ChangeNumber);
                return true;
            case PropertyIds.EntryId or PropertyIds.RecordKey:
                value = PropertyValue.Of(tag.WithType(PropertyType.Binary), StoreKeys.EntryIdOf(mailbox, row.Folder, row.Mid));
                return true;
            case PropertyIds.ParentEntryId:
                value = PropertyValue.Of(PropertyTags.ParentEntryId, StoreKeys.EntryIdOf(mailbox, row.Folder));
                return true;
            case PropertyIds.SourceKey:
                value = PropertyValue.Of(PropertyTags.SourceKey, StoreKeys.SourceKeyOf(mailbox, row));
                return true;
            case PropertyIds.ParentSourceKey:
                value = PropertyValue.Of(PropertyTags.ParentSourceKey, StoreKeys.Global(mailbox, row.Folder.Value).ToArray());
                return true;
            case PropertyIds.ChangeKey:
                value = PropertyValue.Of(PropertyTags.ChangeKey, StoreKeys.ChangeKeyOf(mailbox, row.ChangeKey, row.Cn));
                return true;
            case PropertyIds.PredecessorChangeList:
                value = PropertyValue.Of(PropertyTags.PredecessorChangeList, StoreKeys.PredecessorsOf(mailbox, row.PredecessorChangeList, row.ChangeKey, row.Cn));
                return true;
            case PropertyIds.ObjectType:
                value = PropertyValue.Of(PropertyTags.ObjectType, MessageObject);
                return true;
            case PropertyIds.MessageFlags:
                value = PropertyValue.Of(PropertyTags.MessageFlags, FlagsOf(row));
                return true;
            case PropertyIds.MessageStatus:
                value = PropertyValue.Of(PropertyTags.MessageStatus, row.Status);
                return true;
            case PropertyIds.MessageSize:
                value = tag.Type == PropertyType.Integer64
                    ? PropertyValue.Of(PropertyTags.MessageSizeExtended, row.MimeSize)
                    : PropertyValue.Of(PropertyTags.MessageSize, (int)Math.Min(row.MimeSize, int.MaxValue));
                return true;
            case PropertyIds.HasAttachments:
                value = PropertyValue.Of(PropertyTags.HasAttachments, (row.State & MessageState.HasAttachments) != 0);
                return true;
            case PropertyIds.Read:
                value = PropertyValue.Of(PropertyTags.Read, (row.State & MessageState.Read) != 0);
                return true;
            case PropertyIds.Associated:
                value = PropertyValue.Of(PropertyTags.Associated, (row.State & MessageState.Associated) != 0);
                return true;
            case PropertyIds.ReadReceiptRequested:
                value = PropertyValue.Of(PropertyTags.ReadReceiptRequested, (row.State & MessageState.ReadReceiptRequested) != 0);
                return true;
            case PropertyIds.NonReceiptNotificationRequested:
                value = PropertyValue.Of(PropertyTags.NonReceiptNotificationRequested, (row.State & MessageState.NonReadReceiptRequested) != 0);
                return true;
            case PropertyIds.FlagStatus:
                value = FlagStatusOf(row);
                return true;
            case PropertyIds.Subject:
                return Text(PropertyTags.Subject, row.Subject, out value);
            case PropertyIds.SubjectPrefix:
                return Text(PropertyTags.SubjectPrefix, row.SubjectPrefix, out value);
            case PropertyIds.NormalizedSubject:
                return Text(PropertyTags.NormalizedSubject, row.NormalizedSubject, out value);
            case PropertyIds.ConversationTopic:
                return Text(PropertyTags.ConversationTopic, row.ConversationTopic, out value);
            case PropertyIds.SentRepresentingName:
                return Name(PropertyTags.SentRepresentingName, row.FromName, row.FromAddress, out value);
            case PropertyIds.SentRepresentingSmtpAddress:
                return Optional(PropertyTags.SentRepresentingSmtpAddress, row.FromAddress, out value);
            case PropertyIds.SenderName:
                return row.SenderAddress.Length + row.SenderName.Length > 0
                    ? Name(PropertyTags.SenderName, row.SenderName, row.SenderAddress, out value)
                    : Name(PropertyTags.SenderName, row.FromName, row.FromAddress, out value);
            case PropertyIds.SenderSmtpAddress:
                return Optional(PropertyTags.SenderSmtpAddress, SenderAddressOf(row), out value);
            // What a property message calls the address may be an X.500 name; the row holds the SMTP address.
            case PropertyIds.SentRepresentingEmailAddress when row.Kind == ContentKind.Mime:
                return Optional(PropertyTags.SentRepresentingEmailAddress, row.FromAddress, out value);
            case PropertyIds.SentRepresentingAddressType when row.Kind == ContentKind.Mime:
                return Optional(PropertyTags.SentRepresentingAddressType, row.FromAddress.Length > 0 ? "SMTP" : "", out value);
            case PropertyIds.SenderEmailAddress when row.Kind == ContentKind.Mime:
                return Optional(PropertyTags.SenderEmailAddress, SenderAddressOf(row), out value);
            case PropertyIds.SenderAddressType when row.Kind == ContentKind.Mime:
                return Optional(PropertyTags.SenderAddressType, SenderAddressOf(row).Length > 0 ? "SMTP" : "", out value);
            case PropertyIds.DisplayTo:
                return Text(PropertyTags.DisplayTo, row.DisplayTo, out value);
            case PropertyIds.DisplayCc:
                return Text(PropertyTags.DisplayCc, row.DisplayCc, out value);
            case PropertyIds.DisplayBcc:
                return Text(PropertyTags.DisplayBcc, row.DisplayBcc, out value);
            case PropertyIds.MessageDeliveryTime:
                // A draft was never delivered. [MS-OXOMSG] 2.2.3.9.
                return (row.State & MessageState.Draft) != 0 || Time(PropertyTags.MessageDeliveryTime, row.Received, out value);
            case PropertyIds.ClientSubmitTime:
                return row.Sent is not { } sent || Time(PropertyTags.ClientSubmitTime, sent, out value);
            case PropertyIds.CreationTime:
                return Time(PropertyTags.CreationTime, row.Created, out value);
            case PropertyIds.DeletedOn when (row.State & MessageState.SoftDeleted) != 0:
                // Nothing changes a soft-deleted message but its recovery: its last change was its deletion.
                value = PropertyValue.Of(PropertyTags.DeletedOn, row.Modified);
                return true;
            case PropertyIds.LastModificationTime:
                return Time(PropertyTags.LastModificationTime, row.Modified, out value);
            case PropertyIds.LocalCommitTime:
                return Time(PropertyTags.LocalCommitTime, row.Modified, out value);
            case PropertyIds.MessageClass:
                return Text(PropertyTags.MessageClass, row.MessageClass, out value);
            case PropertyIds.Importance:
                value = PropertyValue.Of(PropertyTags.Importance, (int)row.Importance);
                return true;
            case PropertyIds.Priority:
                // [MS-OXCMSG] 2.2.1.12: -1 not urgent, 0 normal, 1 urgent.
                value = PropertyValue.Of(PropertyTags.Priority, row.Importance - 1);
                return true;
            case PropertyIds.Sensitivity:
                value = PropertyValue.Of(PropertyTags.Sensitivity, (int)row.Sensitivity);
                return true;
            case PropertyIds.ConversationIndex:
                return Bytes(PropertyTags.ConversationIndex, row.ConversationIndex, out value);
            case PropertyIds.ConversationId:
                return Bytes(PropertyTags.ConversationId, row.ConversationId == Guid.Empty ? null : row.ConversationId.ToByteArray(), out value);
            case PropertyIds.InternetMessageId:
                return Optional(PropertyTags.InternetMessageId, row.InternetMessageId, out value);
            case PropertyIds.InReplyToId:
                return Optional(PropertyTags.InReplyToId, row.InReplyTo, out value);
            case PropertyIds.UrlCompName:
                return Optional(PropertyTags.UrlCompName, row.UrlName, out value);
            case PreviewId:
                return Text(new PropertyTag(PreviewId, PropertyType.String), row.Preview, out value);
            case PropertyIds.HasDeferredActionMessages when row.Kind == ContentKind.Mime:
                // [MS-OXORULE] 2.2.9.1: rules say where it is so, beside the mail.
                value = PropertyValue.Of(PropertyTags.HasDeferredActionMessages, false);
                return true;
            case PropertyIds.InternetArticleNumber:
                value = PropertyValue.Of(PropertyTags.InternetArticleNumber, (int)row.Uid);
                return true;
            default:
                return false;
        }
    }

    /// <summary>PidTagMessageFlags. mfUnmodified holds while the newest change is the one that put the message where it is.</summary>
    public static int FlagsOf(MessageRow row) => FlagsOf(row.State, row.Mid, row.Cn, row.ReadCn);

    internal static int FlagsOf(MessageState state, long mid, long cn, long readCn) =>
        MessageFlagBits.From(state)
        // A read state that was ever changed by itself was "read" before or after.
        | ((state & MessageState.Read) != 0 || readCn != 0 ? MessageFlagBits.EverRead : 0)
        | (cn == mid ? MessageFlagBits.Unmodified : 0);

    /// <summary>Marks that follow from the state, and what was said of them.</summary>
    private static bool TryGetMark(MessageRow row, PropertyTag tag, out PropertyValue value)
    {
        PropertyValue kept = default;
        if (row.Overlay is not null && PropertyBagCodec.TryFind(row.Overlay, tag.Id, out kept) && kept.Type == PropertyType.Null)
            kept = default;
        value = ReplyMarks.Of(tag.Id, row.State, FlagStatusOf(row) is { IsAbsent: false } status && status.AsInt32() == FollowupComplete, kept);
        // What a property message's content says of them is kept with the row: ReplyMarks.Into.
        return true;
    }

    private static PropertyValue FlagStatusOf(MessageRow row)
    {
        if ((row.State & MessageState.Flagged) != 0)
            return PropertyValue.Of(PropertyTags.FlagStatus, FollowupFlagged);
        // Complete is known to the overlay alone; "flagged" there is older than the state bit.
        return row.Overlay is not null && PropertyBagCodec.TryFind(row.Overlay, PropertyIds.FlagStatus, out var kept)
            && kept.Type == PropertyType.Integer32 && kept.AsInt32() == FollowupComplete ? kept : default;
    }

    private static string SenderAddressOf(MessageRow row) => row.SenderAddress.Length > 0 ? row.SenderAddress : row.FromAddress;

    private static bool Text(PropertyTag tag, string text, out PropertyValue value)
    {
        value = PropertyValue.Of(tag, text);
        return true;
    }

    private static bool Optional(PropertyTag tag, string text, out PropertyValue value)
    {
        value = text.Length == 0 ? default : PropertyValue.Of(tag, text);
        return true;
    }

    private static bool Name(PropertyTag tag, string name, string address, out PropertyValue value) => Optional(tag, name.Length > 0 ? name : address, out value);

    private static bool Bytes(PropertyTag tag, byte[]? bytes, out PropertyValue value)
    {
        value = bytes is null ? default : PropertyValue.Of(tag, bytes);
        return true;
    }

    private static bool Time(PropertyTag tag, FileTime time, out PropertyValue value)
    {
        value = PropertyValue.Of(tag, time);
        return true;
    }
}
