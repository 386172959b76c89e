using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Codec;
using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Log;
using Rialto.Store.Sqlite.Native;
using Rialto.Store.Sqlite.Search;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>
/// The database of one mailbox. Until something is written to the mailbox there is no file: the list of mailboxes holds the batch that it was created with,
/// and reads are answered from that.
/// </summary>
internal sealed class MailboxDatabase : JournaledDatabase
{
    private readonly FolderSlots _slots = new();
    private readonly MailboxRegistry _registry;
    private long _sequence = -1;
    private bool _fileDurable;
    private volatile bool _hasFile;

    /// <param name="baseLsn">LSN of the mailbox's creation: what the file holds at least.</param>
    /// <param name="fileDurable">Whether the list of mailboxes knows the file for durable; otherwise the file, if there is one, is made anew from the log.</param>
    public MailboxDatabase(StorageContext context, MailboxRegistry registry, MailboxHeader header, string path, long baseLsn, bool fileDurable)
        : base(context, path)
    {
        _registry = registry;
        Header = header;
        BaseLsn = baseLsn;
        _fileDurable = fileDurable;
        _hasFile = fileDurable;
        Text = new TextIndex(System.IO.Path.ChangeExtension(path, ".fts"), context);
    }

    public override LogTargetKind Kind => LogTargetKind.Mailbox;

    public override Guid Id => Header.Id;

    public MailboxHeader Header { get; }

    public long BaseLsn { get; }

    public TextIndex Text { get; }

    public FolderSlots Slots => _slots;

    /// <summary>Whether nothing was written to the mailbox since it was created: then <see cref="InitialBatch"/> is all there is.</summary>
    public bool IsPristine => !_hasFile;

    protected override Schema Schema => MailboxSchema.Schema;

    protected override bool IsNewFile => !_fileDurable;

    public WriteBatch InitialBatch() => _registry.ReadInitialBatch(Header.Id);

    /// <summary>The counter, from memory once it was read.</summary>
    public long Sequence()
    {
        var sequence = Volatile.Read(ref _sequence);
        if (sequence >= 0)
            return sequence;
        if (IsPristine)
        {
            var initial = InitialBatch().NewSequence;
            // Unless it has got its file, and its first batch, meanwhile.
            return Interlocked.CompareExchange(ref _sequence, initial, -1) is var now and >= 0 ? now : initial;
        }
        return this.Query(0, static (c, _) =>
        {
            using var s = c.Prepare("SELECT a FROM live WHERE slot=0");
            return s.Step() ? s.Int64(0) : 0;
        });
    }

    /// <summary>Applies the batch; to be called by whoever has the turn.</summary>
    public Task Apply(WriteBatch batch)
    {
        var sequence = Sequence();
        if (batch.ExpectedSequence != sequence)
            throw new StaleSequenceException(sequence);
        using var record = new RecordWriter();
        WriteBatchCodec.Write(record, batch);
        var durable = Commit((this, batch), static (c, s) => s.Item1.ApplyTo(c, s.batch), record.Written, Postponable(batch));
        _slots.Apply();
        Volatile.Write(ref _sequence, batch.NewSequence);
        return durable;
    }

    /// <summary>
    /// New messages and flags wait for the next reader: whoever goes through a folder has its view in memory, and asks SQLite late or never. SQLite refuses nothing in such a batch, and it needs no new slot.
    /// </summary>
    /// <returns>The work in rows changed; 0: the batch cannot wait.</returns>
    private int Postponable(WriteBatch batch)
    {
        // A new row goes into several tables and their indexes.
        const int inserted = 40, put = 10;
        var rows = 0;
        foreach (var mutation in batch.Mutations)
        {
            switch (mutation)
            {
                case InsertMessage m when _slots.TryGet(m.Row.Folder, out _):
                    rows += inserted;
                    break;
                case SetMessageStates m when _slots.TryGet(m.Folder, out _):
                    rows += m.Count;
                    break;
                case SetMessageState m when _slots.TryGet(m.Folder, out _):
                    rows += put;
                    break;
                case AppendChange or MarkDelivered:
                    rows += put;
                    break;
                case PutFolderCounters m when _slots.TryGet(m.Folder, out _):
                    break;
                default:
                    // What is wrong is to be refused at once, not when somebody reads.
                    return 0;
            }
        }
        return rows;
    }

    /// <summary>Makes the file of a mailbox that has none, for writes that do not come by a batch or reads that the initial batch cannot answer.</summary>
    public void Materialize()
    {
        try
        {
            OpenWriter();
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            throw Unavailable(e);
        }
    }

    /// <summary>Before the log is replayed into it: a file that was never known for durable may hold anything.</summary>
    public void PrepareReplay()
    {
        if (!_fileDurable)
            DeleteFiles();
    }

