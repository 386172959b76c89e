// RFC 5465 3.1, 5, 6.
using Rialto.MailAccess.Imap.Commands;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Imap;

/// <summary>
/// Tells a client what happens in mailboxes, whichever is selected: those of the user's own store, and in other namespaces those that the client named or subscribed to. The stores'
/// change buses note the folders and wake the connection; what is told is made out of the folders' counters when the session has its turn, so that a thousand deliveries are one STATUS
/// a folder. What this session did itself is not told.
/// </summary>
internal sealed class Notifications : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ImapSession _session;
    private readonly IReadOnlyList<NotifyGroup> _groups;
    private readonly List<WatchedStore> _stores = [];
    private readonly Dictionary<FolderKey, NotifyEvents> _pending = [];
    private readonly Dictionary<FolderKey, (string Name, string Comment)> _known = [];
    private List<ClientChange> _changes = [];
    private bool _overflows;
    private IDisposable? _selection;
    private SelectedFolder? _watched;

    private Notifications(ImapSession session, IReadOnlyList<NotifyGroup> groups)
    {
        _session = session;
        _groups = groups;
    }

    private readonly record struct FolderKey(WatchedStore Store, FolderId Id);

    private sealed class WatchedStore(MailboxNames names) : IDisposable
    {
        public MailboxNames Names => names;

        public MailboxSession Mailbox => names.Mailbox;

        public IDisposable? Folders { get; set; }

        public IDisposable? Changes { get; set; }

        public void Dispose()
        {
            Folders?.Dispose();
            Changes?.Dispose();
        }
    }

    public static async ValueTask<Notifications> OpenAsync(ImapSession session, IReadOnlyList<NotifyGroup> groups, CancellationToken cancel)
    {
        var notifications = new Notifications(session, groups);
        try
        {
            notifications.Watch(session.Namespaces.Own);
            foreach (var name in groups.SelectMany(g => g.Names).Where(Namespaces.IsShared))
                await notifications.WatchAsync(name, cancel);
            await notifications.WatchSubscribedAsync(await Subscriptions.ReadAsync(session.Mailbox, cancel), cancel);
            return notifications;
        }
        catch
        {
            notifications.Dispose();
            throw;
        }
    }

    /// <summary>Whether anything is told of the selected mailbox.</summary>
    public bool TellsSelected => OfSelected is { Events: not NotifyEvents.None };

    /// <summary>Whether flags of the selected mailbox's messages that others changed are told.</summary>
    public bool TellsFlags => OfSelected is { } group && (group.Events & NotifyEvents.FlagChange) != 0;

    private NotifyGroup? OfSelected => _groups.FirstOrDefault(g => g.IsOfSelected);

    public void Dispose()
    {
        _selection?.Dispose();
        foreach (var store in _stores)
            store.Dispose();
    }

    /// <summary>Mailboxes whose messages the user may not read, though the names are seen: "\NoAccess". RFC 5465 3.1.</summary>
    public async ValueTask WriteRefusedAsync(CancellationToken cancel)
    {
        var subscriptions = await Subscriptions.ReadAsync(_session.Mailbox, cancel);
        foreach (var (store, listed) in Listed())
        {
            if (MayRead(store, listed.Folder!) || (EventsOf(listed.Folder, listed.Name, subscriptions) & NotifyEvents.OfMessages) == 0)
                continue;
            _session.Writer.Raw("* LIST (\\NoAccess) \"/\" "u8);
            _session.Writer.Mailbox(listed.Name);
            _session.Writer.Crlf();
        }
    }

    /// <summary>STATUS of every mailbox that is told of: "NOTIFY SET STATUS". RFC 5465 3.1.</summary>
    public async ValueTask WriteAllAsync(CancellationToken cancel)
    {
        var subscriptions = await Subscriptions.ReadAsync(_session.Mailbox, cancel);
        foreach (var (store, listed) in Listed())
        {
            if (IsSelected(new FolderKey(store, listed.Folder!.Id)) || !MayRead(store, listed.Folder))
                continue;
            var events = EventsOf(listed.Folder, listed.Name, subscriptions) & NotifyEvents.OfMessages;
            if (events == NotifyEvents.None)
                continue;
            // Whether the client has enabled CONDSTORE or not.
            var more = (events & NotifyEvents.FlagChange) != 0 ? StatusItems.HighestModSeq : StatusItems.None;
            await StatusCommand.WriteAsync(_session, new MailboxPlace(listed.Mailbox, listed.Folder, listed.Name), ItemsFor(events) | more, cancel);
        }
    }

    /// <summary>Tells what has happened. Called between commands, at their end and while the client idles.</summary>
    /// <param name="isBetween">No command runs: what is told of the selected mailbox is told at once.</param>
    public async ValueTask<bool> WriteAsync(bool isBetween, CancellationToken cancel)
    {
        var wrote = isBetween && await WriteSelectedAsync();
        Dictionary<FolderKey, NotifyEvents> pending;
        List<ClientChange> changes;
        lock (_gate)
        {
            if (_pending.Count == 0 && _changes.Count == 0)
                return wrote;
            pending = new(_pending);
            _pending.Clear();
            (changes, _changes) = (_changes, []);
            if (_overflows)
                changes.Clear();
        }
        if (_overflows)
        {
            // 5.8: and from here on nothing more.
            _session.Writer.Raw("* OK [NOTIFICATIONOVERFLOW] More has changed than can be told\r\n"u8);
            _session.Notify(new Notifications(_session, []));
            return true;
        }
        try
        {
            var subscriptions = await Subscriptions.ReadAsync(_session.Mailbox, cancel);
            if (changes.Exists(c => c.Name is not null))
                await WatchSubscribedAsync(subscriptions, cancel);
            var told = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var (key, happened) in pending)
            {
                wrote |= await WriteAsync(key, happened, subscriptions, told, cancel);
                pending.Remove(key);
            }
            for (; changes.Count > 0; changes.RemoveAt(0))
                wrote |= changes[0].Name is { } name ? await WriteSubscriptionAsync(name, subscriptions, told, cancel) : WriteAnnotations(changes[0], subscriptions);
            return wrote;
        }
        catch (StorageUnavailableException)
        {
            TakeBack(pending, changes);
            throw;
        }
    }

    /// <summary>What could not be told waits for the next turn, before what came meanwhile.</summary>
    private void TakeBack(Dictionary<FolderKey, NotifyEvents> pending, List<ClientChange> changes)
    {
        lock (_gate)
        {
            foreach (var (key, happened) in pending)
                _pending[key] = _pending.GetValueOrDefault(key) | happened;
            changes.AddRange(_changes);
            _changes = changes;
        }
    }

    /// <summary>New messages of the selected mailbox as the client wants them.</summary>
    public async ValueTask WriteNewAsync(uint firstUid, CancellationToken cancel)
    {
        if (OfSelected is { Items.Count: > 0 } group)
            await FetchCommand.Of(new SequenceSet([new NumberRange(firstUid, 0)]), group.Items).RunAsync(_session, cancel);
    }

    /// <summary>Another mailbox is selected: its changes wake the connection too.</summary>
    public void Watch(SelectedFolder? selected)
    {
        if (_watched == selected)
            return;
        _selection?.Dispose();
        _watched = selected;
        _selection = selected is not null && TellsSelected ? selected.View.Subscribe(_session.Transport.Interrupt) : null;
    }

    private bool IsSelected(FolderKey key) => _session.Selected is { } selected && selected.Id == key.Id && selected.Mailbox.MailboxId == key.Store.Mailbox.MailboxId;

    private static bool MayRead(WatchedStore store, Folder folder) => (store.Mailbox.RightsOn(folder.Id) & FolderRights.ReadAny) != 0;

    private IEnumerable<(WatchedStore Store, ListedMailbox Listed)> Listed() =>
        _stores.SelectMany(store => store.Names.All().Where(l => l.Selectable).Select(l => (store, l)));

    private void Watch(MailboxNames names)
    {
        if (_stores.Exists(s => s.Mailbox == names.Mailbox))
            return;
        var store = new WatchedStore(names);
        _stores.Add(store);
        // Before what there is, is looked at: what changes in between is noted.
        store.Folders = names.Mailbox.Subscribe(changes => Note(store, changes));
        store.Changes = _session.Protocol.Changes.Subscribe(names.Mailbox.MailboxId, Note);
        foreach (var listed in names.All())
        {
            if (listed.Selectable)
                _known[new FolderKey(store, listed.Folder!.Id)] = (listed.Name, listed.Folder.Comment);
        }
    }

    /// <summary>The store in which a name of another namespace stands; where the name is that of "Other Users" itself, those that are open to the user.</summary>
    private async ValueTask WatchAsync(string name, CancellationToken cancel)
    {
        if (await _session.Namespaces.ResolveAsync(name, cancel) is { } names)
        {
            Watch(names);
            return;
        }
        foreach (var listed in (await _session.Namespaces.SharedAsync([name + "/*"], [], cancel)).DistinctBy(l => l.Mailbox))
        {
            if (await _session.Namespaces.ResolveAsync(listed.Name, cancel) is { } below)
                Watch(below);
        }
    }

    // 6.4: a list that changes is looked through anew.
    private async ValueTask WatchSubscribedAsync(Subscriptions subscriptions, CancellationToken cancel)
    {
        if (!_groups.Any(g => g.Scope == NotifyScope.Subscribed))
            return;
        foreach (var name in subscriptions.Explicit.Where(Namespaces.IsShared))
            await WatchAsync(name, cancel);
    }

    private async ValueTask<bool> WriteSelectedAsync() =>
        _session.Selected is { } selected && TellsSelected && !selected.IsGone && await selected.WriteUpdatesAsync(_session, mayExpunge: OfSelected!.Scope == NotifyScope.Selected);

    private async ValueTask<bool> WriteAsync(FolderKey key, NotifyEvents happened, Subscriptions subscriptions, HashSet<string> told, CancellationToken cancel)
    {
        var names = key.Store.Names;
        var wasKnown = _known.TryGetValue(key, out var known);
        var folder = names.Mailbox.Folders.TryGet(key.Id, out var found) && names.IsShown(found) ? found : null;
        var name = folder is null ? null : names.NameOf(folder);
        var before = wasKnown ? known.Name : null;
        if (folder is null)
            _known.Remove(key);
        else
            _known[key] = (name!, folder.Comment);
        if (folder is null && before is null)
            return false;
        var wanted = EventsOf(folder, name ?? before!, subscriptions);
        if (name != before)
        {
            if (name is not null && before is not null)
            {
                RenameBelow(key.Store, before, name);
                wanted |= EventsOf(folder, before, subscriptions);
            }
            return (wanted & happened & NotifyEvents.MailboxName) != 0 && WriteName(key.Store, folder, name, before, subscriptions, told);
        }
        var wrote = false;
        var events = wanted & happened;
        if ((events & NotifyEvents.MailboxMetadataChange) != 0 && known.Comment != folder!.Comment)
        {
            AnnotationNews.Write(_session.Writer, name!, [MailboxMetadata.Comment]);
            wrote = true;
        }
        if ((events & NotifyEvents.OfMessages) == 0 || IsSelected(key) || !MayRead(key.Store, folder!))
            return wrote;
        await StatusCommand.WriteAsync(_session, new MailboxPlace(names.Mailbox, folder!, name!), ItemsFor(events), cancel);
        return true;
    }

    // 5.4: mailboxes below go with the one that is renamed, and are not told of.
    private void RenameBelow(WatchedStore store, string before, string name)
    {
        var above = before + MailboxNames.Separator;
        foreach (var (key, known) in _known.Where(k => k.Key.Store == store && k.Value.Name.StartsWith(above, StringComparison.OrdinalIgnoreCase)).ToList())
            _known[key] = (string.Concat(name, known.Name.AsSpan(before.Length)), known.Comment);
    }

    // 5.4: a new name, an old name that is no more, or both; where one came or went, the mailbox above it too.
    private bool WriteName(WatchedStore store, Folder? folder, string? name, string? before, Subscriptions subscriptions, HashSet<string> told)
    {
        if (folder is null)
            WriteNonExistent(before!, subscriptions.Explicit.Contains(before!, StringComparer.OrdinalIgnoreCase));
        else if (told.Add(name!))
            WriteListed(store.Names.Listed(folder), before, subscriptions);
        if (name is not null && before is not null)
            return true;
        var end = (name ?? before!).LastIndexOf(MailboxNames.Separator);
        if (end > 0 && store.Names.Find((name ?? before!)[..end]) is { } parent && told.Add(store.Names.NameOf(parent)))
            WriteListed(store.Names.Listed(parent), null, subscriptions);
        return true;
    }

    private void WriteNonExistent(string name, bool isSubscribed)
    {
        _session.Writer.Raw(isSubscribed ? "* LIST (\\NonExistent \\Subscribed) \"/\" "u8 : "* LIST (\\NonExistent) \"/\" "u8);
        _session.Writer.Mailbox(name);
        _session.Writer.Crlf();
    }

    private void WriteListed(ListedMailbox listed, string? before, Subscriptions subscriptions)
    {
        var writer = _session.Writer;
        ListCommand.WriteResponse(writer, "* LIST ("u8, listed, subscriptions.Contains(listed.Name));
        if (before is not null)
        {
            writer.Raw(" (\"OLDNAME\" ("u8);
            writer.Mailbox(before);
            writer.Raw("))"u8);
        }
        writer.Crlf();
    }

    // 5.5: with all attributes as they are.
    private async ValueTask<bool> WriteSubscriptionAsync(string name, Subscriptions subscriptions, HashSet<string> told, CancellationToken cancel)
    {
        var place = await _session.Namespaces.FindAsync(name, cancel);
        if ((EventsOf(place?.Folder, name, subscriptions) & NotifyEvents.SubscriptionChange) == 0
            && !_groups.Any(g => g.Scope == NotifyScope.Subscribed && (g.Events & NotifyEvents.SubscriptionChange) != 0))
        {
            return false;
        }
        if (place is null)
            WriteNonExistent(name, subscriptions.Contains(name));
        else if (told.Add(place.Name) && await _session.Namespaces.ResolveAsync(name, cancel) is { } names)
            WriteListed(names.Listed(place.Folder), null, subscriptions);
        return true;
    }

    // 5.6, 5.7: names of entries, without values.
    private bool WriteAnnotations(ClientChange change, Subscriptions subscriptions)
    {
        if (change.Folder is not { } id)
        {
            if (change.Store != _session.Mailbox.MailboxId || !_groups.Any(g => (g.Events & NotifyEvents.ServerMetadataChange) != 0))
                return false;
            AnnotationNews.Write(_session.Writer, "", change.Entries);
            return true;
        }
        var store = _stores.Find(s => s.Mailbox.MailboxId == change.Store);
        if (store is null || !store.Mailbox.Folders.TryGet(id, out var folder) || !store.Names.IsShown(folder) || store.Names.NameOf(folder) is not { } name
            || (EventsOf(folder, name, subscriptions) & NotifyEvents.MailboxMetadataChange) == 0)
        {
            return false;
        }
        AnnotationNews.Write(_session.Writer, name, change.Entries);
        return true;
    }

    /// <summary>5.1, 5.2: what has changed, and what the client needs to take it in.</summary>
    private StatusItems ItemsFor(NotifyEvents events)
    {
        var items = StatusItems.UidValidity;
        if ((events & (NotifyEvents.MessageNew | NotifyEvents.MessageExpunge)) != 0)
            items |= StatusItems.Messages | StatusItems.UidNext;
        if ((events & (NotifyEvents.MessageNew | NotifyEvents.FlagChange)) != 0)
            items |= StatusItems.Unseen;
        return _session.TellsModSeq ? items | StatusItems.HighestModSeq : items;
    }

    /// <summary>6: of all groups that mean the mailbox; where one names it to hear nothing, nothing.</summary>
    private NotifyEvents EventsOf(Folder? folder, string name, Subscriptions subscriptions)
    {
        var events = NotifyEvents.None;
        foreach (var group in _groups)
        {
            if (!group.Means(name, folder?.Special == Model.SpecialFolder.Inbox, subscriptions))
                continue;
            if (group.Events == NotifyEvents.None && group.Names.Count > 0)
                return NotifyEvents.None;
            events |= group.Events;
        }
        return events;
    }

    // On the change bus: notes and wakes, nothing more.
    private void Note(WatchedStore store, IReadOnlyList<Change> changes)
    {
        var any = false;
        lock (_gate)
        {
            foreach (var change in changes)
            {
                var isOwn = change.MadeBy == store.Mailbox;
                any |= Note(new FolderKey(store, change.Folder), EventOf(change), isOwn);
                if (change.Kind == ChangeKind.MessageMoved)
                    any |= Note(new FolderKey(store, change.OldFolder), NotifyEvents.MessageExpunge, isOwn);
            }
        }
        if (any)
            _session.Transport.Interrupt();
    }

    // 5: who made a change knows of it; what folders are called now is learned all the same.
    private bool Note(FolderKey key, NotifyEvents happened, bool isOwn)
    {
        if (happened == NotifyEvents.None || isOwn && (happened & NotifyEvents.MailboxName) == 0)
            return false;
        _pending[key] = _pending.GetValueOrDefault(key) | (isOwn ? NotifyEvents.None : happened);
        return !isOwn;
    }

    private void Note(ClientChange change)
    {
        if (change.User is { } user && user != _session.Mailbox.Principal.Id || change.MadeBy == _session)
            return;
        lock (_gate)
        {
            if (_changes.Count < _session.Options.MaximumAnnotationNews)
                _changes.Add(change);
            else
                _overflows = true;
        }
        _session.Transport.Interrupt();
    }

    private static NotifyEvents EventOf(Change change) => change.Kind switch
    {
        ChangeKind.MessageCreated or ChangeKind.MessageMoved => NotifyEvents.MessageNew,
        ChangeKind.MessageDeleted or ChangeKind.MessageSoftDeleted => NotifyEvents.MessageExpunge,
        ChangeKind.ReadStateChanged or ChangeKind.FlagsChanged => NotifyEvents.FlagChange,
        ChangeKind.MessageModified => NotifyEvents.MessageNew | NotifyEvents.MessageExpunge,
        ChangeKind.FolderModified => NotifyEvents.MailboxName | NotifyEvents.MailboxMetadataChange,
        ChangeKind.FolderCreated or ChangeKind.FolderMoved or ChangeKind.FolderDeleted or ChangeKind.PermissionsChanged => NotifyEvents.MailboxName,
        _ => NotifyEvents.None,
    };
}
