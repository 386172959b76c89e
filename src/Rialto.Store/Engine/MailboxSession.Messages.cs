using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Operations;
using Rialto.Store.Searching;
using Rialto.Store.Views;

namespace Rialto.Store;

/// <content>Messages put into folders, changed, copied, moved, deleted, submitted.</content>
public sealed partial class MailboxSession
{
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

    /// <summary>Deletes for good.</summary>
    public ValueTask<StoreResult<IReadOnlyList<MessageId>>> DeleteAsync(FolderId folder, IReadOnlyList<MessageId> messages, CancellationToken cancel) =>
        SubmitAsync(async (draft, token) =>
        {
            var allowed = await AllowedAsync(draft, folder, messages, FolderRights.DeleteAny, FolderRights.DeleteOwned, token);
            return allowed.TryGet(out var ids) ? await DeleteMessages.ComputeAsync(draft, folder, ids, token) : allowed.Error;
        }, cancel);

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
}
