using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Operations;
using Rialto.Store.Searching;
using Rialto.Store.Views;

namespace Rialto.Store;

/// <summary>
/// A mailbox opened by a principal: every operation checks that principal's rights. Cheap, thread-safe; dispose to let the mailbox go idle.
/// A method that changes something returns when the change is durable.
/// </summary>
public sealed partial class MailboxSession : IDisposable
{
    private readonly Mailbox _mailbox;
    private int _disposed;

    internal MailboxSession(Mailbox mailbox, Principal principal)
    {
        _mailbox = mailbox;
        Principal = principal;
        IsOwner = Access.IsOwner(mailbox.Header, principal);
        Searches = new SearchFolders(mailbox, id => RightsOn(id));
    }

    public Guid MailboxId => _mailbox.Header.Id;

    public MailboxHeader Header => _mailbox.Header;

    public Principal Principal { get; }

    /// <summary>The hierarchy now: an immutable snapshot. Rights are not applied; ask <see cref="RightsOn"/>.</summary>
    public FolderTree Folders => _mailbox.State.Folders;

    /// <summary>The mailbox's counter now (this server's knowledge).</summary>
    public long Sequence => _mailbox.State.Sequence;

    /// <summary>With a backend that other servers share: brings this mailbox up to its newest sequence. Call at the start of each request; free where nobody shares.</summary>
    public async ValueTask RefreshAsync(CancellationToken cancel)
    {
        // What is published counts: the writer knows of another server's changes before tables and read states do.
        if (_mailbox.Engine.Backend.IsShared && await _mailbox.Storage.ReadSequenceAsync(cancel) > _mailbox.State.Sequence)
            await _mailbox.Writer.RefreshAsync().WaitAsync(cancel);
    }

    /// <summary>What the principal may do in the folder; nothing in one that is not there. [MS-OXCPERM] 3.2.5.</summary>
    public FolderRights RightsOn(FolderId folder) =>
        Folders.TryGet(folder, out var found) ? Access.Of(found, _mailbox.Header, Principal) : FolderRights.None;

    /// <summary>What somebody else may do in the folder: for the server, which acts for others.</summary>
    public FolderRights RightsOf(Principal principal, FolderId folder) =>
        Folders.TryGet(folder, out var found) ? Access.Of(found, _mailbox.Header, principal) : FolderRights.None;

    /// <summary>Whether the principal owns the mailbox (its owner, an administrator, or the server).</summary>
    public bool IsOwner { get; }

    // Changes

    /// <summary>Called back, in sequence order and after they are durable, with the mailbox's changes. Must return quickly and never wait.</summary>
    public IDisposable Subscribe(Action<IReadOnlyList<Change>> onChanges) => _mailbox.Subscribe(!Header.IsPublic ? onChanges : changes =>
    {
        // What others have read is theirs to know.
        var own = changes.Where(c => c.Reader is null || c.Reader == Principal.Id).ToList();
        if (own.Count > 0)
            onChanges(own);
    });

    /// <summary>
    /// Change log entries after a sequence, in order; of one folder when given (moves count to both). <see cref="StoreError.NotFound"/> when the log has forgotten
    /// part of them: the caller needs a full resync.
    /// </summary>
    public async ValueTask<StoreResult<IReadOnlyList<Change>>> ReadChangesAsync(long afterSequence, FolderId? folder, int limit, CancellationToken cancel)
    {
        if (folder is { } one && CheckRead(one) is var error and not StoreError.None)
            return error;
        if (folder is null && !IsOwner)
            return StoreError.AccessDenied;
        if (afterSequence < _mailbox.State.OldestChange)
            return StoreError.NotFound;
        try
        {
            return StoreResult.Of(await _mailbox.Storage.ReadChangesAsync(afterSequence, folder, limit, cancel));
        }
        catch (StorageUnavailableException)
        {
            return StoreError.StorageUnavailable;
        }
    }

    /// <summary>
    /// Runs the work while nothing is written to the mailbox: what it reads is the mailbox at one moment, that of the image it gets. Writers wait meanwhile, so it is to be
    /// short. Where another server writes nevertheless the work is run again. Needs the mailbox's owner.
    /// </summary>
    public ValueTask<StoreResult<MailboxImage>> HoldStillAsync(Func<MailboxImage, CancellationToken, ValueTask> work, CancellationToken cancel)
    {
        const int MostAttempts = 20;
        return IsOwner ? SubmitAsync<MailboxImage>(async (_, _) =>
        {
            for (var i = 0; i < MostAttempts; i++)
            {
                var image = await _mailbox.Storage.LoadAsync(cancel);
                await work(image, cancel);
                if (await _mailbox.Storage.ReadSequenceAsync(cancel) == image.Sequence)
                    return image;
            }
            return StoreError.StorageUnavailable;
        }, cancel) : new(StoreError.AccessDenied);
    }

    // Client state

    public ValueTask<ReadOnlyMemory<byte>?> ReadClientStateAsync(ClientStateKey key, CancellationToken cancel) => _mailbox.Storage.ReadClientStateAsync(key, cancel);

    public ValueTask<IReadOnlyList<(string Key, ReadOnlyMemory<byte> Value)>> ReadClientStatesAsync(string client, string collection, CancellationToken cancel) =>
        _mailbox.Storage.ReadClientStatesAsync(client, collection, cancel);

    public async ValueTask<StoreError> WriteClientStateAsync(IReadOnlyList<(ClientStateKey Key, ReadOnlyMemory<byte>? Value)> states, CancellationToken cancel)
    {
        var result = await SubmitAsync<bool>(draft =>
        {
            foreach (var (key, value) in states)
                draft.Write(new PutClientState(key, value));
            return true;
        }, cancel);
        return result.Error;
    }

