using Npgsql;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>
/// Mutations as few statements: each kind that stands alone becomes one statement with arrays, the last write of a key winning. Writes of messages keep their order:
/// a run of one kind, in which no message occurs twice, becomes one group of statements. Takes the mutations of one mailbox or, when mailboxes are created, of many.
/// </summary>
internal sealed class BatchCommands
{
    private enum Kind
    {
        None,
        Insert,
        Replace,
        SetState,
        Relocate,
        Delete,
    }

    private readonly bool _hasTextWords;
    private readonly List<Action<NpgsqlBatch>> _messages = [];
    private readonly List<Mutation> _run = [];
    private readonly HashSet<long> _inRun = [];
    private Kind _kind;
    private Guid _runMailbox;

    private readonly Dictionary<(Guid, long), (long Parent, byte[] Body)> _folders = [];
    private readonly Dictionary<(Guid, long), FolderCounters> _counters = [];
    private readonly HashSet<(Guid, long)> _deletedFolders = [];
    private readonly List<(Guid Mailbox, Change Change)> _changes = [];
    private readonly SavedTable _saved = new();
    private readonly Dictionary<Guid, long> _trimmed = [];
    private readonly Dictionary<Guid, long> _trimmedDelivered = [];
    private readonly List<(Guid Mailbox, AddNamedProperty Added)> _names = [];
    private readonly Dictionary<(Guid, Guid, Guid), (byte[] Key, byte[]? Value)> _clientStates = [];
    private readonly Dictionary<(Guid, Guid, long), byte[]> _readSets = [];
    private readonly Dictionary<(Guid, string), byte[]?> _settings = [];
    private readonly Dictionary<(Guid, Guid), long> _delivered = [];

    public BatchCommands(bool hasTextWords) => _hasTextWords = hasTextWords;

    public BatchCommands Add(Guid mailbox, IEnumerable<Mutation> mutations)
    {
        _saved.Add(mailbox, mutations);
        foreach (var mutation in mutations)
            Add(mailbox, mutation);
        return this;
    }

    private void Add(Guid mailbox, Mutation mutation)
    {
        switch (mutation)
        {
            case InsertMessage m:
                AddMessage(mailbox, Kind.Insert, m.Row.Id, m);
                break;
            case ReplaceMessage m:
                AddMessage(mailbox, Kind.Replace, m.Row.Id, m);
                break;
            case SetMessageState m:
                AddMessage(mailbox, Kind.SetState, m.Id, m);
                break;
            case SetMessageStates m:
                EndRun();
                _messages.Add(batch => SetStates(batch, mailbox, m));
                _changes.AddRange(m.Changes().Select(c => (mailbox, c)));
                break;
            case RelocateMessage m:
                AddMessage(mailbox, Kind.Relocate, m.Id, m);
                break;
            case DeleteMessage m:
                AddMessage(mailbox, Kind.Delete, m.Id, m);
                break;
            case PutFolder m:
                _folders[(mailbox, m.Folder.Id.Value)] = (m.Folder.Parent.Value, RecordCodec.Write(m.Folder));
                break;
            case PutFolderCounters m:
                _counters[(mailbox, m.Folder.Value)] = m.Counters;
                break;
            case DeleteFolder m:
                EndRun();
                _deletedFolders.Add((mailbox, m.Folder.Value));
                foreach (var key in _readSets.Keys.Where(k => k.Item1 == mailbox && k.Item3 == m.Folder.Value).ToList())
                    _readSets.Remove(key);
                AddDeleteFolder(mailbox, m.Folder.Value);
                break;
            case AppendChange m:
                _changes.Add((mailbox, m.Change));
                break;
            case TrimChanges m:
                _trimmed[mailbox] = m.UpToSequence;
                break;
            case AddNamedProperty m:
                _names.Add((mailbox, m));
                break;
            case PutClientState m:
                _clientStates[(mailbox, Keys.Collection(m.Key.Client, m.Key.Collection), Keys.Item(m.Key))] = (System.Text.Encoding.UTF8.GetBytes(m.Key.Key), m.Value?.ToArray());
                break;
            case PutReadSet m:
                _readSets[(mailbox, m.Principal, m.Folder.Value)] = m.Set.ToArray();
                break;
            case PutSetting m:
                _settings[(mailbox, m.Name)] = m.Value is null ? null : System.Text.Encoding.UTF8.GetBytes(m.Value);
                break;
            case MarkDelivered m:
                _delivered[(mailbox, m.QueueId)] = m.TimeUtcTicks;
                break;
            case TrimDelivered m:
                _trimmedDelivered[mailbox] = m.BeforeUtcTicks;
                break;
            default:
                throw new NotSupportedException(mutation.GetType().Name);
        }
    }

