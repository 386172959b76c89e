using System.Runtime.CompilerServices;
using Rialto.Directory;
using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Directory;

/// <summary>The directory's storage on directory.db. One process writes it, so a watcher is woken by the writer itself.</summary>
internal sealed class SqliteDirectoryStorage(DirectoryDatabase database) : IDirectoryStorage
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<long> GetVersionAsync(CancellationToken cancellationToken) => ValueTask.FromResult(database.Version());

    public ValueTask<DirectoryContents> LoadAllAsync(CancellationToken cancellationToken) => ValueTask.FromResult(database.QueryTransaction(0, static (c, _) =>
        new DirectoryContents(c.Scalar("SELECT version FROM meta"), Rows(c, -1), Credentials(c, -1))));

    public ValueTask<DirectoryDelta?> LoadSinceAsync(long version, CancellationToken cancellationToken) => ValueTask.FromResult<DirectoryDelta?>(database.QueryTransaction(version, static (c, since) =>
        new DirectoryDelta(
            c.Scalar("SELECT version FROM meta"),
            Rows(c, since),
            Ids(c.Prepare("SELECT id FROM removed WHERE version>?1"), since),
            Credentials(c, since),
            Ids(c.Prepare("SELECT id FROM removed_credential WHERE version>?1"), since))));

    public async ValueTask<DirectoryApplyResult> ApplyAsync(DirectoryChange change, CancellationToken cancellationToken)
    {
        Task? durable;
        using (await database.EnterAsync(cancellationToken))
        {
            durable = database.Apply(change);
            if (durable is null)
                return new DirectoryApplyResult(false, database.Version());
        }
        await durable;
        TaskCompletionSource told;
        lock (_lock)
        {
            told = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        told.SetResult();
        return new DirectoryApplyResult(true, change.ExpectedVersion + 1);
    }

    public async IAsyncEnumerable<long> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task moved;
            lock (_lock)
                moved = _moved.Task;
            yield return database.Version();
            await moved.WaitAsync(cancellationToken);
        }
    }

    public ValueTask<byte[]?> ReadBlobAsync(Guid id, string name, CancellationToken cancellationToken) => ValueTask.FromResult(database.Query((id, name), static (c, a) =>
    {
        using var s = c.Prepare("SELECT content FROM blob WHERE id=?1 AND name=?2").Bind(1, a.id).Bind(2, a.name.AsSpan());
        return s.Step() ? s.Bytes(0).ToArray() : null;
    }));

    public async ValueTask TouchCredentialsAsync(IReadOnlyList<CredentialUse> uses, CancellationToken cancellationToken)
    {
        using (await database.EnterAsync(cancellationToken))
            _ = database.Touch(uses);
    }

    private static List<DirectoryRow> Rows(SqliteConnection connection, long since)
    {
        var rows = new List<DirectoryRow>();
        using var s = connection.Prepare("SELECT id, kind, version, payload FROM object WHERE version>?1").Bind(1, since);
        while (s.Step())
            rows.Add(new DirectoryRow(s.Guid(0), (DirectoryKind)s.Int32(1), s.Int64(2), s.Bytes(3).ToArray()));
        return rows;
    }

    private static List<CredentialRow> Credentials(SqliteConnection connection, long since)
    {
        var rows = new List<CredentialRow>();
        using var s = connection.Prepare("SELECT id, account, kind, version, payload, last_used FROM credential WHERE version>?1").Bind(1, since);
        while (s.Step())
            rows.Add(new CredentialRow(s.Guid(0), s.Guid(1), (CredentialKind)s.Int32(2), s.Int64(3), s.Bytes(4).ToArray(), DirectoryChangeCodec.Time(s.Int64(5))));
        return rows;
    }

    private static List<Guid> Ids(SqliteStatement statement, long since)
    {
        using var s = statement.Bind(1, since);
        var ids = new List<Guid>();
        while (s.Step())
            ids.Add(s.Guid(0));
        return ids;
    }
}
