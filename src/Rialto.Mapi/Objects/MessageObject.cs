// [MS-OXCMSG] 3.2.1.3: each handle to a message has a transaction of its own; 3.2.5.3 what saving makes of it.
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sync.Upload;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>
/// An open message: its content as it was when it was opened, with the changes made through this handle. One that was never saved has no row,
/// neither has an embedded one, which is saved into the attachment that it was opened from.
/// </summary>
internal sealed class MessageObject : DraftObject
{
    private readonly SortedList<uint, PropertyRecipient> _recipients = [];
    private readonly SortedList<int, PropertyAttachment> _attachments = [];
    private readonly HashSet<ushort> _bodiesSet = [];
    private readonly Dictionary<ushort, PropertyValue> _converted = [];
    private int _nextAttachment;

    /// <summary>When the row's newest change was made, and which change that is.</summary>
    private (long Sequence, FileTime Time) _committed;

    private MessageObject(LogonObject logon, PropertyMessage content, ValueForm form) : base(logon, form)
    {
        Content = content;
        foreach (var recipient in content.Recipients)
            _recipients[RowIdFor(recipient)] = recipient;
        foreach (var attachment in content.Attachments)
            _attachments[NumberFor(attachment)] = attachment;
        RecipientColumns = RecipientRows.ColumnsOf(_recipients.Values);
    }

    public static MessageObject Opened(LogonObject logon, MessageRow row, PropertyMessage content, ValueForm form, bool isWritable) =>
        new(logon, content, form) { Row = row, OpenedCn = row.Cn, Folder = row.Folder, IsAssociated = (row.State & MessageState.Associated) != 0, IsWritable = isWritable };

    public static MessageObject Created(LogonObject logon, FolderId folder, bool isAssociated, ValueForm form) =>
        new(logon, new PropertyMessage(), form) { Folder = folder, IsAssociated = isAssociated, IsWritable = true };

    /// <summary>A message, new or there already, of which a client brings its own whole version.</summary>
    public static MessageObject Importing(LogonObject logon, MessageImport import, ValueForm form) =>
        new(logon, new PropertyMessage(), form) { Import = import, Folder = import.Folder, IsAssociated = import.IsAssociated, IsWritable = true };

    public static MessageObject Embedded(AttachmentObject parent, PropertyMessage content, ValueForm form, bool isWritable) =>
        new(parent.Logon, content, form) { Parent = parent, Folder = parent.Message.Folder, IsWritable = isWritable };

    /// <summary>The message as the store has it; null before it was saved, and for an embedded one.</summary>
    public MessageRow? Row { get; private set; }

    /// <summary>The version that a client brings; null when it is saved, and for all other messages.</summary>
    public MessageImport? Import { get; private set; }

    /// <summary>The change number that this handle's version rests on.</summary>
    public long OpenedCn { get; private set; }

    public FolderId Folder { get; private init; }

    public bool IsAssociated { get; private init; }

    /// <summary>The attachment that an embedded message is in.</summary>
    public AttachmentObject? Parent { get; private init; }

    /// <summary>Messages that this one is in.</summary>
    public int Depth => Parent is null ? 0 : Parent.Message.Depth + 1;

    public PropertyMessage Content { get; }

    /// <summary>Recipients by their RowId.</summary>
    public SortedList<uint, PropertyRecipient> Recipients => _recipients;

    /// <summary>The columns that recipient rows are sent in, until the message is opened or reloaded again. [MS-OXCROPS] 2.2.6.1.2.</summary>
    public PropertyTag[] RecipientColumns { get; set; }

    /// <summary>Attachments by their number, as far as they are saved into the message.</summary>
    public SortedList<int, PropertyAttachment> Attachments => _attachments;

    /// <summary>Another object after each change of the attachments.</summary>
    public object AttachmentsVersion { get; private set; } = new();

    public bool RecipientsChanged { get; set; }

    public bool AttachmentsChanged { get; private set; }

    public bool HasNamedProperties => Bag.Count > 0 && Bag.Span[^1].Tag.IsNamed;

