using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Codec;
using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Log;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>
/// The list of mailboxes, mailboxes.db: headers, the batches that mailboxes were created with (mostly the same one, kept once), and whether a mailbox's own
/// file is known for durable. All headers are in memory.
/// </summary>
internal sealed class MailboxRegistry(StorageContext context, string directory) : JournaledDatabase(context, System.IO.Path.Combine(directory, "mailboxes.db"))
{
    /// <summary>Numbers of the records. On disk: add, never change.</summary>
    private enum Operation : byte
    {
        Create = 1,
        Delete = 2,
    }

    private readonly ConcurrentDictionary<Guid, MailboxDatabase> _mailboxes = new();
    private readonly ConcurrentQueue<Guid> _becameDurable = new();

    public static Schema RegistrySchema { get; } = new("the list of mailboxes",
    [
        """
        CREATE TABLE meta(lsn INTEGER NOT NULL);
        INSERT INTO meta(lsn) VALUES(0);
        CREATE TABLE initial(hash BLOB PRIMARY KEY, batch BLOB NOT NULL);
        CREATE TABLE mailbox(id BLOB PRIMARY KEY, header BLOB NOT NULL, initial BLOB NOT NULL, lsn INTEGER NOT NULL, has_file INTEGER NOT NULL) WITHOUT ROWID;
        """,
    ]);

    public override LogTargetKind Kind => LogTargetKind.Registry;

    public ICollection<MailboxDatabase> Mailboxes => _mailboxes.Values;

    protected override Schema Schema => RegistrySchema;

    public bool TryGet(Guid id, out MailboxDatabase mailbox) => _mailboxes.TryGetValue(id, out mailbox!);

    /// <summary>Reads the headers; after the replay of its own records.</summary>
    public void LoadAll()
    {
        _mailboxes.Clear();
        foreach (var (header, lsn, hasFile) in this.Query(0, static (c, _) => ReadAll(c)))
            _mailboxes[header.Id] = NewMailbox(header, lsn, hasFile);
    }

    /// <summary>Creates those that do not exist, in one transaction; returns how many.</summary>
    public async ValueTask<int> CreateAsync(IReadOnlyList<(MailboxHeader Header, WriteBatch Initial)> mailboxes, CancellationToken cancel)
    {
        Task durable;
        var created = new List<MailboxHeader>();
        using (await EnterAsync(cancel))
        {
            using var record = new RecordWriter();
            using var body = new RecordWriter();
            record.Byte((byte)Operation.Create);
            byte[] last = [];
            var seen = new HashSet<Guid>();
            foreach (var (header, initial) in mailboxes)
            {
                if (_mailboxes.ContainsKey(header.Id) || !seen.Add(header.Id))
                    continue;
                body.Clear();
                WriteBatchCodec.Write(body, initial);
                var same = body.Written.SequenceEqual(last);
                if (!same)
                    last = body.Written.ToArray();
                HeaderCodec.Write(record, header);
                // Empty: the same batch as the one before.
                record.Bytes(same ? default : body.Written);
                created.Add(header);
            }
            if (created.Count == 0)
                return 0;
            durable = Commit(record.Written.ToArray(), static (c, bytes) => Run(c, bytes), record.Written);
            using var lease = Read();
            var lsn = lease.Connection.Scalar("SELECT lsn FROM meta");
            foreach (var header in created)
                _mailboxes[header.Id] = NewMailbox(header, lsn, hasFile: false);
        }
        await durable;
        return created.Count;
    }

    public async ValueTask<bool> DeleteAsync(Guid id, CancellationToken cancel)
    {
        Task durable;
        MailboxDatabase? mailbox;
        using (await EnterAsync(cancel))
        {
            if (!_mailboxes.TryGetValue(id, out mailbox))
                return false;
            using var record = new RecordWriter();
            record.Byte((byte)Operation.Delete);
            record.Guid(id);
            durable = Commit(record.Written.ToArray(), static (c, bytes) => Run(c, bytes), record.Written);
            _mailboxes.TryRemove(id, out _);
        }
        await durable;
        await mailbox.RetireAsync(delete: true, cancel);
        return true;
    }

    public WriteBatch ReadInitialBatch(Guid id) => this.Query(id, static (c, key) =>
    {
        using var s = c.Prepare("SELECT i.batch FROM mailbox m JOIN initial i ON i.hash=m.initial WHERE m.id=?1").Bind(1, key);
        return s.Step() ? WriteBatchCodec.Read(s.Bytes(0)) : throw new StorageUnavailableException($"Mailbox {key} is not in the list of mailboxes.");
    });

