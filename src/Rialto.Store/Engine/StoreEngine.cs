using System.Buffers;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Operations;

namespace Rialto.Store;

/// <summary>The mailboxes of a server. One for the process; thread-safe.</summary>
public sealed class StoreEngine : IAsyncDisposable
{
    /// <summary>How often idle views and mailboxes are looked for.</summary>
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(30);

    /// <summary>Mailboxes that one delivery works on at a time: enough to share syncs, few enough to leave the disk to others.</summary>
    private const int DeliveriesAtOnce = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Opening> _open = [];
    private readonly ITimer _sweeper;
    private readonly IDisposable _watch;
    private bool _disposed;

    public StoreEngine(IStoreBackend backend, IContentConverter converter, StoreOptions options, TimeProvider time)
    {
        Backend = backend;
        Converter = converter;
        Options = options;
        Time = time;
        _sweeper = time.CreateTimer(static engine => _ = ((StoreEngine)engine!).SweepAsync(), this, SweepPeriod, SweepPeriod);
        _watch = backend.WatchMailboxes(OnWrittenElsewhere);
    }

    public IStoreBackend Backend { get; }

    public IContentConverter Converter { get; }

    public StoreOptions Options { get; }

    public TimeProvider Time { get; }

    /// <summary>For what nobody waits for.</summary>
    internal BackgroundScheduler Background { get; } = new();

    /// <summary>Creates a mailbox with all special folders. <paramref name="names"/> gives localised folder names; default names where absent.</summary>
    public ValueTask<bool> CreateMailboxAsync(Guid mailbox, Guid owner, IReadOnlyDictionary<SpecialFolder, string>? names, CancellationToken cancel)
    {
        var (header, initial) = NewMailbox.Create(mailbox, owner, isPublic: false, names, Time.GetUtcNow());
        return Backend.CreateMailboxAsync(header, initial, cancel);
    }

    /// <summary>Creates a public folder store: read state is each principal's own, nobody owns it but administrators.</summary>
    public ValueTask<bool> CreatePublicStoreAsync(Guid mailbox, IReadOnlyDictionary<SpecialFolder, string>? names, CancellationToken cancel)
    {
        var (header, initial) = NewMailbox.Create(mailbox, Guid.Empty, isPublic: true, names, Time.GetUtcNow());
        return Backend.CreateMailboxAsync(header, initial, cancel);
    }

    /// <summary>Creates many mailboxes with few syncs; existing ones are skipped.</summary>
    public ValueTask CreateMailboxesAsync(IReadOnlyList<(Guid Mailbox, Guid Owner)> mailboxes, CancellationToken cancel) =>
        Backend.CreateMailboxesAsync([.. mailboxes.Select(m => NewMailbox.Create(m.Mailbox, m.Owner, isPublic: false, null, Time.GetUtcNow()))], cancel);

