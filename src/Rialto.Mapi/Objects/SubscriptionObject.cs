// [MS-OXCNOTIF] 2.2.1.1 events, 2.2.1.2.1 subscriptions, 3.1.5.1; 2.2.1.4.1.2 what each tells.
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>
/// A client's wish to hear of changes of the store, a folder or a message. The mailbox's changes are turned into notifications as they are published, those of
/// folders that the user may not see left out.
/// </summary>
internal sealed class SubscriptionObject : ServerObject
{
    private readonly RopRegisterNotification.Request _wanted;
    private readonly NotificationQueue _queue;
    private readonly IDisposable _subscription;
    private readonly FolderId _folder;
    private readonly long _mid;
    private readonly bool _isCached;

    /// <param name="logon">Whose changes.</param>
    /// <param name="wanted">Which of them.</param>
    /// <param name="queue">Where they are told.</param>
    /// <param name="isCached">Whether the client works on a copy of its own: 2.2.1.4.1.2 gives it class names in 8-bit characters.</param>
    public SubscriptionObject(LogonObject logon, RopRegisterNotification.Request wanted, NotificationQueue queue, bool isCached = false)
        : base(logon)
    {
        _isCached = isCached;
        _wanted = wanted;
        _queue = queue;
        _folder = Ids.FolderOf(wanted.FolderId);
        _mid = Ids.CounterOf(wanted.MessageId);
        _subscription = logon.Session.Subscribe(OnChanges);
        logon.Service.NewMailTold += OnNewMail;
    }

    public override void Dispose()
    {
        Logon.Service.NewMailTold -= OnNewMail;
        _subscription.Dispose();
    }

    /// <summary>Another client's own transport brought mail. [MS-OXCROPS] 2.2.7.7.</summary>
    private void OnNewMail(Guid mailbox, MessageRow message)
    {
        const RopNotify.NotificationFlags newMail = RopNotify.NotificationFlags.NewMail;
        if (Handle == NoHandle || mailbox != Logon.Session.MailboxId || ((RopNotify.NotificationFlags)_wanted.NotificationTypes & newMail) == 0
            || !(_wanted.WantWholeStore || Ids.FolderOf(_wanted.FolderId) == message.Folder))
            return;
        _queue.Add(new RopNotify.Response
        {
            NotificationHandle = Handle,
            LogonId = Logon.LogonId,
            Flags = newMail | RopNotify.NotificationFlags.Message,
            FolderId = Ids.Of(message.Folder),
            MessageId = Ids.OfCounter(message.Mid),
            UnicodeFlag = !_isCached,
            MessageClass = message.MessageClass,
            MessageFlags = (uint)SummaryProperties.FlagsOf(message),
        });
    }

    private bool Wants(RopNotify.NotificationFlags type) => ((RopNotify.NotificationFlags)_wanted.NotificationTypes & type) != 0;

    private void OnChanges(IReadOnlyList<Change> changes)
    {
        // 0 until the handle is given: what happens before then, the client will read anyway.
        if (Handle == NoHandle)
            return;
        HashSet<FolderId>? counted = null;
        foreach (var change in changes)
        {
            if (!MaySee(change))
                continue;
            if (change.Kind >= ChangeKind.SearchChanged)
            {
                OnSearch(change);
                continue;
            }
            var isMessage = change.Message.Value != 0;
            if (Concerns(change))
            {
                if (isMessage)
                    OnMessage(change);
                else
                    OnFolder(change);
            }
            if (isMessage && _mid == 0 && Wants(RopNotify.NotificationFlags.ObjectModified))
            {
                counted ??= [];
                counted.Add(change.Folder);
                if (change.OldFolder.Value != 0)
                    counted.Add(change.OldFolder);
            }
        }
        foreach (var folder in counted ?? [])
            TellCounts(folder);
    }

    /// <summary>What happens in a folder is for those who may see it.</summary>
    private bool MaySee(Change change) => change.Kind switch
    {
        ChangeKind.FolderDeleted => Mailbox.IsOwner || MaySee(change.OldFolder),
        ChangeKind.SearchLinkAdded or ChangeKind.SearchLinkModified or ChangeKind.SearchLinkRemoved => MaySee(change.Folder) && MaySee(change.OldFolder),
        _ => MaySee(change.Folder) || (change.OldFolder.Value != 0 && MaySee(change.OldFolder)),
    };

    private bool MaySee(FolderId folder) => (Mailbox.RightsOn(folder) & (FolderRights.ReadAny | FolderRights.FolderVisible | FolderRights.FolderOwner)) != 0;

    private bool Concerns(Change change)
    {
        if (_wanted.WantWholeStore)
            return true;
        if (_mid != 0)
            return change.Mid == _mid || change.OldMid == _mid;
        if (change.Folder == _folder || change.OldFolder == _folder)
            return true;
        // A folder's own change is one in its parent.
        return change.Message.Value == 0 && Mailbox.Folders.TryGet(change.Folder, out var found) && found.Parent == _folder;
    }