    private void AddMessage(Guid mailbox, Kind kind, MessageId id, Mutation mutation)
    {
        // An UPDATE that meets a row twice takes either of the two: a message comes once in a run.
        if (kind != _kind || mailbox != _runMailbox || !_inRun.Add(id.Value))
        {
            EndRun();
            (_kind, _runMailbox) = (kind, mailbox);
            _inRun.Add(id.Value);
        }
        _run.Add(mutation);
    }

    private void EndRun()
    {
        if (_run.Count == 0)
            return;
        var (run, mailbox) = (_run.ToArray(), _runMailbox);
        _messages.Add(_kind switch
        {
            Kind.Insert => batch => Insert(batch, mailbox, run),
            Kind.Replace => batch => Replace(batch, mailbox, run),
            Kind.SetState => batch => SetState(batch, mailbox, run),
            Kind.Relocate => batch => Relocate(batch, mailbox, run),
            _ => batch => Delete(batch, mailbox, run),
        });
        _run.Clear();
        _inRun.Clear();
        _kind = Kind.None;
    }

    private static void Insert(NpgsqlBatch batch, Guid mailbox, Mutation[] run)
    {
        var states = new StateColumns();
        var summaries = new SummaryColumnArrays();
        foreach (InsertMessage m in run)
        {
            states.Add(m.Row);
            summaries.Add(m.Row);
        }
        states.Bind(mailbox, batch.Add(StateColumns.Insert));
        summaries.Bind(mailbox, batch.Add(SummaryColumnArrays.Put));
        var inserted = run.Cast<InsertMessage>();
        batch.Add("INSERT INTO message_digest(mailbox, folder, uid, digest) SELECT $1, v.folder, v.uid, v.digest FROM unnest($2::bigint[], $3::bigint[], $4::bytea[]) AS v(folder, uid, digest)")
            .With(mailbox).With(inserted.Select(m => m.Row.Folder.Value)).With(inserted.Select(m => (long)m.Row.Uid)).With(inserted.Select(m => (byte[]?)m.Digest.ToArray()));
    }

    private static void Replace(NpgsqlBatch batch, Guid mailbox, Mutation[] run)
    {
        var states = new StateColumns();
        var summaries = new SummaryColumnArrays();
        foreach (ReplaceMessage m in run)
        {
            states.Add(m.Row);
            summaries.Add(m.Row);
        }
        states.Bind(mailbox, batch.Add(StateColumns.Replace));
        summaries.Bind(mailbox, batch.Add(SummaryColumnArrays.Put));
        var replaced = run.Cast<ReplaceMessage>();
        batch.Add("""
            UPDATE message_digest d SET folder = v.folder, uid = v.uid, digest = coalesce(v.digest, d.digest)
            FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[]) AS v(old_folder, old_uid, folder, uid, digest)
            WHERE d.mailbox = $1 AND d.folder = v.old_folder AND d.uid = v.old_uid
            """)
            .With(mailbox).With(replaced.Select(m => m.OldFolder.Value)).With(replaced.Select(m => (long)m.OldUid))
            .With(replaced.Select(m => m.Row.Folder.Value)).With(replaced.Select(m => (long)m.Row.Uid)).With(replaced.Select(m => m.Digest?.ToArray()));
    }

