using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Operations;
using Rialto.Store.Searching;
using Rialto.Store.Views;

namespace Rialto.Store;

/// <content>Rows and contents of messages, and who has read them.</content>
public sealed partial class MailboxSession
{
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

    /// <summary>When messages came into the folder (RFC 8514), in the order asked for; null where gone.</summary>
    public async ValueTask<StoreResult<IReadOnlyList<FileTime?>>> ReadSavedTimesAsync(FolderId folder, ReadOnlyMemory<MessageId> messages, CancellationToken cancel)
    {
        var read = await ReadRowsAsync(folder, messages, cancel);
        if (!read.TryGet(out var rows))
            return read.Error;
        return await ReadAsync<IReadOnlyList<FileTime?>>(folder, async () =>
        {
            var saved = await _mailbox.Storage.ReadSavedTimesAsync(messages, cancel);
            return StoreResult.Of<IReadOnlyList<FileTime?>>([.. rows.Select(r => r is null ? (FileTime?)null : saved.TryGetValue(r.Id, out var time) ? SavedTimes.Time(time) : r.Created)]);
        });
    }

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

    /// <summary>Some columns of the summaries of a UID range, in order, in one scan: for who needs no whole rows. A message that is associated or soft-deleted comes too.</summary>
    public async ValueTask<StoreError> ScanSummariesAsync(FolderId folder, uint firstUid, uint lastUid, SummaryColumns columns, ISummarySink sink, CancellationToken cancel)
    {
        var result = await ReadAsync<bool>(folder, async () =>
        {
            await _mailbox.Storage.ScanSummariesAsync(folder, firstUid, lastUid, columns, sink, cancel);
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