    private void OnMessage(Change change)
    {
        var told = new RopNotify.Response { FolderId = Ids.Of(change.Folder), MessageId = Ids.OfCounter(change.Mid), Flags = RopNotify.NotificationFlags.Message };
        switch (change.Kind)
        {
            case ChangeKind.MessageCreated when change.CopiedFrom is { } origin:
                Tell(told with { OldFolderId = Ids.Of(origin.Folder), OldMessageId = Ids.OfCounter(origin.Mid) }, RopNotify.NotificationFlags.ObjectCopied);
                break;
            case ChangeKind.MessageCreated:
                Tell(told, RopNotify.NotificationFlags.ObjectCreated);
                // Class and flags are looked up when it is sent: the change does not carry them.
                if (IsNewMail(change))
                    Tell(told with { UnicodeFlag = !_isCached }, RopNotify.NotificationFlags.NewMail);
                break;
            case ChangeKind.MessageModified or ChangeKind.ReadStateChanged or ChangeKind.FlagsChanged:
                Tell(told, RopNotify.NotificationFlags.ObjectModified);
                break;
            case ChangeKind.MessageMoved:
                Tell(told with { OldFolderId = Ids.Of(change.OldFolder), OldMessageId = Ids.OfCounter(change.OldMid) }, RopNotify.NotificationFlags.ObjectMoved);
                break;
            case ChangeKind.MessageDeleted or ChangeKind.MessageSoftDeleted:
                Tell(told, RopNotify.NotificationFlags.ObjectDeleted);
                break;
        }
    }

    /// <summary>
    /// Mail that delivery brought to where its reader looks, whichever folder that is. Of another server's changes only the place is known: the Inbox.
    /// </summary>
    private bool IsNewMail(Change change) => change.IsDelivered is { } isDelivered
        ? isDelivered && Mailbox.Folders.Special(SpecialFolder.IpmSubtree) is { } top && Mailbox.Folders.IsSelfOrAncestor(top.Id, change.Folder)
        : change.Folder == SpecialFolders.IdOf(SpecialFolder.Inbox);

    private void OnFolder(Change change)
    {
        Mailbox.Folders.TryGet(change.Folder, out var folder);
        var parent = folder?.Parent ?? change.OldFolder;
        var told = new RopNotify.Response { FolderId = Ids.Of(change.Folder), ParentFolderId = Ids.Of(parent) };
        switch (change.Kind)
        {
            case ChangeKind.FolderCreated:
                Tell(told, RopNotify.NotificationFlags.ObjectCreated);
                break;
            case ChangeKind.FolderModified or ChangeKind.PermissionsChanged:
                Tell(told with { ParentFolderId = 0 }, RopNotify.NotificationFlags.ObjectModified);
                break;
            case ChangeKind.FolderMoved:
                Tell(told with { OldFolderId = Ids.Of(change.Folder), OldParentFolderId = Ids.Of(change.OldFolder) }, RopNotify.NotificationFlags.ObjectMoved);
                break;
            case ChangeKind.FolderDeleted:
                Tell(told with { ParentFolderId = Ids.Of(change.OldFolder) }, RopNotify.NotificationFlags.ObjectDeleted);
                break;
        }
    }

    private void OnSearch(Change change)
    {
        if (!_wanted.WantWholeStore && change.Folder != _folder)
            return;
        // 2.2.1.4.1.2: the message with the folder it is in, and as parent the search folder.
        var link = new RopNotify.Response
        {
            FolderId = Ids.Of(change.OldFolder), MessageId = Ids.OfCounter(change.Mid), Flags = RopNotify.NotificationFlags.Message | RopNotify.NotificationFlags.SearchFolder,
        };
        switch (change.Kind)
        {
            case ChangeKind.SearchCompleted:
                Tell(new RopNotify.Response { FolderId = Ids.Of(change.Folder) }, RopNotify.NotificationFlags.SearchCompleted);
                break;
            case ChangeKind.SearchLinkAdded:
                Tell(link with { ParentFolderId = Ids.Of(change.Folder) }, RopNotify.NotificationFlags.ObjectCreated);
                break;
            case ChangeKind.SearchLinkRemoved:
                Tell(link with { ParentFolderId = Ids.Of(change.Folder) }, RopNotify.NotificationFlags.ObjectDeleted);
                break;
            case ChangeKind.SearchLinkModified:
                Tell(link, RopNotify.NotificationFlags.ObjectModified);
                break;
            default:
                TellCounts(change.Folder);
                break;
        }
    }

    /// <summary>What happened in a folder changed its counts: a modification of the folder that tells them.</summary>
    private void TellCounts(FolderId id)
    {
        if ((!_wanted.WantWholeStore && id != _folder) || !MaySee(id) || !Mailbox.Folders.TryGet(id, out var folder))
            return;
        Tell(
            new RopNotify.Response
            {
                FolderId = Ids.Of(id), Flags = RopNotify.NotificationFlags.TotalCount | RopNotify.NotificationFlags.UnreadCount,
                TotalMessageCount = (uint)folder.Counters.Count, UnreadMessageCount = (uint)Mailbox.UnreadOf(folder),
            },
            RopNotify.NotificationFlags.ObjectModified);
    }

    private void Tell(RopNotify.Response notification, RopNotify.NotificationFlags type)
    {
        if (Wants(type))
            _queue.Add(notification with { NotificationHandle = Handle, LogonId = Logon.LogonId, Flags = notification.Flags | type });
    }
}