    public override IEnumerable<PropertyTag> Tags
    {
        get
        {
            Settle();
            var seen = new HashSet<ushort>();
            foreach (var tag in Row is not null ? RowValues.Tags : NewMessage.Tags)
            {
                if (Find(tag) is { IsAbsent: false } value && seen.Add(tag.Id))
                    yield return value.Tag;
            }
            foreach (var value in Bag)
            {
                if (seen.Add(value.Tag.Id))
                    yield return value.Tag;
            }
            foreach (var tag in ReceiverValues.TagsOf(this))
            {
                if (seen.Add(tag.Id))
                    yield return tag;
            }
        }
    }

    protected override PropertyBag Bag => Content.Properties;

    /// <summary>
    /// What this handle changed; what the store keeps in the row, which is newer than the content; the content itself; what the row tells beside it;
    /// what follows from these.
    /// </summary>
    public override PropertyValue Find(PropertyTag tag)
    {
        Settle();
        if (FindOwn(tag, out var value))
            return value;
        if (!IsChanged(tag.Id) && Row is not null && IsKeptByStore(tag.Id) && RowValues.TryGet(Mailbox, Row, tag, out value) && !value.IsAbsent)
            return value;
        if (Bag.TryGet(tag.Id, out value))
            return BodyValues.As(Content, value, tag);
        if (!IsChanged(tag.Id) && Row is not null && RowValues.TryGet(Mailbox, Row, tag, out value) && !value.IsAbsent)
            return value;
        if (BodyValues.IsBody(tag.Id))
            return Converted(tag);
        if (Row is null)
            return NewMessage.Compute(this, tag);
        return BodyValues.Compute(Content, tag) is { IsAbsent: false } computed ? computed : ReceiverValues.Of(this, tag);
    }

    public override bool IsReadOnly(ushort id) => Import is not null
        ? (MessageRules.IsReadOnly(id) || MessageRules.FailsSaving(id)) && !MessageRules.IsImported(id)
        : MessageRules.IsReadOnly(id) || FailsSaving(id);

    /// <summary>A client that brings a whole version sends all properties that it has: what is not its own is passed over.</summary>
    public override bool FailsSaving(ushort id) => Import is null && (MessageRules.FailsSaving(id) || (id == PropertyIds.MessageFlags && Row is not null));

    public override async ValueTask LoadAsync(PropertyTag[] asked, CancellationToken cancel)
    {
        await LoadAsync(cancel);
        if (Row is { } row && row.Sequence != _committed.Sequence && Array.Exists(asked, t => t.Id == PropertyIds.LocalCommitTime))
            _committed = (row.Sequence, await Mailbox.ReadCommitTimeAsync(row, cancel));
    }

    /// <summary>The next free attachment number, never given again to this handle.</summary>
    public int TakeAttachmentNumber() => _nextAttachment++;

    public void PutAttachment(int number, PropertyAttachment attachment)
    {
        _attachments[number] = attachment;
        MarkAttachments();
    }

    public bool RemoveAttachment(int number)
    {
        if (!_attachments.Remove(number))
            return false;
        MarkAttachments();
        return true;
    }

    /// <summary>Replaces all attachments, numbering them anew.</summary>
    public void ReplaceAttachments(IEnumerable<PropertyAttachment> attachments)
    {
        _attachments.Clear();
        foreach (var attachment in attachments)
            _attachments[TakeAttachmentNumber()] = attachment;
        MarkAttachments();
    }

    /// <summary>The names of recipients of one type, as lists show them.</summary>
    public string DisplayOf(int recipientType) => string.Join("; ", _recipients.Values
        .Where(r => (r.Properties.GetInt32(PropertyTags.RecipientType, 1) & RecipientRows.TypeMask) == recipientType)
        .Select(r => r.Properties.GetString(PropertyTags.DisplayName) is { Length: > 0 } name ? name : r.Properties.GetString(PropertyTags.EmailAddress) ?? ""));

