// [MS-OXCMSG] 2.2.3.3, 3.2.5.3 RopSaveChangesMessage; the overlay beside the content is the store's own (a message has one authoritative content).
using System.Buffers.Binary;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Mapi.Rops;

/// <summary>Writes what a handle changed: a new message, new content, or only properties beside the content. Each is one change of the mailbox.</summary>
internal static class MessageSaving
{
    /// <summary>Saves the message, or puts an embedded one into its attachment. With <paramref name="force"/> another's changes since the opening are overwritten.</summary>
    public static async ValueTask<ErrorCode> SaveAsync(RopCall call, MessageObject message, bool force)
    {
        message.Settle();
        if (!message.IsWritable)
            return ErrorCode.GeneralFailure;
        if (message.WasReadOnlySet)
            return ErrorCode.GeneralFailure;
        // [MS-OXORULE] 3.2.5.1: the limit that the logon tells.
        if (message.Find(PropertyTags.ExtendedRuleMessageCondition).Reference is byte[] { Length: > StoreValues.ExtendedRuleSizeLimit })
            return ErrorCode.TooBig;
        try
        {
            if (message.Parent is { } parent)
                return SaveEmbedded(call, message, parent);
            if (message.Import is { } import)
                return await import.SaveAsync(call, message);
            if (message.Row is not { } row)
                return await AppendAsync(call, message);
            if (IsBesideContent(message, row, call.Options.MaximumOverlayBytes))
                return await UpdateAsync(call, message, row, force);
            return await ReplaceAsync(call, message, row, force);
        }
        catch (StorageUnavailableException)
        {
            return ErrorCode.ServerBusy;
        }
    }

    private static ErrorCode SaveEmbedded(RopCall call, MessageObject message, AttachmentObject parent)
    {
        var content = Build(call, message);
        if (MessageCopies.DepthOf(content) + message.Depth > call.Options.MaximumEmbeddedDepth)
            return ErrorCode.TooComplex;
        parent.Embedded = content;
        message.Saved(null);
        return ErrorCode.Success;
    }

    private static async ValueTask<ErrorCode> AppendAsync(RopCall call, MessageObject message)
    {
        var content = Build(call, message);
        if (MessageCopies.DepthOf(content) > call.Options.MaximumEmbeddedDepth)
            return ErrorCode.TooComplex;
        var prepared = await call.Service.Store.PreparePropertiesAsync(content, call.Cancel);
        var options = new AppendOptions(MessageRules.StateOf(message), Categories.After(message, []) ?? [], content.Properties.GetTime(PropertyTags.MessageDeliveryTime));
        var mark = call.Service.PostRules is null || message.IsAssociated ? null : Delivery.PostRules.MarkFor(message.Mailbox, message.Folder);
        var appended = await message.Mailbox.AppendAsync(message.Folder, prepared, options with { Pending = mark }, call.Cancel);
        if (!appended.Succeeded)
            return ErrorOf(appended.Error);
        var row = message.Mailbox.Header.IsPublic ? null : appended.Value.Row;
        if (row is null)
        {
            var rows = await message.Mailbox.ReadRowsAsync(message.Folder, new[] { appended.Value.Id }, call.Cancel);
            if (!rows.Succeeded)
                return ErrorOf(rows.Error);
            row = rows.Value[0];
        }
        if (row is null)
            return ErrorCode.ObjectDeleted;
        message.Saved(row);
        if (call.Service.PostRules is { } rules && mark is not null)
            await rules.RunAsync(message.Mailbox, row, mark, call.Cancel);
        return ErrorCode.Success;
    }

    private static async ValueTask<ErrorCode> ReplaceAsync(RopCall call, MessageObject message, MessageRow row, bool force)
    {
        var content = Build(call, message);
        if (MessageCopies.DepthOf(content) > call.Options.MaximumEmbeddedDepth)
            return ErrorCode.TooComplex;
        await call.Service.Store.KeepSkeletonAsync(row, content, call.Cancel);
        var prepared = await call.Service.Store.PreparePropertiesAsync(content, call.Cancel);
        var (set, clear) = MarksAfter(message);
        var options = new ReplaceOptions
        {
            ExpectedCn = force ? null : message.OpenedCn,
            Set = set,
            Clear = clear,
            Keywords = Categories.After(message, row.Keywords),
            // Mail that becomes a message of properties may be another in everything.
            Parts = row.Kind == ContentKind.Mime ? MessageParts.Unknown : PropertyGroups.PartsOf(message),
        };
        var replaced = await message.Mailbox.ReplaceAsync(row.Folder, row.Id, prepared, options, call.Cancel);
        if (!replaced.Succeeded)
            return ErrorOf(replaced.Error);
        message.Saved(replaced.Value);
        return ErrorCode.Success;
    }

