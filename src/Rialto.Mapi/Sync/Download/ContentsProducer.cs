// [MS-OXCFXICS] 2.2.4.3.2 contentsSync, 2.2.4.3.3 deletions, 2.2.4.3.22 readStateChanges; 3.2.5.3 which differences are downloaded.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.Records;
using Rialto.Mapi.Sync.State;
using Rialto.Mapi.Sync.Upload;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.Mapi.Sync.Download;

/// <summary>
/// The changes of a folder's messages since a client's state. What changed is taken from the mailbox's change log where the state says up to where the client has
/// seen it; otherwise, and where what comes of that cannot be all, the folder is walked. Neither keeps more than a page.
/// </summary>
internal sealed partial class ContentsProducer : SyncProducer
{
    /// <summary>Messages read at a time.</summary>
    private const int RowsAtOnce = 32;

    /// <summary>Messages that are made in their turn.</summary>
    private const int FewMessages = 2;

    /// <summary>Changed messages put into the order of their delivery: their ids and times are in memory.</summary>
    private const int MostSorted = 2048;

    private readonly LogonObject _logon;
    private readonly FolderId _folder;
    private readonly SyncState _state;
    private readonly SyncOptions _options;
    private readonly MailboxSession _mailbox;
    private readonly MessageChangeWriter _changes;
    private readonly SyncProgress _progress;
    private readonly IdSet _deleted = new();
    private readonly IdSet _outOfScope = new();
    private readonly IdSet _madeRead = new();
    private readonly IdSet _madeUnread = new();
    private readonly IdSet _readNumbers = new();
    private readonly IdSet _left = new();
    private readonly Queue<MessageId> _candidates = new();
    private readonly Queue<MessageRow> _rows = new();
    private readonly MessageFilter? _scope;
    private readonly bool _readState;
    private readonly bool _isPublic;
    private PublicReads? _publicReads;
    private readonly bool _withRecords;
    private readonly MessagesAhead? _ahead;
    private IdSet _given = new();
    private IdSet _seen = new();
    private IdSet _seenFai = new();
    private IdSet _read = new();
    private FolderWalk? _walk;
    private FolderLog? _log;
    private ChangedParts? _parts;
    private bool _isRead;
    private bool _isScoped;
    private long _upTo;
    private Step _step = Step.Begin;

    public ContentsProducer(LogonObject logon, FolderId folder, SyncState state, SyncOptions options)
    {
        (_logon, _folder, _state, _options, _mailbox) = (logon, folder, state, options, logon.Session);
        _changes = new MessageChangeWriter(logon, options);
        _progress = new SyncProgress(state, _mailbox.Header.ReplicaGuid);
        _withRecords = RecordWriter.IsWanted(logon, options.Filter);
        _scope = options.Restriction is { } restriction ? _mailbox.CreateFilter(folder, restriction) : null;
        _readState = options.Has(SynchronizationFlags.ReadState);
        _isPublic = _mailbox.Header.IsPublic;
        // With one processor, and for what is copied out of rows, there is nothing to win.
        if (logon.Service.Options.DownloadAhead is > 0 and var ahead && Environment.ProcessorCount > 1 && (_withRecords || !options.Filter.IsOnly))
            _ahead = new MessagesAhead(MakeAsync, ahead);
    }

    private enum Step
    {
        Begin,
        Changes,
        Deletions,
        ReadStates,
        State,
    }

    private bool Normal => _options.Has(SynchronizationFlags.Normal);

    private bool Fai => _options.Has(SynchronizationFlags.Fai);

    public override SyncState Checkpoint() => _progress.Checkpoint();

    public override void Delivered(long bytes) => _progress.Deliver(bytes);

    public override void Dispose() => _ahead?.Dispose();