    /// <summary>What was changed is saved: the store's row is this one from now on.</summary>
    public void Saved(MessageRow? row)
    {
        Row = row ?? Row;
        OpenedCn = Row?.Cn ?? 0;
        RecipientsChanged = AttachmentsChanged = false;
        _bodiesSet.Clear();
        ForgetChanges();
    }

    /// <summary>The version is in; from now on it is a message like any other.</summary>
    public void Imported(MessageRow row)
    {
        Import = null;
        Saved(row);
    }

    /// <summary>The row was changed by the server itself, the content was not.</summary>
    public void Refresh(MessageRow row) => Row = row;

    protected override void Put(PropertyValue value)
    {
        var id = value.Tag.Id;
        if (BodyValues.IsBody(id))
            ReplaceBodies(id);
        base.Put(value);
        switch (id)
        {
            case PropertyIds.Subject:
                SplitSubject(value.AsString());
                break;
            case PropertyIds.SubjectPrefix or PropertyIds.NormalizedSubject:
                base.Put(PropertyValue.Of(PropertyTags.Subject, Bag.GetString(PropertyTags.SubjectPrefix) + Bag.GetString(PropertyTags.NormalizedSubject)));
                break;
        }
    }

    protected override void Drop(ushort id)
    {
        if (BodyValues.IsBody(id))
            _converted.Clear();
        base.Drop(id);
        if (id == PropertyIds.Subject)
        {
            base.Drop(PropertyIds.SubjectPrefix);
            base.Drop(PropertyIds.NormalizedSubject);
        }
    }

    /// <summary>A prefix set before stays when the subject begins with it; otherwise it is found anew. [MS-OXCMSG] 2.2.1.10.</summary>
    private void SplitSubject(string subject)
    {
        var prefix = IsChanged(PropertyIds.SubjectPrefix) ? Bag.GetString(PropertyTags.SubjectPrefix) : null;
        var parts = prefix is { Length: > 0 } && subject.StartsWith(prefix, StringComparison.Ordinal) ? (prefix, subject[prefix.Length..]) : SubjectParts.Split(subject);
        base.Put(PropertyValue.Of(PropertyTags.SubjectPrefix, parts.Item1));
        base.Put(PropertyValue.Of(PropertyTags.NormalizedSubject, parts.Item2));
    }

    /// <summary>[MS-OXBBODY] 2.1.3.1: a body that is set is the body; forms of the one before it go, those set with it stay.</summary>
    private void ReplaceBodies(ushort id)
    {
        _converted.Clear();
        _bodiesSet.Add(id);
        foreach (var other in BodyValues.Bodies)
        {
            if (!_bodiesSet.Contains(other))
                base.Drop(other);
        }
        // Which form is the original one follows from what is there now, unless the client says it.
        foreach (var fact in (ReadOnlySpan<ushort>)[PropertyIds.NativeBody, PropertyIds.RtfInSync])
        {
            if (!IsChanged(fact))
                Bag.Remove(fact);
        }
    }

    private PropertyValue Converted(PropertyTag tag)
    {
        if (!_converted.TryGetValue(tag.Id, out var value))
            _converted[tag.Id] = value = Logon.Service.Store.Converter.ConvertBody(Content, tag);
        return value.IsAbsent ? value : BodyValues.As(Content, value, tag);
    }

