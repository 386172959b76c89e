using System.Buffers.Binary;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Views;

namespace Rialto.Store.Operations;

/// <summary>New messages: by clients and by delivery.</summary>
internal static class AppendMessages
{
    public static async ValueTask<StoreResult<IReadOnlyList<AppendedMessage>>> ComputeAsync(
        Draft draft, FolderId folder, IReadOnlyList<(PreparedMessage Message, AppendOptions Options)> messages, Principal principal, CancellationToken cancel)
    {
        long bytes = 0;
        foreach (var (message, options) in messages)
        {
            if (message.MimeSize > draft.Options.MaximumMessageSize)
                return StoreError.TooLarge;
            if (!KeywordSets.AreValid(options.Keywords))
                return StoreError.InvalidArgument;
            bytes += message.MimeSize;
            if (options.Mid is { } mid && await CheckMidAsync(draft, mid, folder, cancel) is var unusable and not StoreError.None)
                return unusable;
            if (options.SourceKey is { } sourceKey && await draft.FindSourceKeyAsync(sourceKey, cancel) is { } known)
                return known.Value == 0 ? StoreError.Gone : StoreError.AlreadyExists;
            if (options.UrlName.Length > 0 && await draft.Mailbox.Storage.FindByUrlNameAsync(folder, options.UrlName, cancel) is not null)
                return StoreError.AlreadyExists;
        }
        if (!draft.Folders.TryGet(folder, out var target))
            return StoreError.NotFound;
        if (target.Type == FolderType.Search)
            return StoreError.NotSupported;
        if (draft.Refuse(target, bytes, messages.Count == 0 ? 0 : messages.Max(m => m.Message.MimeSize)) is var refused and not StoreError.None)
            return refused;
        var appended = new AppendedMessage[messages.Count];
        for (var i = 0; i < appended.Length; i++)
            appended[i] = Append(draft, target, messages[i].Message, messages[i].Options, principal.Kind == PrincipalKind.System ? Guid.Empty : principal.Id);
        return appended;
    }

    public static async ValueTask<StoreResult<AppendedMessage>> DeliverAsync(Draft draft, PreparedMessage message, DeliveryTarget target, CancellationToken cancel)
    {
        if (target.Repeated && await draft.Mailbox.Storage.IsDeliveredAsync(target.QueueId, cancel))
            return default(AppendedMessage);
        if (message.MimeSize > draft.Options.MaximumMessageSize)
            return StoreError.TooLarge;
        if (!draft.Folders.TryGet(PlaceOf(draft, message, target), out var folder))
            return StoreError.NotFound;
        if (draft.Refuse(folder, message.MimeSize, message.MimeSize) is var refused and not StoreError.None)
            return refused;
        draft.IsDelivery = true;
        var appended = Append(draft, folder, message, new AppendOptions(target.State, [], target.Received) { Overlay = target.Overlay }, Guid.Empty);
        draft.Write(new MarkDelivered(target.QueueId, draft.NowUtcTicks));
        return appended;
    }

    /// <summary>Mail for the Inbox arrives where its class has a receive folder of its own. [MS-OXCSTOR] 3.2.1. Few mailboxes have any.</summary>
    private static FolderId PlaceOf(Draft draft, PreparedMessage message, DeliveryTarget target) =>
        target.Folder == SpecialFolders.IdOf(SpecialFolder.Inbox) && draft.Setting(ReceiveFolders.Setting) is { } changed
            ? ReceiveFolders.From(changed, draft.Folders).Find(OverlayNames.ClassOf(target.Overlay) ?? message.Facts.MessageClass).Folder
            : target.Folder;

    /// <summary>Whether a client may give the id to a new message of the folder.</summary>
    public static async ValueTask<StoreError> CheckMidAsync(Draft draft, long mid, FolderId folder, CancellationToken cancel)
    {
        // An id that was given to a client and is unused need not be looked for.
        if (draft.CheckId(mid, folder) is var error && error == StoreError.None)
            return StoreError.None;
        return mid > 0 && await draft.Mailbox.Storage.FindByMidAsync(mid, cancel) is not null ? StoreError.AlreadyExists : error;
    }

