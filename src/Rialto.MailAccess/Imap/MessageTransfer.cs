// RFC 3501 6.4.7 COPY, RFC 6851 MOVE: within a store, and from one store into another.
using Rialto.Store;

namespace Rialto.MailAccess.Imap;

/// <summary>
/// Brings messages to another mailbox. Within a store content is shared and moves are one change. Into another store the same bytes are stored again with flags, keywords and arrival;
/// a move deletes the originals after the copies are durable, so that nothing is lost when that fails.
/// </summary>
internal static class MessageTransfer
{
    private const int Batch = 500;

    public static async ValueTask<StoreResult<IReadOnlyList<AppendedMessage>>> CopyAsync(StoreEngine engine, SelectedFolder from, Selection selection, MailboxPlace to, CancellationToken cancel)
    {
        var ids = selection.Ids(from.Seen);
        if (from.Mailbox.MailboxId == to.Mailbox.MailboxId)
            return await from.Mailbox.CopyAsync(from.Id, ids, to.Folder.Id, cancel);
        var copied = await CopyAcrossAsync(engine, from, ids, to, cancel);
        return copied.TryGet(out var pairs) ? pairs.ConvertAll(p => p.Copy) : copied.Error;
    }

    public static async ValueTask<StoreResult<IReadOnlyList<MovedMessage>>> MoveAsync(StoreEngine engine, SelectedFolder from, Selection selection, MailboxPlace to, CancellationToken cancel)
    {
        var ids = selection.Ids(from.Seen);
        if (from.Mailbox.MailboxId == to.Mailbox.MailboxId)
            return await from.Mailbox.MoveAsync(from.Id, ids, to.Folder.Id, cancel);
        if (!from.Mailbox.IsOwner && (from.Mailbox.RightsOn(from.Id) & (FolderRights.DeleteAny | FolderRights.DeleteOwned)) == 0)
            return StoreError.AccessDenied;
        var copied = await CopyAcrossAsync(engine, from, ids, to, cancel);
        if (!copied.TryGet(out var pairs))
            return copied.Error;
        var deleted = await from.Mailbox.DeleteAsync(from.Id, [.. pairs.Select(p => p.Row.Id)], cancel);
        if (!deleted.Succeeded)
            return deleted.Error;
        return pairs.ConvertAll(p => new MovedMessage(p.Copy.Id, p.Row.Uid, p.Copy.Uid, p.Copy.UidValidity));
    }

    // Batches, so that a whole folder is not one commit. When one fails, or the client goes, the copies before it are taken back (RFC 9051 6.4.7: all or none).
    private static async ValueTask<StoreResult<List<(MessageRow Row, AppendedMessage Copy)>>> CopyAcrossAsync(
        StoreEngine engine, SelectedFolder from, MessageId[] ids, MailboxPlace to, CancellationToken cancel)
    {
        var pairs = new List<(MessageRow Row, AppendedMessage Copy)>(ids.Length);
        var areAll = false;
        try
        {
            foreach (var batch in ids.Chunk(Batch))
            {
                var error = await CopyBatchAsync(engine, from, batch, to, pairs, cancel);
                if (error != StoreError.None)
                    return error;
            }
            areAll = true;
            return pairs;
        }
        finally
        {
            if (!areAll && pairs.Count > 0)
                await to.Mailbox.DeleteAsync(to.Folder.Id, [.. pairs.Select(p => p.Copy.Id)], CancellationToken.None);
        }
    }

    private static async ValueTask<StoreError> CopyBatchAsync(
        StoreEngine engine, SelectedFolder from, MessageId[] batch, MailboxPlace to, List<(MessageRow Row, AppendedMessage Copy)> pairs, CancellationToken cancel)
    {
        var read = await from.Mailbox.ReadRowsAsync(from.Id, batch, cancel);
        if (!read.TryGet(out var found))
            return read.Error;
        var rows = found.OfType<MessageRow>().ToList();
        var messages = new List<(PreparedMessage Message, AppendOptions Options)>(rows.Count);
        foreach (var row in rows)
            messages.Add((await engine.PrepareMimeAsync(row.Mime, cancel), new AppendOptions(row.State & MessageState.Settable, row.Keywords, row.Received)));
        if (messages.Count == 0)
            return StoreError.None;
        var appended = await to.Mailbox.AppendManyAsync(to.Folder.Id, messages, cancel);
        if (!appended.TryGet(out var copies))
            return appended.Error;
        pairs.AddRange(rows.Zip(copies));
        return StoreError.None;
    }
}