    /// <summary>A mailbox's file survives a loss of power from now on; noted with the next <see cref="NoteDurableFiles"/>.</summary>
    public void FileBecameDurable(Guid id) => _becameDurable.Enqueue(id);

    /// <summary>
    /// Notes the files that became durable, durably and without the commit log: called by those who make room in it.
    /// Until then a mailbox's whole history is in the log, and its file would be made anew from it.
    /// </summary>
    public void NoteDurableFiles()
    {
        if (_becameDurable.IsEmpty)
            return;
        Mend();
        var ids = new List<Guid>();
        while (_becameDurable.TryDequeue(out var id))
            ids.Add(id);
        try
        {
            var turn = EnterAsync(CancellationToken.None);
            using (turn.IsCompletedSuccessfully ? turn.GetAwaiter().GetResult() : turn.AsTask().GetAwaiter().GetResult())
                MarkFiles(ids);
        }
        catch
        {
            foreach (var id in ids)
                _becameDurable.Enqueue(id);
            throw;
        }
    }

    protected override long Opened(SqliteConnection connection) => connection.Scalar("SELECT lsn FROM meta");

    protected override void StoreLsn(SqliteConnection connection, long lsn)
    {
        connection.Prepare("UPDATE meta SET lsn=?1").Bind(1, lsn).Execute();
        connection.Prepare("UPDATE mailbox SET lsn=?1 WHERE lsn=-1").Bind(1, lsn).Execute();
    }

    protected override void Replay(SqliteConnection connection, ReadOnlySpan<byte> payload) => Run(connection, payload);

    private void MarkFiles(List<Guid> ids)
    {
        var connection = OpenSettledWriter();
        connection.Begin();
        try
        {
            foreach (var id in ids)
                connection.Prepare("UPDATE mailbox SET has_file=1 WHERE id=?1").Bind(1, id).Execute();
            connection.Commit();
        }
        catch
        {
            connection.Rollback();
            throw;
        }
        SyncNow();
    }

    private static void Run(SqliteConnection connection, ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        switch ((Operation)reader.Byte())
        {
            case Operation.Create:
                byte[] hash = [];
                while (!reader.AtEnd)
                {
                    var header = HeaderCodec.Read(ref reader);
                    var batch = reader.Bytes();
                    if (!batch.IsEmpty)
                    {
                        hash = SHA256.HashData(batch);
                        connection.Prepare("INSERT OR IGNORE INTO initial(hash, batch) VALUES(?1, ?2)").Bind(1, hash).Bind(2, batch).Execute();
                    }
                    using var packed = new RecordWriter();
                    HeaderCodec.Write(packed, header);
                    connection.Prepare("INSERT OR REPLACE INTO mailbox(id, header, initial, lsn, has_file) VALUES(?1, ?2, ?3, -1, 0)")
                        .Bind(1, header.Id).Bind(2, packed.Written).Bind(3, hash).Execute();
                }
                break;
            case Operation.Delete:
                connection.Prepare("DELETE FROM mailbox WHERE id=?1").Bind(1, reader.Guid()).Execute();
                break;
            default:
                throw new InvalidDataException("The list of mailboxes has a log record of unknown kind.");
        }
    }

    private static List<(MailboxHeader Header, long Lsn, bool HasFile)> ReadAll(SqliteConnection connection)
    {
        var rows = new List<(MailboxHeader, long, bool)>();
        using var s = connection.Prepare("SELECT header, lsn, has_file FROM mailbox");
        while (s.Step())
        {
            var reader = new RecordReader(s.Bytes(0));
            rows.Add((HeaderCodec.Read(ref reader), s.Int64(1), s.Int64(2) != 0));
        }
        return rows;
    }

    private MailboxDatabase NewMailbox(MailboxHeader header, long lsn, bool hasFile) =>
        new(Context, this, header, PathOf(System.IO.Path.Combine(directory, "mailboxes"), header.Id), lsn, hasFile);

    /// <summary>256 folders, so that none grows too long.</summary>
    public static string PathOf(string directory, Guid id)
    {
        var name = id.ToString("n", CultureInfo.InvariantCulture);
        return System.IO.Path.Combine(directory, name[..2], name + ".db");
    }
}
