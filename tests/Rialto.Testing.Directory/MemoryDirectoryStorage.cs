using System.Runtime.CompilerServices;
using Rialto.Directory;

namespace Rialto.Testing;

/// <summary>The storage seam in memory. Several services over one object are several servers over one database.</summary>
public sealed class MemoryDirectoryStorage : IDirectoryStorage
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, DirectoryRow> rows = [];
    private readonly Dictionary<Guid, CredentialRow> credentials = [];
    private readonly Dictionary<(Guid, string), byte[]> blobs = [];
    private readonly Dictionary<Guid, long> removed = [];
    private readonly Dictionary<Guid, long> removedCredentials = [];
    private TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long version;

    /// <summary>Removals up to this version are forgotten: who is older must load everything.</summary>
    public long ForgottenBefore { get; set; }

    /// <summary>Calls of ApplyAsync, refused ones included.</summary>
    public int Applies { get; private set; }

    /// <summary>Runs before each apply, outside of the lock; tests slip other writers in here.</summary>
    public Func<Task>? BeforeApply { get; set; }

    public ValueTask<long> GetVersionAsync(CancellationToken cancellationToken)
    {
        lock (gate) return new(version);
    }

    public ValueTask<DirectoryContents> LoadAllAsync(CancellationToken cancellationToken)
    {
        lock (gate) return new(new DirectoryContents(version, [.. rows.Values], [.. credentials.Values]));
    }

    public ValueTask<DirectoryDelta?> LoadSinceAsync(long version, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (version < ForgottenBefore) return new((DirectoryDelta?)null);
            return new(new DirectoryDelta(
                this.version,
                [.. rows.Values.Where(r => r.Version > version)],
                [.. removed.Where(r => r.Value > version).Select(r => r.Key)],
                [.. credentials.Values.Where(r => r.Version > version)],
                [.. removedCredentials.Where(r => r.Value > version).Select(r => r.Key)]));
        }
    }

    public async ValueTask<DirectoryApplyResult> ApplyAsync(DirectoryChange change, CancellationToken cancellationToken)
    {
        if (BeforeApply is { } before) await before();
        TaskCompletionSource told;
        lock (gate)
        {
            Applies++;
            if (change.ExpectedVersion != version) return new(false, version);
            version++;
            foreach (var id in change.Removed)
            {
                if (!rows.Remove(id)) continue;
                removed[id] = version;
                foreach (var key in blobs.Keys.Where(k => k.Item1 == id).ToList()) blobs.Remove(key);
            }

            foreach (var row in change.Rows)
            {
                rows[row.Id] = row with { Version = version, Payload = row.Payload.ToArray() };
                removed.Remove(row.Id);
            }

            foreach (var id in change.RemovedCredentials)
            {
                if (credentials.Remove(id)) removedCredentials[id] = version;
            }

            foreach (var row in change.Credentials)
            {
                credentials[row.Id] = row with { Version = version, Payload = row.Payload.ToArray() };
                removedCredentials.Remove(row.Id);
            }

            foreach (var blob in change.Blobs)
            {
                if (blob.Content is null) blobs.Remove((blob.Id, blob.Name));
                else blobs[(blob.Id, blob.Name)] = [.. blob.Content];
            }

            told = moved;
            moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        told.SetResult();
        lock (gate) return new(true, change.ExpectedVersion + 1);
    }

    public async IAsyncEnumerable<long> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            long now;
            lock (gate)
            {
                next = moved.Task;
                now = version;
            }

            yield return now;
            await next.WaitAsync(cancellationToken);
        }
    }

    public ValueTask<byte[]?> ReadBlobAsync(Guid id, string name, CancellationToken cancellationToken)
    {
        lock (gate) return new(blobs.GetValueOrDefault((id, name)));
    }

    public ValueTask TouchCredentialsAsync(IReadOnlyList<CredentialUse> uses, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach (var use in uses)
            {
                if (credentials.TryGetValue(use.CredentialId, out var row)) credentials[use.CredentialId] = row with { LastUsed = use.When };
            }
        }

        return ValueTask.CompletedTask;
    }
}