    /// <summary>
    /// Makes a mailbox that is as another one was: folders, ids and stamps as the batches have them. Who opens it meanwhile waits for the end. False when there is such a
    /// mailbox already; when the batches fail there is none.
    /// </summary>
    public async ValueTask<bool> RestoreMailboxAsync(MailboxHeader header, WriteBatch initial, IAsyncEnumerable<WriteBatch> batches, CancellationToken cancel)
    {
        var restored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var opening = new Opening(new Lazy<Task<Mailbox?>>(async () =>
        {
            await restored.Task;
            return await LoadAsync(header.Id);
        }));
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_open.TryAdd(header.Id, opening))
                return false;
        }
        try
        {
            if (!await Backend.CreateMailboxAsync(header, initial, cancel))
                return false;
            try
            {
                await FillAsync(header.Id, batches, cancel);
            }
            catch
            {
                await Backend.DeleteMailboxAsync(header.Id, CancellationToken.None);
                throw;
            }
            return true;
        }
        finally
        {
            restored.SetResult();
        }
    }

    private async Task FillAsync(Guid mailbox, IAsyncEnumerable<WriteBatch> batches, CancellationToken cancel)
    {
        await using var storage = await Backend.OpenMailboxAsync(mailbox, cancel) ?? throw new StorageUnavailableException("The mailbox that was just made is not there.");
        var durable = Task.CompletedTask;
        await foreach (var batch in batches.WithCancellation(cancel))
        {
            var next = await storage.ApplyAsync(batch, cancel);
            await durable;
            durable = next;
        }
        await durable;
    }

    /// <summary>Deletes a mailbox. Sessions that have it open get errors from then on.</summary>
    public async ValueTask<bool> DeleteMailboxAsync(Guid mailbox, CancellationToken cancel)
    {
        if (await AcquireAsync(mailbox, cancel) is not { } open)
            return await Backend.DeleteMailboxAsync(mailbox, cancel);
        Opening opening;
        lock (_gate)
        {
            opening = _open[mailbox];
            opening.Removed = true;
        }
        try
        {
            await open.CloseAsync();
            return await Backend.DeleteMailboxAsync(mailbox, cancel);
        }
        finally
        {
            Forget(mailbox, opening);
            opening.Closed.TrySetResult();
        }
    }

    /// <summary>
    /// The mailbox as the principal sees it; <see cref="StoreError.NotFound"/> when there is none, <see cref="StoreError.AccessDenied"/> when nothing in it is visible to the principal,
    /// <see cref="StoreError.Moved"/> when it is served elsewhere now: but for the server itself, and where <paramref name="evenMoved"/> says so (what is left here is fetched).
    /// </summary>
    public async ValueTask<StoreResult<MailboxSession>> OpenAsync(Guid mailbox, Principal principal, CancellationToken cancel, bool evenMoved = false)
    {
        Mailbox? open;
        try
        {
            open = await AcquireAsync(mailbox, cancel);
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
        if (open is null)
            return StoreError.NotFound;
        if (!Access.IsOwner(open.Header, principal) && !open.State.Folders.All.Any(f => Access.Of(f, open.Header, principal) != FolderRights.None))
        {
            Release(open);
            return StoreError.AccessDenied;
        }
        if (!evenMoved && principal.Kind != PrincipalKind.System && open.State.Settings.ContainsKey(SettingNames.MovedTo))
        {
            Release(open);
            return StoreError.Moved;
        }
        return new MailboxSession(open, principal) { IsEvenMoved = evenMoved };
    }

    /// <summary>The server that a mailbox has moved to, as https://host[:port]; null for one that is here, and for one that is not.</summary>
    public async ValueTask<string?> MovedToAsync(Guid mailbox, CancellationToken cancel)
    {
        if (!(await OpenAsync(mailbox, Principal.System, cancel)).TryGet(out var session))
            return null;
        using (session)
            return session.MovedTo;
    }

    /// <summary>Keeps a MIME message's bytes and analyses them once; the result can be appended to any number of folders and mailboxes.</summary>
    public async ValueTask<PreparedMessage> PrepareMimeAsync(ReadOnlySequence<byte> mime, CancellationToken cancel)
    {
        var blob = await Backend.Blobs.WriteAsync(mime, cancel);
        var facts = Converter.Analyze(mime.IsSingleSegment ? mime.First : mime.ToArray());
        return new PreparedMessage { Kind = ContentKind.Mime, Content = blob, MimeSize = mime.Length, Facts = facts };
    }

    /// <summary>The same for bytes that the blob store already holds.</summary>
    public async ValueTask<PreparedMessage> PrepareMimeAsync(BlobRef mime, CancellationToken cancel)
    {
        using var lease = await Backend.Blobs.OpenAsync(mime, cancel);
        return new PreparedMessage { Kind = ContentKind.Mime, Content = mime, MimeSize = lease.Memory.Length, Facts = Converter.Analyze(lease.Memory) };
    }

    /// <summary>Adds to a message that was mail what its mail looked like: before its properties take the mail's place. Nothing for others.</summary>
    public async ValueTask KeepSkeletonAsync(MessageRow row, PropertyMessage message, CancellationToken cancel)
    {
        if (row.Kind != ContentKind.Mime)
            return;
        using var lease = await Backend.Blobs.OpenAsync(row.Content, cancel);
        Converter.KeepSkeleton(lease.Memory, message);
    }

    /// <summary>A property-authoritative message; its named properties carry ids of the message's own table and are mapped on append.</summary>
    public ValueTask<PreparedMessage> PreparePropertiesAsync(PropertyMessage message, CancellationToken cancel) => PropertyContent.PrepareAsync(this, message, cancel);

    /// <summary>
    /// Appends one message to many mailboxes' folders (local delivery): each as its own mailbox's change, all durable when this returns. One answer a target, in order;
    /// a target that had the message already (<see cref="DeliveryTarget.Repeated"/>) answers with a default place. <see cref="StoreError.NotFound"/>: no such mailbox or folder.
    /// </summary>
    public async ValueTask<IReadOnlyList<StoreResult<AppendedMessage>>> DeliverAsync(
        PreparedMessage message, IReadOnlyList<DeliveryTarget> targets, CancellationToken cancel, DeliveryStep? step = null)
    {
        var results = new StoreResult<AppendedMessage>[targets.Count];
        if (targets.Count == 1)
        {
            results[0] = await DeliverToAsync(message, targets[0], step, cancel);
            return results;
        }
        await Parallel.ForAsync(0, targets.Count, new ParallelOptions { MaxDegreeOfParallelism = DeliveriesAtOnce, CancellationToken = cancel },
            async (i, token) => results[i] = await DeliverToAsync(message, targets[i], step, token));
        return results;
    }

    private async ValueTask<StoreResult<AppendedMessage>> DeliverToAsync(PreparedMessage message, DeliveryTarget target, DeliveryStep? step, CancellationToken cancel)
    {
        Mailbox? mailbox = null;
        try
        {
            mailbox = await AcquireAsync(target.Mailbox, cancel);
            if (mailbox is null)
                return StoreError.NotFound;
            if (step is not null && MayStepIn(mailbox, target))
            {
                // The session lets go of the mailbox by itself, so it holds it once more.
                if (await AcquireAsync(target.Mailbox, cancel) is not { } held)
                    return StoreError.NotFound;
                using var session = new MailboxSession(held, Principal.System);
                if (await step(session, message, target, cancel) is { } done)
                    return done;
            }
            return await mailbox.Writer.SubmitTogetherAsync((draft, token) => AppendMessages.DeliverAsync(draft, message, target, token));
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
        finally
        {
            if (mailbox is not null)
                Release(mailbox);
        }
    }

    /// <summary>
    /// Rules are associated messages, so the folder's counter tells that there are none; what an earlier attempt left to do is known to the step alone, and so is
    /// who may post into a public folder.
    /// </summary>
    private static bool MayStepIn(Mailbox mailbox, DeliveryTarget target) =>
        target.Repeated || mailbox.Header.IsPublic || (mailbox.State.Folders.TryGet(target.Folder, out var folder) && folder.Counters.AssociatedCount > 0);

    /// <summary>Holds a mailbox open; null when there is none. One load however many ask.</summary>
    internal async ValueTask<Mailbox?> AcquireAsync(Guid id, CancellationToken cancel)
    {
        while (true)
        {
            Opening? opening;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (!_open.TryGetValue(id, out opening))
                    _open.Add(id, opening = new Opening(new Lazy<Task<Mailbox?>>(() => LoadAsync(id))));
            }
            Mailbox? mailbox;
            try
            {
                mailbox = await opening.Mailbox.Value.WaitAsync(cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Forget(id, opening);
                throw;
            }
            if (mailbox is null)
            {
                Forget(id, opening);
                return null;
            }
            lock (_gate)
            {
                if (!opening.Removed)
                {
                    mailbox.Users++;
                    return mailbox;
                }
            }
            // It is being closed: wait until that is done, so that storage has it open once only.
            await opening.Closed.Task.WaitAsync(cancel);
        }
    }

    internal void Release(Mailbox mailbox)
    {
        lock (_gate)
        {
            if (--mailbox.Users == 0)
                mailbox.IdleSince = Time.GetTimestamp();
        }
    }

    private async Task<Mailbox?> LoadAsync(Guid id)
    {
        var storage = await Backend.OpenMailboxAsync(id, CancellationToken.None);
        if (storage is null)
            return null;
        try
        {
            return new Mailbox(this, storage, await storage.LoadAsync(CancellationToken.None)) { IdleSince = Time.GetTimestamp() };
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    private void Forget(Guid id, Opening opening)
    {
        lock (_gate)
        {
            if (_open.GetValueOrDefault(id) == opening)
                _open.Remove(id);
        }
    }

    /// <summary>Lets go of what has been idle for its period.</summary>
    internal async Task SweepAsync()
    {
        List<Mailbox> open = [];
        List<(Opening Opening, Mailbox Mailbox)> idle = [];
        lock (_gate)
        {
            foreach (var opening in _open.Values)
            {
                if (!opening.Mailbox.IsValueCreated || !opening.Mailbox.Value.IsCompletedSuccessfully)
                    continue;
                if (opening.Loaded is not { } mailbox)
                    continue;
                if (opening.Removed)
                    continue;
                if (mailbox.Users > 0 || Time.GetElapsedTime(mailbox.IdleSince) < Options.MailboxIdle)
                {
                    open.Add(mailbox);
                    continue;
                }
                // Stays listed until it is closed, so that nobody opens it a second time meanwhile.
                opening.Removed = true;
                idle.Add((opening, mailbox));
            }
        }
        foreach (var mailbox in open)
            mailbox.Views.Sweep(Options.ViewIdle);
        foreach (var (opening, mailbox) in idle)
        {
            try
            {
                await Maintenance.TrimAsync(mailbox, CancellationToken.None);
                await mailbox.CloseAsync();
            }
            catch (Exception)
            {
                // It was durable before; the next opening reads it again.
            }
            finally
            {
                Forget(mailbox.Header.Id, opening);
                opening.Closed.TrySetResult();
            }
        }
    }

    /// <summary>Deletes messages of a mailbox that are older than their folder's limit, and purges what was deleted long enough ago. False when there is no such mailbox.</summary>
    public async ValueTask<bool> ExpireAsync(Guid id, CancellationToken cancel)
    {
        if (await AcquireAsync(id, cancel) is not { } mailbox)
            return false;
        try
        {
            await Maintenance.ExpireAsync(mailbox, cancel);
            await Maintenance.TrimAsync(mailbox, cancel);
            return true;
        }
        finally
        {
            Release(mailbox);
        }
    }

    private void OnWrittenElsewhere(Guid id)
    {
        Mailbox? mailbox = null;
        lock (_gate)
        {
            if (_open.TryGetValue(id, out var opening) && opening.Mailbox.IsValueCreated)
                mailbox = opening.Loaded;
        }
        if (mailbox is not null)
            _ = mailbox.Writer.RefreshAsync();
    }

    /// <summary>Writes what is buffered and closes every mailbox.</summary>
    public async ValueTask DisposeAsync()
    {
        Opening[] all;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            all = [.. _open.Values];
            _open.Clear();
        }
        _watch.Dispose();
        await _sweeper.DisposeAsync();
        foreach (var opening in all)
        {
            opening.Removed = true;
            try
            {
                if (await opening.Mailbox.Value is { } mailbox)
                    await mailbox.CloseAsync();
            }
            catch (Exception)
            {
                // A mailbox that cannot be closed must not keep the others open.
            }
            finally
            {
                opening.Closed.TrySetResult();
            }
        }
        Background.Dispose();
    }

    private sealed class Opening
    {
        public Opening(Lazy<Task<Mailbox?>> mailbox) => Mailbox = new Lazy<Task<Mailbox?>>(async () => Loaded = await mailbox.Value);

        public Lazy<Task<Mailbox?>> Mailbox { get; }

        public Mailbox? Loaded { get; private set; }

        public bool Removed { get; set; }

        public TaskCompletionSource Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>A message whose content is kept and analysed, ready to be put into folders.</summary>
public sealed class PreparedMessage
{
    public required ContentKind Kind { get; init; }

    public required BlobRef Content { get; init; }

    public BlobRef DerivedMime { get; init; }

    public required long MimeSize { get; init; }

    public required ContentFacts Facts { get; init; }

    /// <summary>For property content: names of the named properties it uses, so that the mailbox maps them.</summary>
    public PropertyMessage? Properties { get; init; }
}

/// <summary>Where a delivered message goes.</summary>
/// <param name="QueueId">The queue entry, remembered in the mailbox when <paramref name="Repeated"/> or not, so that a drain repeated after a crash delivers once.</param>
/// <param name="Repeated">The entry may have been delivered before (read back after a restart): ask the mailbox first.</param>
public sealed record DeliveryTarget(Guid Mailbox, FolderId Folder, MessageState State, FileTime Received, Guid QueueId, bool Repeated)
{
    /// <summary>Properties beside the content, in PropertyBagCodec's form.</summary>
    public byte[]? Overlay { get; init; }
}

/// <summary>
/// What delivery does in a mailbox that may have a say in it (rules): called for a folder with associated messages, for a public one, and for an entry that may have been delivered
/// before. Null leaves the message to ordinary delivery.
/// </summary>
public delegate ValueTask<StoreResult<AppendedMessage>?> DeliveryStep(MailboxSession mailbox, PreparedMessage message, DeliveryTarget target, CancellationToken cancel);

/// <summary>The place a message got.</summary>
public readonly record struct AppendedMessage(MessageId Id, uint Uid, uint UidValidity, long Sequence)
{
    /// <summary>The whole row, as it was written: whoever goes on with the message need not read it. Its read state is that of the mailbox, not that of a public folder's reader.</summary>
    public MessageRow? Row { get; init; }
}