    protected override void CreateFile()
    {
        if (_hasFile)
        {
            if (!File.Exists(Path))
                throw new StorageUnavailableException($"The database of mailbox {Header.Id} is missing.");
            return;
        }
        // Whatever lies there belongs to a mailbox that was deleted, or to a creation that the power cut short.
        base.DeleteFiles();
        DataFiles.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var template = MailboxTemplate.Bytes(System.IO.Path.GetDirectoryName(Path)!);
        using var file = Context.Files.Open(Path, FileMode.CreateNew);
        Context.Files.Write(file, Path, template, 0);
    }

    protected override long Opened(SqliteConnection connection)
    {
        if (!_hasFile)
        {
            Begin(connection);
            _hasFile = true;
        }
        var folders = new List<(long, int)>();
        using (var s = connection.Prepare("SELECT id, slot FROM folder"))
        {
            while (s.Step())
                folders.Add((s.Int64(0), s.Int32(1)));
        }
        using (var s = connection.Prepare("SELECT b FROM live WHERE slot=-1"))
            _slots.Load(folders, s.Step() ? s.Int32(0) : 0);
        using var live = connection.Prepare("SELECT a, b FROM live WHERE slot=0");
        if (!live.Step())
            throw new InvalidDataException($"{Path} is no mailbox.");
        // One that is opened anew after a failed sync may be behind what was applied, until it has that again.
        Volatile.Write(ref _sequence, Math.Max(_sequence, live.Int64(0)));
        return live.Int64(1);
    }

    protected override void StoreLsn(SqliteConnection connection, long lsn) =>
        connection.Prepare("UPDATE live SET b=?1 WHERE slot=0").Bind(1, lsn).Execute();

    protected override void Replay(SqliteConnection connection, ReadOnlySpan<byte> payload)
    {
        var batch = WriteBatchCodec.Read(payload);
        ApplyTo(connection, batch);
        _slots.Apply();
        Volatile.Write(ref _sequence, Math.Max(_sequence, batch.NewSequence));
    }

    /// <summary>The mailbox's counter and the counters of its folders are written once, as the last batch has them.</summary>
    protected override void ReplayWaiting(SqliteConnection connection, UncommittedRecords records, int first)
    {
        var last = _slots.Last;
        var counters = new Dictionary<FolderId, PutFolderCounters>();
        for (var i = first; i < records.Count; i++)
        {
            var batch = WriteBatchCodec.Read(records[i]);
            foreach (var mutation in batch.Mutations)
            {
                switch (mutation)
                {
                    case PutFolderCounters m:
                        counters[m.Folder] = m;
                        break;
                    case DeleteFolder m:
                        counters.Remove(m.Folder);
                        BatchApplier.Apply(connection, _slots, mutation);
                        break;
                    default:
                        BatchApplier.Apply(connection, _slots, mutation);
                        break;
                }
            }
            SavedTable.Apply(connection, batch);
            if (i == records.Count - 1)
                PutCounter(connection, batch);
        }
        foreach (var mutation in counters.Values)
            BatchApplier.Apply(connection, _slots, mutation);
        if (_slots.Last != last)
            PutLastSlot(connection);
        // What a transaction of the writer's may have shown meanwhile were the slots without these.
        _slots.Apply();
    }

    protected override void Committed() => _slots.Commit();

    protected override void RolledBack(SqliteConnection connection) => _slots.Rollback();

    protected override void BecameDurable()
    {
        _fileDurable = true;
        _registry.FileBecameDurable(Header.Id);
    }

    protected override void DeleteFiles()
    {
        base.DeleteFiles();
        Text.Delete();
    }

    private void Begin(SqliteConnection connection)
    {
        var initial = InitialBatch();
        using var header = new RecordWriter();
        HeaderCodec.Write(header, Header);
        connection.Begin();
        try
        {
            connection.Prepare("INSERT INTO live(slot, a, b, value) VALUES(-1, 0, 0, ?1)").Bind(1, header.Written).Execute();
            connection.Prepare("INSERT INTO live(slot, a, b) VALUES(0, ?1, ?2)").Bind(1, initial.ExpectedSequence).Bind(2, BaseLsn).Execute();
            ApplyTo(connection, initial);
            connection.Commit();
        }
        catch
        {
            connection.Rollback();
            _slots.Rollback();
            throw;
        }
    }

    private void ApplyTo(SqliteConnection connection, WriteBatch batch)
    {
        var last = _slots.Last;
        foreach (var mutation in batch.Mutations)
            BatchApplier.Apply(connection, _slots, mutation);
        SavedTable.Apply(connection, batch);
        if (_slots.Last != last)
            PutLastSlot(connection);
        PutCounter(connection, batch);
    }

    private void PutLastSlot(SqliteConnection connection) => connection.Prepare("UPDATE live SET b=?1 WHERE slot=-1").Bind(1, _slots.Last).Execute();

    private static void PutCounter(SqliteConnection connection, WriteBatch batch) => connection.Prepare("UPDATE live SET a=?1 WHERE slot=0").Bind(1, batch.NewSequence).Execute();
}
