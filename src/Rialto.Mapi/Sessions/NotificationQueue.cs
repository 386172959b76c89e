// [MS-OXCNOTIF] 3.1.4.1, 3.1.5.5-3.1.5.7: what waits for the client's next Execute.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Rops;

namespace Rialto.Mapi.Sessions;

/// <summary>
/// Notifications that wait for the client's next Execute, and the signal that NotificationWait waits for. Filled from any thread; never blocks. A table that changed is
/// only noted, once: its row events are made when the client fetches them, from what it was told last, so that a thousand changes cost a session that does not look
/// no more than one.
/// </summary>
internal sealed class NotificationQueue(int limit)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<RopNotify.Response> _waiting = new();
    private readonly HashSet<RopNotify.Response> _known = [];
    private readonly HashSet<TableObject> _changed = [];
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isClosed;

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return IsNothingThere;
        }
    }

    /// <summary>Whether the session was closed, so that nobody waits any longer.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    private bool IsNothingThere => _waiting.Count == 0 && _changed.Count == 0;

    /// <summary>
    /// Keeps a notification unless the same waits already. Counts of a folder replace older ones. Beyond the limit it is dropped: a client that does not fetch is told by
    /// its tables to read them anew.
    /// </summary>
    public void Add(RopNotify.Response notification)
    {
        TaskCompletionSource arrived;
        lock (_lock)
        {
            if (_isClosed)
                return;
            const RopNotify.NotificationFlags counts = RopNotify.NotificationFlags.TotalCount | RopNotify.NotificationFlags.UnreadCount;
            if ((notification.Flags & counts) != 0)
                RemoveWhere(n => (n.Flags & counts) != 0 && n.NotificationHandle == notification.NotificationHandle && n.FolderId == notification.FolderId);
            // Row events follow each other, and each counts; a table has few at a time.
            var isRowEvent = notification.TableRowData is not null || notification.TableEventType == RopNotify.TableEvent.TableRowDeleted;
            if (!isRowEvent && (_waiting.Count >= limit || !_known.Add(notification)))
                return;
            _waiting.AddLast(notification);
            arrived = _arrived;
        }
        arrived.TrySetResult();
    }

    /// <summary>The table has changed since the client was told of it last.</summary>
    public void Changed(TableObject table)
    {
        TaskCompletionSource arrived;
        lock (_lock)
        {
            if (_isClosed || table.Handle == Objects.ServerObject.NoHandle || !_changed.Add(table))
                return;
            arrived = _arrived;
        }
        arrived.TrySetResult();
    }

    /// <summary>Tables whose events are to be made now. Those with events still waiting stay for later, so that a slow client costs no more.</summary>
    public IReadOnlyList<TableObject> TakeChanged()
    {
        lock (_lock)
        {
            if (_changed.Count == 0)
                return [];
            var taken = _changed.Where(t => _waiting.All(n => n.NotificationHandle != t.Handle)).ToList();
            _changed.ExceptWith(taken);
            return taken;
        }
    }

    public bool TryPeek(out RopNotify.Response notification)
    {
        lock (_lock)
        {
            notification = _waiting.First?.Value ?? default;
            return _waiting.First is not null;
        }
    }

    public void RemoveFirst()
    {
        lock (_lock)
        {
            if (_waiting.First is { } first)
            {
                _known.Remove(first.Value);
                _waiting.RemoveFirst();
            }
            Settle();
        }
    }

    /// <summary>What was looked at is gone: the next to wait waits for something new.</summary>
    public void Settle()
    {
        lock (_lock)
        {
            if (IsNothingThere && _arrived.Task.IsCompleted && !_isClosed)
                _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>New mail that has not been looked up.</summary>
    public IReadOnlyList<RopNotify.Response> NewMail()
    {
        lock (_lock)
            return _waiting.Count == 0 ? [] : [.. _waiting.Where(n => (n.Flags & RopNotify.NotificationFlags.TypeMask) == RopNotify.NotificationFlags.NewMail && n.MessageClass is null)];
    }

    /// <summary>Puts another notification in the place of one; null takes it away.</summary>
    public void Replace(RopNotify.Response old, RopNotify.Response? replacement)
    {
        lock (_lock)
        {
            if (_waiting.Find(old) is not { } node)
                return;
            _known.Remove(old);
            if (replacement is { } value)
                node.Value = value;
            else
                _waiting.Remove(node);
        }
    }

    /// <summary>Forgets what an object that is gone would have told.</summary>
    public void Forget(uint handle)
    {
        lock (_lock)
        {
            RemoveWhere(n => n.NotificationHandle == handle);
            _changed.RemoveWhere(t => t.Handle == handle);
        }
    }

    /// <summary>Completes when something waits or the queue is closed.</summary>
    public Task ArrivedAsync()
    {
        lock (_lock)
            return !IsNothingThere || _isClosed ? Task.CompletedTask : _arrived.Task;
    }

    public void Close()
    {
        TaskCompletionSource arrived;
        lock (_lock)
        {
            _isClosed = true;
            _changed.Clear();
            arrived = _arrived;
        }
        arrived.TrySetResult();
    }

    private void RemoveWhere(Func<RopNotify.Response, bool> isGone)
    {
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (isGone(node.Value))
            {
                _known.Remove(node.Value);
                _waiting.Remove(node);
            }
            node = next;
        }
    }
}
