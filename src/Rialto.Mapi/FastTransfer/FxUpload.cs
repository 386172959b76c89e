// [MS-OXCFXICS] 2.2.4.2 syntax of streams read; 2.2.3.1.2.1 what they are uploaded into; 3.2.5.11 properties that are ignored on upload.
using System.Text;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.FastTransfer;

/// <summary>SourceOperation: what the stream was made by. 2.2.3.1.2.1.1.</summary>
internal enum FxSourceOperation : byte
{
    CopyTo = 1,
    CopyProperties = 2,
    CopyMessages = 3,
    CopyFolder = 4,
}

/// <summary>
/// Puts a stream into an object as it comes: properties at once, a recipient, attachment or message when it is whole. What is opened by a marker stands on a stack;
/// an object that its end marker never comes for is never there.
/// </summary>
internal sealed class FxUpload
{
    private readonly FxReader _reader;
    private readonly MapiOptions _options;
    private readonly Stack<Frame> _frames = new();
    private readonly Dictionary<PropertyName, ushort> _names = [];
    private readonly ValueForm _form;
    private ErrorCode _failure;
    private long _held;
    private bool _inError;

    /// <param name="target">The folder, message or attachment.</param>
    /// <param name="operation">The root element follows from it and the target.</param>
    /// <param name="form">The form of values, with the code page of the connection.</param>
    /// <param name="options">Bounds.</param>
    public FxUpload(PropertyObject target, FxSourceOperation operation, ValueForm form, MapiOptions options)
    {
        _reader = new FxReader(form.String8, options.MaximumStreamSize);
        _options = options;
        _form = form;
        _frames.Push(operation switch
        {
            FxSourceOperation.CopyMessages => new Frame(FrameKind.Messages, target),
            FxSourceOperation.CopyFolder => new Frame(FrameKind.Parent, target),
            _ => new Frame(target switch { FolderObject => FrameKind.Folder, MessageObject => FrameKind.Message, _ => FrameKind.Attachment }, target),
        });
    }

    private enum FrameKind
    {
        /// <summary>A folder that a topFolder is made in.</summary>
        Parent,

        /// <summary>A folder, its properties, messages and folders.</summary>
        Folder,

        /// <summary>A folder that takes messages alone.</summary>
        Messages,
        Message,
        Recipient,
        Attachment,
    }

    /// <summary>The next portion. A failure stays, and everything that was not whole is gone.</summary>
    public async ValueTask<ErrorCode> PutAsync(RopCall call, ReadOnlyMemory<byte> portion)
    {
        if (_failure != ErrorCode.Success)
            return _failure;
        _reader.Append(portion.Span);
        _held += portion.Length;
        // Large attachments come whole before anything of their message can go.
        if (_held > _options.MaximumStreamSize)
            return Fail(ErrorCode.TooBig);
        while (_reader.TryRead(out var element))
        {
            var error = element.IsMarker ? await MarkerAsync(call, element.Marker) : await PropertyAsync(call, element);
            if (error != ErrorCode.Success)
                return Fail(error);
        }
        if (_reader.Failed)
            return Fail(ErrorCode.FormatError);
        // The root has no end of its own: what there is of it is set now.
        return _frames.Count == 1 && await FlushAsync(call, _frames.Peek()) is var last and not ErrorCode.Success ? Fail(last) : ErrorCode.Success;
    }

    private ErrorCode Fail(ErrorCode error)
    {
        _frames.Clear();
        return _failure = error;
    }

    private async ValueTask<ErrorCode> PropertyAsync(RopCall call, FxElement element)
    {
        var frame = _frames.Peek();
        var id = element.Value.Tag.Id;
        switch (element.Tag)
        {
            case FxTags.FXDelProp:
                if (frame.Target is MessageObject message && frame.Kind == FrameKind.Message)
                    DeleteSubObjects(message, (uint)element.Value.AsInt32());
                return ErrorCode.Success;
            case FxTags.EcWarning or FxTags.DnPrefix or FxTags.NewFXFolder:
                return ErrorCode.Success;
        }
        if (id == 0)
            return _inError ? ErrorCode.Success : ErrorCode.FormatError;
        if (frame.Kind is FrameKind.Parent or FrameKind.Messages)
            return ErrorCode.FormatError;
        if (FxTags.IsNonTransmittable(id) || element.Value.IsError)
            return ErrorCode.Success;
        var value = element.Value;
        if (element.Name is { } name)
        {
            var mapped = await IdOfAsync(call, frame, name);
            if (mapped == 0)
                return ErrorCode.Success;
            value = value.WithTag(new PropertyTag(mapped, value.Type));
        }
        if (frame.Recipient is { } recipient)
            recipient.Properties.Set(value);
        else if (!IsLeftOut(frame, value))
            frame.Changes.Set.Add((0, PropertyRules.Normalise(value)));
        return ErrorCode.Success;
    }

