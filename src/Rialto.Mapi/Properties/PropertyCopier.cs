// [MS-OXCPRPT] 3.2.5.7 RopCopyProperties, 3.2.5.8 RopCopyTo.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Properties;

/// <summary>
/// Copies properties, and what hangs on an object, to another of its kind; in another mailbox under the ids that named properties have there.
/// It is done before the response in any case: nothing here takes long enough to be told of in steps.
/// </summary>
internal sealed class PropertyCopier(RopCall call, PropertyObject source, PropertyObject destination, byte flags)
{
    // 2.2.10.1.
    private const byte Move = 0x01;
    private const byte NoOverwrite = 0x02;

    private readonly PropertyChanges _changes = new();
    private Dictionary<ushort, ushort>? _ids;

    public PropertyProblem[] Problems => [.. _changes.Problems.OrderBy(p => p.Index)];

    /// <summary>Whether the two objects go together and the flags are known.</summary>
    public ErrorCode Check()
    {
        // The two do not go together: Exchange 2010 and later refuse them.
        if ((flags & ~(Move | NoOverwrite)) != 0 || flags == (Move | NoOverwrite))
            return ErrorCode.InvalidParameter;
        if (source.GetType() != destination.GetType() || source is LogonObject)
            return ErrorCode.NotSupported;
        if (source is MessageObject from && destination is MessageObject to && IsWithin(to, from))
            return ErrorCode.MessageCycle;
        return destination.CanWrite ? ErrorCode.Success : ErrorCode.AccessDenied;
    }

    /// <summary>2.2.1.9: a copy of a message is found by the same key.</summary>
    public void CopySearchKey()
    {
        if (source is MessageObject from && destination is MessageObject to && (flags & NoOverwrite) == 0
            && from.Content.Properties.TryGet(PropertyIds.SearchKey, out var key))
        {
            to.Initialise(key);
        }
    }

    /// <param name="tags">The properties, in the order of the request.</param>
    /// <param name="wantsSubObject">Whether recipients, attachments or an embedded message are asked for, by the id of the property that stands for them.</param>
    public async ValueTask<ErrorCode> CopyAsync(PropertyTag[] tags, Func<ushort, bool> wantsSubObject)
    {
        (source as DraftObject)?.Settle();
        await destination.LoadAsync(call.Cancel);
        var error = await MapNamesAsync(tags, wantsSubObject);
        if (error != ErrorCode.Success)
            return error;
        for (var i = 0; i < tags.Length; i++)
        {
            if (IsSubObject(tags[i].Id))
                continue;
            var value = source.Find(tags[i]);
            if (value.IsAbsent)
                _changes.Fail((ushort)i, tags[i], ErrorCode.NotFound);
            else if (TryMap(value, out var mapped) && !IsKept(mapped.Tag))
                Take((ushort)i, mapped);
        }
        if (_changes.Set.Count > 0)
            error = await destination.ChangeAsync(call, _changes);
        if (error != ErrorCode.Success)
            return error;
        if (source is FolderObject folder)
            return await CopyFolderContentsAsync(folder, (FolderObject)destination, wantsSubObject);
        CopySubObjects(wantsSubObject);
        // 3.2.5.7, 3.2.5.8: what was to be moved may be deleted at its source. It stays, as with servers since Exchange 2010: a client that wants it gone says so.
        return ErrorCode.Success;
    }

    private void Take(ushort index, PropertyValue value)
    {
        if (destination.IsReadOnly(value.Tag.Id))
        {
            _changes.Fail(index, value.Tag, ErrorCode.ComputedValue);
            return;
        }
        PropertyWriter.Add(_changes, destination, index, value);
    }

    /// <summary>With NoOverwrite what the destination has stays.</summary>
    private bool IsKept(PropertyTag tag) => (flags & NoOverwrite) != 0 && !destination.Find(tag).IsAbsent;

    private void CopySubObjects(Func<ushort, bool> wants)
    {
        Func<ushort, ushort>? idOf = _ids is null ? null : id => _ids.GetValueOrDefault(id);
        switch (source, destination)
        {
            case (MessageObject from, MessageObject to):
                if (wants(PropertyIds.MessageRecipients) && ((flags & NoOverwrite) == 0 || to.Recipients.Count == 0))
                {
                    var copies = from.Recipients.Select(r => (r.Key, MessageCopies.Of(r.Value, idOf))).ToList();
                    to.Recipients.Clear();
                    foreach (var (rowId, recipient) in copies)
                        to.Recipients[rowId] = recipient;
                    to.RecipientsChanged = true;
                }
                if (wants(PropertyIds.MessageAttachments) && ((flags & NoOverwrite) == 0 || to.Attachments.Count == 0))
                    to.ReplaceAttachments([.. from.Attachments.Values.Select(a => MessageCopies.Of(a, idOf))]);
                break;
            case (AttachmentObject from, AttachmentObject to):
                if (from.Embedded is { } embedded && wants(PropertyIds.AttachDataObject) && ((flags & NoOverwrite) == 0 || to.Embedded is null))
                    to.Embedded = MessageCopies.Of(embedded, idOf);
                break;
        }
    }

