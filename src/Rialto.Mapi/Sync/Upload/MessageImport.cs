// [MS-OXCFXICS] 3.2.5.9.4.2 RopSynchronizationImportMessageChange and the RopSaveChangesMessage that ends it; 3.1.5.3, 3.1.5.6.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Upload;

/// <summary>
/// A version of a message that a client is bringing. The message's content is collected in a message object; nothing is kept before that is saved, and what the version
/// meets then decides what becomes of it.
/// </summary>
internal sealed class MessageImport(SyncUploadObject context, SourceKey key, ImportedVersion version, bool isAssociated, bool failsOnConflict)
{
    /// <summary>Somebody else changes the message between looking and writing: as often as this in a row is a fault to report.</summary>
    private const int MostRetries = 20;

    // 2.2.1.4.1 PidTagResolveMethod.
    private const int LastWriterWins = 0x00000001;
    private const int NoConflictNotification = 0x00000002;

    public FolderId Folder => context.Folder;

    public bool IsAssociated => isAssociated;

    private MailboxSession Mailbox => context.Mailbox;

    /// <summary>What importing the version now would answer.</summary>
    public async ValueTask<ErrorCode> CheckAsync(CancellationToken cancel)
    {
        var found = await FindAsync(cancel);
        if (!found.Succeeded)
            return RopCall.ErrorOf(found.Error);
        var rights = Mailbox.RightsOn(Folder);
        if (found.Value is not { } row)
            return (rights & FolderRights.Create) == 0 ? ErrorCode.AccessDenied : await CheckNewAsync(cancel);
        if (!MessageOpening.CanEdit(Mailbox, row))
            return ErrorCode.AccessDenied;
        return version.CompareTo(Mailbox.Header, row) switch
        {
            VersionOrder.Older => ErrorCode.IgnoreFailure,
            VersionOrder.Conflict when failsOnConflict => ErrorCode.SyncConflict,
            _ => ErrorCode.Success,
        };
    }

    /// <summary>Brings the version with the content of the message object in.</summary>
    public async ValueTask<ErrorCode> SaveAsync(RopCall call, MessageObject message)
    {
        var content = MessageSaving.Build(call, message);
        if (MessageCopies.DepthOf(content) > call.Options.MaximumEmbeddedDepth)
            return ErrorCode.TooComplex;
        PreparedMessage? prepared = null;
        for (var i = 0; i < MostRetries; i++)
        {
            var found = await FindAsync(call.Cancel);
            if (!found.Succeeded)
                return RopCall.ErrorOf(found.Error);
            var order = found.Value is { } known ? version.CompareTo(Mailbox.Header, known) : VersionOrder.Newer;
            if (order == VersionOrder.Older)
                return ErrorCode.IgnoreFailure;
            StoreResult<MessageRow> saved;
            if (order == VersionOrder.Conflict)
            {
                if (failsOnConflict)
                    return ErrorCode.SyncConflict;
                saved = await ResolveAsync(call, message, content, found.Value!);
            }
            else
            {
                prepared ??= await call.Service.Store.PreparePropertiesAsync(content, call.Cancel);
                saved = found.Value is { } row ? await ReplaceAsync(call, message, row, prepared) : await AppendAsync(call, message, content, prepared);
            }
            if (saved.TryGet(out var now))
            {
                if (order != VersionOrder.Conflict)
                {
                    context.See(now.Cn, (now.State & MessageState.Associated) != 0);
                    if (found.Value is not null)
                        context.DoubtRead(now.Cn);
                    else if (Mailbox.Header.IsPublic)
                        context.SeeRead([now.Cn], (MessageRules.StateOf(message) & MessageState.Read) != 0);
                }
                message.Imported(now);
                return ErrorCode.Success;
            }
            if (saved.Error is not (StoreError.Conflict or StoreError.AlreadyExists or StoreError.NotFound))
                return ErrorOf(saved.Error);
            // It changed, came or went meanwhile.
        }
        return ErrorCode.ServerBusy;
    }

    private async ValueTask<StoreResult<MessageRow?>> FindAsync(CancellationToken cancel)
    {
        if (key.Foreign is null && Mailbox.IsUnusedId(key.Counter))
            return StoreResult.Of((MessageRow?)null);
        var found = await SourceKey.FindMessagesAsync(Mailbox, Folder, [key], cancel);
        return found.TryGet(out var rows) ? StoreResult.Of(rows[0]) : found.Error;
    }

    /// <summary>Whether the id may become a new message: 2.2.3.2.4.2.2, one that was used is a deleted message's.</summary>
    private async ValueTask<ErrorCode> CheckNewAsync(CancellationToken cancel)
    {
        if (!Mailbox.Folders.TryGet(Folder, out var folder))
            return ErrorCode.ObjectDeleted;
        if (folder.Type == FolderType.Search)
            return ErrorCode.NotSupported;
        if (key.Foreign is not { } foreign)
            return ErrorOf(Mailbox.CheckNewId(key.Counter, Folder));
        var known = await Mailbox.FindBySourceKeyAsync(foreign, cancel);
        return !known.Succeeded ? RopCall.ErrorOf(known.Error) : known.Value is null ? ErrorCode.Success : ErrorCode.ObjectDeleted;
    }

