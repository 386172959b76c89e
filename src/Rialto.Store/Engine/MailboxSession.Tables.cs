using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Operations;
using Rialto.Store.Searching;
using Rialto.Store.Views;

namespace Rialto.Store;

/// <content>Finding messages: views, tables, and look-ups over the folders that the principal may see.</content>
public sealed partial class MailboxSession
{
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

    /// <summary>A restriction to judge single messages of a folder by.</summary>
    public MessageFilter CreateFilter(FolderId folder, Restriction restriction) => new(_mailbox, folder, restriction);

    /// <summary>
    /// Messages of the folder that hold a text, ids ascending; any part of it matches, compared as <see cref="Searching.Text.SearchText"/> says. Any, Body and Header go through the full-text
    /// index, brought up to date first, Header reads those that the index names; the other fields, and Message-ID, are looked for in the summaries.
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
}
