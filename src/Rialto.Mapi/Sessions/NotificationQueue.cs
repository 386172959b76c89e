using Rialto.Mapi.Rops;

namespace Rialto.Mapi.Sessions;

/// <summary>Notifications that wait for the client's next Execute, and the signal that NotificationWait waits for. Filled from any thread; never blocks.</summary>
internal sealed class NotificationQueue(int limit)
{
    private readonly Lock _lock = new();
    private readonly Queue<RopNotify.Response> _waiting = new();
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isClosed;

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _waiting.Count == 0;
        }
    }

    /// <summary>Whether the session was closed, so that nobody waits any longer.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>Keeps a notification; beyond the limit it is dropped, since the client will read its tables again anyway after that many.</summary>
    public void Add(RopNotify.Response notification)
    {
        TaskCompletionSource arrived;
        lock (_lock)
        {
            if (_isClosed || _waiting.Count >= limit || _waiting.Contains(notification))
                return;
            _waiting.Enqueue(notification);
            arrived = _arrived;
        }
        arrived.TrySetResult();
    }

    public bool TryPeek(out RopNotify.Response notification)
    {
        lock (_lock)
            return _waiting.TryPeek(out notification!);
    }

    public void RemoveFirst()
    {
        lock (_lock)
        {
            _waiting.TryDequeue(out _);
            if (_waiting.Count == 0 && _arrived.Task.IsCompleted && !_isClosed)
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
            var all = _waiting.ToArray();
            _waiting.Clear();
            foreach (var notification in all)
            {
                if (notification != old)
                    _waiting.Enqueue(notification);
                else if (replacement is { } value)
                    _waiting.Enqueue(value);
            }
        }
    }

    /// <summary>Forgets what an object that is gone would have told.</summary>
    public void Forget(uint handle)
    {
        lock (_lock)
        {
            var kept = _waiting.Where(n => n.NotificationHandle != handle).ToArray();
            _waiting.Clear();
            foreach (var notification in kept)
                _waiting.Enqueue(notification);
        }
    }

    /// <summary>Completes when something waits or the queue is closed.</summary>
    public Task ArrivedAsync()
    {
        lock (_lock)
            return _waiting.Count > 0 || _isClosed ? Task.CompletedTask : _arrived.Task;
    }

    public void Close()
    {
        TaskCompletionSource arrived;
        lock (_lock)
        {
            _isClosed = true;
            arrived = _arrived;
        }
        arrived.TrySetResult();
    }
}
