using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Operations;
using Rialto.Store.Searching;
using Rialto.Store.Views;

namespace Rialto.Store;

/// <summary>
/// A mailbox opened by a principal: every operation checks that principal's rights. Cheap, thread-safe; dispose to let the mailbox go idle.
/// A method that changes something returns when the change is durable.
/// </summary>
public sealed class MailboxSession : IDisposable
{
    private readonly Mailbox _mailbox;
    private int _disposed;

    internal MailboxSession(Mailbox mailbox, Principal principal)
    {
        _mailbox = mailbox;
        Principal = principal;
        IsOwner = Access.IsOwner(mailbox.Header, principal);
        Searches = new SearchFolders(mailbox, id => RightsOn(id));
    }

    public Guid MailboxId => _mailbox.Header.Id;

    public MailboxHeader Header => _mailbox.Header;

    public Principal Principal { get; }

    /// <summary>The hierarchy now: an immutable snapshot. Rights are not applied; ask <see cref="RightsOn"/>.</summary>
    public FolderTree Folders => _mailbox.State.Folders;

    /// <summary>The mailbox's counter now (this server's knowledge).</summary>
    public long Sequence => _mailbox.State.Sequence;

    /// <summary>With a backend that other servers share: brings this mailbox up to its newest sequence. Call at the start of each request; free where nobody shares.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancel)
    {
        if (_mailbox.Engine.Backend.IsShared && await _mailbox.Storage.ReadSequenceAsync(cancel) > _mailbox.Writer.Applied.Sequence)
            await _mailbox.Writer.RefreshAsync().WaitAsync(cancel);
    }

    /// <summary>What the principal may do in the folder; nothing in one that is not there. [MS-OXCPERM] 3.2.5.</summary>
    public FolderRights RightsOn(FolderId folder) =>
        Folders.TryGet(folder, out var found) ? Access.Of(found, _mailbox.Header, Principal) : FolderRights.None;

    /// <summary>What somebody else may do in the folder: for the server, which acts for others.</summary>
    public FolderRights RightsOf(Principal principal, FolderId folder) =>
        Folders.TryGet(folder, out var found) ? Access.Of(found, _mailbox.Header, principal) : FolderRights.None;

    /// <summary>Whether the principal owns the mailbox (its owner, an administrator, or the server).</summary>
    public bool IsOwner { get; }

    // Folders

    public ValueTask<StoreResult<Folder>> CreateFolderAsync(FolderId parent, NewFolder folder, CancellationToken cancel) =>
        SubmitAsync(draft => Check(draft, parent, FolderRights.CreateSubFolder) is var error and not StoreError.None
            ? error
            : CreateFolder.Compute(draft, parent, folder, Principal), cancel);

    /// <summary>Renames and/or moves.</summary>
    public ValueTask<StoreResult<Folder>> MoveFolderAsync(FolderId folder, FolderId newParent, string newName, CancellationToken cancel) =>
        SubmitAsync(draft =>
        {
            if (Check(draft, folder, FolderRights.FolderOwner) is var error and not StoreError.None)
                return error;
            if (draft.Folders.TryGet(folder, out var now) && now.Parent != newParent && Check(draft, newParent, FolderRights.CreateSubFolder) is var above and not StoreError.None)
                return above;
            return MoveFolder.Compute(draft, folder, newParent, newName);
        }, cancel);

    /// <summary>Changes a folder's own values; not its name and place. Permissions need FolderOwner as everything else here.</summary>
    public ValueTask<StoreResult<Folder>> UpdateFolderAsync(FolderId folder, Func<Folder, Folder> change, CancellationToken cancel) =>
        SubmitAsync(draft => Check(draft, folder, FolderRights.FolderOwner) is var error and not StoreError.None
            ? error
            : UpdateFolder.Compute(draft, folder, change, FolderRights.FolderOwner), cancel);

    /// <summary>Deletes the folder with its messages; with <paramref name="recursive"/> its folders too, otherwise <see cref="StoreError.HasChildren"/>.
    /// With <paramref name="keepContents"/> the messages go to Recoverable Items.</summary>
    public ValueTask<StoreResult<bool>> DeleteFolderAsync(FolderId folder, bool recursive, CancellationToken cancel, bool keepContents = false) =>
        SubmitAsync(async (draft, token) =>
        {
            if (Check(draft, folder, FolderRights.FolderOwner) is var error and not StoreError.None)
                return error;
            if (draft.Folders.Descendants(folder).Any(f => (Access.Of(f, _mailbox.Header, Principal) & FolderRights.FolderOwner) == 0))
                return StoreError.AccessDenied;
            return await Operations.DeleteFolder.ComputeAsync(draft, folder, recursive, keepContents, token);
        }, cancel);

    /// <summary>The search folders: their criteria and the state of their searches.</summary>
    public SearchFolders Searches { get; }

    // Views