    /// <summary>The content, and the bytes behind the message's UID, stay as they are.</summary>
    private static async ValueTask<ErrorCode> UpdateAsync(RopCall call, MessageObject message, MessageRow opened, bool force)
    {
        if (message.Changed.Count == 0)
            return await CheckAsync(call, message, opened, force);
        var conflict = false;
        var (name, entryId) = Modifiers.Of(call, message.Logon);
        var (set, clear) = MarksAfter(message);
        var bag = message.Content.Properties;
        var result = await message.Mailbox.UpdateAsync(opened.Folder, opened.Id, row =>
        {
            conflict = !force && row.Cn != message.OpenedCn;
            if (conflict)
                return row;
            var overlay = row.Overlay is not null && PropertyBagCodec.TryRead(row.Overlay, out PropertyBag kept) ? kept : new PropertyBag();
            foreach (var id in message.Changed)
                overlay.Set(bag.TryGet(id, out var value) ? value : PropertyValue.Of(new PropertyTag(id, PropertyType.Null), 0));
            overlay.Set(PropertyValue.Of(PropertyTags.LastModifierName, name));
            overlay.Set(PropertyValue.Of(PropertyTags.LastModifierEntryId, entryId));
            return row with
            {
                Overlay = PropertyBagCodec.Write(overlay),
                State = (row.State & ~clear) | set,
                Keywords = Categories.After(message, row.Keywords) ?? row.Keywords,
                MessageClass = bag.GetString(PropertyTags.MessageClass) ?? row.MessageClass,
                Importance = (byte)Math.Clamp(bag.GetInt32(PropertyTags.Importance, row.Importance), 0, 2),
                Sensitivity = (byte)Math.Clamp(bag.GetInt32(PropertyTags.Sensitivity, row.Sensitivity), 0, 3),
                Received = message.IsChanged(PropertyIds.MessageDeliveryTime) && bag.GetTime(PropertyTags.MessageDeliveryTime) is { } time ? time : row.Received,
            };
        }, call.Cancel, PropertyGroups.PartsOf(message));
        if (conflict)
            return ErrorCode.ObjectChanged;
        if (!result.Succeeded)
            return ErrorOf(result.Error);
        message.Initialise(PropertyValue.Of(PropertyTags.LastModifierName, name));
        message.Initialise(PropertyValue.Of(PropertyTags.LastModifierEntryId, entryId));
        message.Saved(result.Value);
        return ErrorCode.Success;
    }

    /// <summary>Nothing to write: only whether somebody else did.</summary>
    private static async ValueTask<ErrorCode> CheckAsync(RopCall call, MessageObject message, MessageRow opened, bool force)
    {
        var rows = await message.Mailbox.ReadRowsAsync(opened.Folder, new[] { opened.Id }, call.Cancel);
        if (!rows.Succeeded)
            return ErrorOf(rows.Error);
        if (rows.Value[0] is not { } row)
            return ErrorCode.ObjectDeleted;
        if (!force && row.Cn != message.OpenedCn)
            return ErrorCode.ObjectChanged;
        message.Saved(row);
        return ErrorCode.Success;
    }