    private bool FindOwn(PropertyTag tag, out PropertyValue value)
    {
        value = default;
        switch (tag.Id)
        {
            case PropertyIds.AccessLevel:
                value = PropertyValue.Of(PropertyTags.AccessLevel, IsWritable ? 1 : 0);
                return true;
            case PropertyIds.DisplayTo when RecipientsChanged || Row is null:
                value = PropertyValue.Of(PropertyTags.DisplayTo, DisplayOf(1));
                return true;
            case PropertyIds.DisplayCc when RecipientsChanged || Row is null:
                value = PropertyValue.Of(PropertyTags.DisplayCc, DisplayOf(2));
                return true;
            case PropertyIds.DisplayBcc when RecipientsChanged || Row is null:
                value = PropertyValue.Of(PropertyTags.DisplayBcc, DisplayOf(3));
                return true;
            case PropertyIds.HasAttachments when AttachmentsChanged || Row is null:
                value = PropertyValue.Of(PropertyTags.HasAttachments, _attachments.Count > 0);
                return true;
            case PropertyIds.RecordKey:
                // [MS-OXCMSG] 2.2.1.1, footnote: a message has none of its own since Exchange 2010. Tables tell it for a row's sake.
                return true;
            case PropertyIds.HasNamedProperties:
                value = PropertyValue.Of(PropertyTags.HasNamedProperties, HasNamedProperties);
                return true;
            case PropertyIds.MessageFlags:
                value = PropertyValue.Of(PropertyTags.MessageFlags, MessageRules.FlagsOf(this));
                return true;
            case PropertyIds.LocalCommitTime when Row is not null && Row.Sequence == _committed.Sequence:
                value = PropertyValue.Of(PropertyTags.LocalCommitTime, _committed.Time);
                return true;
            case PropertyIds.FlagStatus when Row is not null && !IsChanged(tag.Id):
                // The row's flag decides; "complete" is the content's alone, and an older "flagged" there is none.
                value = (Row.State & MessageState.Flagged) != 0 ? PropertyValue.Of(PropertyTags.FlagStatus, MessageRules.Flagged)
                    : Bag.GetInt32(PropertyTags.FlagStatus) == MessageRules.FlagComplete ? PropertyValue.Of(PropertyTags.FlagStatus, MessageRules.FlagComplete)
                    : default;
                return true;
            case PropertyIds.LastVerbExecuted or PropertyIds.IconIndex or PropertyIds.FollowupIcon when Row is not null && !IsChanged(tag.Id):
                value = ReplyMarks.Of(tag.Id, Row.State, Bag.GetInt32(PropertyTags.FlagStatus) == MessageRules.FlagComplete, Bag.TryGet(tag.Id, out var kept) ? kept : default);
                return true;
            default:
                return tag.IsNamed && Row is not null && !IsChanged(tag.Id) && Categories.TryFind(this, Row, tag.Id, out value);
        }
    }

    private void MarkAttachments()
    {
        AttachmentsChanged = true;
        AttachmentsVersion = new object();
    }

    /// <summary>The RowId kept with the recipient, or the next one.</summary>
    private uint RowIdFor(PropertyRecipient recipient)
    {
        var kept = recipient.Properties.GetInt32(PropertyTags.Rowid, -1);
        return kept >= 0 && !_recipients.ContainsKey((uint)kept) ? (uint)kept : _recipients.Count == 0 ? 0 : _recipients.Keys[^1] + 1;
    }

    private int NumberFor(PropertyAttachment attachment)
    {
        var kept = attachment.Properties.GetInt32(PropertyTags.AttachNumber, -1);
        var number = kept is >= 0 and < int.MaxValue && !_attachments.ContainsKey(kept) ? kept : _nextAttachment;
        _nextAttachment = Math.Max(_nextAttachment, number + 1);
        return number;
    }

    /// <summary>Identity, place, changes, state and times: never the content's own.</summary>
    private static bool IsKeptByStore(ushort id) => id is PropertyIds.Mid or PropertyIds.InstID or PropertyIds.FolderId or PropertyIds.ParentFolderId
        or PropertyIds.EntryId or PropertyIds.ParentEntryId or PropertyIds.RecordKey or PropertyIds.InstanceKey or PropertyIds.StoreRecordKey
        or PropertyIds.MappingSignature or PropertyIds.SourceKey or PropertyIds.ParentSourceKey or PropertyIds.ChangeKey or PropertyIds.PredecessorChangeList
        or PropertyIds.ChangeNumber or PropertyIds.Access or PropertyIds.ObjectType or PropertyIds.Associated
        or PropertyIds.MessageStatus or PropertyIds.MessageSize or PropertyIds.Read or PropertyIds.FlagStatus
        or PropertyIds.MessageDeliveryTime or PropertyIds.CreationTime or PropertyIds.LastModificationTime or PropertyIds.LocalCommitTime
        or PropertyIds.HasAttachments or PropertyIds.InternetArticleNumber;
}