    public override async ValueTask<ErrorCode> ProduceAsync(FxWriter writer, CancellationToken cancel)
    {
        switch (_step)
        {
            case Step.Begin:
                Begin();
                if (_readState && _isPublic)
                    _publicReads ??= new PublicReads(_read, await _mailbox.ReadReadSetAsync(_folder, cancel), _upTo, _state.CnsetRead[SyncState.InDoubt]);
                if (_options.Has(SynchronizationExtraFlags.OrderByDeliveryTime) && Normal)
                {
                    var unordered = await OrderAsync(cancel);
                    if (unordered != ErrorCode.Success)
                        return unordered;
                }
                if (_options.TakesPartial && _log is not null)
                    _parts = await ChangedParts.ReadAsync(_mailbox, _folder, FirstUnseen() - 1, _upTo, cancel);
                if (_options.Has(SynchronizationFlags.Progress))
                {
                    var error = await WriteTotalAsync(writer, cancel);
                    if (error != ErrorCode.Success)
                        return error;
                }
                _step = Step.Changes;
                return ErrorCode.Success;
            case Step.Changes:
                return await WriteNextAsync(writer, cancel);
            case Step.Deletions:
                WriteDeletions(writer);
                _step = Step.ReadStates;
                return ErrorCode.Success;
            case Step.ReadStates:
                WriteReadStates(writer);
                _step = Step.State;
                return ErrorCode.Success;
            default:
                var final = _progress.Final(_upTo, (Normal, Fai, _readState && !_isPublic), _left);
                SyncScope.Set(final.CnsetSeen, _options.Scope);
                StateProducer.Write(writer, final, isContents: true, withIds: true);
                writer.Marker(FxMarker.IncrSyncEnd);
                Done = Total;
                IsDone = true;
                return ErrorCode.Success;
        }
    }

    /// <summary>Fixes what is looked at: all that is committed now. Later changes are for the next synchronisation, unless they are met on the way.</summary>
    private void Begin()
    {
        if (_upTo != 0)
            return;
        _upTo = _mailbox.Sequence;
        var own = _mailbox.Header.ReplicaGuid;
        _state.Limit(own, _upTo);
        // The sets as the client brought them: the progress changes its state's own.
        _given = _state.IdsetGiven[own].Clone();
        _seen = _state.CnsetSeen[own].Clone();
        _seenFai = _state.CnsetSeenFai[own].Clone();
        _read = _state.CnsetRead[own].Clone();
        var scope = SyncScope.Find(_state.CnsetSeen);
        _isScoped = scope is not null || _options.Scope is not null;
        // Under another restriction messages come and go that have not changed. Until all have been looked at, the state is of neither.
        var isSameScope = scope == _options.Scope;
        if (!isSameScope)
            SyncScope.Set(_state.CnsetSeen, SyncScope.Mixed);
        var counters = _mailbox.Folders.TryGet(_folder, out var folder) ? folder.Counters : new FolderCounters();
        var messages = counters.Count + counters.AssociatedCount;
        Total = Math.Max(1, messages);
        var first = FirstUnseen();
        // A walk reads rows one behind the other; the log may have many entries a message, and of messages that are gone.
        if (isSameScope && first > 1 && (_upTo - first) / 4 <= messages + 1000L)
            _log = new FolderLog(_mailbox, _folder, first - 1, _upTo);
        else
            Walk();
    }

    /// <summary>The first change that the client may not have seen, in whatever it synchronises.</summary>
    private long FirstUnseen()
    {
        var first = _upTo + 1;
        if (Normal)
            first = Math.Min(first, FirstMissing(_seen));
        if (Fai)
            first = Math.Min(first, FirstMissing(_seenFai));
        if (_readState && !_isPublic)
            first = Math.Min(first, FirstMissing(_read));
        return first;

        static long FirstMissing(IdSet set) => set.Ranges is [{ Low: <= 1 } start, ..] ? (long)Math.Min(start.High + 1, long.MaxValue) : 1;
    }

    private void Walk()
    {
        _log = null;
        _parts = null;
        _isRead = false;
        _candidates.Clear();
        _rows.Clear();
        _deleted.RemoveRange(0, ulong.MaxValue);
        _walk = new FolderWalk(_mailbox, _folder, _options.Has(SynchronizationExtraFlags.OrderByDeliveryTime) && Normal, keepsIds: !_given.IsEmpty);
    }

    /// <summary>The next messages; or, when there are none, what is left to look at.</summary>
    private async ValueTask<ErrorCode> WriteNextAsync(FxWriter writer, CancellationToken cancel)
    {
        while (true)
        {
            // A few are made sooner than they are handed over.
            if (_ahead is not null && (!_ahead.IsEmpty || _candidates.Count > 0 || _rows.Count > FewMessages))
                _ahead.Begin(_rows, writer, PartsOf, _mailbox.RightsOn(_folder));
            var canRead = _rows.Count == 0 && (_candidates.Count > 0 || !_isRead);
            // While the first is being made, what comes behind the last is looked for.
            if (_ahead is { IsEmpty: false } && (!canRead || !_ahead.HasRoom || _ahead.IsReady))
                return await TakeAsync(_ahead, writer, cancel);
            if (_rows.TryPeek(out var row))
            {
                var error = await WriteAsync(writer, row, PartsOf(row), cancel);
                if (error == ErrorCode.Success)
                    _rows.Dequeue();
                return error;
            }
            if (_candidates.Count > 0)
            {
                var error = await ReadRowsAsync(cancel);
                if (error != ErrorCode.Success)
                    return error;
                continue;
            }
            if (!_isRead)
            {
                (var failure, _isRead) = _log is { } log ? await ReadLogAsync(log, cancel) : await ReadWalkAsync(_walk!, cancel);
                if (failure != ErrorCode.Success)
                    return failure;
                continue;
            }
            if (_log is not null && !IsPlausible())
            {
                Walk();
                continue;
            }
            if (_log is not null && _publicReads is { IsChanged: true } reads)
            {
                var unread = await ReadPublicReadsAsync(reads, cancel);
                if (unread != ErrorCode.Success)
                    return unread;
            }
            _step = Step.Deletions;
            return ErrorCode.Success;
        }
    }

