// [MS-OXCFOLD] 2.2.1.13, 3.2.5.13 hierarchy tables; [MS-OXCNOTIF] 3.1.4.3 their row events.
using Rialto.Mapi.Properties;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>The folders in a folder, or all below it. Folders that the user may not see are left out.</summary>
internal sealed class HierarchyTableObject(LogonObject logon, FolderId parent, bool deep) : ListTableObject<Folder>(logon)
{
    private IDisposable? _subscription;
    private IReadOnlyList<ToldFolder>? _told;

    /// <summary>Folders that the client itself changed, and those that others did, since it was last told; guarded by <see cref="_changed"/>.</summary>
    private readonly HashSet<FolderId> _own = [];
    private readonly HashSet<FolderId> _changed = [];

    /// <summary>Tells the client about changes once it has looked. [MS-OXCNOTIF] 3.1.4.3.</summary>
    public bool Notifies { get; init; }

    /// <summary>Leaves out what the client's own actions change. [MS-OXCFOLD] 2.2.1.13.1.</summary>
    public bool SuppressesOwn { get; init; }

    public override bool CanRestrict => true;

    public override bool HasBookmarks => true;

    public override bool CanReset => true;

    public override PropertyTag[] AllColumns => FolderValues.Tags;

    protected override object Version => Mailbox.Folders;

    /// <summary>A table of soft-deleted folders: a mailbox keeps none, a public store those whose retention is not over.</summary>
    public bool IsOfDeleted { get; init; }

    protected override IEnumerable<Folder> Rows => IsOfDeleted
        ? Mailbox.Header.IsPublic ? DeletedPublicFolders.Of(Mailbox.Folders, parent).Where(IsVisible) : []
        : (deep ? Mailbox.Folders.Descendants(parent) : Mailbox.Folders.Children(parent)).Where(IsVisible);

    private bool IsVisible(Folder folder) => (Mailbox.RightsOn(folder.Id) & FolderRights.FolderVisible) != 0;

    protected override object KeyOf(Folder row) => row.Id;

    protected override PropertyValue Find(Folder row, PropertyTag tag) => tag.Id == PropertyIds.Depth
        ? PropertyValue.Of(PropertyTags.Depth, DepthOf(row))
        : FolderValues.Find(Mailbox, row, tag);