    /// <summary>Values that the object would refuse are passed over without a word: the stream has no place for problems.</summary>
    private static bool IsLeftOut(Frame frame, PropertyValue value)
    {
        if (frame.Target is { } target)
            return target.IsReadOnly(value.Tag.Id) || PropertyRules.Check(target.Mailbox, value) != ErrorCode.Success;
        // A folder that is still to be made.
        return FolderValues.IsReadOnly(value.Tag.Id);
    }

    private async ValueTask<ErrorCode> MarkerAsync(RopCall call, FxMarker marker)
    {
        _inError = marker == FxMarker.FXErrorInfo;
        if (_inError)
            return ErrorCode.Success;
        var frame = _frames.Peek();
        var error = await FlushAsync(call, frame);
        if (error != ErrorCode.Success)
            return error;
        return (marker, frame.Kind) switch
        {
            (FxMarker.StartTopFld, FrameKind.Parent) or (FxMarker.StartSubFld, FrameKind.Folder) => Push(new Frame(FrameKind.Folder, null) { Above = (FolderObject)frame.Target! }),
            (FxMarker.EndFolder, FrameKind.Folder) when _frames.Count > 1 => Pop(),
            (FxMarker.StartMessage or FxMarker.StartFAIMsg, FrameKind.Folder or FrameKind.Messages) => Push(NewMessageFrame(call, (FolderObject)frame.Target!, marker == FxMarker.StartFAIMsg)),
            (FxMarker.EndMessage, FrameKind.Message) when _frames.Count > 1 && frame.Target is MessageObject { Parent: null } => await SaveAsync(call, frame),
            (FxMarker.StartRecip, FrameKind.Message) => Push(new Frame(FrameKind.Recipient, null) { Recipient = new PropertyRecipient() }),
            (FxMarker.EndToRecip, FrameKind.Recipient) => AddRecipient(frame.Recipient!),
            (FxMarker.NewAttach, FrameKind.Message) => StartAttachment((MessageObject)frame.Target!),
            (FxMarker.EndAttach, FrameKind.Attachment) when _frames.Count > 1 => EndAttachment(call, (AttachmentObject)frame.Target!),
            (FxMarker.StartEmbed, FrameKind.Attachment) => StartEmbedded((AttachmentObject)frame.Target!),
            (FxMarker.EndEmbed, FrameKind.Message) when _frames.Count > 1 && frame.Target is MessageObject { Parent: not null } => await SaveAsync(call, frame),
            _ => ErrorCode.FormatError,
        };
    }

    private ErrorCode Push(Frame frame)
    {
        _frames.Push(frame);
        return ErrorCode.Success;
    }

    private ErrorCode Pop()
    {
        _frames.Pop();
        return ErrorCode.Success;
    }

    /// <summary>Sets the properties that came since the last marker; makes the folder that they describe.</summary>
    private async ValueTask<ErrorCode> FlushAsync(RopCall call, Frame frame)
    {
        if (frame is { Kind: FrameKind.Folder, Target: null })
        {
            var name = frame.Changes.Set.FindLast(static s => s.Value.Tag.Id == PropertyIds.DisplayName).Value;
            if (name.Reference is not string { Length: > 0 } text)
                return ErrorCode.FormatError;
            var above = frame.Above!;
            var made = await above.Mailbox.CreateFolderAsync(above.Id, new NewFolder(text), call.Cancel);
            if (!made.TryGet(out var folder))
                return RopCall.ErrorOf(made.Error);
            frame.Target = new FolderObject(above.Logon, folder.Id);
            frame.Changes.Set.RemoveAll(static s => s.Value.Tag.Id == PropertyIds.DisplayName);
        }
        if (frame.Changes.Set.Count == 0 || frame.Target is not { } target)
            return ErrorCode.Success;
        frame.Changes.Set.RemoveAll(s => target.IsReadOnly(s.Value.Tag.Id) || PropertyRules.Check(target.Mailbox, s.Value) != ErrorCode.Success);
        var error = frame.Changes.Set.Count == 0 ? ErrorCode.Success : await target.ChangeAsync(call, frame.Changes);
        frame.Changes.Set.Clear();
        frame.Changes.Problems.Clear();
        return error;
    }

