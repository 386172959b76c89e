using Rialto.Delivery;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Codec;
using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Log;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Queue;

/// <summary>
/// The rows of the mail queue, queue.db. Writes that come together, from any number of callers, are one transaction and one log record.
/// </summary>
internal sealed class QueueDatabase(StorageContext context, string directory) : JournaledDatabase(context, System.IO.Path.Combine(directory, "queue.db"))
{
    /// <summary>Numbers in the log. On disk: add, never change.</summary>
    private enum Operation : byte
    {
        Put = 1,
        Delete = 2,
    }

    private readonly Lock _gate = new();
    private Pending _pending = new();
    private bool _running;

    public static Schema QueueSchema { get; } = new("the mail queue",
    [
        """
        CREATE TABLE meta(lsn INTEGER NOT NULL);
        INSERT INTO meta(lsn) VALUES(0);
        CREATE TABLE entry(number INTEGER PRIMARY KEY, message BLOB NOT NULL);
        """,
    ]);

    public override LogTargetKind Kind => LogTargetKind.Queue;

    protected override Schema Schema => QueueSchema;

    /// <summary>Writes the entry; the task ends when it is durable.</summary>
    public Task Put(long number, QueuedMessage message)
    {
        lock (_gate)
        {
            var record = _pending.Record;
            record.Byte((byte)Operation.Put);
            record.Number(number);
            using var body = new RecordWriter();
            QueuedMessageCodec.Write(body, message);
            record.Bytes(body.Written);
            return Go();
        }
    }

    public Task Delete(long number)
    {
        lock (_gate)
        {
            _pending.Record.Byte((byte)Operation.Delete);
            _pending.Record.Number(number);
            return Go();
        }
    }

    public List<(long Number, QueuedMessage Message)> ReadAll() => this.Query(0, static (c, _) =>
    {
        var entries = new List<(long, QueuedMessage)>();
        using var s = c.Prepare("SELECT number, message FROM entry ORDER BY number");
        while (s.Step())
            entries.Add((s.Int64(0), QueuedMessageCodec.Read(s.Bytes(1))));
        return entries;
    });

    protected override long Opened(SqliteConnection connection) => connection.Scalar("SELECT lsn FROM meta");

    protected override void StoreLsn(SqliteConnection connection, long lsn) => connection.Prepare("UPDATE meta SET lsn=?1").Bind(1, lsn).Execute();

    protected override void Replay(SqliteConnection connection, ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        while (!reader.AtEnd)
        {
            switch ((Operation)reader.Byte())
            {
                case Operation.Put:
                    connection.Prepare("INSERT OR REPLACE INTO entry(number, message) VALUES(?1, ?2)").Bind(1, reader.Number()).Bind(2, reader.Bytes()).Execute();
                    break;
                case Operation.Delete:
                    connection.Prepare("DELETE FROM entry WHERE number=?1").Bind(1, reader.Number()).Execute();
                    break;
                default:
                    throw new InvalidDataException("The mail queue has a log record of unknown kind.");
            }
        }
    }

    private Task Go()
    {
        if (!_running)
        {
            _running = true;
            ThreadPool.UnsafeQueueUserWorkItem(static queue => _ = queue.DrainAsync(), this, preferLocal: false);
        }
        return _pending.Done.Task;
    }

    private async Task DrainAsync()
    {
        while (true)
        {
            Pending batch;
            lock (_gate)
            {
                if (_pending.Record.Length == 0)
                {
                    _running = false;
                    return;
                }
                batch = _pending;
                _pending = new Pending();
            }
            try
            {
                using (await EnterAsync(CancellationToken.None))
                    _ = FinishAsync(batch, Commit((this, batch), static (c, s) => s.Item1.Replay(c, s.batch.Record.Written), batch.Record.Written));
            }
            catch (Exception e)
            {
                batch.Done.SetException(e);
                batch.Record.Dispose();
            }
        }
    }

    /// <summary>The next transaction need not wait for the sync of this one.</summary>
    private static async Task FinishAsync(Pending batch, Task durable)
    {
        try
        {
            await durable;
            batch.Done.SetResult();
        }
        catch (StorageUnavailableException e)
        {
            batch.Done.SetException(e);
        }
        finally
        {
            batch.Record.Dispose();
        }
    }

    private sealed class Pending
    {
        public RecordWriter Record { get; } = new();

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
