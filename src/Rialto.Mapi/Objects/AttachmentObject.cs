// [MS-OXCMSG] 3.2.5.13, 3.2.5.14: an attachment is the message's when it is saved, the mailbox's when the message is.
using Rialto.Mapi.Properties;
using Rialto.Model;

namespace Rialto.Mapi.Objects;

/// <summary>An open attachment: a copy of the message's, with the changes made through this handle.</summary>
internal sealed class AttachmentObject : DraftObject
{
    private readonly PropertyAttachment _attachment;

    /// <param name="message">The message that it is in.</param>
    /// <param name="attachment">The attachment; an own copy where it is open for writing.</param>
    /// <param name="number">PidTagAttachNumber.</param>
    public AttachmentObject(MessageObject message, PropertyAttachment attachment, int number) : base(message.Logon, message.Form)
    {
        Message = message;
        Number = number;
        _attachment = attachment;
    }

    public MessageObject Message { get; }

    public int Number { get; }

    /// <summary>It was not in the message before this handle: PidTagAccessLevel tells 0 of it, as in Exchange 2013 and later. 3.2.5.13.</summary>
    public bool IsCreated { get; init; }

    /// <summary>The message in it, as last saved into this attachment.</summary>
    public PropertyMessage? Embedded
    {
        get => _attachment.Embedded;
        set => _attachment.Embedded = value;
    }

    public PropertyBag Properties => _attachment.Properties;

    public override IEnumerable<PropertyTag> Tags
    {
        get
        {
            Settle();
            foreach (var tag in AttachmentValues.Tags)
                yield return tag;
            foreach (var value in _attachment.Properties)
            {
                if (!AttachmentValues.IsReadOnly(value.Tag.Id))
                    yield return value.Tag;
            }
            if (_attachment.Embedded is not null && !_attachment.Properties.TryGet(PropertyIds.AttachDataObject, out _))
                yield return PropertyTags.AttachDataObject;
        }
    }

    protected override PropertyBag Bag => _attachment.Properties;

    public override PropertyValue Find(PropertyTag tag)
    {
        Settle();
        return tag.Id == PropertyIds.AccessLevel
            ? PropertyValue.Of(PropertyTags.AccessLevel, IsWritable && !IsCreated ? 1 : 0)
            : AttachmentValues.Find(_attachment, Number, tag);
    }

    public override bool IsReadOnly(ushort id) => AttachmentValues.IsReadOnly(id);

    public override bool FailsSaving(ushort id) => id == PropertyIds.AttachSize;

    /// <summary>Puts the attachment as it is now into the message.</summary>
    public void Save(FileTime now)
    {
        Settle();
        _attachment.Properties.Set(PropertyValue.Of(PropertyTags.LastModificationTime, now));
        Message.PutAttachment(Number, MessageCopies.Of(_attachment));
        ForgetChanges();
    }
}