    /// <summary>Messages, associated ones and folders in a folder. 3.2.5.8.</summary>
    private async ValueTask<ErrorCode> CopyFolderContentsAsync(FolderObject from, FolderObject to, Func<ushort, bool> wants)
    {
        var messages = wants(PropertyIds.ContainerContents);
        var associated = wants(PropertyIds.FolderAssociatedContents);
        var folders = wants(PropertyIds.ContainerHierarchy);
        if (!messages && !associated && !folders)
            return ErrorCode.Success;
        var (source, destination) = (from.Mailbox, to.Mailbox);
        if (source.MailboxId == destination.MailboxId && source.Folders.IsSelfOrAncestor(from.Id, to.Id))
            return ErrorCode.FolderCycle;
        var tree = source.Folders;
        if (folders && tree.Children(from.Id).Any(f => destination.Folders.Children(to.Id).Any(t => string.Equals(t.Name, f.Name, StringComparison.OrdinalIgnoreCase))))
            return ErrorCode.CollidingNames;
        var progress = new WorkProgress(1);
        if (messages || associated)
        {
            await FolderTransfer.CopyMessagesAsync(call.Service.Store, source, from.Id, destination, to.Id, progress, call.Cancel,
                s => (s & MessageState.Associated) != 0 ? associated : messages);
        }
        foreach (var below in folders ? tree.Children(from.Id) : [])
        {
            if (FolderAccess.IsVisible(source.RightsOn(below.Id)))
                await FolderTransfer.CopyAsync(call.Service.Store, source, below, destination, to.Id, below.Name, true, progress, call.Cancel);
        }
        return ErrorCode.Success;
    }

    /// <summary>Whether a message is another one, or in one of its attachments at any depth.</summary>
    private static bool IsWithin(MessageObject message, MessageObject around)
    {
        for (var at = message.Parent?.Message; at is not null; at = at.Parent?.Message)
        {
            if (at == around || (at.Row is { } row && around.Row is { } other && row.Id == other.Id && at.Mailbox.MailboxId == around.Mailbox.MailboxId))
                return true;
        }
        return false;
    }

    private bool IsSubObject(ushort id) => source switch
    {
        MessageObject => id is PropertyIds.MessageRecipients or PropertyIds.MessageAttachments,
        AttachmentObject attachment => id == PropertyIds.AttachDataObject && attachment.Embedded is not null,
        _ => id is PropertyIds.ContainerContents or PropertyIds.ContainerHierarchy or PropertyIds.FolderAssociatedContents,
    };

    private bool TryMap(PropertyValue value, out PropertyValue mapped)
    {
        mapped = value;
        if (_ids is null || !value.Tag.IsNamed)
            return true;
        if (!_ids.TryGetValue(value.Tag.Id, out var id) || id == 0)
            return false;
        mapped = value.WithTag(new PropertyTag(id, value.Type));
        return true;
    }

    private async ValueTask<ErrorCode> MapNamesAsync(PropertyTag[] tags, Func<ushort, bool> wantsSubObject)
    {
        if (source.Mailbox.MailboxId == destination.Mailbox.MailboxId)
            return ErrorCode.Success;
        var used = tags.Where(t => t.IsNamed).Select(t => t.Id).ToHashSet();
        if (source is MessageObject message && wantsSubObject(PropertyIds.MessageAttachments))
        {
            foreach (var attachment in message.Attachments.Values)
                Collect(attachment, used);
        }
        if (source is AttachmentObject { Embedded: { } embedded })
            MessageCopies.CollectNamed(embedded, used);
        _ids = [];
        var named = used.Select(id => (Id: id, Name: source.Mailbox.GetPropertyName(id))).Where(n => n.Name is not null).ToList();
        if (named.Count == 0)
            return ErrorCode.Success;
        var found = await destination.Mailbox.GetPropertyIdsAsync([.. named.Select(n => n.Name!.Value)], true, call.Cancel);
        if (!found.Succeeded)
            return RopCall.ErrorOf(found.Error);
        for (var i = 0; i < named.Count; i++)
            _ids[named[i].Id] = found.Value[i];
        return ErrorCode.Success;
    }

    private static void Collect(PropertyAttachment attachment, HashSet<ushort> used)
    {
        MessageCopies.CollectNamed(attachment.Properties, used);
        if (attachment.Embedded is { } embedded)
            MessageCopies.CollectNamed(embedded, used);
    }
}