    private static AppendedMessage Append(Draft draft, Folder folder, PreparedMessage message, AppendOptions options, Guid creator)
    {
        // One number serves as id, MID, CN and sequence of a new message: they are spaces of their own, and the counter stays ahead of all.
        var number = draft.Next();
        var row = OverlayNames.Apply(RowOf(draft, message, options) with
        {
            Overlay = ReplyMarks.Into(OverlayNames.Own(draft, options.Overlay), message),
            Id = new MessageId(number),
            Folder = folder.Id,
            Uid = draft.NextUid(folder.Id),
            Mid = options.Mid ?? number,
            Sequence = number,
            Cn = number,
            Creator = creator,
        });
        row = row with { PredecessorChangeList = ForeignKeys.WithOwn(draft.Mailbox.Header, row) };
        if (options.Mid is { } mid)
            draft.TakeId(mid);
        if (options.SourceKey is { } sourceKey)
            draft.PutSourceKey(sourceKey, row.Id);
        if (options.Pending is { } pending)
        {
            var place = new byte[16];
            BinaryPrimitives.WriteInt64LittleEndian(place, folder.Id.Value);
            BinaryPrimitives.WriteInt64LittleEndian(place.AsSpan(8), row.Id.Value);
            draft.Write(new PutClientState(pending, place));
        }
        draft.Insert(row, message.Facts.Digest);
        // Named properties get the mailbox's ids with the message that brings them, so that reading it later writes nothing.
        MapNames.AddAll(draft, message.Properties);
        return new AppendedMessage(row.Id, row.Uid, folder.UidValidity, number) { Row = row };
    }

    /// <summary>The row without its identity.</summary>
    public static MessageRow RowOf(Draft draft, PreparedMessage message, AppendOptions options)
    {
        var facts = message.Facts;
        var left = options.KnowsReceipts ? MessageState.HasAttachments : MessageState.HasAttachments | MessageState.Receipts;
        var state = ForeignKeys.Mark(options.State & ~left, options.ChangeKey, options.PredecessorChangeList, options.SourceKey);
        if (facts.HasAttachments)
            state |= MessageState.HasAttachments;
        if (facts.ReadReceiptRequested && !options.KnowsReceipts)
            state |= MessageState.ReadReceiptRequested;
        if (facts.NonReadReceiptRequested && !options.KnowsReceipts)
            state |= MessageState.NonReadReceiptRequested;
        return new MessageRow
        {
            Id = default,
            Folder = default,
            Uid = 0,
            Mid = 0,
            Sequence = 0,
            Cn = 0,
            ChangeKey = options.ChangeKey,
            PredecessorChangeList = options.PredecessorChangeList,
            SourceKey = options.SourceKey,
            State = state,
            Keywords = options.Keywords,
            Status = options.Status,
            MimeSize = message.MimeSize,
            Received = options.Received ?? draft.Now,
            Sent = facts.Sent,
            Created = options.Created ?? draft.Now,
            Modified = options.Modified ?? draft.Now,
            MessageClass = facts.MessageClass,
            SubjectPrefix = facts.SubjectPrefix,
            NormalizedSubject = facts.NormalizedSubject,
            FromName = facts.FromName,
            FromAddress = facts.FromAddress,
            SenderName = facts.SenderName,
            SenderAddress = facts.SenderAddress,
            DisplayTo = facts.DisplayTo,
            DisplayCc = facts.DisplayCc,
            DisplayBcc = facts.DisplayBcc,
            Importance = facts.Importance,
            Sensitivity = facts.Sensitivity,
            Preview = facts.Preview,
            InternetMessageId = facts.InternetMessageId,
            InReplyTo = facts.InReplyTo,
            ConversationTopic = facts.ConversationTopic,
            ConversationIndex = facts.ConversationIndex,
            ConversationId = facts.ConversationId,
            UrlName = options.UrlName,
            CalendarUid = facts.CalendarUid,
            RangeStart = facts.RangeStart,
            RangeEnd = facts.RangeEnd,
            Kind = message.Kind,
            Content = message.Content,
            DerivedMime = message.DerivedMime,
            ConverterVersion = draft.Mailbox.Engine.Converter.Version,
            Overlay = ReplyMarks.Into(options.Overlay, message),
        };
    }
}