    /// <summary>The whole message as it is kept: computed properties, recipients and attachments with their numbers, the names of named properties.</summary>
    public static PropertyMessage Build(RopCall call, MessageObject message)
    {
        message.Settle();
        var (name, entryId) = Modifiers.Of(call, message.Logon);
        message.Initialise(PropertyValue.Of(PropertyTags.LastModifierName, name));
        message.Initialise(PropertyValue.Of(PropertyTags.LastModifierEntryId, entryId));
        if (message.RecipientsChanged || message.Row is null)
        {
            message.Initialise(PropertyValue.Of(PropertyTags.DisplayTo, message.DisplayOf(1)));
            message.Initialise(PropertyValue.Of(PropertyTags.DisplayCc, message.DisplayOf(2)));
            message.Initialise(PropertyValue.Of(PropertyTags.DisplayBcc, message.DisplayOf(3)));
        }
        message.Initialise(PropertyValue.Of(PropertyTags.HasAttachments, message.Attachments.Count > 0));
        if (!message.IsAssociated)
            InitialiseConversation(call, message);
        var content = new PropertyMessage { Properties = MessageCopies.Of(message.Content.Properties) };
        foreach (var (rowId, recipient) in message.Recipients)
        {
            recipient.Properties.Set(PropertyValue.Of(PropertyTags.Rowid, (int)rowId));
            content.Recipients.Add(recipient);
        }
        foreach (var (number, attachment) in message.Attachments)
        {
            attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachNumber, number));
            ForgetNames(attachment.Embedded);
            content.Attachments.Add(attachment);
        }
        // The names travel with the outermost message: an embedded one with a table of its own would hide those it was given since.
        var named = new HashSet<ushort>();
        MessageCopies.CollectNamed(content, named);
        foreach (var id in named)
        {
            if (message.Mailbox.GetPropertyName(id) is { } property)
                content.NamedProperties[id] = property;
        }
        return content;
    }

    private static void ForgetNames(PropertyMessage? message)
    {
        if (message is null)
            return;
        message.NamedProperties.Clear();
        foreach (var attachment in message.Attachments)
            ForgetNames(attachment.Embedded);
    }

    /// <summary>[MS-OXOMSG] 2.2.1.3, 2.2.1.5: a message that belongs to no conversation begins one.</summary>
    private static void InitialiseConversation(RopCall call, MessageObject message)
    {
        var bag = message.Content.Properties;
        if (bag.GetString(PropertyTags.ConversationTopic) is null && bag.GetString(PropertyTags.NormalizedSubject) is { } topic)
            message.Initialise(PropertyValue.Of(PropertyTags.ConversationTopic, topic));
        if (message.Row is null && message.Parent is null && bag.GetBinary(PropertyTags.ConversationIndex) is null)
            message.Initialise(PropertyValue.Of(PropertyTags.ConversationIndex, NewConversationIndex(FileTime.From(call.Service.Time.GetUtcNow()))));
    }

    /// <summary>The header of a conversation index: 1, the five upper bytes of the time below its highest one, a GUID.</summary>
    private static byte[] NewConversationIndex(FileTime now)
    {
        var index = new byte[22];
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, now.Ticks);
        index[0] = 1;
        time.Slice(1, 5).CopyTo(index.AsSpan(1));
        Guid.NewGuid().TryWriteBytes(index.AsSpan(6));
        return index;
    }

    /// <summary>Follow-up and reply marks that the handle set, as the row's state.</summary>
    private static (MessageState Set, MessageState Clear) MarksAfter(MessageObject message)
    {
        var set = MessageRules.MarksOf(message.Content.Properties);
        var clear = MessageState.None;
        if (!message.IsChanged(PropertyIds.LastVerbExecuted))
            set &= ~(MessageState.Answered | MessageState.Forwarded);
        if (!message.IsChanged(PropertyIds.FlagStatus))
            set &= ~MessageState.Flagged;
        else if ((set & MessageState.Flagged) == 0)
            clear |= MessageState.Flagged;
        return (set, clear);
    }

    private static bool IsBesideContent(MessageObject message, MessageRow row, int maximumBytes)
    {
        if (message.RecipientsChanged || message.AttachmentsChanged)
            return false;
        long size = row.Overlay?.Length ?? 0;
        foreach (var id in message.Changed)
        {
            if (IsOfContent(id))
                return false;
            if (message.Content.Properties.TryGet(id, out var value))
                size += PropertySize.Of(value);
        }
        return size <= maximumBytes;
    }

    /// <summary>What the MIME form shows: body, subject, who wrote it when, and to what it answers.</summary>
    private static bool IsOfContent(ushort id) => BodyValues.IsBody(id) || id is PropertyIds.Subject or PropertyIds.SubjectPrefix or PropertyIds.NormalizedSubject
        or PropertyIds.InternetCodepage or PropertyIds.InternetMessageId or PropertyIds.InReplyToId or PropertyIds.InternetReferences or PropertyIds.ClientSubmitTime
        or PropertyIds.ConversationIndex or PropertyIds.ConversationTopic or PropertyIds.TransportMessageHeaders or PropertyIds.ReadReceiptRequested
        or PropertyIds.SentRepresentingName or PropertyIds.SentRepresentingEmailAddress or PropertyIds.SentRepresentingAddressType
        or PropertyIds.SentRepresentingSmtpAddress or PropertyIds.SentRepresentingEntryId
        or PropertyIds.SenderName or PropertyIds.SenderEmailAddress or PropertyIds.SenderAddressType or PropertyIds.SenderSmtpAddress or PropertyIds.SenderEntryId;

    private static ErrorCode ErrorOf(StoreError error) => error switch
    {
        StoreError.Conflict => ErrorCode.ObjectChanged,
        StoreError.NotFound => ErrorCode.ObjectDeleted,
        StoreError.TooLarge => ErrorCode.MessageTooBig,
        _ => RopCall.ErrorOf(error),
    };
}