    /// <summary>The first messages that were made ahead. Those that could not be made are written in their turn.</summary>
    private async ValueTask<ErrorCode> TakeAsync(MessagesAhead ahead, FxWriter writer, CancellationToken cancel)
    {
        var group = await ahead.FirstAsync(cancel);
        // Rights may have been taken away since.
        if (group.Done == 0 && group.Rights != _mailbox.RightsOn(_folder))
            group.Discard();
        if (group.Done == 0 && group.Ends.Count > 0)
        {
            var begin = _progress.Delivered + writer.Buffer.Length;
            group.Buffer.MoveTo(writer.Buffer);
            foreach (var end in group.Ends)
                Wrote(group.Items[group.Done++].Row, begin + end);
        }
        else
        {
            var (row, parts) = group.Items[group.Done];
            var error = await WriteAsync(writer, row, parts, cancel);
            if (error != ErrorCode.Success)
                return error;
            group.Done++;
        }
        if (group.Done == group.Items.Count)
            ahead.Remove();
        return ErrorCode.Success;
    }

    /// <summary>What the user has read in a public folder is in no log: messages are looked for by their change numbers, where these say that there is something to tell.</summary>
    private async ValueTask<ErrorCode> ReadPublicReadsAsync(PublicReads reads, CancellationToken cancel)
    {
        var walk = new FolderWalk(_mailbox, _folder, newestFirst: false, keepsIds: false);
        while (!walk.IsDone && reads.IsChanged)
        {
            if (await walk.NextAsync(cancel) is not { } page)
                return RopCall.ErrorOf(walk.Error);
            foreach (var row in page)
            {
                if (!_progress.WasSent(row.Mid) && !IsNews(row.Mid, row.Cn, row.State))
                    NoteReadState(row.Mid, row.Cn, row.ReadCn, row.State);
            }
        }
        return ErrorCode.Success;
    }

    /// <summary>The rows of the next candidates as they are now, sorted into those that go and those that do not.</summary>
    private async ValueTask<ErrorCode> ReadRowsAsync(CancellationToken cancel)
    {
        var ids = _candidates.Take(RowsAtOnce).ToArray();
        var read = await _mailbox.ReadRowsAsync(_folder, ids, cancel);
        if (!read.TryGet(out var rows))
            return RopCall.ErrorOf(read.Error);
        var news = new List<MessageRow>(rows.Count);
        foreach (var row in rows)
        {
            // The log may name a message once more.
            if (row is null || (row.State & MessageState.SoftDeleted) != 0 || row.Folder != _folder || _progress.WasSent(row.Mid) || _ahead?.Has(row.Mid) is true)
                continue;
            // A walk has judged by the narrow row already, where that decides.
            if (_scope is not null && (_log is not null || !_scope.IsNarrow) && !await _scope.MatchesAsync(row, cancel))
                LeaveOut(row.Mid, row.Cn, row.State);
            else if (IsNews(row.Mid, row.Cn, row.State))
                news.Add(row);
            else
                NoteReadState(row.Mid, row.Cn, row.ReadCn, row.State);
        }
        foreach (var row in news)
            _rows.Enqueue(row);
        for (var i = 0; i < ids.Length; i++)
            _candidates.Dequeue();
        return ErrorCode.Success;
    }

    /// <summary>2.2.4.3.11: what changed of a message that the client has, where that is known and the client can use it.</summary>
    private MessageParts PartsOf(MessageRow row) =>
        _parts is null || IsAssociated(row.State) || row.Cn > _upTo || !_given.Contains((ulong)row.Mid) ? MessageParts.Unknown : _parts.Of(row.Id);