    private static void SetState(NpgsqlBatch batch, Guid mailbox, Mutation[] run)
    {
        var set = run.Cast<SetMessageState>();
        batch.Add("""
            UPDATE message_state s SET flags = v.flags, status = v.status, sequence = v.sequence, cn = CASE WHEN v.content THEN v.sequence ELSE s.cn END, read_cn = v.read_cn, keywords = v.keywords
            FROM unnest($2::bigint[], $3::bigint[], $4::integer[], $5::integer[], $6::bigint[], $7::bigint[], $8::boolean[], $9::bytea[])
                AS v(folder, uid, flags, status, sequence, read_cn, content, keywords)
            WHERE s.mailbox = $1 AND s.folder = v.folder AND s.uid = v.uid
            """)
            .With(mailbox).With(set.Select(m => m.Folder.Value)).With(set.Select(m => (long)m.Uid)).With(set.Select(m => (int)m.State)).With(set.Select(m => m.Status))
            .With(set.Select(m => m.Sequence)).With(set.Select(m => m.ReadCn)).With(set.Select(m => m.IsContent)).With(set.Select(m => StateColumns.Join(m.Keywords)));
    }

    private static void SetStates(NpgsqlBatch batch, Guid mailbox, SetMessageStates m) => batch.Add("""
        UPDATE message_state s SET flags = (s.flags & ~$6) | $7, status = $8, keywords = nullif($9, ''::bytea), sequence = v.sequence,
            cn = CASE WHEN $10 THEN v.sequence ELSE s.cn END, read_cn = CASE WHEN $11 THEN v.sequence ELSE s.read_cn END
        FROM (SELECT r.uid + i AS uid, r.sequence + i AS sequence FROM unnest($3::bigint[], $4::bigint[], $5::integer[]) AS r(uid, sequence, length), generate_series(0, r.length - 1) AS i) AS v
        WHERE s.mailbox = $1 AND s.folder = $2 AND s.uid = v.uid
        """)
        .With(mailbox).With(m.Folder.Value).With(m.Messages.Select(r => (long)r.Uid)).With(Sequences(m)).With(m.Messages.Select(r => r.Length))
        .With((int)m.Touched).With((int)m.State).With(m.Status).With(StateColumns.Join(m.Keywords) ?? []).With(m.IsContent).With(m.IsReadState);

    /// <summary>The sequence of each run's first message.</summary>
    private static IEnumerable<long> Sequences(SetMessageStates m)
    {
        var sequence = m.FirstSequence;
        foreach (var run in m.Messages)
        {
            yield return sequence;
            sequence += run.Length;
        }
    }

    private static void Relocate(NpgsqlBatch batch, Guid mailbox, Mutation[] run)
    {
        var moved = run.Cast<RelocateMessage>();
        batch.Add("""
            UPDATE message_state s SET folder = v.folder, uid = v.uid, mid = v.mid, sequence = v.sequence, cn = v.cn, flags = v.flags
            FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::integer[]) AS v(old_folder, old_uid, folder, uid, mid, sequence, cn, flags)
            WHERE s.mailbox = $1 AND s.folder = v.old_folder AND s.uid = v.old_uid
            """)
            .With(mailbox).With(moved.Select(m => m.OldFolder.Value)).With(moved.Select(m => (long)m.OldUid)).With(moved.Select(m => m.NewFolder.Value)).With(moved.Select(m => (long)m.NewUid))
            .With(moved.Select(m => m.NewMid)).With(moved.Select(m => m.Sequence)).With(moved.Select(m => m.Cn)).With(moved.Select(m => (int)m.State));
        batch.Add("""
            UPDATE message_digest d SET folder = v.folder, uid = v.uid FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) AS v(old_folder, old_uid, folder, uid)
            WHERE d.mailbox = $1 AND d.folder = v.old_folder AND d.uid = v.old_uid
            """)
            .With(mailbox).With(moved.Select(m => m.OldFolder.Value)).With(moved.Select(m => (long)m.OldUid)).With(moved.Select(m => m.NewFolder.Value)).With(moved.Select(m => (long)m.NewUid));
    }

    private void Delete(NpgsqlBatch batch, Guid mailbox, Mutation[] run)
    {
        var deleted = run.Cast<DeleteMessage>();
        long[] folders = [.. deleted.Select(m => m.Folder.Value)], uids = [.. deleted.Select(m => (long)m.Uid)], ids = [.. deleted.Select(m => m.Id.Value)];
        foreach (var table in (ReadOnlySpan<string>)["message_state", "message_digest"])
        {
            batch.Add($"DELETE FROM {table} t USING unnest($2::bigint[], $3::bigint[]) AS v(folder, uid) WHERE t.mailbox = $1 AND t.folder = v.folder AND t.uid = v.uid")
                .With(mailbox).With(folders).With(uids);
        }
        foreach (var table in (ReadOnlySpan<string>)["message_summary", _hasTextWords ? "text_vector" : "text_plain"])
            batch.Add($"DELETE FROM {table} WHERE mailbox = $1 AND id = ANY($2::bigint[])").With(mailbox).With(ids);
    }

