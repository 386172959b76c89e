// [MS-OXCFXICS] 3.3.4.3: a client that downloads everything and takes it in; [MS-OXCSYNC] 3.1.3.1: the mailbox is checked before its state is used.
using System.Collections.Immutable;
using Rialto.Directory;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Sync.Records;
using Rialto.Mapi.Sync.State;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Mapi.Remote;

/// <summary>A folder's contents there and here, when it was copied.</summary>
public sealed record CopiedFolder(string Path, int SourceMessages, int SourceAssociated, long SourceSize, int Messages, int Associated, long Size)
{
    public bool IsEqual => SourceMessages == Messages && SourceAssociated == Associated && SourceSize == Size;
}

/// <summary>
/// Copies a mailbox of another server into one of this server's, by the same synchronisation that clients use: the first run takes everything, each further one what changed
/// since. What has been taken is remembered in the mailbox as it goes, so that a copy that was broken off goes on where it was. What people did in the copy stays: the later
/// version of a message wins, and what they deleted does not come back.
/// </summary>
public sealed class MailboxCopy(StoreEngine store, DirectorySnapshot directory, MailboxSession target, RemoteAccount source)
{
    private const string Client = "copy";

    /// <summary>Messages and bytes between two notes of the state, and of one batch.</summary>
    private const int NoteMessages = 1000;
    private const long NoteBytes = 64 << 20;

    /// <summary>A connection that broke off is made again as often as this in a row.</summary>
    private const int MostAttempts = 5;

    private readonly StoreEngine _store = store;
    private readonly MailboxSession _mailbox = target;
    private readonly SortedSet<string> _unknown = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Told what is being done, and how many messages are done of how many.</summary>
    public Action<string, long, long> Progress { get; init; } = static (_, _, _) => { };

    public long Created { get; private set; }

    public long Updated { get; private set; }

    public long Deleted { get; private set; }

    public long ReadStates { get; private set; }

    /// <summary>Messages left as they are here, since they were changed or deleted here.</summary>
    public long Left { get; private set; }

    public long Folders { get; private set; }

    /// <summary>Addresses of those who may send on behalf of the owner there; empty where the other server does not tell.</summary>
    public IReadOnlyList<string> Delegates { get; private set; } = [];

    /// <summary>People of permission lists whom this server does not know.</summary>
    public IReadOnlyCollection<string> Unknown => _unknown;

