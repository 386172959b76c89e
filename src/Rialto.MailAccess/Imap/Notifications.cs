// RFC 5465 3, 5, 6.
using Rialto.MailAccess.Imap.Commands;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap;

/// <summary>The events that are told. RFC 5465 5.</summary>
[Flags]
internal enum NotifyEvents
{
    None = 0,
    MessageNew = 1,
    MessageExpunge = 2,
    FlagChange = 4,
    MailboxName = 8,
}

internal enum NotifyScope
{
    Selected,
    SelectedDelayed,
    Inboxes,
    Personal,
    Subscribed,
    Subtree,
    Mailboxes,
}

/// <summary>One event-group.</summary>
/// <param name="Items">What is told of new messages of the selected mailbox.</param>
internal sealed record NotifyGroup(NotifyScope Scope, IReadOnlyList<string> Names, NotifyEvents Events, IReadOnlyList<FetchItem> Items)
{
    public bool IsOfSelected => Scope is NotifyScope.Selected or NotifyScope.SelectedDelayed;
}

/// <summary>
/// Tells a client what happens in mailboxes of the user's own store, whichever is selected. The store's change bus notes the folders and wakes the connection; what is told is made
/// out of the folders' counters when the session has its turn, so that a thousand deliveries are one STATUS a folder.
/// </summary>
internal sealed class Notifications : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ImapSession _session;
    private readonly IReadOnlyList<NotifyGroup> _groups;
    private readonly Dictionary<FolderId, NotifyEvents> _pending = [];
    private readonly Dictionary<FolderId, string> _names = [];
    private readonly IDisposable _subscription;
    private IDisposable? _selection;
    private SelectedFolder? _watched;

    public Notifications(ImapSession session, IReadOnlyList<NotifyGroup> groups)
    {
        _session = session;
        _groups = groups;
        foreach (var listed in session.Namespaces.Own.All())
            _names[listed.Folder!.Id] = listed.Name;
        _subscription = session.Mailbox.Subscribe(Note);
    }

    /// <summary>Whether anything is told of the selected mailbox.</summary>
    public bool TellsSelected => OfSelected is { Events: not NotifyEvents.None };

    private NotifyGroup? OfSelected => _groups.FirstOrDefault(g => g.IsOfSelected);

    public void Dispose()
    {
        _selection?.Dispose();
        _subscription.Dispose();
    }

    /// <summary>STATUS of every mailbox that is told of: "NOTIFY SET STATUS". RFC 5465 3.1.</summary>
    public async ValueTask WriteAllAsync(CancellationToken cancel)
    {
        var subscriptions = await Subscriptions.ReadAsync(_session.Mailbox, cancel);
        foreach (var listed in _session.Namespaces.Own.All())
        {
            if (listed.Selectable && listed.Folder!.Id != SelectedId && EventsOf(listed.Folder, listed.Name, subscriptions) is var events && (events & NotifyEvents.MessageNew) != 0)
                await StatusCommand.WriteAsync(_session, new MailboxPlace(listed.Mailbox, listed.Folder, listed.Name), ItemsFor(events), cancel);
        }
    }

    /// <summary>Tells what has happened. Called between commands, at their end and while the client idles.</summary>
    /// <param name="isBetween">No command runs: what is told of the selected mailbox is told at once.</param>
    public async ValueTask<bool> WriteAsync(bool isBetween, CancellationToken cancel)
    {
        var wrote = isBetween && await WriteSelectedAsync();
        Dictionary<FolderId, NotifyEvents> pending;
        lock (_gate)
        {
            if (_pending.Count == 0)
                return wrote;
            pending = new(_pending);
            _pending.Clear();
        }
        var subscriptions = await Subscriptions.ReadAsync(_session.Mailbox, cancel);
        foreach (var (id, happened) in pending)
            wrote |= await WriteAsync(id, happened, subscriptions, cancel);
        return wrote;
    }

    /// <summary>New messages of the selected mailbox as the client wants them.</summary>
    public async ValueTask WriteNewAsync(uint firstUid, CancellationToken cancel)
    {
        if (OfSelected is { Items.Count: > 0 } group)
            await FetchCommand.Of(new SequenceSet([new NumberRange(firstUid, 0)]), group.Items).RunAsync(_session, cancel);
    }

    private FolderId? SelectedId => _session.Selected is { } selected && selected.Mailbox == _session.Mailbox ? selected.Id : null;

    /// <summary>Another mailbox is selected: its changes wake the connection too.</summary>
    public void Watch(SelectedFolder? selected)
    {
        if (_watched == selected)
            return;
        _selection?.Dispose();
        _watched = selected;
        _selection = selected is not null && TellsSelected ? selected.View.Subscribe(_session.Transport.Interrupt) : null;
    }

    private async ValueTask<bool> WriteSelectedAsync() =>
        _session.Selected is { } selected && TellsSelected && !selected.IsGone && await selected.WriteUpdatesAsync(_session, mayExpunge: OfSelected!.Scope == NotifyScope.Selected);

    private async ValueTask<bool> WriteAsync(FolderId id, NotifyEvents happened, Subscriptions subscriptions, CancellationToken cancel)
    {
        var names = _session.Namespaces.Own;
        var known = _names.GetValueOrDefault(id);
        var folder = _session.Mailbox.Folders.TryGet(id, out var found) && names.IsShown(found) ? found : null;
        var name = folder is null ? null : names.NameOf(folder);
        var events = EventsOf(folder, name ?? known ?? "", subscriptions) & happened;
        if (name != known)
        {
            if (name is null)
                _names.Remove(id);
            else
                _names[id] = name;
            if ((events & NotifyEvents.MailboxName) != 0)
            {
                WriteName(name, known);
                return true;
            }
            return false;
        }
        if (folder is null || id == SelectedId || (events & ~NotifyEvents.MailboxName) == 0)
            return false;
        await StatusCommand.WriteAsync(_session, new MailboxPlace(_session.Mailbox, folder, name!), ItemsFor(events), cancel);
        return true;
    }

    // RFC 5465 5.4: a new name, an old name that is no more, or both.
    private void WriteName(string? name, string? before)
    {
        var writer = _session.Writer;
        writer.Raw(name is null ? "* LIST (\\NonExistent) \"/\" "u8 : "* LIST () \"/\" "u8);
        writer.Mailbox(name ?? before!);
        if (name is not null && before is not null)
        {
            writer.Raw(" (\"OLDNAME\" ("u8);
            writer.Mailbox(before);
            writer.Raw("))"u8);
        }
        writer.Crlf();
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

    private NotifyEvents EventsOf(Folder? folder, string name, Subscriptions subscriptions)
    {
        foreach (var group in _groups)
        {
            var isMeant = group.Scope switch
            {
                NotifyScope.Inboxes => folder?.Special == Model.SpecialFolder.Inbox,
                NotifyScope.Personal => true,
                NotifyScope.Subscribed => subscriptions.Contains(name),
                NotifyScope.Subtree => group.Names.Any(n => name.Equals(n, StringComparison.OrdinalIgnoreCase) || name.StartsWith(n + MailboxNames.Separator, StringComparison.OrdinalIgnoreCase)),
                NotifyScope.Mailboxes => group.Names.Contains(name, StringComparer.OrdinalIgnoreCase),
                _ => false,
            };
            // The first that names the mailbox counts (8: "the first matching one").
            if (isMeant)
                return group.Events;
        }
        return NotifyEvents.None;
    }

    // On the change bus: notes and wakes, nothing more.
    private void Note(IReadOnlyList<Change> changes)
    {
        var any = false;
        lock (_gate)
        {
            foreach (var change in changes)
            {
                any |= Note(change.Folder, EventOf(change));
                if (change.Kind == ChangeKind.MessageMoved)
                    any |= Note(change.OldFolder, NotifyEvents.MessageExpunge);
            }
        }
        if (any)
            _session.Transport.Interrupt();
    }

    private bool Note(FolderId folder, NotifyEvents happened)
    {
        if (happened == NotifyEvents.None)
            return false;
        _pending[folder] = _pending.GetValueOrDefault(folder) | happened;
        return true;
    }

    private static NotifyEvents EventOf(Change change) => change.Kind switch
    {
        ChangeKind.MessageCreated or ChangeKind.MessageMoved => NotifyEvents.MessageNew,
        ChangeKind.MessageDeleted or ChangeKind.MessageSoftDeleted => NotifyEvents.MessageExpunge,
        ChangeKind.ReadStateChanged or ChangeKind.FlagsChanged => NotifyEvents.FlagChange,
        ChangeKind.MessageModified => NotifyEvents.MessageNew | NotifyEvents.MessageExpunge,
        ChangeKind.FolderCreated or ChangeKind.FolderModified or ChangeKind.FolderMoved or ChangeKind.FolderDeleted => NotifyEvents.MailboxName,
        _ => NotifyEvents.None,
    };
}