    /// <summary>Writes a message, or what became of it.</summary>
    private async ValueTask<ErrorCode> WriteAsync(FxWriter writer, MessageRow row, MessageParts parts, CancellationToken cancel)
    {
        var error = await MakeAsync(writer, row, parts, cancel);
        if (error == ErrorCode.Success)
        {
            Wrote(row, _progress.Delivered + writer.Buffer.Length);
            return ErrorCode.Success;
        }
        // 2.2.4.3.4: told in place of the message where the client can go on without it.
        if (!_options.Recovers || error == ErrorCode.ServerBusy)
            return error;
        _changes.Error(writer, error, _folder, row.Mid);
        Leave(row.Cn, row.State);
        return ErrorCode.Success;
    }

    /// <summary>Writes a message; nothing where it fails. For any thread: it changes nothing here.</summary>
    private async ValueTask<ErrorCode> MakeAsync(FxWriter writer, MessageRow row, MessageParts parts, CancellationToken cancel)
    {
        PropertyMessage? content = null;
        if (_changes.NeedsContent(row))
        {
            try
            {
                var opened = await _mailbox.OpenPropertiesAsync(row, cancel);
                if (!opened.TryGet(out content))
                    return RopCall.ErrorOf(opened.Error);
                ReceiverValues.Complete(_logon, row, content.Properties);
            }
            catch (InvalidDataException)
            {
                return ErrorCode.GeneralFailure;
            }
        }
        // What a copy of the mailbox is made of has the message as it is.
        if (content is not null && !_withRecords && ConflictVersions.Apart(_mailbox.Header, row, content) is { } versions)
            _changes.Versions(writer, row, versions);
        else if (content is not null && parts != MessageParts.Unknown)
            _changes.Partial(writer, row, content, parts);
        else
            _changes.Full(writer, row, content);
        if (_withRecords)
            await RecordWriter.WriteAsync(writer, _logon, row, cancel);
        return ErrorCode.Success;
    }

    /// <summary>A message went into the stream, up to there.</summary>
    private void Wrote(MessageRow row, long end)
    {
        // In a public store the number that a read message was read at is its own.
        var readCn = !_isPublic ? row.ReadCn : (row.State & MessageState.Read) != 0 ? row.Cn : 0;
        _progress.Add(end, row.Mid, row.Cn, readCn, IsAssociated(row.State));
        Done++;
    }

    // ---- by the folder ----

    private async ValueTask<(ErrorCode Error, bool IsLast)> ReadWalkAsync(FolderWalk walk, CancellationToken cancel)
    {
        var page = await walk.NextAsync(cancel);
        if (page is null)
            return (RopCall.ErrorOf(walk.Error), false);
        foreach (var row in page)
        {
            if (_progress.WasSent(row.Mid))
                continue;
            if (_scope is { IsNarrow: true } && !_scope.Matches(in row))
                LeaveOut(row.Mid, row.Cn, row.State);
            else if (_scope is { IsNarrow: false } || IsNews(row.Mid, row.Cn, row.State))
                _candidates.Enqueue(row.Id);
            else
                NoteReadState(row.Mid, row.Cn, row.ReadCn, row.State);
        }
        if (walk.IsDone && walk.Ids is { } there)
        {
            // What the client holds and the folder does not.
            var gone = _given.Clone();
            gone.Subtract(there);
            _deleted.Union(gone);
        }
        return (ErrorCode.Success, walk.IsDone);
    }

    // ---- single messages ----

    private static bool IsAssociated(MessageState state) => (state & MessageState.Associated) != 0;

    private bool IsNews(long mid, long cn, MessageState state) => IsAssociated(state) ? Fai && IsNews(_seenFai, mid, cn) : Normal && IsNews(_seen, mid, cn);

    /// <summary>With a restriction a number may count as seen of a message that was out of scope then.</summary>
    private bool IsNews(IdSet seen, long mid, long cn) => !seen.Contains((ulong)cn) || (_isScoped && !_given.Contains((ulong)mid));

    /// <summary>A message whose content the client has seen: perhaps not whether it was read.</summary>
    private void NoteReadState(long mid, long cn, long readCn, MessageState state)
    {
        if (_publicReads is { } reads)
        {
            if (!IsAssociated(state) && _given.Contains((ulong)mid) && reads.Find(cn) is { } read)
                (read ? _madeRead : _madeUnread).Add((ulong)mid);
            return;
        }
        if (!_readState || readCn == 0 || IsAssociated(state) || _read.Contains((ulong)readCn) || !_given.Contains((ulong)mid))
            return;
        var isRead = (state & MessageState.Read) != 0;
        (isRead ? _madeRead : _madeUnread).Add((ulong)mid);
        (isRead ? _madeUnread : _madeRead).Remove((ulong)mid);
        _readNumbers.Add((ulong)readCn);
    }

