// [MS-OXCFXICS] 3.2.5.3 which differences are downloaded, taken from the mailbox's change log.
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Download;

internal sealed partial class ContentsProducer
{
    private async ValueTask<(ErrorCode Error, bool IsLast)> ReadLogAsync(FolderLog log, CancellationToken cancel)
    {
        var page = await log.NextAsync(cancel);
        if (page is null)
        {
            // The log has forgotten what this client has not seen yet.
            if (log.Error == StoreError.NotFound && _mailbox.Folders.TryGet(_folder, out _))
            {
                Walk();
                return (ErrorCode.Success, false);
            }
            return (RopCall.ErrorOf(log.Error), false);
        }
        var wanted = new HashSet<MessageId>();
        foreach (var change in page)
        {
            switch (change.Kind)
            {
                case ChangeKind.MessageDeleted or ChangeKind.MessageSoftDeleted when change.Folder == _folder:
                    NoteDeletion(change.Mid, change.Sequence);
                    break;
                case ChangeKind.MessageMoved:
                    if (change.OldFolder == _folder)
                        NoteDeletion(change.OldMid, change.Sequence);
                    if (change.Folder == _folder && wanted.Add(change.Message))
                        _candidates.Enqueue(change.Message);
                    break;
                case ChangeKind.MessageCreated or ChangeKind.MessageModified or ChangeKind.ReadStateChanged or ChangeKind.FlagsChanged when change.Folder == _folder:
                    if (wanted.Add(change.Message))
                        _candidates.Enqueue(change.Message);
                    break;
            }
        }
        return (ErrorCode.Success, log.IsDone);
    }

    /// <summary>
    /// 3.2.5.9.1.1 OrderByDeliveryTime: what the log tells, the newest first and associated messages behind the others, as a walk has them. Where it tells of too many, the
    /// folder is walked, which has that order by itself.
    /// </summary>
    private async ValueTask<ErrorCode> OrderAsync(CancellationToken cancel)
    {
        while (_log is { IsDone: false } log)
        {
            var (error, _) = await ReadLogAsync(log, cancel);
            if (error != ErrorCode.Success)
                return error;
            if (_candidates.Count > MostSorted)
                Walk();
        }
        if (_log is null || _candidates.Count < 2)
            return ErrorCode.Success;
        var found = new List<(MessageId Id, bool IsAssociated, FileTime Time)>(_candidates.Count);
        foreach (var ids in _candidates.Distinct().Chunk(RowsAtOnce))
        {
            var read = await _mailbox.ReadRowsAsync(_folder, ids, cancel);
            if (!read.TryGet(out var rows))
                return RopCall.ErrorOf(read.Error);
            foreach (var row in rows)
            {
                if (row is not null)
                    found.Add((row.Id, IsAssociated(row.State), row.Received));
            }
        }
        found.Sort(static (a, b) => a.IsAssociated != b.IsAssociated ? a.IsAssociated.CompareTo(b.IsAssociated) : b.Time.Ticks.CompareTo(a.Time.Ticks));
        _candidates.Clear();
        foreach (var (id, _, _) in found)
            _candidates.Enqueue(id);
        return ErrorCode.Success;
    }

    private void NoteDeletion(long mid, long sequence)
    {
        if (!_given.Contains((ulong)mid))
            return;
        if (_options.Has(SynchronizationFlags.NoDeletions))
            // Told by a later synchronisation that asks for it.
            _left.Add((ulong)sequence);
        else
            _deleted.Add((ulong)mid);
    }

    /// <summary>
    /// Whether the client will hold as many messages as there are, where none are out of scope: where not, its state tells something that the log does not explain (a state of its own making,
    /// deletions that it did not want to hear of), and the folder has to be compared.
    /// </summary>
    private bool IsPlausible()
    {
        if (_scope is not null || _options.Has(SynchronizationFlags.NoDeletions) || !_mailbox.Folders.TryGet(_folder, out var folder))
            return true;
        var after = _progress.Checkpoint().IdsetGiven[_mailbox.Header.ReplicaGuid];
        _progress.AddUndelivered(after);
        after.Subtract(_deleted);
        var held = (long)after.Cardinality;
        var (normal, associated) = (folder.Counters.Count, folder.Counters.AssociatedCount);
        return held == normal + associated || (!Fai && held == normal) || (!Normal && held == associated);
    }
}