    /// <summary>The folder's shared in-memory index in UID order, loaded once and kept current. Dispose the returned handle when done. Needs FolderVisible and ReadAny.</summary>
    public async ValueTask<StoreResult<FolderView>> OpenViewAsync(FolderId folder, CancellationToken cancel)
    {
        if (CheckRead(folder) is var error and not StoreError.None)
            return error;
        try
        {
            if (Header.IsPublic)
                await _mailbox.ReadSets.ReadAsync(Principal.Id, folder, cancel);
            var index = await _mailbox.Views.OpenIndexAsync(folder);
            return new FolderView(index, _mailbox.Views.Release, Header.IsPublic ? _mailbox.ReadSets.OverlayOf(Principal.Id, folder) : null);
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
    }

    /// <summary>
    /// A sorted (and filtered) table of the folder's messages, its order shared by all who ask for the same. Dispose when done.
    /// Without a sort the order is that of the UIDs. Needs FolderVisible and ReadAny.
    /// </summary>
    public ValueTask<StoreResult<ContentsTable>> OpenTableAsync(FolderId folder, bool associated, SortOrderSet? sort, Restriction? restriction, CancellationToken cancel) =>
        OpenTableAsync(folder, new TableQuery { Content = associated ? TableContent.Associated : TableContent.Messages, Sort = sort, Restriction = restriction }, cancel);

    /// <summary>The same with everything that a table may ask for.</summary>
    public ValueTask<StoreResult<ContentsTable>> OpenTableAsync(FolderId folder, TableQuery query, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (CheckRead(folder) is var error and not StoreError.None)
            return new(error);
        // A search folder is filled while somebody looks.
        if (Folders.TryGet(folder, out var found) && found.Type == FolderType.Search)
            _ = Searches.StartAsync(folder);
        if (Header.IsPublic && query.Content == TableContent.Messages)
            query = query with { Reader = Principal.Id };
        return new(new ContentsTable(_mailbox, _mailbox.Views.OpenOrder(folder, query)));
    }

    /// <summary>The same over the soft-deleted messages of the folder.</summary>
    public ValueTask<StoreResult<ContentsTable>> OpenDeletedTableAsync(FolderId folder, bool associated, SortOrderSet? sort, Restriction? restriction, CancellationToken cancel) =>
        OpenTableAsync(
            folder, new TableQuery { Content = associated ? TableContent.SoftDeletedAssociated : TableContent.SoftDeleted, Sort = sort, Restriction = restriction }, cancel);

    // Messages

    /// <param name="group">Where given, the answer comes before the message is durable: the group says when it is.</param>
    public async ValueTask<StoreResult<AppendedMessage>> AppendAsync(
        FolderId folder, PreparedMessage message, AppendOptions options, CancellationToken cancel, CommitGroup? group = null)
    {
        var result = await AppendManyAsync(folder, [(message, options)], cancel, group);
        return result.TryGet(out var appended) ? appended[0] : result.Error;
    }

    /// <summary>Several messages in one batch (MULTIAPPEND, import): all or nothing.</summary>
    public ValueTask<StoreResult<IReadOnlyList<AppendedMessage>>> AppendManyAsync(FolderId folder, IReadOnlyList<(PreparedMessage Message, AppendOptions Options)> messages, CancellationToken cancel, CommitGroup? group = null) =>
        SubmitAsync(async (draft, token) =>
        {
            if (Check(draft, folder, FolderRights.Create) is var error and not StoreError.None)
                return error;
            if (!Header.IsPublic)
                return await AppendMessages.ComputeAsync(draft, folder, messages, Principal, token);
            // Who puts a message there as read has read it; for everybody else it is new.
            var posts = messages.Select(m => (m.Message, m.Options with { State = m.Options.State & ~MessageState.Read })).ToList();
            var first = draft.Sequence;
            var posted = await AppendMessages.ComputeAsync(draft, folder, posts, Principal, token);
            if (posted.Succeeded)
                await ChangeReadSet.MarkAsync(draft, folder, [.. messages.Index().Where(m => (m.Item.Options.State & MessageState.Read) != 0).Select(m => first + 1 + m.Index)], Principal, token);
            return posted;
        }, cancel, group);

    /// <summary>
    /// Changes flags and keywords. A message whose sequence is above <see cref="FlagChange.UnchangedSince"/> is left alone and reported in Conflicts.
    /// Messages that are gone are skipped. One batch, one sequence a message.
    /// </summary>
    public ValueTask<StoreResult<FlagsOutcome>> ChangeFlagsAsync(FolderId folder, IReadOnlyList<MessageId> messages, FlagChange change, CancellationToken cancel) =>
        Header.IsPublic ? ChangePublicFlagsAsync(folder, messages, change, cancel) : SubmitAsync(async (draft, token) =>
        {
            var allowed = await AllowedAsync(draft, folder, messages, FolderRights.EditAny, FolderRights.EditOwned, token);
            return allowed.TryGet(out var ids) ? await ChangeFlags.ComputeAsync(draft, folder, ids, change, token) : allowed.Error;
        }, cancel);

    /// <summary>In a public store the read bit goes into the principal's set, for which reading is right enough; other bits are the messages' own.</summary>
    private async ValueTask<StoreResult<FlagsOutcome>> ChangePublicFlagsAsync(FolderId folder, IReadOnlyList<MessageId> messages, FlagChange change, CancellationToken cancel)
    {
        var reads = (change.Set & MessageState.Read) != 0;
        var unreads = !reads && (change.Replace || (change.Clear & MessageState.Read) != 0);
        var others = change with { Set = change.Set & ~MessageState.Read, Clear = change.Clear & ~MessageState.Read };
        var hasOthers = change.Replace || others.Set != 0 || others.Clear != 0 || others.StatusMask != 0 || others.AddKeywords.Count + others.RemoveKeywords.Count > 0;
        return await SubmitAsync<FlagsOutcome>(async (draft, token) =>
        {
            if (Check(draft, folder, FolderRights.ReadAny) is var error and not StoreError.None)
                return error;
            FlagsOutcome outcome = new([], [], draft.CountersOf(folder).HighestSequence);
            if (hasOthers)
            {
                var allowed = await AllowedAsync(draft, folder, messages, FolderRights.EditAny, FolderRights.EditOwned, token);
                if (!allowed.TryGet(out var ids))
                    return allowed.Error;
                var changed = await ChangeFlags.ComputeAsync(draft, folder, ids, others, token);
                if (!changed.TryGet(out outcome!))
                    return changed.Error;
            }
            if (!reads && !unreads)
                return outcome;
            var touched = await ChangeReadSet.ComputeAsync(draft, folder, [.. messages.Except(outcome.Conflicts)], reads, Principal.Id, token);
            return outcome with { Changed = [.. outcome.Changed.Union(touched)] };
        }, cancel);
    }

    /// <summary>Copies within the mailbox, in the order given; content is shared, not copied.</summary>
    public ValueTask<StoreResult<IReadOnlyList<AppendedMessage>>> CopyAsync(FolderId from, IReadOnlyList<MessageId> messages, FolderId to, CancellationToken cancel) =>
        SubmitAsync(async (draft, token) =>
        {
            if (Check(draft, from, FolderRights.ReadAny) is var error and not StoreError.None)
                return error;
            if (Check(draft, to, FolderRights.Create) is var there and not StoreError.None)
                return there;
            return Header.IsPublic
                ? await KeepReadAsync(draft, from, messages, to, () => CopyMessages.ComputeAsync(draft, from, messages, to, Principal, token), static a => a.Count, token)
                : await CopyMessages.ComputeAsync(draft, from, messages, to, Principal, token);
        }, cancel);

    /// <summary>In a public store: what the principal had read it has read at the new place too. The new change numbers follow each other, in order.</summary>
    private async ValueTask<StoreResult<T>> KeepReadAsync<T>(
        Draft draft, FolderId from, IReadOnlyList<MessageId> messages, FolderId to, Func<ValueTask<StoreResult<T>>> place, Func<T, int> count, CancellationToken cancel)
    {
        var set = await ChangeReadSet.SetOfAsync(draft, from, Principal.Id, cancel);
        var entries = await draft.ReadEntriesAsync(from, messages, cancel);
        var first = draft.Sequence;
        var placed = await place();
        if (placed.TryGet(out var done) && count(done) == entries.Count)
            await ChangeReadSet.MarkAsync(draft, to, [.. entries.Index().Where(e => set.Contains((ulong)e.Item.Cn)).Select(e => first + 1 + e.Index)], Principal, cancel);
        return placed;
    }

    /// <summary>Moves within the mailbox: ids stay, UIDs and MIDs are new. Messages that are gone are skipped; the result tells which went where.</summary>
    public ValueTask<StoreResult<IReadOnlyList<MovedMessage>>> MoveAsync(FolderId from, IReadOnlyList<MessageId> messages, FolderId to, CancellationToken cancel) =>
        SubmitAsync(async (draft, token) =>
        {
            if (Check(draft, to, FolderRights.Create) is var there and not StoreError.None)
                return there;
            var allowed = await AllowedAsync(draft, from, messages, FolderRights.DeleteAny, FolderRights.DeleteOwned, token);
            if (!allowed.TryGet(out var ids))
                return allowed.Error;
            return Header.IsPublic
                ? await KeepReadAsync(draft, from, ids, to, () => MoveMessages.ComputeAsync(draft, from, ids, to, token), static m => m.Count, token)
                : await MoveMessages.ComputeAsync(draft, from, ids, to, token);
        }, cancel);

    /// <summary>An ICS client's own move of one message. [MS-OXCFXICS] 2.2.3.2.4.4.</summary>
    public ValueTask<StoreResult<MovedMessage>> ImportMoveAsync(FolderId from, MessageId message, FolderId to, ImportedMove import, CancellationToken cancel) =>
        SubmitAsync(async (draft, token) =>
        {
            if (Check(draft, to, FolderRights.Create) is var there and not StoreError.None)
                return there;
            var allowed = await AllowedAsync(draft, from, [message], FolderRights.DeleteAny, FolderRights.DeleteOwned, token);
            if (!allowed.Succeeded)
                return allowed.Error;
            return Header.IsPublic
                ? await KeepReadAsync(draft, from, [message], to, () => MoveMessages.ImportAsync(draft, from, message, to, import, token), static _ => 1, token)
                : await MoveMessages.ImportAsync(draft, from, message, to, import, token);
        }, cancel);

    /// <summary>
    /// Gives a message new content (a saved edit; the promotion of MIME to properties): same id and MID, new CN, new UID, so that the bytes behind a UID never change.
    /// </summary>
    /// <remarks>With a <paramref name="group"/> the answer comes before it is durable: the group says when it is.</remarks>
    public ValueTask<StoreResult<MessageRow>> ReplaceAsync(
        FolderId folder, MessageId message, PreparedMessage content, ReplaceOptions options, CancellationToken cancel, CommitGroup? group = null) =>
        SubmitAsync(async (draft, token) =>
        {
            var allowed = await AllowedAsync(draft, folder, [message], FolderRights.EditAny, FolderRights.EditOwned, token);
            if (!allowed.Succeeded)
                return allowed.Error;
            if (!Header.IsPublic)
                return await Operations.ReplaceMessage.ComputeAsync(draft, folder, message, content, options, token);
            var read = await HasReadAsync(draft, folder, message, token);
            read = (options.Set & MessageState.Read) != 0 || (read && (options.Clear & MessageState.Read) == 0);
            return await WrittenAsync(draft, folder, read, await Operations.ReplaceMessage.ComputeAsync(
                draft, folder, message, content, options with { Set = options.Set & ~MessageState.Read }, token), token);
        }, cancel, group);

    /// <summary>
    /// Changes what stands beside the content: overlay, status, keywords, URL name, change key, predecessors and time of the change, summary values that the overlay overrules.
    /// Draws a CN, which is added to a predecessor list that comes without a change key. Identity, content and size may not change: <see cref="StoreError.InvalidArgument"/>. A function that gives back the same row changes nothing.
    /// </summary>
    public ValueTask<StoreResult<MessageRow>> UpdateAsync(
        FolderId folder, MessageId message, Func<MessageRow, MessageRow> change, CancellationToken cancel, MessageParts parts = MessageParts.Unknown) =>
        SubmitAsync(async (draft, token) =>
        {
            var allowed = await AllowedAsync(draft, folder, [message], FolderRights.EditAny, FolderRights.EditOwned, token);
            if (!allowed.Succeeded)
                return allowed.Error;
            if (!Header.IsPublic)
                return await UpdateMessage.ComputeAsync(draft, folder, message, change, parts, token);
            var read = await HasReadAsync(draft, folder, message, token);
            return await WrittenAsync(draft, folder, read, await UpdateMessage.ComputeAsync(draft, folder, message, change, parts, token), token);
        }, cancel);

    private async ValueTask<bool> HasReadAsync(Draft draft, FolderId folder, MessageId message, CancellationToken cancel) =>
        await draft.ReadEntriesAsync(folder, [message], cancel) is [var entry] && (await ChangeReadSet.SetOfAsync(draft, folder, Principal.Id, cancel)).Contains((ulong)entry.Cn);

    /// <summary>In a public store a change makes a message unread for all but who made it, if that had read it.</summary>
    private async ValueTask<StoreResult<MessageRow>> WrittenAsync(Draft draft, FolderId folder, bool read, StoreResult<MessageRow> written, CancellationToken cancel)
    {
        if (!written.TryGet(out var row))
            return written;
        if (read)
            await ChangeReadSet.MarkAsync(draft, folder, [row.Cn], Principal, cancel);
        return read ? row with { State = row.State | MessageState.Read } : row;
    }

    /// <summary>What the principal has read in a public folder. [MS-OXCSTOR] 3.2.5.12.3. Never to be changed in place; the same object while nothing changed.</summary>
    public ValueTask<IdSet> ReadReadSetAsync(FolderId folder, CancellationToken cancel) => _mailbox.ReadSets.ReadAsync(Principal.Id, folder, cancel);

    /// <summary>Says what the principal has read in a public folder. [MS-OXCSTOR] 3.2.5.13.3.</summary>
    public async ValueTask<StoreError> WriteReadSetAsync(FolderId folder, IdSet changeNumbers, CancellationToken cancel)
    {
        if (!Header.IsPublic)
            return StoreError.NotSupported;
        var result = await SubmitAsync<bool>(async (draft, token) =>
        {
            if (Check(draft, folder, FolderRights.ReadAny) is var error and not StoreError.None)
                return error;
            await ChangeReadSet.ReplaceAsync(draft, folder, changeNumbers, Principal.Id, token);
            return true;
        }, cancel);
        return result.Error;
    }

    /// <summary>Messages of the folder that the principal has not read, as far as it is known without waiting.</summary>
    public int UnreadOf(Folder folder) => Header.IsPublic ? _mailbox.ReadSets.UnreadNow(Principal.Id, folder) : folder.Counters.Unread;

    /// <summary>Finds out what <see cref="UnreadOf"/> says; nothing to do in a mailbox of one owner.</summary>
    public async ValueTask CountUnreadAsync(Folder folder, CancellationToken cancel)
    {
        if (Header.IsPublic)
            await _mailbox.ReadSets.CountUnreadAsync(Principal.Id, folder, cancel);
    }

    /// <summary>Sets aside counters that a client will use as MIDs and FIDs: the first of them. [MS-OXCFXICS] 2.2.3.2.4.7.</summary>
    public ValueTask<StoreResult<long>> ReserveIdsAsync(int count, CancellationToken cancel) =>
        SubmitAsync<long>(draft =>
        {
            if (count is <= 0 or > 0x10_0000)
                return StoreError.InvalidArgument;
            return draft.Reserve(count) is { } first ? first : StoreError.TooLarge;
        }, cancel);

    /// <summary>
    /// Whether an id that no object has may be used for a new message of the folder: <see cref="StoreError.Gone"/> for one that was used before or given up,
    /// <see cref="StoreError.InvalidArgument"/> for one that nobody was ever given. As of now: another may take it before it is used.
    /// </summary>
    public StoreError CheckNewId(long id, FolderId folder)
    {
        var state = _mailbox.State;
        if (id <= 0 || id > state.Sequence)
            return StoreError.InvalidArgument;
        var isFree = ReservedIds.Parse(state.Settings.GetValueOrDefault(ReservedIds.Setting)).Contains((ulong)id)
            && !ReservedIds.Parse(state.Settings.GetValueOrDefault(ReservedIds.GoneIn(folder))).Contains((ulong)id);
        return isFree ? StoreError.None : StoreError.Gone;
    }

    /// <summary>
    /// Has ids that <see cref="ReserveIdsAsync"/> gave never be used in the folder; what else is among them is passed over. <see cref="StoreError.InvalidArgument"/> for
    /// ids that were never given to anybody. [MS-OXCFXICS] 2.2.3.2.4.8.
    /// </summary>
    public async ValueTask<StoreError> ExcludeIdsAsync(FolderId folder, IdSet ids, CancellationToken cancel)
    {
        var result = await SubmitAsync<bool>(draft =>
        {
            if (Check(draft, folder, FolderRights.Create) is var error and not StoreError.None)
                return error;
            if (ids.Max > (ulong)draft.Sequence)
                return StoreError.InvalidArgument;
            return draft.Exclude(folder, ids) is var refused and not StoreError.None ? refused : true;
        }, cancel);
        return result.Error;
    }

    /// <summary>Gives up ids and source keys that never were an object's here, so that no import brings them back. Others are passed over. [MS-OXCFXICS] 3.2.5.9.4.5.</summary>
    public async ValueTask<StoreError> GiveUpAsync(FolderId folder, IReadOnlyList<long> ids, IReadOnlyList<byte[]> sourceKeys, CancellationToken cancel)
    {
        var result = await SubmitAsync<bool>(async (draft, token) =>
        {
            if (Check(draft, folder, FolderRights.FolderVisible) is var error and not StoreError.None)
                return error;
            var unseen = new List<byte[]>();
            foreach (var sourceKey in sourceKeys)
            {
                if (await draft.FindSourceKeyAsync(sourceKey, token) is null)
                    unseen.Add(sourceKey);
            }
            var any = unseen.Count > 0;
            foreach (var id in ids)
                any |= draft.GiveUpId(id);
            foreach (var sourceKey in unseen)
                draft.PutSourceKey(sourceKey, default);
            if (any)
                draft.Next();
            return true;
        }, cancel);
        return result.Error;
    }

    /// <summary>
    /// The message of a source key from another replica; its value is 0 for one that was given up. Null for keys never seen. The message may be gone, or another's by now:
    /// compare its row's source key.
    /// </summary>
    public async ValueTask<StoreResult<MessageId?>> FindBySourceKeyAsync(byte[] sourceKey, CancellationToken cancel)
    {
        try
        {
            return await SourceKeys.FindAsync(_mailbox.Storage, sourceKey, cancel);
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
    }

    /// <summary>A folder as an ICS client has it: made, changed and moved in one. [MS-OXCFXICS] 3.2.5.9.4.3.</summary>
    public ValueTask<StoreResult<FolderImportOutcome>> ImportFolderAsync(FolderImport import, CancellationToken cancel) =>
        SubmitAsync(draft => ImportFolder.Compute(draft, import, Principal, (id, needed) => Check(draft, id, needed)), cancel);

    /// <summary>Deletes for good.</summary>
    public ValueTask<StoreResult<IReadOnlyList<MessageId>>> DeleteAsync(FolderId folder, IReadOnlyList<MessageId> messages, CancellationToken cancel) =>
        SubmitAsync(async (draft, token) =>
        {
            var allowed = await AllowedAsync(draft, folder, messages, FolderRights.DeleteAny, FolderRights.DeleteOwned, token);
            return allowed.TryGet(out var ids) ? await DeleteMessages.ComputeAsync(draft, folder, ids, token) : allowed.Error;
        }, cancel);

    // Submission

    /// <summary>
    /// Decides, once and durably, whether a submitted message is sent; with <see cref="SubmissionDecision.Send"/> it is moved, deleted or left as sent in the same change.
    /// For the server's own work: <see cref="StoreError.AccessDenied"/> for other principals.
    /// </summary>
    public ValueTask<StoreResult<SubmissionDecision>> ReleaseSubmissionAsync(SubmittedMessage submitted, CancellationToken cancel) =>
        Principal.Kind != PrincipalKind.System ? new(StoreError.AccessDenied) : SubmitAsync((draft, token) => ReleaseSubmission.ComputeAsync(draft, submitted, token), cancel);

    /// <summary>Takes back a submission that was not decided yet: the message is a draft again. False when it does not wait to be sent.</summary>
    public ValueTask<StoreResult<bool>> AbortSubmissionAsync(FolderId folder, MessageId message, CancellationToken cancel) =>
        SubmitAsync(async (draft, token) =>
        {
            var allowed = await AllowedAsync(draft, folder, [message], FolderRights.EditAny, FolderRights.EditOwned, token);
            return allowed.Succeeded ? await ReleaseSubmission.AbortAsync(draft, folder, message, token) : allowed.Error;
        }, cancel);

    /// <summary>Hides messages until their retention is over; tables of soft-deleted messages show them, and moving or copying them out brings them back.</summary>
    public ValueTask<StoreResult<IReadOnlyList<MessageId>>> SoftDeleteAsync(FolderId folder, IReadOnlyList<MessageId> messages, CancellationToken cancel) =>
        SubmitAsync(async (draft, token) =>
        {
            var allowed = await AllowedAsync(draft, folder, messages, FolderRights.DeleteAny, FolderRights.DeleteOwned, token);
            return allowed.TryGet(out var ids) ? await SoftDeleteMessages.ComputeAsync(draft, folder, ids, token) : allowed.Error;
        }, cancel);

    /// <summary>The messages of a folder whose state is among those wanted, in UID order, in one scan of narrow rows. Needs ReadAny or any right to delete.</summary>
    public async ValueTask<StoreResult<IReadOnlyList<ViewEntry>>> ListAsync(FolderId folder, Func<MessageState, bool> wanted, CancellationToken cancel)
    {
        const FolderRights any = FolderRights.ReadAny | FolderRights.DeleteAny | FolderRights.DeleteOwned;
        if (RightsOn(folder) is var rights && (rights & any) == 0)
            return rights == FolderRights.None ? StoreError.NotFound : StoreError.AccessDenied;
        try
        {
            var states = new StateCollector(wanted, _mailbox.Keywords);
            await _mailbox.Storage.ScanStatesAsync(folder, 0, states, cancel);
            return states.Entries;
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
    }

    /// <summary>The rows of messages by their MIDs, in the order asked for, null where there is none or in a folder that is not the principal's to see. One query for the rows.</summary>
    public async ValueTask<StoreResult<IReadOnlyList<MessageRow?>>> FindByMidsAsync(IReadOnlyList<long> mids, CancellationToken cancel)
    {
        try
        {
            var ids = new MessageId?[mids.Count];
            for (var i = 0; i < ids.Length; i++)
                ids[i] = mids[i] > 0 ? await _mailbox.Storage.FindByMidAsync(mids[i], cancel) : null;
            var known = ids.Where(i => i is not null).Select(i => i!.Value).Distinct().ToArray();
            var rows = known.Length == 0 ? [] : (await _mailbox.Storage.ReadRowsAsync(known, cancel)).ToDictionary(r => r.Id);
            if (Header.IsPublic)
            {
                foreach (var (id, row) in rows)
                    rows[id] = await SeenAsync(row, cancel);
            }
            return ids.Select(i => i is { } id && rows.TryGetValue(id, out var row) && RightsOn(row.Folder) != FolderRights.None ? row : null).ToArray();
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
    }

    /// <summary>Whole summary rows, one query for all; in the order asked for, null where gone.</summary>
    public ValueTask<StoreResult<IReadOnlyList<MessageRow?>>> ReadRowsAsync(FolderId folder, ReadOnlyMemory<MessageId> messages, CancellationToken cancel) =>
        CheckRead(folder) is var error and not StoreError.None ? ReadOwnRowsAsync(folder, messages, error, cancel) : ReadAsync<IReadOnlyList<MessageRow?>>(folder, async () =>
        {
            var rows = new MessageRow?[messages.Length];
            var read = Header.IsPublic ? await _mailbox.ReadSets.ReadAsync(Principal.Id, folder, cancel) : null;
            if (rows.Length == 1)
            {
                foreach (var row in await _mailbox.Storage.ReadRowsAsync(messages, cancel))
                    rows[0] = Holds(folder, row) ? Entries.Seen(row, read) : null;
                return rows;
            }
            var found = new Dictionary<MessageId, MessageRow>(messages.Length);
            foreach (var row in await _mailbox.Storage.ReadRowsAsync(messages, cancel))
            {
                if (Holds(folder, row))
                    found[row.Id] = Entries.Seen(row, read);
            }
            for (var i = 0; i < rows.Length; i++)
                rows[i] = found.GetValueOrDefault(messages.Span[i]);
            return rows;
        });

    /// <summary>
    /// PidTagLocalCommitTime: when the message was last changed in any way, its read state included ([MS-OXCMSG] 2.2.1.49). Which change that was the row tells, when it was
    /// made the change log, as long as it goes back so far; after that it is the time of the content's last change.
    /// </summary>
    public async ValueTask<FileTime> ReadCommitTimeAsync(MessageRow row, CancellationToken cancel)
    {
        if (row.Sequence == row.Cn || row.Sequence <= _mailbox.State.OldestChange)
            return row.Modified;
        try
        {
            return await _mailbox.Storage.ReadChangesAsync(row.Sequence - 1, null, 1, cancel) is [var change] && change.Sequence == row.Sequence
                ? FileTime.From(new DateTimeOffset(change.TimeUtcTicks, TimeSpan.Zero))
                : row.Modified;
        }
        catch (StorageUnavailableException)
        {
            return row.Modified;
        }
    }

    /// <summary>IMAP digests of a UID range, in order, in one scan.</summary>
    public async ValueTask<StoreError> ScanDigestsAsync(FolderId folder, uint firstUid, uint lastUid, IDigestSink sink, CancellationToken cancel)
    {
        var result = await ReadAsync<bool>(folder, async () =>
        {
            await _mailbox.Storage.ScanDigestsAsync(folder, firstUid, lastUid, sink, cancel);
            return true;
        });
        return result.Error;
    }

    /// <summary>The MIME form: the original bytes, or the derived ones of a property message. Valid until disposed.</summary>
    public ValueTask<StoreResult<BlobLease>> OpenMimeAsync(FolderId folder, MessageId message, CancellationToken cancel) =>
        ReadAsync<BlobLease>(folder, async () =>
            await RowAsync(folder, message, cancel) is { } row ? await _mailbox.Engine.Backend.Blobs.OpenAsync(row.Mime, cancel) : StoreError.NotFound);

    /// <summary>The authoritative content as it is kept: MIME, or a property message in PropertyBagCodec's form. Valid until disposed. Needs the mailbox's owner.</summary>
    public ValueTask<BlobLease> OpenContentAsync(MessageRow row, CancellationToken cancel) =>
        IsOwner ? _mailbox.Engine.Backend.Blobs.OpenAsync(row.Content, cancel) : throw new InvalidOperationException("Contents are their owner's.");

    /// <summary>The message as properties, recipients and attachments, whatever form is authoritative, with the mailbox's named property ids and the overlay applied.</summary>
    public async ValueTask<StoreResult<PropertyMessage>> OpenPropertiesAsync(FolderId folder, MessageId message, CancellationToken cancel)
    {
        var rows = await ReadRowsAsync(folder, new[] { message }, cancel);
        if (!rows.TryGet(out var found))
            return rows.Error;
        if (found[0] is not { } row)
            return StoreError.NotFound;
        try
        {
            return await PropertyContent.OpenAsync(_mailbox, row, cancel);
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
    }

    /// <summary>The same of a row that was read before, without reading it again.</summary>
    public async ValueTask<StoreResult<PropertyMessage>> OpenPropertiesAsync(MessageRow row, CancellationToken cancel)
    {
        if (CheckRead(row.Folder) is var error and not StoreError.None && !MaySee(row))
            return error;
        try
        {
            return await PropertyContent.OpenAsync(_mailbox, row, cancel);
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
    }

    /// <summary>A page of the folder's narrow rows, soft-deleted messages included where the page goes by UIDs. Needs ReadAny.</summary>
    public ValueTask<StoreResult<IReadOnlyList<StateRow>>> ReadStatesAsync(FolderId folder, StatePage page, CancellationToken cancel) =>
        ReadAsync<IReadOnlyList<StateRow>>(folder, async () =>
        {
            var rows = new StateRows(page.Limit);
            await _mailbox.Storage.ScanPageAsync(folder, page, rows, cancel);
            return rows;
        });

    /// <summary>A restriction to judge single messages of a folder by.</summary>
    public MessageFilter CreateFilter(FolderId folder, Restriction restriction) => new(_mailbox, folder, restriction);

    /// <summary>
    /// Messages of the folder that match a text criterion, ids ascending. Any and Body go through the full-text index, brought up to date first (words match from their start);
    /// the header fields are substring matches on the summary, Header reads the message heads.
    /// </summary>
    public ValueTask<StoreResult<IReadOnlyList<MessageId>>> FindTextAsync(FolderId folder, TextCriterion criterion, CancellationToken cancel) =>
        ReadAsync<IReadOnlyList<MessageId>>(folder, () => FindText.RunAsync(_mailbox, folder, criterion, cancel));

    public async ValueTask<StoreResult<MessageRow>> FindByMidAsync(long mid, CancellationToken cancel)
    {
        try
        {
            if (await _mailbox.Storage.FindByMidAsync(mid, cancel) is not { } id)
                return StoreError.NotFound;
            foreach (var row in await _mailbox.Storage.ReadRowsAsync(new[] { id }, cancel))
                return CheckRead(row.Folder) is var error and not StoreError.None && !MaySee(row) ? error : await SeenAsync(row, cancel);
            return StoreError.NotFound;
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
    }

    /// <summary>
    /// The ordinary messages of a conversation in a folder and those below it, as far as the principal may read there, oldest first; from the mailbox's root those of all
    /// folders but Recoverable Items. Whether there is such a conversation at all is told beside them.
    /// </summary>
    public ValueTask<StoreResult<(IReadOnlyList<MessageRow> Rows, bool Exists)>> FindConversationAsync(Guid conversation, FolderId scope, CancellationToken cancel) =>
        ReadAsync<(IReadOnlyList<MessageRow> Rows, bool Exists)>(scope, async () =>
        {
            var ids = await _mailbox.Conversations.FindAsync(conversation, cancel);
            if (ids.Length == 0)
                return (Array.Empty<MessageRow>(), false);
            var folders = Folders;
            var hidden = folders.Special(SpecialFolder.RecoverableItems);
            var rows = new List<MessageRow>(ids.Length);
            var exists = false;
            foreach (var row in await _mailbox.Storage.ReadRowsAsync(ids, cancel))
            {
                if (row.ConversationId != conversation || !Views.Entries.IsOrdinary(row.State))
                    continue;
                if (hidden is not null && folders.IsSelfOrAncestor(hidden.Id, row.Folder) && !folders.IsSelfOrAncestor(hidden.Id, scope))
                    continue;
                exists = true;
                if (!folders.IsSelfOrAncestor(scope, row.Folder) || CheckRead(row.Folder) != StoreError.None)
                    continue;
                var read = Header.IsPublic ? await _mailbox.ReadSets.ReadAsync(Principal.Id, row.Folder, cancel) : null;
                rows.Add(Entries.Seen(row, read));
            }
            rows.Sort((a, b) => a.Received.Ticks != b.Received.Ticks ? a.Received.Ticks.CompareTo(b.Received.Ticks) : a.Id.Value.CompareTo(b.Id.Value));
            return (rows, exists);
        });

    /// <summary>The item of that URL name in the folder.</summary>
    public ValueTask<StoreResult<MessageRow>> FindByUrlNameAsync(FolderId folder, string urlName, CancellationToken cancel) =>
        ReadAsync<MessageRow>(folder, async () =>
            await _mailbox.Storage.FindByUrlNameAsync(folder, urlName, cancel) is { } id && await RowAsync(folder, id, cancel) is { } row ? await SeenAsync(row, cancel) : StoreError.NotFound);

    /// <summary>Items of the folder that touch the time range, recurring series included; ids ascending.</summary>
    public ValueTask<StoreResult<IReadOnlyList<MessageId>>> FindInTimeRangeAsync(FolderId folder, FileTime start, FileTime end, CancellationToken cancel) =>
        ReadAsync<IReadOnlyList<MessageId>>(folder, async () =>
        {
            var found = await _mailbox.Storage.FindInTimeRangeAsync(folder, start, end, cancel);
            if (found.Count == 0)
                return StoreResult.Of(found);
            var hidden = (await _mailbox.Storage.ReadRowsAsync(found.ToArray(), cancel)).Where(r => (r.State & MessageState.SoftDeleted) != 0).Select(r => r.Id).ToHashSet();
            return hidden.Count == 0 ? StoreResult.Of(found) : found.Where(id => !hidden.Contains(id)).ToArray();
        });

    /// <summary>Calendar items of that UID in all folders that the principal may read.</summary>
    public ValueTask<StoreResult<IReadOnlyList<MessageRow>>> FindByCalendarUidAsync(string uid, CancellationToken cancel) =>
        ReadableAsync(() => _mailbox.Storage.FindByCalendarUidAsync(uid, cancel), cancel);

    /// <summary>Messages of that Message-ID in all folders that the principal may read.</summary>
    public ValueTask<StoreResult<IReadOnlyList<MessageRow>>> FindByInternetMessageIdAsync(string messageId, CancellationToken cancel) =>
        ReadableAsync(() => _mailbox.Storage.FindByInternetMessageIdAsync(messageId, cancel), cancel);

    // Named properties [MS-OXCPRPT] 3.2.5.9, 3.2.5.10

    /// <summary>Ids for names, in order; 0 where unknown and not to be created, or the limit is reached.</summary>
    public async ValueTask<StoreResult<ushort[]>> GetPropertyIdsAsync(IReadOnlyList<PropertyName> names, bool create, CancellationToken cancel)
    {
        var known = _mailbox.State.Names;
        var ids = new ushort[names.Count];
        var missing = false;
        for (var i = 0; i < ids.Length; i++)
            missing |= !known.TryGetId(names[i], out ids[i]);
        return missing && create ? await SubmitAsync<ushort[]>(draft => MapNames.Compute(draft, names), cancel) : ids;
    }

    /// <summary>The name behind an id from 0x8000 on; null where unknown.</summary>
    public PropertyName? GetPropertyName(ushort id) => _mailbox.State.Names.NameOf(id);

    /// <summary>The id of a name; 0 where the mailbox has none for it.</summary>
    public ushort FindPropertyId(PropertyName name) => _mailbox.State.Names.TryGetId(name, out var id) ? id : (ushort)0;

    /// <summary>All names that the mailbox has ids for, by their ids ascending.</summary>
    public IReadOnlyList<KeyValuePair<ushort, PropertyName>> PropertyNames => [.. _mailbox.State.Names.All.OrderBy(n => n.Key)];

    // Receive folders and replicas [MS-OXCSTOR] 3.2.5.2, 3.2.5.3, 3.2.5.8, 3.2.5.9
    public ReceiveFolders ReceiveFolders
    {
        get
        {
            var state = _mailbox.State;
            return ReceiveFolders.From(state.Settings.GetValueOrDefault(ReceiveFolders.Setting), state.Folders);
        }
    }
    /// <summary>Sets where messages of a class arrive; null takes the entry away. Owners only.</summary>
    public async ValueTask<StoreError> SetReceiveFolderAsync(string messageClass, FolderId? folder, CancellationToken cancel)
    {
        if (!IsOwner)
            return StoreError.AccessDenied;
        var result = await SubmitAsync<bool>(draft =>
        {
            if (folder is { } target && !draft.Folders.TryGet(target, out _))
                return StoreError.NotFound;
            var text = ReceiveFolders.From(draft.Setting(ReceiveFolders.Setting), draft.Folders).With(messageClass, folder ?? default, draft.Now);
            if (text is null || messageClass.AsSpan().ContainsAny('\t', '\n'))
                return StoreError.InvalidArgument;
            draft.Next();
            draft.Set(ReceiveFolders.Setting, text);
            return true;
        }, cancel);
        return result.Error;
    }
    /// <summary>The GUID behind a replica id; null for ids that were never given.</summary>
    public Guid? ReplicaOf(ushort id) => id == StoreKeys.OwnReplica ? Header.ReplicaGuid : ReplicaMap.GuidOf(_mailbox.State.Settings, id);
    /// <summary>The replicas that have ids, the mailbox's own first.</summary>
    public IEnumerable<(ushort Id, Guid Guid)> Replicas => [(StoreKeys.OwnReplica, Header.ReplicaGuid), .. ReplicaMap.All(_mailbox.State.Settings)];
    /// <summary>The id of a replica, given now where it has none; <see cref="StoreError.TooLarge"/> when there are too many.</summary>
    public async ValueTask<StoreResult<ushort>> MapReplicaAsync(Guid replica, CancellationToken cancel) =>
        replica == Header.ReplicaGuid ? StoreKeys.OwnReplica
        : ReplicaMap.IdOf(_mailbox.State.Settings, replica) is { } known ? known
        : await SubmitAsync(draft => ReplicaMap.Add(draft, replica), cancel);

    /// <summary>Where a public folder's contents are.</summary>
    public FolderReplicas ReplicasOf(FolderId folder) =>
        Header.IsPublic ? FolderReplicas.Read(_mailbox.State.Settings.GetValueOrDefault(FolderReplicas.SettingOf(folder))) : FolderReplicas.Default;

    /// <summary>Says where a public folder's contents are. Administrators only.</summary>
    public async ValueTask<StoreError> SetReplicasAsync(FolderId folder, FolderReplicas replicas, CancellationToken cancel)
    {
        if (!Principal.IsAdministrator)
            return StoreError.AccessDenied;
        if (!Header.IsPublic)
            return StoreError.NotSupported;
        if (!replicas.IsValid)
            return StoreError.InvalidArgument;
        var result = await SubmitAsync<bool>(draft =>
        {
            if (!draft.Folders.TryGet(folder, out _))
                return StoreError.NotFound;
            draft.Next();
            draft.Set(FolderReplicas.SettingOf(folder), replicas is { IsHere: true, Others.IsEmpty: true } ? null : replicas.Write());
            return true;
        }, cancel);
        return result.Error;
    }

    // Changes

    /// <summary>Called back, in sequence order and after they are durable, with the mailbox's changes. Must return quickly and never wait.</summary>
    public IDisposable Subscribe(Action<IReadOnlyList<Change>> onChanges) => _mailbox.Subscribe(!Header.IsPublic ? onChanges : changes =>
    {
        // What others have read is theirs to know.
        var own = changes.Where(c => c.Reader is null || c.Reader == Principal.Id).ToList();
        if (own.Count > 0)
            onChanges(own);
    });

    /// <summary>
    /// Change log entries after a sequence, in order; of one folder when given (moves count to both). <see cref="StoreError.NotFound"/> when the log has forgotten
    /// part of them: the caller needs a full resync.
    /// </summary>
    public async ValueTask<StoreResult<IReadOnlyList<Change>>> ReadChangesAsync(long afterSequence, FolderId? folder, int limit, CancellationToken cancel)
    {
        if (folder is { } one && CheckRead(one) is var error and not StoreError.None)
            return error;
        if (folder is null && !IsOwner)
            return StoreError.AccessDenied;
        if (afterSequence < _mailbox.State.OldestChange)
            return StoreError.NotFound;
        try
        {
            return StoreResult.Of(await _mailbox.Storage.ReadChangesAsync(afterSequence, folder, limit, cancel));
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
    }

    /// <summary>
    /// Runs the work while nothing is written to the mailbox: what it reads is the mailbox at one moment, that of the image it gets. Writers wait meanwhile, so it is to be
    /// short. Where another server writes nevertheless the work is run again. Needs the mailbox's owner.
    /// </summary>
    public ValueTask<StoreResult<MailboxImage>> HoldStillAsync(Func<MailboxImage, CancellationToken, ValueTask> work, CancellationToken cancel)
    {
        const int MostAttempts = 20;
        return IsOwner ? SubmitAsync<MailboxImage>(async (_, _) =>
        {
            for (var i = 0; i < MostAttempts; i++)
            {
                var image = await _mailbox.Storage.LoadAsync(cancel);
                await work(image, cancel);
                if (await _mailbox.Storage.ReadSequenceAsync(cancel) == image.Sequence)
                    return image;
            }
            return StoreError.StorageUnavailable;
        }, cancel) : new(StoreError.AccessDenied);
    }

    // Client state

    public ValueTask<ReadOnlyMemory<byte>?> ReadClientStateAsync(ClientStateKey key, CancellationToken cancel) => _mailbox.Storage.ReadClientStateAsync(key, cancel);

    public ValueTask<IReadOnlyList<(string Key, ReadOnlyMemory<byte> Value)>> ReadClientStatesAsync(string client, string collection, CancellationToken cancel) =>
        _mailbox.Storage.ReadClientStatesAsync(client, collection, cancel);

    public async ValueTask<StoreError> WriteClientStateAsync(IReadOnlyList<(ClientStateKey Key, ReadOnlyMemory<byte>? Value)> states, CancellationToken cancel)
    {
        var result = await SubmitAsync<bool>(draft =>
        {
            foreach (var (key, value) in states)
                draft.Write(new PutClientState(key, value));
            return true;
        }, cancel);
        return result.Error;
    }

    /// <summary>
    /// What the caller makes of a folder's associated messages (rules, settings), made once and kept until one of them changes; shared by all sessions of the mailbox,
    /// so it must not depend on who asks. Rights are the caller's to check. <paramref name="make"/> gets their ids, ascending.
    /// </summary>
    public ValueTask<T> FromAssociatedAsync<T>(FolderId folder, Func<MailboxSession, IReadOnlyList<MessageId>, CancellationToken, ValueTask<T>> make, CancellationToken cancel)
        where T : class => _mailbox.Associated.GetAsync(this, folder, make, cancel);

    /// <summary>Several changes that become durable together, or none of them. What was delivered before (<see cref="CombinedChange.Repeated"/>) changes nothing.</summary>
    public ValueTask<StoreResult<CombinedOutcome>> ApplyAsync(CombinedChange change, CancellationToken cancel) =>
        SubmitAsync((draft, token) => CombineChanges.ComputeAsync(draft, change, Principal, (id, needed) => Check(draft, id, needed), token), cancel);

    /// <summary>Whether a queue entry has been delivered into this mailbox. For the server's own work.</summary>
    public ValueTask<bool> IsDeliveredAsync(Guid queueEntry, CancellationToken cancel) => _mailbox.Storage.IsDeliveredAsync(queueEntry, cancel);

    /// <summary>PidTagOutOfOfficeState: whether the owner is away. Set by <see cref="CombinedChange.OutOfOffice"/>.</summary>
    public bool IsOutOfOffice => _mailbox.State.Settings.ContainsKey(SettingNames.OutOfOffice);

    /// <summary>The server that the mailbox has moved to, as https://host[:port]; null for one that is here.</summary>
    public string? MovedTo => _mailbox.State.Settings.GetValueOrDefault(SettingNames.MovedTo);

    /// <summary>Whether the session was opened to fetch what a moved mailbox has left behind; one that was not is over when the mailbox moves.</summary>
    public bool IsEvenMoved { get; internal init; }

    /// <summary>Says where the mailbox has moved to; null: it is here. Administrators only.</summary>
    public async ValueTask<StoreError> SetMovedToAsync(string? server, CancellationToken cancel)
    {
        if (!Principal.IsAdministrator)
            return StoreError.AccessDenied;
        var result = await SubmitAsync<bool>(draft =>
        {
            draft.Set(SettingNames.MovedTo, server);
            return true;
        }, cancel);
        return result.Error;
    }

    // Quota

    /// <summary>Sets what the mailbox may hold; 0: no limit, null: the server's default. Administrators only.</summary>
    public async ValueTask<StoreError> SetQuotaAsync(long? bytes, CancellationToken cancel)
    {
        if (!Principal.IsAdministrator)
            return StoreError.AccessDenied;
        if (bytes < 0)
            return StoreError.InvalidArgument;
        var result = await SubmitAsync<bool>(draft =>
        {
            draft.Set(SettingNames.Quota, bytes?.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return true;
        }, cancel);
        return result.Error;
    }

    /// <summary>Bytes used, bytes allowed (0: no limit).</summary>
    public (long Used, long Limit) Quota
    {
        get
        {
            var state = _mailbox.State;
            return (state.Used, state.LongSetting(SettingNames.Quota, _mailbox.Engine.Options.DefaultQuota));
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _mailbox.Engine.Release(_mailbox);
    }

    private ValueTask<StoreResult<T>> SubmitAsync<T>(Func<Draft, StoreResult<T>> compute, CancellationToken cancel) =>
        SubmitAsync((draft, _) => new ValueTask<StoreResult<T>>(compute(draft)), cancel);

    /// <summary>Cancelling gives up waiting before the work is queued; once queued it is done, and the caller waits for its end.</summary>
    private ValueTask<StoreResult<T>> SubmitAsync<T>(Func<Draft, CancellationToken, ValueTask<StoreResult<T>>> compute, CancellationToken cancel, CommitGroup? group = null)
    {
        cancel.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        return new(group is null ? _mailbox.Writer.SubmitAsync<T>(Compute) : _mailbox.Writer.SubmitAsync<T>(Compute, group));

        ValueTask<StoreResult<T>> Compute(Draft draft, CancellationToken token)
        {
            draft.Session = this;
            return compute(draft, token);
        }
    }

    /// <summary>NotFound for folders that the principal may not even see, AccessDenied where a right is missing.</summary>
    private StoreError Check(Draft draft, FolderId id, FolderRights needed)
    {
        if (!draft.Folders.TryGet(id, out var folder))
            return StoreError.NotFound;
        var rights = Access.Of(folder, _mailbox.Header, Principal);
        return (rights & needed) == needed ? StoreError.None : rights == FolderRights.None ? StoreError.NotFound : StoreError.AccessDenied;
    }

    private StoreError CheckRead(FolderId id)
    {
        if (!Folders.TryGet(id, out var folder))
            return StoreError.NotFound;
        var rights = Access.Of(folder, _mailbox.Header, Principal);
        return (rights & FolderRights.ReadAny) != 0 ? StoreError.None : (rights & FolderRights.FolderVisible) == 0 ? StoreError.NotFound : StoreError.AccessDenied;
    }

    /// <summary>The messages that the principal may act on: all with the one right, only those it made with the other. One foreign message among them refuses the whole.</summary>
    private async ValueTask<StoreResult<IReadOnlyList<MessageId>>> AllowedAsync(
        Draft draft, FolderId id, IReadOnlyList<MessageId> messages, FolderRights any, FolderRights owned, CancellationToken cancel)
    {
        if (Check(draft, id, any) is var error && error == StoreError.None)
            return StoreResult.Of(messages);
        if (Check(draft, id, owned) != StoreError.None)
            return error;
        foreach (var row in await draft.ReadRowsAsync(id, messages, cancel))
        {
            if (row.Creator != Principal.Id)
                return StoreError.AccessDenied;
        }
        return StoreResult.Of(messages);
    }

    private async ValueTask<StoreResult<IReadOnlyList<MessageRow>>> ReadableAsync(Func<ValueTask<IReadOnlyList<MessageId>>> find, CancellationToken cancel)
    {
        try
        {
            var ids = await find();
            if (ids.Count == 0)
                return Array.Empty<MessageRow>();
            var rows = await _mailbox.Storage.ReadRowsAsync(ids.ToArray(), cancel);
            var found = rows.Where(r => (r.State & MessageState.SoftDeleted) == 0 && CheckRead(r.Folder) == StoreError.None).OrderBy(r => r.Id).ToList();
            for (var i = 0; Header.IsPublic && i < found.Count; i++)
                found[i] = await SeenAsync(found[i], cancel);
            return found;
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
    }

    private async ValueTask<StoreResult<T>> ReadAsync<T>(FolderId folder, Func<ValueTask<StoreResult<T>>> read)
    {
        if (CheckRead(folder) is var error and not StoreError.None)
            return error;
        try
        {
            return await read();
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
    }

    /// <summary>Without ReadAny: what the principal has written, and what it may change. [MS-OXCPERM] 2.2.7.</summary>
    private async ValueTask<StoreResult<IReadOnlyList<MessageRow?>>> ReadOwnRowsAsync(FolderId folder, ReadOnlyMemory<MessageId> messages, StoreError refusal, CancellationToken cancel)
    {
        if (RightsOn(folder) == FolderRights.None)
            return refusal;
        try
        {
            var found = (await _mailbox.Storage.ReadRowsAsync(messages, cancel)).Where(r => r.Folder == folder && MaySee(r)).ToDictionary(r => r.Id);
            if (found.Count == 0)
                return refusal;
            var read = Header.IsPublic ? await _mailbox.ReadSets.ReadAsync(Principal.Id, folder, cancel) : null;
            var rows = new MessageRow?[messages.Length];
            for (var i = 0; i < rows.Length; i++)
                rows[i] = found.TryGetValue(messages.Span[i], out var row) ? Entries.Seen(row, read) : null;
            return rows;
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
    }

    private bool MaySee(MessageRow row) =>
        RightsOn(row.Folder) is not FolderRights.None and var rights
        && ((rights & FolderRights.EditAny) != 0 || (row.Creator == Principal.Id && Principal.Kind == PrincipalKind.Account));

    /// <summary>The row as the principal sees it.</summary>
    private async ValueTask<MessageRow> SeenAsync(MessageRow row, CancellationToken cancel) =>
        Header.IsPublic ? Entries.Seen(row, await _mailbox.ReadSets.ReadAsync(Principal.Id, row.Folder, cancel)) : row;

    private async ValueTask<MessageRow?> RowAsync(FolderId folder, MessageId message, CancellationToken cancel)
    {
        foreach (var row in await _mailbox.Storage.ReadRowsAsync(new[] { message }, cancel))
            return Holds(folder, row) ? row : null;
        return null;
    }

    /// <summary>Whether the message is in the folder, or linked from a search folder and in one that the principal may read.</summary>
    private bool Holds(FolderId folder, MessageRow row) =>
        row.Folder == folder || (Folders.TryGet(folder, out var search) && search.Type == FolderType.Search && CheckRead(row.Folder) == StoreError.None);
}