    /// <summary>Copies; what is there and here at the end, folder by folder.</summary>
    public async Task<IReadOnlyList<CopiedFolder>> RunAsync(CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = Created + Updated + Deleted + Folders;
            try
            {
                return await RunOnceAsync(cancel);
            }
            catch (RemoteException e) when (e.IsTransient && attempt < MostAttempts)
            {
                if (Created + Updated + Deleted + Folders > before)
                    attempt = 0;
                Progress($"waiting: {e.Message}", 0, 0);
                await Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, attempt)), cancel);
            }
        }
    }

    private async Task<IReadOnlyList<CopiedFolder>> RunOnceAsync(CancellationToken cancel)
    {
        using var remote = await RemoteMailbox.OpenAsync(source, cancel);
        if (remote.Replica == _mailbox.Header.ReplicaGuid)
            throw new RemoteException("Both mailboxes are the same replica: one of them is an export of the other, or they are one. Export and import it once more.");
        Progress("folders", 0, 0);
        await HierarchyAsync(remote, cancel);
        var folders = _mailbox.Folders.All.Where(f => f.Type == FolderType.Generic && SourceIdOf(remote, f) is not null)
            .OrderBy(f => PathOf(_mailbox.Folders, f), StringComparer.OrdinalIgnoreCase).ToList();
        var open = new List<(Folder Folder, uint Handle)>();
        long total = 0;
        foreach (var folder in folders)
        {
            if (await remote.OpenFolderAsync(SourceIdOf(remote, folder)!.Value, cancel) is not { } handle)
                continue;
            var (messages, associated, _) = await remote.CountAsync(handle, cancel);
            total += messages + associated;
            open.Add((folder, handle));
        }
        var result = new List<CopiedFolder>();
        long done = 0;
        foreach (var (folder, handle) in open)
        {
            var path = PathOf(_mailbox.Folders, folder);
            var contents = new FolderContents(this, remote, folder.Id);
            await contents.RunAsync(handle, count => Progress(path, done + count, total), cancel);
            var (messages, associated, size) = await remote.CountAsync(handle, cancel);
            done += messages + associated;
            Progress(path, done, total);
            var now = _mailbox.Folders.TryGet(folder.Id, out var there) ? there.Counters : new FolderCounters();
            if (messages + associated + now.Count + now.AssociatedCount > 0)
                result.Add(new CopiedFolder(path, messages, associated, size, now.Count, now.AssociatedCount, now.Size));
            await remote.ReleaseAsync(handle, cancel);
        }
        await remote.CloseAsync(cancel);
        return result;
    }

    // ---- folders ----

    private async Task HierarchyAsync(RemoteMailbox remote, CancellationToken cancel)
    {
        if (await remote.OpenFolderAsync(remote.RootFolder, cancel) is not { } root)
            throw new RemoteException("The mailbox's root cannot be opened.");
        var key = StateKey(remote, "hierarchy");
        var ids = new ReplicaIds(_mailbox, remote.MailboxGuid, remote.Replica);
        var records = new List<FolderRecord>();
        var context = await remote.ConfigureAsync(root, isContents: false, await ReadStateAsync(key, cancel), cancel);
        PropertyBag? header = null;
        var state = new SyncState();
        var deleted = new List<ulong>();
        await foreach (var element in remote.DownloadAsync(context, null, cancel))
        {
            if (element.IsMarker)
            {
                if (header is not null)
                    records.Add(await TakeFolderAsync(new FolderRecord(header), cancel));
                header = element.Marker == FxMarker.IncrSyncChg ? new PropertyBag() : null;
            }
            else if (header is not null)
                header.Set(element.Value);
            else if (element.Tag == FxTags.IdsetDeleted)
                deleted.AddRange(IdsOf(remote, element.Value));
            else if (SyncState.IsStateProperty(element.Value.Tag))
                state.TrySet(element.Value.Tag, element.Value.AsBinary());
        }
        // Now that all folders are here what names them can be told of those.
        foreach (var record in records)
            await CompleteAsync(remote, ids, record, cancel);
        foreach (var id in deleted)
        {
            if (FindFolder(KeyOf(remote, id)) is { IsSpecial: false } gone && (await _mailbox.DeleteFolderAsync(gone.Id, recursive: true, cancel)).Succeeded)
                Deleted++;
        }
        await WriteStateAsync(key, state, isContents: false, cancel);
        await remote.ReleaseAsync(context, cancel);
        await remote.ReleaseAsync(root, cancel);
    }

    private async Task CompleteAsync(RemoteMailbox remote, ReplicaIds ids, FolderRecord record, CancellationToken cancel)
    {
        if (record.Mailbox is { } stored)
        {
            await TakeMailboxAsync(remote, ids, stored, cancel);
            return;
        }
        if (!GlobalId.TryRead(record.SourceKey, out var id))
            return;
        var folder = (long)id.Counter < SpecialFolders.FirstDynamicId ? _mailbox.Folders.TryGet(new FolderId((long)id.Counter), out var special) ? special : null : FindFolder(record.SourceKey);
        if (record.Type == FolderType.Search)
        {
            // The server's own search folders are here, and look for what they look for everywhere.
            if ((long)id.Counter >= SpecialFolders.FirstDynamicId && ParentOf(record) is { } parent
                && await new CopiedSettings(_mailbox, ids).TakeSearchAsync(record, folder, parent.Id, await PropertiesAsync(record.Properties, cancel), cancel))
            {
                Folders++;
            }
            return;
        }
        if (folder is null || record.Properties is not { } properties || !ids.Occurs(properties.Properties))
            return;
        await ids.MapAsync(properties.Properties, cancel);
        var mapped = await PropertiesAsync(properties, cancel);
        Check(await _mailbox.UpdateFolderAsync(folder.Id, f => f with { Properties = mapped }, cancel), folder.Name);
    }

    /// <summary>What belongs to the mailbox itself is taken when it is another than before: what its owner changed here meanwhile stays.</summary>
    private async Task TakeMailboxAsync(RemoteMailbox remote, ReplicaIds ids, byte[] stored, CancellationToken cancel)
    {
        if (MailboxRecord.Read(stored) is not { } record)
            throw new RemoteException("The other server sends settings that cannot be read.");
        Delegates = record.Delegates;
        var key = StateKey(remote, "mailbox");
        if (await _mailbox.ReadClientStateAsync(key, cancel) is { } before && before.Span.SequenceEqual(stored))
            return;
        await new CopiedSettings(_mailbox, ids).TakeMailboxAsync(record, cancel);
        if (await _mailbox.WriteClientStateAsync([(key, stored)], cancel) is var error and not StoreError.None)
            throw new RemoteException($"The mailbox does not take what was copied: {error}.");
    }

    private Folder? ParentOf(FolderRecord record) =>
        record.ParentKey.Length == 0 ? _mailbox.Folders.Root : GlobalId.TryRead(record.ParentKey, out var above) && (long)above.Counter < SpecialFolders.FirstDynamicId
            ? _mailbox.Folders.TryGet(new FolderId((long)above.Counter), out var place) ? place : null
            : FindFolder(record.ParentKey);

    private async Task<FolderRecord> TakeFolderAsync(FolderRecord record, CancellationToken cancel)
    {
        if (!record.IsWhole)
            throw new RemoteException("The other server does not give messages as it keeps them: it is no Rialto, or an older one.");
        if (!GlobalId.TryRead(record.SourceKey, out var id) || record.Type == FolderType.Search)
            return record;
        var permissions = record.PermissionsIn(directory, _unknown);
        var properties = await PropertiesAsync(record.Properties, cancel);
        if ((long)id.Counter < SpecialFolders.FirstDynamicId)
        {
            // Every mailbox has the special folders under the same ids; names and places are its own.
            if (_mailbox.Folders.TryGet(new FolderId((long)id.Counter), out var special))
            {
                Check(await _mailbox.UpdateFolderAsync(special.Id, f => record.ApplyTo(f, properties, permissions) with { ContainerClass = f.ContainerClass, Hidden = f.Hidden }, cancel), special.Name);
                Folders++;
            }
            return record;
        }
        var parent = ParentOf(record);
        if (parent is null || PredecessorChangeList.Parse(record.Predecessors) is not { } predecessors)
            return record;
        var name = record.Name;
        while (true)
        {
            var import = new FolderImport(null, record.SourceKey, parent.Id, name, record.Modified, record.ChangeKey, predecessors, f => record.ApplyTo(f, properties, permissions));
            var imported = await _mailbox.ImportFolderAsync(import, cancel);
            if (imported.TryGet(out var outcome))
            {
                // Permissions are no part of an imported folder.
                Check(await _mailbox.UpdateFolderAsync(outcome.Folder.Id, f => f with { Permissions = permissions }, cancel), name);
                Folders++;
                return record;
            }
            // Somebody made one of that name here; it stays beside the one that comes.
            if (imported.Error == StoreError.AlreadyExists && name.Length < 240)
                name += " (copied)";
            else
                throw new RemoteException($"The folder {record.Name} could not be made: {imported.Error}.");
        }
    }

    /// <summary>The bag under this mailbox's ids of the names.</summary>
    private async ValueTask<byte[]?> PropertiesAsync(PropertyMessage? message, CancellationToken cancel)
    {
        if (message is null)
            return null;
        var names = message.NamedProperties.ToList();
        var ids = names.Count == 0 ? [] : await _mailbox.GetPropertyIdsAsync([.. names.Select(n => n.Value)], true, cancel) is var given && given.TryGet(out var mapped) ? mapped : [];
        var bag = new PropertyBag();
        foreach (ref readonly var value in message.Properties.Span)
        {
            if (!value.Tag.IsNamed)
            {
                bag.Set(value);
                continue;
            }
            var tag = value.Tag;
            var at = names.FindIndex(n => n.Key == tag.Id);
            if (at >= 0 && at < ids.Length && ids[at] != 0)
                bag.Set(value.WithTag(new PropertyTag(ids[at], tag.Type)));
        }
        return PropertyBagCodec.Write(bag);
    }

    private Folder? FindFolder(byte[] sourceKey) => _mailbox.Folders.All.FirstOrDefault(f => f.SourceKey is { } key && key.AsSpan().SequenceEqual(sourceKey));

    /// <summary>The folder's id there; null for one that did not come from there.</summary>
    private static ulong? SourceIdOf(RemoteMailbox remote, Folder folder)
    {
        if (folder.Id.Value < SpecialFolders.FirstDynamicId)
            return StoreKeys.Id(folder.Id.Value).ToWire();
        return GlobalId.TryRead(folder.SourceKey, out var id) && id.Replica == remote.Replica ? StoreKeys.Id((long)id.Counter).ToWire() : null;
    }

    private static string PathOf(FolderTree tree, Folder folder)
    {
        var names = new Stack<string>();
        for (var at = folder; at.Id != tree.Root.Id && names.Count < 1000; at = tree.TryGet(at.Parent, out var parent) ? parent : tree.Root)
            names.Push(at.Name);
        return string.Join('/', names);
    }

    // ---- state ----

    private static ClientStateKey StateKey(RemoteMailbox remote, string what) => new(Client, remote.MailboxGuid.ToString("N"), what);

    private async ValueTask<SyncState> ReadStateAsync(ClientStateKey key, CancellationToken cancel)
    {
        var state = new SyncState();
        if (await _mailbox.ReadClientStateAsync(key, cancel) is { } stored && PropertyBagCodec.TryRead(stored.Span, out PropertyBag bag))
        {
            foreach (ref readonly var value in bag.Span)
                state.TrySet(value.Tag, value.AsBinary());
        }
        return state;
    }

    private async ValueTask WriteStateAsync(ClientStateKey key, SyncState state, bool isContents, CancellationToken cancel)
    {
        var bag = new PropertyBag();
        foreach (var (tag, value) in state.Properties(isContents, withIds: true))
            bag.Set(PropertyValue.Of(new PropertyTag(tag.Id, PropertyType.Binary), value));
        if (await _mailbox.WriteClientStateAsync([(key, PropertyBagCodec.Write(bag))], cancel) is var error and not StoreError.None)
            throw new RemoteException($"The mailbox does not take what was copied: {error}.");
    }

    private static byte[] KeyOf(RemoteMailbox remote, ulong counter) => new GlobalId(remote.Replica, counter).ToArray();

    private static IEnumerable<ulong> IdsOf(RemoteMailbox remote, PropertyValue value) =>
        ReplicaIdSet.ParseReplIds(value.AsBinary(), id => id == StoreKeys.OwnReplica ? remote.Replica : null) is { } set ? set[remote.Replica].Enumerate() : [];

    private static void Check<T>(StoreResult<T> result, string what)
    {
        if (!result.Succeeded)
            throw new RemoteException($"{what} could not be changed: {result.Error}.");
    }

    /// <summary>The messages of one folder.</summary>
    private sealed class FolderContents(MailboxCopy copy, RemoteMailbox remote, FolderId folder)
    {
        private readonly ReplicaIds _ids = new(copy._mailbox, remote.MailboxGuid, remote.Replica);
        private readonly MailboxSession _target = copy._mailbox;
        private readonly List<(PreparedMessage Message, AppendOptions Options)> _new = [];
        private long _bytes;
        private long _taken;
        private long _noted;

        public async Task RunAsync(uint handle, Action<long> progress, CancellationToken cancel)
        {
            var key = StateKey(remote, folder.ToString());
            var context = await remote.ConfigureAsync(handle, isContents: true, await copy.ReadStateAsync(key, cancel), cancel);
            PropertyBag? message = null;
            var state = new SyncState();
            List<ulong> deleted = [], read = [], unread = [];
            await foreach (var element in remote.DownloadAsync(context, NoteAsync, cancel))
            {
                if (element.IsMarker)
                    message = element.Marker switch { FxMarker.IncrSyncChg => new PropertyBag(), FxMarker.IncrSyncMessage => message, _ => null };
                else if (message is not null)
                {
                    message.Set(element.Value);
                    if (element.Tag != RecordTags.End.Value)
                        continue;
                    await TakeAsync(message, cancel);
                    message = null;
                    progress(++_taken);
                }
                else if (element.Tag is FxTags.IdsetDeleted or FxTags.IdsetNoLongerInScope)
                    deleted.AddRange(IdsOf(remote, element.Value));
                else if (element.Tag == FxTags.IdsetRead)
                    read.AddRange(IdsOf(remote, element.Value));
                else if (element.Tag == FxTags.IdsetUnread)
                    unread.AddRange(IdsOf(remote, element.Value));
                else if (SyncState.IsStateProperty(element.Value.Tag))
                    state.TrySet(element.Value.Tag, element.Value.AsBinary());
            }
            await FlushAsync(cancel);
            await DeleteAsync(deleted, cancel);
            await MarkAsync(read, true, cancel);
            await MarkAsync(unread, false, cancel);
            // Only now is everything here that the state tells.
            await copy.WriteStateAsync(key, state, isContents: true, cancel);
            await remote.ReleaseAsync(context, cancel);

            async Task NoteAsync(CancellationToken token)
            {
                if (_taken - _noted < NoteMessages)
                    return;
                await FlushAsync(token);
                await copy.WriteStateAsync(key, await remote.StateAsync(context, token), isContents: true, token);
                _noted = _taken;
            }
        }

        private async Task TakeAsync(PropertyBag record, CancellationToken cancel)
        {
            var key = record.GetBinary(PropertyTags.SourceKey) ?? [];
            var content = record.GetBinary(RecordTags.Content) ?? [];
            if (!GlobalId.TryRead(key, out _) || PredecessorChangeList.Parse(record.GetBinary(PropertyTags.PredecessorChangeList) ?? []) is not { } predecessors)
                throw new RemoteException("The other server sends a message without its key.");
            var options = new AppendOptions((MessageState)record.GetInt32(RecordTags.State) & ~(MessageState.SoftDeleted | MessageState.HasForeignKeys),
                record.TryGet(RecordTags.Keywords.Id, out var words) && words.Reference is string[] keywords ? keywords : [], record.GetTime(RecordTags.Received))
            {
                Status = record.GetInt32(RecordTags.Status),
                Overlay = record.GetBinary(RecordTags.Properties),
                Created = record.GetTime(RecordTags.Created),
                Modified = record.GetTime(PropertyTags.LastModificationTime),
                UrlName = record.GetString(RecordTags.UrlName) ?? "",
                ChangeKey = record.GetBinary(PropertyTags.ChangeKey),
                PredecessorChangeList = predecessors.ToArray(),
                SourceKey = key,
                KnowsReceipts = true,
            };
            var known = await _target.FindBySourceKeyAsync(key, cancel);
            if (!known.TryGet(out var id))
                throw new RemoteException($"The mailbox cannot be read: {known.Error}.");
            if (id is { } there)
            {
                // What is waiting to be written could be the same message's older version.
                await FlushAsync(cancel);
                await ReplaceAsync(there, record, content, options, predecessors, cancel);
                return;
            }
            _new.Add((await PrepareAsync(record, content, cancel), options));
            _bytes += content.Length;
            if (_new.Count >= 200 || _bytes >= NoteBytes / 8)
                await FlushAsync(cancel);
        }

        private async ValueTask<PreparedMessage> PrepareAsync(PropertyBag record, byte[] content, CancellationToken cancel)
        {
            if (record.GetInt32(RecordTags.End) == (int)ContentKind.Mime)
                return await copy._store.PrepareMimeAsync(new System.Buffers.ReadOnlySequence<byte>(content), cancel);
            if (!PropertyBagCodec.TryRead(content, out PropertyMessage message))
                throw new RemoteException("The other server sends a message that cannot be read.");
            if (((MessageState)record.GetInt32(RecordTags.State) & MessageState.Associated) != 0)
            {
                // What clients and rules keep beside mail names folders and messages of the mailbox. A template may be among those that are about to be written.
                await FlushAsync(cancel);
                if (string.Equals(message.Properties.GetString(PropertyTags.MessageClass), Delivery.MailRule.StandardClass, StringComparison.OrdinalIgnoreCase))
                    await _ids.MapRuleAsync(message, record.GetBinary(RecordTags.Names), cancel);
                await _ids.MapAsync(message.Properties, cancel);
            }
            return await copy._store.PreparePropertiesAsync(message, cancel);
        }

        private async Task ReplaceAsync(MessageId id, PropertyBag record, byte[] content, AppendOptions options, PredecessorChangeList predecessors, CancellationToken cancel)
        {
            var rows = await _target.ReadRowsAsync(folder, new[] { id }, cancel);
            // Gone, or moved elsewhere: whoever did that here meant it.
            if (!rows.TryGet(out var found) || found[0] is not { } row || row.Folder != folder || row.SourceKey is null || (row.State & MessageState.SoftDeleted) != 0)
            {
                copy.Left++;
                return;
            }
            var own = PredecessorChangeList.Parse(StoreKeys.PredecessorsOf(_target.Header, row.PredecessorChangeList, row.ChangeKey, row.Cn)) ?? new PredecessorChangeList();
            if (own.Includes(predecessors))
                return;
            var isConflict = !predecessors.Includes(own);
            if (isConflict && row.Modified.Ticks >= (options.Modified ?? default).Ticks)
            {
                copy.Left++;
                return;
            }
            if (isConflict)
                own.Merge(predecessors);
            var prepared = await PrepareAsync(record, content, cancel);
            StoreResult<MessageRow> written;
            if (prepared.Kind == row.Kind && await IsSameAsync(row, content, cancel))
            {
                var overlay = options.Overlay is { } stored && PropertyBagCodec.TryRead(stored, out PropertyMessage beside) ? await copy.PropertiesAsync(beside, cancel) : null;
                written = await _target.UpdateAsync(folder, id, now => now with
                {
                    State = (now.State & (MessageState.HasAttachments | MessageState.HasForeignKeys)) | (options.State & ~MessageState.HasAttachments),
                    Keywords = options.Keywords,
                    Status = options.Status,
                    Overlay = overlay,
                    ChangeKey = isConflict ? null : options.ChangeKey,
                    PredecessorChangeList = isConflict ? own.ToArray() : options.PredecessorChangeList,
                    Modified = options.Modified ?? now.Modified,
                }, cancel);
            }
            else
            {
                const MessageState marks = MessageState.Settable;
                written = await _target.ReplaceAsync(folder, id, prepared, new ReplaceOptions
                {
                    Set = options.State & marks, Clear = ~options.State & marks, ChangeKey = isConflict ? null : options.ChangeKey,
                    PredecessorChangeList = isConflict ? own.ToArray() : options.PredecessorChangeList, Modified = options.Modified, Status = options.Status, Overlay = options.Overlay,
                    Keywords = options.Keywords,
                }, cancel);
            }
            if (written.Succeeded)
                copy.Updated++;
            else if (written.Error is StoreError.NotFound or StoreError.Gone)
                copy.Left++;
            else
                throw new RemoteException($"A message could not be changed: {written.Error}.");
        }

        private async ValueTask<bool> IsSameAsync(MessageRow row, byte[] content, CancellationToken cancel)
        {
            if (row.Content.Length != content.Length)
                return false;
            using var lease = await _target.OpenContentAsync(row, cancel);
            return lease.Memory.Span.SequenceEqual(content);
        }

        private async Task FlushAsync(CancellationToken cancel)
        {
            if (_new.Count == 0)
                return;
            var appended = await _target.AppendManyAsync(folder, _new, cancel);
            if (appended.Succeeded)
                copy.Created += _new.Count;
            else
            {
                // All or nothing: when one is refused the others are not to suffer.
                foreach (var (message, options) in _new)
                {
                    var one = await _target.AppendAsync(folder, message, options, cancel);
                    if (one.Error == StoreError.AlreadyExists && options.UrlName.Length > 0)
                        one = await _target.AppendAsync(folder, message, options with { UrlName = "" }, cancel);
                    if (one.Succeeded)
                        copy.Created++;
                    else if (one.Error is StoreError.AlreadyExists or StoreError.Gone)
                        copy.Left++;
                    else
                        throw new RemoteException(one.Error == StoreError.QuotaExceeded ? "The mailbox is over its quota: raise it, and run the copy again." : $"A message could not be taken in: {one.Error}.");
                }
            }
            _new.Clear();
            _bytes = 0;
        }

        private async Task<List<MessageRow>> FindAsync(List<ulong> ids, CancellationToken cancel)
        {
            var rows = new List<MessageRow>();
            foreach (var counter in ids)
            {
                var known = await _target.FindBySourceKeyAsync(KeyOf(remote, counter), cancel);
                if (known.TryGet(out var id) && id is { Value: > 0 } there && (await _target.ReadRowsAsync(folder, new[] { there }, cancel)).TryGet(out var found)
                    && found[0] is { SourceKey: not null } row && row.Folder == folder)
                {
                    rows.Add(row);
                }
            }
            return rows;
        }

        private async Task DeleteAsync(List<ulong> ids, CancellationToken cancel)
        {
            foreach (var some in (await FindAsync(ids, cancel)).Chunk(500))
            {
                var deleted = await _target.DeleteAsync(folder, [.. some.Select(r => r.Id)], cancel);
                Check(deleted, "The folder");
                copy.Deleted += deleted.Value.Count;
            }
        }

        private async Task MarkAsync(List<ulong> ids, bool isRead, CancellationToken cancel)
        {
            var (set, clear) = isRead ? (MessageState.Read, MessageState.None) : (MessageState.None, MessageState.Read);
            foreach (var some in (await FindAsync(ids, cancel)).Where(r => (r.State & MessageState.Read) != 0 != isRead).Chunk(500))
            {
                var changed = await _target.ChangeFlagsAsync(folder, [.. some.Select(r => r.Id)], new FlagChange(set, clear, [], [], false), cancel);
                Check(changed, "The folder");
                copy.ReadStates += changed.Value.Changed.Count;
            }
        }
    }
}