    /// <summary>Writes state where there is none yet, and gives what is there then: the value, or what somebody, on whatever server, wrote first.</summary>
    public ValueTask<StoreResult<ReadOnlyMemory<byte>>> AddClientStateAsync(ClientStateKey key, ReadOnlyMemory<byte> value, CancellationToken cancel) =>
        SubmitAsync((draft, token) => AddClientState.ComputeAsync(draft, key, value, token), cancel);

    /// <summary>
    /// What the caller makes of a folder's associated messages (rules, settings), made once and kept until one of them changes; shared by all sessions of the mailbox,
    /// so it must not depend on who asks. Rights are the caller's to check. <paramref name="make"/> gets their ids, ascending.
    /// </summary>
    public ValueTask<T> FromAssociatedAsync<T>(FolderId folder, Func<MailboxSession, IReadOnlyList<MessageId>, CancellationToken, ValueTask<T>> make, CancellationToken cancel)
        where T : class => _mailbox.Associated.GetAsync(this, folder, make, cancel);

    /// <summary>Several changes that become durable together, or none of them. What was delivered before (<see cref="CombinedChange.Repeated"/>) changes nothing.</summary>
    public ValueTask<StoreResult<CombinedOutcome>> ApplyAsync(CombinedChange change, CancellationToken cancel) =>
        SubmitAsync((draft, token) => CombineChanges.ComputeAsync(draft, change, Principal, (id, needed) => Check(draft, id, needed), token), cancel);

    /// <summary>Whether a queue entry has been delivered into this mailbox. For the server's own work.</summary>
    public ValueTask<bool> IsDeliveredAsync(Guid queueEntry, CancellationToken cancel) => _mailbox.Storage.IsDeliveredAsync(queueEntry, cancel);

    /// <summary>PidTagOutOfOfficeState: whether the owner is away. Set by <see cref="CombinedChange.OutOfOffice"/>.</summary>
    public bool IsOutOfOffice => _mailbox.State.Settings.ContainsKey(SettingNames.OutOfOffice);

    /// <summary>The server that the mailbox has moved to, as https://host[:port]; null for one that is here.</summary>
    public string? MovedTo => _mailbox.State.Settings.GetValueOrDefault(SettingNames.MovedTo);

    /// <summary>Whether the session was opened to fetch what a moved mailbox has left behind; one that was not is over when the mailbox moves.</summary>
    public bool IsEvenMoved { get; internal init; }

    /// <summary>Says where the mailbox has moved to; null: it is here. Administrators only.</summary>
    public async ValueTask<StoreError> SetMovedToAsync(string? server, CancellationToken cancel)
    {
        if (!Principal.IsAdministrator)
            return StoreError.AccessDenied;
        var result = await SubmitAsync<bool>(draft =>
        {
            draft.Set(SettingNames.MovedTo, server);
            return true;
        }, cancel);
        return result.Error;
    }

    // Quota

    /// <summary>Sets what the mailbox may hold; 0: no limit, null: the server's default. Administrators only.</summary>
    public async ValueTask<StoreError> SetQuotaAsync(long? bytes, CancellationToken cancel)
    {
        if (!Principal.IsAdministrator)
            return StoreError.AccessDenied;
        if (bytes < 0)
            return StoreError.InvalidArgument;
        var result = await SubmitAsync<bool>(draft =>
        {
            draft.Set(SettingNames.Quota, bytes?.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return true;
        }, cancel);
        return result.Error;
    }

    /// <summary>Bytes used, bytes allowed (0: no limit).</summary>
    public (long Used, long Limit) Quota
    {
        get
        {
            var state = _mailbox.State;
            return (state.Used, state.LongSetting(SettingNames.Quota, _mailbox.Engine.Options.DefaultQuota));
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _mailbox.Engine.Release(_mailbox);
    }

    private ValueTask<StoreResult<T>> SubmitAsync<T>(Func<Draft, StoreResult<T>> compute, CancellationToken cancel) =>
        SubmitAsync((draft, _) => new ValueTask<StoreResult<T>>(compute(draft)), cancel);

    /// <summary>Cancelling gives up waiting before the work is queued; once queued it is done, and the caller waits for its end.</summary>
    private ValueTask<StoreResult<T>> SubmitAsync<T>(Func<Draft, CancellationToken, ValueTask<StoreResult<T>>> compute, CancellationToken cancel, CommitGroup? group = null)
    {
        cancel.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        return new(group is null ? _mailbox.Writer.SubmitAsync<T>(Compute) : _mailbox.Writer.SubmitAsync<T>(Compute, group));

        ValueTask<StoreResult<T>> Compute(Draft draft, CancellationToken token)
        {
            draft.Session = this;
            return compute(draft, token);
        }
    }

    /// <summary>NotFound for folders that the principal may not even see, AccessDenied where a right is missing.</summary>
    private StoreError Check(Draft draft, FolderId id, FolderRights needed)
    {
        if (!draft.Folders.TryGet(id, out var folder))
            return StoreError.NotFound;
        var rights = Access.Of(folder, _mailbox.Header, Principal);
        return (rights & needed) == needed ? StoreError.None : rights == FolderRights.None ? StoreError.NotFound : StoreError.AccessDenied;
    }

    private StoreError CheckRead(FolderId id)
    {
        if (!Folders.TryGet(id, out var folder))
            return StoreError.NotFound;
        var rights = Access.Of(folder, _mailbox.Header, Principal);
        return (rights & FolderRights.ReadAny) != 0 ? StoreError.None : (rights & FolderRights.FolderVisible) == 0 ? StoreError.NotFound : StoreError.AccessDenied;
    }
}
