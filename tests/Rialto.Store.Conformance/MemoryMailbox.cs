using System.Text;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Searching.Text;

namespace Rialto.Store.Conformance;

/// <summary>One mailbox of the <see cref="MemoryBackend"/>.</summary>
internal sealed class MemoryMailbox(MemoryBackend backend, MailboxHeader header) : IMailboxStorage
{
    private readonly Lock _gate = new();
    private readonly Dictionary<FolderId, Folder> _folders = [];
    private readonly Dictionary<MessageId, (MessageRow Row, byte[] Digest)> _messages = [];
    private readonly List<Change> _changes = [];
    private readonly List<(ushort, PropertyName)> _names = [];
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private readonly Dictionary<ClientStateKey, byte[]> _states = [];
    private readonly Dictionary<(Guid, FolderId), byte[]> _readSets = [];
    private readonly Dictionary<Guid, long> _delivered = [];
    private readonly SortedDictionary<long, TextDocument> _index = [];
    private readonly Dictionary<MessageId, long> _saved = [];
    private MessageId _indexedUpTo;
    private long _sequence;
    private long _oldest;

    public MailboxHeader Header { get; } = header;

    public ValueTask<MailboxImage> LoadAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            return new(new MailboxImage
            {
                Header = Header,
                Sequence = _sequence,
                Folders = [.. _folders.Values],
                NamedProperties = [.. _names],
                Settings = new Dictionary<string, string>(_settings),
                OldestChange = _oldest,
            });
        }
    }

    public ValueTask<long> ReadSequenceAsync(CancellationToken cancel)
    {
        lock (_gate)
            return new(_sequence);
    }

    public async ValueTask<Task> ApplyAsync(WriteBatch batch, CancellationToken cancel)
    {
        await Task.Yield();
        backend.BeforeApply?.Invoke(batch);
        lock (_gate)
        {
            if (backend.IsShared && batch.ExpectedSequence != _sequence)
                throw new StaleSequenceException(_sequence);
            Apply(batch); // under the same lock: another server's batch between the check and this would be overwritten
        }
        return backend.Durability?.Invoke(batch) ?? Task.CompletedTask;
    }

    internal void Apply(WriteBatch batch)
    {
        lock (_gate)
        {
            foreach (var mutation in batch.Mutations)
                Apply(mutation);
            foreach (var (message, time) in SavedTimes.Of(batch))
                _saved[message] = time;
            _sequence = batch.NewSequence;
        }
    }

    private void Apply(Mutation mutation)
    {
        switch (mutation)
        {
            case InsertMessage m:
                _messages.Add(m.Row.Id, (m.Row, m.Digest.ToArray()));
                break;
            case ReplaceMessage m:
                _messages[m.Row.Id] = (m.Row, m.Digest?.ToArray() ?? _messages[m.Row.Id].Digest);
                break;
            case SetMessageState m:
                Change(m.Id, r => r with { State = m.State, Keywords = m.Keywords, Status = m.Status, Sequence = m.Sequence, Cn = m.IsContent ? m.Sequence : r.Cn, ReadCn = m.ReadCn });
                break;
            case SetMessageStates m:
                foreach (var change in m.Changes())
                {
                    Change(change.Message, r => r with
                    {
                        State = (r.State & ~m.Touched) | m.State, Keywords = m.Keywords, Status = m.Status, Sequence = change.Sequence,
                        Cn = m.IsContent ? change.Sequence : r.Cn, ReadCn = m.IsReadState ? change.Sequence : r.ReadCn,
                    });
                    _changes.Add(change);
                }
                break;
            case RelocateMessage m:
                Change(m.Id, r => r with { Folder = m.NewFolder, Uid = m.NewUid, Mid = m.NewMid, Sequence = m.Sequence, Cn = m.Cn, State = m.State });
                break;
            case DeleteMessage m:
                _messages.Remove(m.Id).ShouldBeTrue();
                break;
            case PutFolder m:
                _folders[m.Folder.Id] = m.Folder with { Counters = _folders.GetValueOrDefault(m.Folder.Id)?.Counters ?? new FolderCounters() };
                break;
            case PutFolderCounters m:
                _folders[m.Folder] = _folders[m.Folder] with { Counters = m.Counters };
                break;
            case DeleteFolder m:
                _folders.Remove(m.Folder);
                foreach (var id in _messages.Values.Where(r => r.Row.Folder == m.Folder).Select(r => r.Row.Id).ToList())
                    _messages.Remove(id);
                break;
            case AppendChange m:
                _changes.Add(m.Change);
                break;
            case TrimChanges m:
                _changes.RemoveAll(c => c.Sequence <= m.UpToSequence);
                _oldest = m.UpToSequence;
                break;
            case AddNamedProperty m:
                _names.Add((m.Id, m.Name));
                break;
            case PutClientState { Value: { } value } m:
                _states[m.Key] = value.ToArray();
                break;
            case PutClientState m:
                _states.Remove(m.Key);
                break;
            case PutReadSet m:
                _readSets[(m.Principal, m.Folder)] = m.Set.ToArray();
                break;
            case PutSetting { Value: { } value } m:
                _settings[m.Name] = value;
                break;
            case PutSetting m:
                _settings.Remove(m.Name);
                break;
            case MarkDelivered m:
                _delivered[m.QueueId] = m.TimeUtcTicks;
                break;
            case TrimDelivered m:
                foreach (var id in _delivered.Where(d => d.Value < m.BeforeUtcTicks).Select(d => d.Key).ToList())
                    _delivered.Remove(id);
                break;
            default:
                throw new NotSupportedException(mutation.GetType().Name);
        }

        void Change(MessageId id, Func<MessageRow, MessageRow> how) => _messages[id] = (how(_messages[id].Row), _messages[id].Digest);
    }

    private List<MessageRow> RowsOf(FolderId folder, string read)
    {
        backend.OnRead?.Invoke(read);
        lock (_gate)
            return [.. _messages.Values.Where(m => m.Row.Folder == folder).Select(m => m.Row).OrderBy(r => r.Uid)];
    }

    private static StateRow StateOf(MessageRow row) => new(row.Id, row.Uid, row.Mid, row.Sequence, row.Cn, row.ReadCn, row.State, row.Status, row.MimeSize,
        row.Received.Ticks, row.Keywords.Count == 0 ? null : string.Join('\n', row.Keywords));

    public ValueTask ScanStatesAsync(FolderId folder, long afterSequence, IStateSink sink, CancellationToken cancel)
    {
        foreach (var row in RowsOf(folder, nameof(ScanStatesAsync)))
        {
            if (row.Sequence > afterSequence)
                sink.Add(StateOf(row));
        }
        return default;
    }

    public ValueTask ScanNewestAsync(FolderId folder, int limit, IStateSink sink, CancellationToken cancel)
    {
        foreach (var row in RowsOf(folder, nameof(ScanNewestAsync)).OrderByDescending(r => r.Received).ThenByDescending(r => r.Uid).Take(limit))
            sink.Add(StateOf(row));
        return default;
    }

    public ValueTask ScanPageAsync(FolderId folder, StatePage page, IStateSink sink, CancellationToken cancel)
    {
        var rows = RowsOf(folder, nameof(ScanPageAsync));
        var wanted = page.NewestFirst
            ? rows.Where(r => (r.State & (MessageState.Associated | MessageState.SoftDeleted)) == 0)
                .Where(r => r.Received.Ticks < page.AfterReceived || (r.Received.Ticks == page.AfterReceived && r.Uid < page.AfterUid))
                .OrderByDescending(r => r.Received).ThenByDescending(r => r.Uid)
            : rows.Where(r => r.Uid > page.AfterUid).OrderBy(r => r.Uid);
        foreach (var row in wanted.Take(page.Limit))
            sink.Add(StateOf(row));
        return default;
    }

    public ValueTask ScanSummariesAsync(FolderId folder, uint firstUid, uint lastUid, SummaryColumns columns, ISummarySink sink, CancellationToken cancel)
    {
        foreach (var row in RowsOf(folder, nameof(ScanSummariesAsync)).Where(r => r.Uid >= firstUid && r.Uid <= lastUid))
        {
            sink.Add(new SummaryRow
            {
                Id = row.Id,
                Uid = row.Uid,
                SubjectPrefix = Text(SummaryColumns.Subject, row.SubjectPrefix),
                NormalizedSubject = Text(SummaryColumns.Subject, row.NormalizedSubject),
                FromName = Text(SummaryColumns.From, row.FromName),
                FromAddress = Text(SummaryColumns.From, row.FromAddress),
                DisplayTo = Text(SummaryColumns.To, row.DisplayTo),
                DisplayCc = Text(SummaryColumns.Cc, row.DisplayCc),
                DisplayBcc = Text(SummaryColumns.Bcc, row.DisplayBcc),
                MessageClass = Text(SummaryColumns.MessageClass, row.MessageClass),
                ConversationTopic = Text(SummaryColumns.ConversationTopic, row.ConversationTopic),
                InternetMessageId = Text(SummaryColumns.InternetMessageId, row.InternetMessageId),
                Preview = Text(SummaryColumns.Preview, row.Preview),
                SentTicks = columns.HasFlag(SummaryColumns.Sent) ? row.Sent?.Ticks ?? 0 : 0,
                ModifiedTicks = columns.HasFlag(SummaryColumns.Modified) ? row.Modified.Ticks : 0,
                RangeStartTicks = columns.HasFlag(SummaryColumns.RangeStart) ? row.RangeStart?.Ticks ?? 0 : 0,
                Importance = columns.HasFlag(SummaryColumns.Importance) ? row.Importance : (byte)0,
                Sensitivity = columns.HasFlag(SummaryColumns.Sensitivity) ? row.Sensitivity : (byte)0,
                Kind = columns.HasFlag(SummaryColumns.Content) ? row.Kind : default,
                Mime = columns.HasFlag(SummaryColumns.Content) ? row.Mime : default,
            });
        }
        return default;

        ReadOnlySpan<byte> Text(SummaryColumns column, string text) => columns.HasFlag(column) ? Encoding.UTF8.GetBytes(text) : default;
    }

    public ValueTask<IReadOnlyDictionary<MessageId, long>> ReadSavedTimesAsync(ReadOnlyMemory<MessageId> ids, CancellationToken cancel)
    {
        lock (_gate)
            return new(ids.ToArray().Where(_saved.ContainsKey).ToDictionary(i => i, i => _saved[i]));
    }

    public ValueTask<IReadOnlyList<MessageRow>> ReadRowsAsync(ReadOnlyMemory<MessageId> ids, CancellationToken cancel)
    {
        backend.OnRead?.Invoke(nameof(ReadRowsAsync));
        lock (_gate)
        {
            var rows = new List<MessageRow>(ids.Length);
            foreach (var id in ids.Span)
            {
                if (_messages.TryGetValue(id, out var found))
                    rows.Add(found.Row);
            }
            return new(rows);
        }
    }

    public ValueTask ScanDigestsAsync(FolderId folder, uint firstUid, uint lastUid, IDigestSink sink, CancellationToken cancel)
    {
        foreach (var row in RowsOf(folder, nameof(ScanDigestsAsync)))
        {
            if (row.Uid < firstUid || row.Uid > lastUid)
                continue;
            byte[] digest;
            lock (_gate)
                digest = _messages[row.Id].Digest;
            if (!sink.Add(row.Uid, digest))
                break;
        }
        return default;
    }

    private MessageId? Find(Func<MessageRow, bool> which)
    {
        lock (_gate)
            return _messages.Values.Where(m => which(m.Row)).Select(m => (MessageId?)m.Row.Id).FirstOrDefault();
    }

    private IReadOnlyList<MessageId> FindAll(Func<MessageRow, bool> which)
    {
        lock (_gate)
            return [.. _messages.Values.Where(m => which(m.Row)).Select(m => m.Row.Id).Order()];
    }

    public ValueTask<MessageId?> FindByUrlNameAsync(FolderId folder, string urlName, CancellationToken cancel) => new(Find(r => r.Folder == folder && r.UrlName == urlName));

    public ValueTask<IReadOnlyList<MessageId>> FindByCalendarUidAsync(string uid, CancellationToken cancel) => new(FindAll(r => r.CalendarUid == uid));

    public ValueTask<IReadOnlyList<MessageId>> FindByInternetMessageIdAsync(string messageId, CancellationToken cancel) => new(FindAll(r => r.InternetMessageId == messageId));

    public ValueTask<IReadOnlyList<MessageId>> FindInTimeRangeAsync(FolderId folder, FileTime start, FileTime end, CancellationToken cancel) =>
        new(FindAll(r => r.Folder == folder && r.RangeStart is { } from && from < end && (r.RangeEnd ?? from) > start));

    public ValueTask<MessageId?> FindByMidAsync(long mid, CancellationToken cancel) => new(Find(r => r.Mid == mid));

    public ValueTask<IReadOnlyList<Change>> ReadChangesAsync(long afterSequence, FolderId? folder, int limit, CancellationToken cancel)
    {
        lock (_gate)
            return new(_changes.Where(c => c.Sequence > afterSequence && (folder is null || c.Folder == folder || c.OldFolder == folder)).Take(limit).ToList());
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadClientStateAsync(ClientStateKey key, CancellationToken cancel)
    {
        lock (_gate)
            return new(_states.TryGetValue(key, out var value) ? value : (ReadOnlyMemory<byte>?)null);
    }

    public ValueTask<IReadOnlyList<(string Key, ReadOnlyMemory<byte> Value)>> ReadClientStatesAsync(string client, string collection, CancellationToken cancel)
    {
        backend.OnRead?.Invoke(nameof(ReadClientStatesAsync));
        lock (_gate)
        {
            return new(_states.Where(s => s.Key.Client == client && s.Key.Collection == collection)
                .Select(s => (s.Key.Key, (ReadOnlyMemory<byte>)s.Value)).OrderBy(s => s.Key, StringComparer.Ordinal).ToList());
        }
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadReadSetAsync(Guid principal, FolderId folder, CancellationToken cancel)
    {
        lock (_gate)
            return new(_readSets.TryGetValue((principal, folder), out var value) ? value : (ReadOnlyMemory<byte>?)null);
    }

    public ValueTask<bool> IsDeliveredAsync(Guid queueId, CancellationToken cancel)
    {
        lock (_gate)
            return new(_delivered.ContainsKey(queueId));
    }

    public ValueTask<MessageId> ReadIndexedUpToAsync(CancellationToken cancel)
    {
        lock (_gate)
            return new(_indexedUpTo);
    }

    public ValueTask<IReadOnlyList<MessageId>> ListIdsAsync(MessageId after, int limit, CancellationToken cancel)
    {
        lock (_gate)
            return new(_messages.Keys.Where(id => id.Value > after.Value).Order().Take(limit).ToList());
    }

    public ValueTask IndexAsync(IReadOnlyList<TextDocument> documents, MessageId upTo, CancellationToken cancel)
    {
        lock (_gate)
        {
            foreach (var document in documents)
                _index[document.Id.Value] = document;
            _indexedUpTo = upTo;
        }
        return default;
    }

    public ValueTask<TextHits> SearchTextAsync(TextQuery query, CancellationToken cancel)
    {
        var folded = SearchText.Fold(query.Text);
        lock (_gate)
            return new(new TextHits([.. _index.Values.Where(d => new MessageTexts(d.Header, d.Body).Holds(query.Field, folded)).Select(d => d.Id)], true, TextHits.None));
    }

    public ValueTask DisposeAsync()
    {
        Interlocked.Decrement(ref backend.OpenCount);
        return default;
    }
}
