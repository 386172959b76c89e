using System.Security.Cryptography;

namespace Rialto.Directory;

/// <summary>
/// The directory: reads are look-ups in <see cref="Current"/>; writes are checked, stored durably, then visible, then told through <see cref="Changed"/>.
/// Changes that other servers or the command line store are followed.
/// </summary>
public sealed class DirectoryService : IAsyncDisposable
{
    private const string PhotoBlob = "photo";
    private const string CertificatesBlob = "certificates";

    private readonly IDirectoryStorage storage;
    private readonly SemaphoreSlim writer = new(1, 1);
    private readonly CancellationTokenSource stopping = new();
    private DirectorySnapshot current = DirectorySnapshot.Empty;
    private Task following = Task.CompletedTask;

    private DirectoryService(IDirectoryStorage storage, DirectoryOptions options, TimeProvider time)
    {
        this.storage = storage;
        Options = options;
        Time = time;
    }

    /// <summary>
    /// Told after each change is visible, in order of versions, one at a time. Handlers must be quick, must not write to the directory themselves, and must not throw.
    /// </summary>
    public event Action<DirectoryChanges>? Changed;

    /// <summary>Told when following other servers' changes failed; it is tried again.</summary>
    public event Action<Exception>? FollowFailed;

    /// <summary>The directory now. Keep it for a request, not for longer.</summary>
    public DirectorySnapshot Current => Volatile.Read(ref current);

    /// <summary>The limits.</summary>
    public DirectoryOptions Options { get; }

    /// <summary>The server's own secret, set once before anybody logs in; null: no NT hashes are made or read.</summary>
    public SecretKey? Key { get; set; }

    internal TimeProvider Time { get; }

    /// <summary>Loads the directory and begins to follow it.</summary>
    public static async Task<DirectoryService> OpenAsync(
        IDirectoryStorage storage, DirectoryOptions? options = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        var service = new DirectoryService(storage, options ?? new(), time ?? TimeProvider.System);
        await service.ReloadAsync(cancellationToken);
        service.following = Task.Run(service.FollowAsync, CancellationToken.None);
        return service;
    }

    /// <summary>Adds one object, with its password where it is an account that has one. Returns it as stored: ids, addresses and names filled in.</summary>
    /// <exception cref="DirectoryException">A rule is broken; nothing was changed.</exception>
    public async Task<T> AddAsync<T>(T value, PasswordHash? password = null, CancellationToken cancellationToken = default)
        where T : DirectoryObject
    {
        var added = await AddRangeAsync([new(value, password)], cancellationToken);
        return (T)added[0];
    }

    /// <summary>Adds many objects in one atomic change; they may name each other by ids that the caller chose. Returns them as stored, in the same order.</summary>
    /// <exception cref="DirectoryException">A rule is broken; nothing was changed.</exception>
    public async Task<IReadOnlyList<DirectoryObject>> AddRangeAsync(IReadOnlyCollection<NewDirectoryObject> values, CancellationToken cancellationToken = default)
    {
        var plan = await CommitAsync(
            _ =>
            {
                var batch = new DirectoryBatch();
                batch.Adds.AddRange(values);
                return batch;
            },
            cancellationToken);
        return plan.Added;
    }

    /// <summary>Stores a changed copy of an object that was read from a snapshot.</summary>
    /// <exception cref="DirectoryException">A rule is broken, or <see cref="DirectoryError.Conflict"/>: somebody else changed it since.</exception>
    public Task<T> UpdateAsync<T>(T value, CancellationToken cancellationToken = default)
        where T : DirectoryObject
        => UpdateAsync<T>(
            value.Id,
            stored => stored.Version == value.Version
                ? value
                : throw new DirectoryException(DirectoryError.Conflict, $"\"{stored.DisplayName}\" was changed by somebody else meanwhile. Read it again and repeat the change."),
            cancellationToken);

    /// <summary>Changes an object as it is stored now; the function may run several times when others write meanwhile. Returns it as stored.</summary>
    /// <exception cref="DirectoryException">A rule is broken, or there is no such object of that type.</exception>
    public async Task<T> UpdateAsync<T>(Guid id, Func<T, T> change, CancellationToken cancellationToken = default)
        where T : DirectoryObject
    {
        var plan = await CommitAsync(
            snapshot =>
            {
                var before = snapshot.Find<T>(id) ?? throw new DirectoryException(DirectoryError.NotFound, $"There is no {typeof(T).Name} with the id {id}. List them and try again.");
                var batch = new DirectoryBatch();
                var after = change(before);
                if (after.Id != id) throw new DirectoryException(DirectoryError.Immutable, "An object's id never changes.");
                if (!ReferenceEquals(after, before)) batch.Updates.Add(after);
                return batch;
            },
            cancellationToken);
        return plan.Snapshot.Find<T>(id)!;
    }

    /// <summary>Removes an object; an account's credentials go with it, and it leaves every group and permission list. Its mailbox's content is not touched.</summary>
    /// <exception cref="DirectoryException">It is not there, or it is a domain with addresses in it.</exception>
    public Task RemoveAsync(Guid id, CancellationToken cancellationToken = default) =>
        CommitAsync(
            snapshot =>
            {
                var batch = new DirectoryBatch();
                batch.Removals.Add(id);
                return batch;
            },
            cancellationToken);