    private void AddDeleteFolder(Guid mailbox, long folder) => _messages.Add(batch =>
    {
        foreach (var table in (ReadOnlySpan<string>)["message_summary", "message_saved", _hasTextWords ? "text_vector" : "text_plain"])
            batch.Add($"DELETE FROM {table} WHERE mailbox = $1 AND id IN (SELECT id FROM message_state WHERE mailbox = $1 AND folder = $2)").With(mailbox).With(folder);
        foreach (var table in (ReadOnlySpan<string>)["message_state", "message_digest", "folder_counter", "read_set"])
            batch.Add($"DELETE FROM {table} WHERE mailbox = $1 AND folder = $2").With(mailbox).With(folder);
        batch.Add("DELETE FROM folder WHERE mailbox = $1 AND id = $2").With(mailbox).With(folder);
    });

    public void WriteTo(NpgsqlBatch batch)
    {
        EndRun();
        foreach (var write in _messages)
            write(batch);
        WriteFolders(batch);
        WriteChanges(batch);
        _saved.WriteTo(batch);
        WriteRest(batch);
    }

    private void WriteFolders(NpgsqlBatch batch)
    {
        var folders = _folders.Where(f => !_deletedFolders.Contains(f.Key)).ToList();
        if (folders.Count > 0)
        {
            batch.Add("""
                INSERT INTO folder(mailbox, id, parent, body) SELECT v.mailbox, v.id, v.parent, v.body FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[]) AS v(mailbox, id, parent, body)
                ON CONFLICT (mailbox, id) DO UPDATE SET parent = excluded.parent, body = excluded.body
                """)
                .With(folders.Select(f => f.Key.Item1)).With(folders.Select(f => f.Key.Item2)).With(folders.Select(f => f.Value.Parent)).With(folders.Select(f => (byte[]?)f.Value.Body));
            // A folder has its counters from the beginning.
            batch.Add("""
                INSERT INTO folder_counter(mailbox, folder, uid_next, highest_sequence, messages, unread, associated, size, newest_change)
                SELECT v.mailbox, v.id, 1, 0, 0, 0, 0, 0, 0 FROM unnest($1::uuid[], $2::bigint[]) AS v(mailbox, id) ON CONFLICT (mailbox, folder) DO NOTHING
                """).With(folders.Select(f => f.Key.Item1)).With(folders.Select(f => f.Key.Item2));
        }
        var counters = _counters.Where(c => !_deletedFolders.Contains(c.Key)).ToList();
        if (counters.Count == 0)
            return;
        batch.Add("""
            UPDATE folder_counter c SET uid_next = v.uid_next, highest_sequence = v.highest_sequence, messages = v.messages, unread = v.unread, associated = v.associated, size = v.size,
                newest_change = v.newest_change
            FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
                AS v(mailbox, folder, uid_next, highest_sequence, messages, unread, associated, size, newest_change)
            WHERE c.mailbox = v.mailbox AND c.folder = v.folder
            """)
            .With(counters.Select(c => c.Key.Item1)).With(counters.Select(c => c.Key.Item2)).With(counters.Select(c => (long)c.Value.UidNext)).With(counters.Select(c => c.Value.HighestSequence))
            .With(counters.Select(c => (long)c.Value.Count)).With(counters.Select(c => (long)c.Value.Unread)).With(counters.Select(c => (long)c.Value.AssociatedCount))
            .With(counters.Select(c => c.Value.Size)).With(counters.Select(c => c.Value.NewestChange.Ticks));
    }