    public override ValueTask WatchAsync(RopCall call)
    {
        if (!Notifies || _told is not null)
            return ValueTask.CompletedTask;
        var queue = call.Session.Notifications;
        _subscription ??= Mailbox.Subscribe(changes =>
        {
            var isTold = false;
            foreach (var change in changes)
                isTold |= Concerns(change) && !Suppresses(change);
            if (isTold)
                queue.Changed(this);
        });
        _told = Told();
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether the change is the client's own and it does not want to hear of those. Which rows are whose is kept for when others' changes are told.</summary>
    private bool Suppresses(Change change)
    {
        if (!SuppressesOwn)
            return false;
        var isOwn = change.MadeBy == Mailbox;
        lock (_changed)
        {
            var rows = isOwn ? _own : _changed;
            foreach (var id in (ReadOnlySpan<FolderId>)[change.Folder, change.OldFolder])
            {
                if (id.Value == 0)
                    continue;
                rows.Add(id);
                // What has a folder more or less is another row too.
                if (Mailbox.Folders.TryGet(id, out var folder))
                    rows.Add(folder.Parent);
            }
        }
        return isOwn;
    }

    /// <summary>What the client alone has changed.</summary>
    private HashSet<FolderId> TakeOwn()
    {
        if (!SuppressesOwn)
            return [];
        lock (_changed)
        {
            var own = _own.Where(id => !_changed.Contains(id)).ToHashSet();
            _own.Clear();
            _changed.Clear();
            return own;
        }
    }

    /// <param name="Unread">What a folder object does not say in a public store.</param>
    private readonly record struct ToldFolder(Folder Folder, bool HasChildren, int Unread);

    private List<ToldFolder> Told() => [.. Current().Select(f => new ToldFolder(f, Mailbox.Folders.HasChildren(f.Id), Mailbox.UnreadOf(f)))];

    /// <summary>In a public store what the user has not read is counted before it is told.</summary>
    public override async ValueTask<(ErrorCode Error, IReadOnlyList<PropertyValue[]> Rows)> ReadAsync(RopCall call, int start, int count)
    {
        await CountUnreadAsync(call, start, count);
        return await base.ReadAsync(call, start, count);
    }

    private async ValueTask CountUnreadAsync(RopCall call, int start, int count)
    {
        if (!Mailbox.Header.IsPublic || Columns is null || !Columns.Any(c => c.Id == PropertyIds.ContentUnreadCount))
            return;
        foreach (var folder in Current().Skip(start).Take(count))
            await Mailbox.CountUnreadAsync(folder, call.Cancel);
    }

    /// <summary>A message's change counts by the folder that it is in.</summary>
    private bool Concerns(Change change) => deep || change.Folder == parent || change.OldFolder == parent || IsShown(change.Folder) || IsShown(change.OldFolder);

    private bool IsShown(FolderId folder) => folder.Value != 0 && Mailbox.Folders.TryGet(folder, out var found)
        && (found.Parent == parent || (Mailbox.Folders.TryGet(found.Parent, out var above) && above.Parent == parent));

    /// <summary>Folders that went, then those that came or changed, from the top, each behind the one before it.</summary>
    public override async ValueTask<IReadOnlyList<RopNotify.Response>> EventsAsync(RopCall call)
    {
        if (_told is not { } before || Handle == NoHandle)
            return [];
        await CountUnreadAsync(call, 0, int.MaxValue);
        var own = TakeOwn();
        var now = Told();
        _told = now;
        var was = before.ToDictionary(f => f.Folder.Id);
        var stays = now.Select(f => f.Folder.Id).ToHashSet();
        var events = new List<RopNotify.Response>();
        foreach (var (folder, _, _) in before)
        {
            if (!stays.Contains(folder.Id) && !own.Contains(folder.Id))
                events.Add(Event(RopNotify.TableEvent.TableRowDeleted, ofMessages: false) with { TableRowFolderId = Ids.Of(folder.Id) });
        }
        // Rows that keep their order among those that stay need no new place.
        var left = new Queue<FolderId>(before.Where(f => stays.Contains(f.Folder.Id)).Select(f => f.Folder.Id));
        var moved = new HashSet<FolderId>();
        for (var i = 0; i < now.Count; i++)
        {
            var folder = now[i].Folder;
            var isOld = was.TryGetValue(folder.Id, out var old);
            while (left.TryPeek(out var passed) && moved.Contains(passed))
                left.Dequeue();
            if (isOld && left.TryPeek(out var next) && next == folder.Id)
            {
                left.Dequeue();
                if (ReferenceEquals(old.Folder, folder) && old.HasChildren == now[i].HasChildren && old.Unread == now[i].Unread)
                    continue;
            }
            moved.Add(folder.Id);
            if (own.Contains(folder.Id))
                continue;
            if (Columns is null || Encode(call, ValuesOf(folder)) is not { } data || events.Count >= call.Options.MaximumRowEvents)
                return [Event(RopNotify.TableEvent.TableChanged, ofMessages: false)];
            events.Add(Event(isOld ? RopNotify.TableEvent.TableRowModified : RopNotify.TableEvent.TableRowAdded, ofMessages: false) with
            {
                TableRowFolderId = Ids.Of(folder.Id), TableRowData = data, InsertAfterTableRowFolderId = i == 0 ? 0 : Ids.Of(now[i - 1].Folder.Id),
            });
        }
        return events;
    }

    public override void Reset()
    {
        _subscription?.Dispose();
        _subscription = null;
        base.Reset();
    }

    public override void Dispose()
    {
        // Changes that are told from now on are nobody's.
        Handle = NoHandle;
        _subscription?.Dispose();
    }

    protected override void Renew()
    {
        _told = null;
        base.Renew();
    }

    private int DepthOf(Folder folder)
    {
        var depth = 0;
        for (var at = folder; at.Parent != parent && at.Parent != at.Id && Mailbox.Folders.TryGet(at.Parent, out var above); at = above)
            depth++;
        return depth;
    }
}
