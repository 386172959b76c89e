// [MS-OXCNOTIF] 2.2.1.2.1 subscriptions, 3.1.4.3 their notifications.
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>A client's wish to hear of changes of the store, a folder or a message. The mailbox's changes are turned into notifications as they are published.</summary>
internal sealed class SubscriptionObject : ServerObject
{
    private readonly RopRegisterNotification.Request _wanted;
    private readonly NotificationQueue _queue;
    private readonly IDisposable _subscription;

    public SubscriptionObject(LogonObject logon, RopRegisterNotification.Request wanted, NotificationQueue queue)
        : base(logon)
    {
        _wanted = wanted;
        _queue = queue;
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
        if (Handle == 0 || mailbox != Logon.Session.MailboxId || ((RopNotify.NotificationFlags)_wanted.NotificationTypes & newMail) == 0
            || !(_wanted.WantWholeStore || Ids.FolderOf(_wanted.FolderId) == message.Folder))
            return;
        _queue.Add(new RopNotify.Response
        {
            NotificationHandle = Handle,
            LogonId = Logon.LogonId,
            Flags = newMail | RopNotify.NotificationFlags.Message,
            FolderId = Ids.Of(message.Folder),
            MessageId = Ids.OfCounter(message.Mid),
            UnicodeFlag = true,
        });
    }

    private void OnChanges(IReadOnlyList<Change> changes)
    {
        // 0 until the handle is given: what happens before then, the client will read anyway.
        if (Handle == 0)
            return;
        foreach (var change in changes)
        {
            foreach (var notification in Notifications(change))
            {
                var type = notification.Flags & RopNotify.NotificationFlags.TypeMask;
                if (((RopNotify.NotificationFlags)_wanted.NotificationTypes & type) != 0 && Concerns(change))
                    _queue.Add(notification with { NotificationHandle = Handle, LogonId = Logon.LogonId });
            }
        }
    }

    private bool Concerns(Change change)
    {
        if (_wanted.WantWholeStore)
            return true;
        var folder = Ids.FolderOf(_wanted.FolderId);
        if (change.Folder != folder && change.OldFolder != folder)
            return false;
        return _wanted.MessageId == 0 || Ids.CounterOf(_wanted.MessageId) == change.Mid;
    }

    private static IEnumerable<RopNotify.Response> Notifications(Change change)
    {
        var isMessage = change.Message.Value != 0;
        var notification = new RopNotify.Response
        {
            FolderId = Ids.Of(change.Folder),
            MessageId = Ids.OfCounter(change.Mid),
            Flags = isMessage ? RopNotify.NotificationFlags.Message : 0,
        };
        switch (change.Kind)
        {
            case ChangeKind.MessageCreated:
                yield return notification with { Flags = notification.Flags | RopNotify.NotificationFlags.ObjectCreated };
                if (change.Folder == SpecialFolders.IdOf(SpecialFolder.Inbox))
                {
                    // Class and flags are looked up when it is sent: the change does not carry them.
                    yield return notification with { Flags = notification.Flags | RopNotify.NotificationFlags.NewMail, UnicodeFlag = true };
                }
                break;
            case ChangeKind.FolderCreated:
                yield return notification with { Flags = RopNotify.NotificationFlags.ObjectCreated };
                break;
            case ChangeKind.MessageModified or ChangeKind.ReadStateChanged or ChangeKind.FlagsChanged:
                yield return notification with { Flags = notification.Flags | RopNotify.NotificationFlags.ObjectModified };
                break;
            case ChangeKind.FolderModified or ChangeKind.PermissionsChanged:
                yield return notification with { Flags = RopNotify.NotificationFlags.ObjectModified };
                break;
            case ChangeKind.MessageMoved:
                yield return notification with
                {
                    Flags = notification.Flags | RopNotify.NotificationFlags.ObjectMoved, OldFolderId = Ids.Of(change.OldFolder),
                    OldMessageId = Ids.OfCounter(change.OldMid),
                };
                break;
            case ChangeKind.FolderMoved:
                yield return notification with { Flags = RopNotify.NotificationFlags.ObjectMoved, OldFolderId = notification.FolderId };
                break;
            case ChangeKind.MessageDeleted or ChangeKind.MessageSoftDeleted:
                yield return notification with { Flags = notification.Flags | RopNotify.NotificationFlags.ObjectDeleted };
                break;
            case ChangeKind.FolderDeleted:
                yield return notification with { Flags = RopNotify.NotificationFlags.ObjectDeleted };
                break;
        }
    }
}