    private void LeaveOut(long mid, long cn, MessageState state)
    {
        if (!_given.Contains((ulong)mid))
            return;
        if (_options.TellsOutOfScope)
            _outOfScope.Add((ulong)mid);
        else
            Leave(cn, state);
    }

    /// <summary>The client does not get this change, and is not to be told that it has.</summary>
    private void Leave(long cn, MessageState state)
    {
        if (!(IsAssociated(state) ? _seenFai : _seen).Contains((ulong)cn))
            _left.Add((ulong)cn);
    }

    // ---- the other elements ----

    private async ValueTask<ErrorCode> WriteTotalAsync(FxWriter writer, CancellationToken cancel)
    {
        (long Count, long Size) associated = default, normal = default;
        if (_log is { } log)
        {
            // The changes of the first page are counted; of a longer log they stand for the rest.
            var (error, _) = await ReadLogAsync(log, cancel);
            if (error != ErrorCode.Success)
                return error;
            if (_log is not null)
            {
                var read = await _mailbox.ReadRowsAsync(_folder, _candidates.ToArray(), cancel);
                if (!read.TryGet(out var rows))
                    return RopCall.ErrorOf(read.Error);
                foreach (var row in rows)
                {
                    if (row is null || (row.State & MessageState.SoftDeleted) != 0 || !IsNews(row.Mid, row.Cn, row.State) || (_scope is not null && !await _scope.MatchesAsync(row, cancel)))
                        continue;
                    ref var sum = ref IsAssociated(row.State) ? ref associated : ref normal;
                    sum = (sum.Count + 1, sum.Size + row.MimeSize);
                }
                Total = Math.Max(1, associated.Count + normal.Count);
            }
        }
        if (_walk is not null && _mailbox.Folders.TryGet(_folder, out var folder))
        {
            normal = Normal ? (folder.Counters.Count, folder.Counters.Size) : default;
            associated = Fai ? (folder.Counters.AssociatedCount, Normal ? 0 : folder.Counters.Size) : default;
        }
        MessageChangeWriter.Total(writer, associated, normal);
        return ErrorCode.Success;
    }

    private void WriteDeletions(FxWriter writer)
    {
        if (_options.Has(SynchronizationFlags.NoDeletions))
            return;
        var own = _mailbox.Header.ReplicaGuid;
        var ids = _mailbox.Replicas.ToDictionary(r => r.Guid, r => r.Id);
        var all = new ReplicaIdSet();
        var deleted = new ReplicaIdSet();
        deleted[own].Union(_deleted);
        // Ids of other replicas name nothing that is here.
        foreach (var (replica, set) in _state.IdsetGiven.Replicas)
        {
            if (replica != own && ids.ContainsKey(replica))
                deleted[replica].Union(set);
        }
        var left = new ReplicaIdSet();
        left[own].Union(_outOfScope);
        if (deleted.IsEmpty && left.IsEmpty)
            return;
        writer.Marker(FxMarker.IncrSyncDel);
        if (!deleted.IsEmpty)
            writer.Binary(FxTags.IdsetDeleted, deleted.ToReplIds(IdOf));
        if (!left.IsEmpty)
            writer.Binary(FxTags.IdsetNoLongerInScope, left.ToReplIds(IdOf));
        all.Union(deleted);
        all.Union(left);
        _progress.AddDeletions(_progress.Delivered + writer.Buffer.Length, all);

        ushort? IdOf(Guid replica) => ids.TryGetValue(replica, out var id) ? id : null;
    }

    private void WriteReadStates(FxWriter writer)
    {
        if (!_madeRead.IsEmpty || !_madeUnread.IsEmpty)
        {
            writer.Marker(FxMarker.IncrSyncRead);
            Write(FxTags.IdsetRead, _madeRead);
            Write(FxTags.IdsetUnread, _madeUnread);
        }
        if (_publicReads is { } reads)
            _progress.AddReads(_progress.Delivered + writer.Buffer.Length, reads.Now, isWhole: true);
        else if (!_readNumbers.IsEmpty)
            _progress.AddReads(_progress.Delivered + writer.Buffer.Length, _readNumbers);

        void Write(uint tag, IdSet mids)
        {
            if (mids.IsEmpty)
                return;
            var set = new ReplicaIdSet();
            set[_mailbox.Header.ReplicaGuid].Union(mids);
            writer.Binary(tag, set.ToReplIds(_ => StoreKeys.OwnReplica));
        }
    }
}
