namespace Rialto.Store.Views;

/// <summary>Callbacks that any thread may add and take away while they are being called. One that throws hurts nobody else.</summary>
internal sealed class Subscribers
{
    private readonly Lock _gate = new();
    private Subscription[] _all = [];

    public bool IsEmpty => Volatile.Read(ref _all).Length == 0;

    public IDisposable Add(Action callback)
    {
        var subscription = new Subscription(this, callback);
        lock (_gate)
            Volatile.Write(ref _all, [.. _all, subscription]);
        return subscription;
    }

    public void Call()
    {
        foreach (var subscription in Volatile.Read(ref _all))
            subscription.Call();
    }

    private sealed class Subscription(Subscribers owner, Action callback) : IDisposable
    {
        private Action? _callback = callback;

        public void Call()
        {
            try
            {
                Volatile.Read(ref _callback)?.Invoke();
            }
            catch (Exception)
            {
                // A subscriber's bug must not stop the commits of everyone else; the subscriber is the one to log it.
            }
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _callback, null) is null)
                return;
            lock (owner._gate)
                Volatile.Write(ref owner._all, [.. owner._all.Where(s => s != this)]);
        }
    }
}