    private Frame NewMessageFrame(RopCall call, FolderObject folder, bool isAssociated)
    {
        var message = MessageObject.Created(folder.Logon, folder.Id, isAssociated, _form);
        NewMessage.Initialise(message, call);
        _held = 0;
        return new Frame(FrameKind.Message, message);
    }

    private ErrorCode AddRecipient(PropertyRecipient recipient)
    {
        _frames.Pop();
        var message = (MessageObject)_frames.Peek().Target!;
        if (message.Recipients.Count >= _options.MaximumRecipients)
            return ErrorCode.TooComplex;
        var wanted = recipient.Properties.GetInt32(PropertyTags.Rowid, -1);
        var rowId = wanted >= 0 && !message.Recipients.ContainsKey((uint)wanted) ? (uint)wanted : message.Recipients.Count == 0 ? 0 : message.Recipients.Keys[^1] + 1;
        var kept = new PropertyBag();
        foreach (var value in recipient.Properties)
            kept.Set(PropertyRules.Normalise(value));
        kept.Set(PropertyValue.Of(PropertyTags.Rowid, (int)rowId));
        message.Recipients[rowId] = new PropertyRecipient { Properties = kept };
        message.RecipientsChanged = true;
        return ErrorCode.Success;
    }

    private ErrorCode StartAttachment(MessageObject message)
    {
        if (message.Attachments.Count >= _options.MaximumAttachments)
            return ErrorCode.MaxAttachmentExceeded;
        return Push(new Frame(FrameKind.Attachment, new AttachmentObject(message, new PropertyAttachment(), message.TakeAttachmentNumber()) { IsWritable = true }));
    }

    private ErrorCode EndAttachment(RopCall call, AttachmentObject attachment)
    {
        attachment.Save(FileTime.From(call.Service.Time.GetUtcNow()));
        return Pop();
    }

    private ErrorCode StartEmbedded(AttachmentObject attachment)
    {
        if (attachment.Message.Depth + 1 > _options.MaximumEmbeddedDepth)
            return ErrorCode.TooComplex;
        return Push(new Frame(FrameKind.Message, MessageObject.Embedded(attachment, new PropertyMessage(), _form, isWritable: true)));
    }

    private async ValueTask<ErrorCode> SaveAsync(RopCall call, Frame frame)
    {
        var error = await MessageSaving.SaveAsync(call, (MessageObject)frame.Target!, force: true);
        if (error != ErrorCode.Success)
            return error;
        if (frame.Target is MessageObject { Parent: null })
            _held = _reader.Held;
        return Pop();
    }

    private static void DeleteSubObjects(MessageObject message, uint kind)
    {
        switch (kind)
        {
            case FxTags.MessageRecipients when message.Recipients.Count > 0:
                message.Recipients.Clear();
                message.RecipientsChanged = true;
                break;
            case FxTags.MessageAttachments when message.Attachments.Count > 0:
                message.ReplaceAttachments([]);
                break;
        }
    }

    private async ValueTask<ushort> IdOfAsync(RopCall call, Frame frame, PropertyName name)
    {
        if (_names.TryGetValue(name, out var known))
            return known;
        var mailbox = (frame.Target ?? frame.Above ?? _frames.First(f => f.Target is not null).Target!).Mailbox;
        var ids = await mailbox.GetPropertyIdsAsync([name], true, call.Cancel);
        return _names[name] = ids.TryGet(out var given) ? given[0] : (ushort)0;
    }

    private sealed class Frame(FrameKind kind, PropertyObject? target)
    {
        public FrameKind Kind { get; } = kind;

        public PropertyObject? Target { get; set; } = target;

        /// <summary>Where a folder is made that is not there yet.</summary>
        public FolderObject? Above { get; init; }

        public PropertyRecipient? Recipient { get; init; }

        public PropertyChanges Changes { get; } = new();
    }
}

/// <summary>An upload that RopFastTransferDestinationConfigure configured.</summary>
internal sealed class FastTransferDestinationObject(PropertyObject target, FxUpload upload) : ServerObject(target.Logon)
{
    public FxUpload Upload { get; } = upload;
}