    private async ValueTask<StoreResult<MessageRow>> AppendAsync(RopCall call, MessageObject message, PropertyMessage content, PreparedMessage prepared)
    {
        var cancel = call.Cancel;
        var options = new AppendOptions(MessageRules.StateOf(message), Categories.Whole(message, []), content.Properties.GetTime(PropertyTags.MessageDeliveryTime))
        {
            Mid = key.Foreign is null ? key.Counter : null,
            SourceKey = key.Foreign,
            ChangeKey = version.ChangeKey,
            PredecessorChangeList = version.Predecessors.ToArray(),
            Created = content.Properties.GetTime(PropertyTags.CreationTime),
            Modified = version.Modified,
        };
        var appended = await Mailbox.AppendAsync(Folder, prepared, options, cancel, call.Commits);
        if (!appended.Succeeded)
        {
            // The folder went, or the id was used and no message of the folder has it: it is not going to appear.
            var isGone = appended.Error == StoreError.NotFound || (appended.Error == StoreError.AlreadyExists && await FindAsync(cancel) is { Succeeded: true, Value: null });
            return isGone ? StoreError.Gone : appended.Error;
        }
        if (!Mailbox.Header.IsPublic && appended.Value.Row is { } made)
            return made;
        var rows = await Mailbox.ReadRowsAsync(Folder, new[] { appended.Value.Id }, cancel);
        if (!rows.Succeeded)
            return rows.Error;
        // Whoever changed it since made a version of which the client does not know.
        return rows.Value[0] is { } row ? row with { Cn = appended.Value.Sequence } : StoreError.Gone;
    }

    private ValueTask<StoreResult<MessageRow>> ReplaceAsync(RopCall call, MessageObject message, MessageRow row, PreparedMessage prepared) =>
        Mailbox.ReplaceAsync(Folder, row.Id, prepared, OptionsFor(message, row) with
        {
            ChangeKey = version.ChangeKey,
            PredecessorChangeList = version.Predecessors.ToArray(),
            // The conflict is resolved where the client's version holds no others any more.
            Status = (row.Status & ConflictMessage.InConflict) != 0 && !message.Attachments.Values.Any(a => ConflictMessage.IsVersion(a)) ? row.Status & ~ConflictMessage.InConflict : null,
        }, call.Cancel, call.Commits);

    /// <summary>The whole version: its marks and categories are those that it brings. The read state is another change's (3.2.5.6).</summary>
    private ReplaceOptions OptionsFor(MessageObject message, MessageRow row)
    {
        const MessageState marks = MessageState.Flagged | MessageState.Answered | MessageState.Forwarded;
        var set = MessageRules.MarksOf(message.Content.Properties);
        var clear = marks & ~set;
        if (message.IsChanged(PropertyIds.MessageFlags))
        {
            var isUnsent = (message.Content.Properties.GetInt32(PropertyTags.MessageFlags) & MessageRules.Unsent) != 0;
            set |= isUnsent ? MessageState.Draft : 0;
            clear |= isUnsent ? 0 : MessageState.Draft;
        }
        return new ReplaceOptions { ExpectedCn = row.Cn, Set = set, Clear = clear, Keywords = Categories.Whole(message, row.Keywords), Modified = version.Modified };
    }

    /// <summary>3.1.5.6.2: one version that succeeds both, made here. The client downloads it.</summary>
    private async ValueTask<StoreResult<MessageRow>> ResolveAsync(RopCall call, MessageObject message, PropertyMessage content, MessageRow row)
    {
        var predecessors = ImportedVersion.PredecessorsOf(Mailbox.Header, row);
        // A number that was given twice: nothing but a new one tells that there is more now.
        var isReused = predecessors.Includes(version.Predecessors);
        predecessors.Merge(version.Predecessors);
        var merged = predecessors.ToArray();
        var wins = version.WinsOver(Mailbox.Header, row);
        var opened = default(PropertyMessage);
        var method = ResolveMethod;
        if ((row.State & MessageState.Associated) == 0 && (method & LastWriterWins) == 0)
        {
            var current = await Mailbox.OpenPropertiesAsync(Folder, row.Id, call.Cancel);
            if (!current.Succeeded)
                return current.Error;
            opened = ConflictMessage.Make(Mailbox, current.Value, row, content, version, wins, call.Options);
        }
        if (opened is null && !wins)
            return await Mailbox.UpdateAsync(Folder, row.Id, now => now.Cn == row.Cn ? now with { ChangeKey = null, PredecessorChangeList = merged } : now, call.Cancel) switch
            {
                { Succeeded: true } updated when updated.Value.Cn == row.Cn => StoreError.Conflict,
                var updated => updated,
            };
        var prepared = await call.Service.Store.PreparePropertiesAsync(opened ?? content, call.Cancel);
        var options = wins ? OptionsFor(message, row) : new ReplaceOptions { ExpectedCn = row.Cn, Modified = row.Modified };
        if (opened is not null)
        {
            // Its list is that of the versions and no more: who makes the same of them elsewhere has the same version, and a change to that is newer than this.
            var key = wins ? version.ChangeKey : StoreKeys.ChangeKeyOf(Mailbox.Header, row.ChangeKey, row.Cn);
            options = options with { ChangeKey = isReused ? null : key, Status = row.Status | ConflictMessage.InConflict };
        }
        var resolved = await Mailbox.ReplaceAsync(Folder, row.Id, prepared, options with { PredecessorChangeList = merged }, call.Cancel);
        if (opened is not null && resolved.TryGet(out var told) && Mailbox.Header.IsPublic && (method & NoConflictNotification) == 0 && Mailbox.Folders.TryGet(Folder, out var folder))
            await ConflictNotification.SendAsync(call.Service, Mailbox, folder, told, call.Cancel);
        return resolved;
    }

    private int ResolveMethod => Mailbox.Folders.TryGet(Folder, out var folder)
        && FolderValues.Find(Mailbox, folder, PropertyTags.ResolveMethod) is { Type: PropertyType.Integer32 } value ? value.AsInt32() : 0;

    private static ErrorCode ErrorOf(StoreError error) => error switch
    {
        StoreError.Gone => ErrorCode.ObjectDeleted,
        StoreError.TooLarge => ErrorCode.MessageTooBig,
        _ => RopCall.ErrorOf(error),
    };
}