    /// <summary>Sets a recipient's photo, or removes it with null. The bytes are a picture as clients show it (JPEG or PNG); they are not looked at.</summary>
    /// <exception cref="DirectoryException">There is no such recipient, or the photo is too large.</exception>
    public Task SetPhotoAsync(Guid id, byte[]? photo, CancellationToken cancellationToken = default)
    {
        if (photo?.Length > Options.MaxPhotoBytes)
            throw new DirectoryException(DirectoryError.TooLarge, $"The photo has {photo.Length} bytes; at most {Options.MaxPhotoBytes} are taken. Make it smaller.");
        return CommitAsync(
            snapshot =>
            {
                var recipient = snapshot.Find<Recipient>(id) ?? throw new DirectoryException(DirectoryError.NotFound, $"There is no recipient with the id {id}.");
                var batch = new DirectoryBatch();
                batch.Updates.Add(recipient with { PhotoHash = photo is null ? null : Convert.ToHexStringLower(SHA256.HashData(photo)) });
                batch.Blobs.Add(new(id, PhotoBlob, photo));
                return batch;
            },
            cancellationToken);
    }

    /// <summary>A recipient's photo, or null.</summary>
    public ValueTask<byte[]?> ReadPhotoAsync(Guid id, CancellationToken cancellationToken = default) =>
        Current.Find<Recipient>(id)?.PhotoHash is null ? new((byte[]?)null) : storage.ReadBlobAsync(id, PhotoBlob, cancellationToken);

    /// <summary>Sets a recipient's certificates for S/MIME (DER, not looked at), or removes them with an empty list.</summary>
    /// <exception cref="DirectoryException">There is no such recipient, or they are too large.</exception>
    public Task SetCertificatesAsync(Guid id, IReadOnlyCollection<byte[]> certificates, CancellationToken cancellationToken = default)
    {
        if (certificates.Sum(c => (long)c.Length + sizeof(int)) is var size && size > Options.MaxCertificateBytes)
            throw new DirectoryException(DirectoryError.TooLarge, $"The certificates have {size} bytes; at most {Options.MaxCertificateBytes} are taken. Remove old ones.");
        var blob = CertificateList.Write(certificates);
        return CommitAsync(
            snapshot =>
            {
                var recipient = snapshot.Find<Recipient>(id) ?? throw new DirectoryException(DirectoryError.NotFound, $"There is no recipient with the id {id}.");
                var batch = new DirectoryBatch();
                batch.Updates.Add(recipient with { CertificatesHash = blob is null ? null : Convert.ToHexStringLower(SHA256.HashData(blob)) });
                batch.Blobs.Add(new(id, CertificatesBlob, blob));
                return batch;
            },
            cancellationToken);
    }

    /// <summary>A recipient's certificates for S/MIME, as they were set.</summary>
    public async ValueTask<IReadOnlyList<byte[]>> ReadCertificatesAsync(Guid id, CancellationToken cancellationToken = default) =>
        Current.Find<Recipient>(id)?.CertificatesHash is null ? [] : CertificateList.Read(await storage.ReadBlobAsync(id, CertificatesBlob, cancellationToken) ?? []);

    /// <summary>Takes in what others stored since; returns when it is visible.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken = default)
    {
        await writer.WaitAsync(cancellationToken);
        try
        {
            await CatchUpAsync(cancellationToken);
        }
        finally
        {
            writer.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await following;
        stopping.Dispose();
        writer.Dispose();
    }

    internal ValueTask TouchCredentialsAsync(IReadOnlyList<CredentialUse> uses, CancellationToken cancellationToken) => storage.TouchCredentialsAsync(uses, cancellationToken);

    internal async Task<ChangePlan> CommitAsync(Func<DirectorySnapshot, DirectoryBatch> build, CancellationToken cancellationToken)
    {
        await writer.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                var snapshot = Current;
                var plan = new ChangePlan(snapshot, build(snapshot), Options, Time);
                if (plan.IsEmpty) return plan;
                var result = await storage.ApplyAsync(plan.Change, cancellationToken);
                if (result.Applied)
                {
                    Publish(plan.Published);
                    return plan;
                }

                if (attempt == Options.MaxConflictRetries)
                    throw new DirectoryException(DirectoryError.Conflict, "The directory is being changed by others all the time. Try again later.");
                await CatchUpAsync(cancellationToken);
            }
        }
        finally
        {
            writer.Release();
        }
    }

    private void Publish(DirectoryChanges changes)
    {
        Volatile.Write(ref current, changes.Snapshot);
        Changed?.Invoke(changes);
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var delta = await storage.LoadSinceAsync(Current.Version, cancellationToken);
        if (delta is null)
        {
            await ReloadAsync(cancellationToken);
            return;
        }

        if (delta.Version == Current.Version) return;
        Publish(StoredChanges.Apply(Current, delta));
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var contents = await storage.LoadAllAsync(cancellationToken);
        Publish(StoredChanges.Replace(Current, contents));
    }

    private async Task FollowAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await foreach (var version in storage.WatchAsync(stopping.Token))
                {
                    if (version != Current.Version) await RefreshAsync(stopping.Token);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                FollowFailed?.Invoke(e);
            }

            try
            {
                await Task.Delay(TimeSpan.FromSeconds(1), Time, stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