    private void WriteChanges(NpgsqlBatch batch)
    {
        if (_changes.Count > 0)
        {
            batch.Add("""
                INSERT INTO change(mailbox, sequence, kind, message, folder, old_folder, uid, old_uid, mid, old_mid, time)
                SELECT v.mailbox, v.sequence, v.kind, v.message, v.folder, v.old_folder, v.uid, v.old_uid, v.mid, v.old_mid, v.time
                FROM unnest($1::uuid[], $2::bigint[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[])
                    AS v(mailbox, sequence, kind, message, folder, old_folder, uid, old_uid, mid, old_mid, time)
                """)
                .With(_changes.Select(c => c.Mailbox)).With(_changes.Select(c => c.Change.Sequence)).With(_changes.Select(c => (int)c.Change.StoredKind)).With(_changes.Select(c => c.Change.Message.Value))
                .With(_changes.Select(c => c.Change.Folder.Value)).With(_changes.Select(c => c.Change.OldFolder.Value)).With(_changes.Select(c => (long)c.Change.Uid))
                .With(_changes.Select(c => (long)c.Change.OldUid)).With(_changes.Select(c => c.Change.Mid)).With(_changes.Select(c => c.Change.OldMid)).With(_changes.Select(c => c.Change.TimeUtcTicks));
        }
        foreach (var (mailbox, upTo) in _trimmed)
        {
            batch.Add("DELETE FROM change WHERE mailbox = $1 AND sequence <= $2").With(mailbox).With(upTo);
            batch.Add("UPDATE mailbox SET oldest_change = $2 WHERE id = $1").With(mailbox).With(upTo);
        }
    }

    private void WriteRest(NpgsqlBatch batch)
    {
        if (_names.Count > 0)
        {
            batch.Add("""
                INSERT INTO named_property(mailbox, id, property_set, lid, name)
                SELECT v.mailbox, v.id, v.property_set, v.lid, v.name FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::bigint[], $5::bytea[]) AS v(mailbox, id, property_set, lid, name)
                """)
                .With(_names.Select(n => n.Mailbox)).With(_names.Select(n => (int)n.Added.Id)).With(_names.Select(n => n.Added.Name.PropertySet)).With(_names.Select(n => (long)n.Added.Name.Lid))
                .With(_names.Select(n => n.Added.Name.Name is { } name ? System.Text.Encoding.UTF8.GetBytes(name) : null));
        }
        foreach (var ((mailbox, collection, item), (key, value)) in _clientStates)
        {
            if (value is null)
            {
                batch.Add("DELETE FROM client_state WHERE mailbox = $1 AND collection = $2 AND item = $3").With(mailbox).With(collection).With(item);
                continue;
            }
            batch.Add("""
                INSERT INTO client_state(mailbox, collection, item, key, value) VALUES($1, $2, $3, $4, $5) ON CONFLICT (mailbox, collection, item) DO UPDATE SET value = excluded.value
                """).With(mailbox).With(collection).With(item).With(key).With(value);
        }
        foreach (var ((mailbox, principal, folder), value) in _readSets)
        {
            batch.Add("INSERT INTO read_set(mailbox, principal, folder, value) VALUES($1, $2, $3, $4) ON CONFLICT (mailbox, principal, folder) DO UPDATE SET value = excluded.value")
                .With(mailbox).With(principal).With(folder).With(value);
        }
        foreach (var ((mailbox, name), value) in _settings)
        {
            if (value is null)
                batch.Add("DELETE FROM setting WHERE mailbox = $1 AND name = $2").With(mailbox).With(name);
            else
                batch.Add("INSERT INTO setting(mailbox, name, value) VALUES($1, $2, $3) ON CONFLICT (mailbox, name) DO UPDATE SET value = excluded.value").With(mailbox).With(name).With(value);
        }
        if (_delivered.Count > 0)
        {
            batch.Add("""
                INSERT INTO delivered(mailbox, queue_id, time) SELECT v.mailbox, v.queue_id, v.time FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS v(mailbox, queue_id, time)
                ON CONFLICT (mailbox, queue_id) DO UPDATE SET time = excluded.time
                """).With(_delivered.Keys.Select(k => k.Item1)).With(_delivered.Keys.Select(k => k.Item2)).With(_delivered.Values);
        }
        foreach (var (mailbox, before) in _trimmedDelivered)
            batch.Add("DELETE FROM delivered WHERE mailbox = $1 AND time < $2").With(mailbox).With(before);
    }
}
