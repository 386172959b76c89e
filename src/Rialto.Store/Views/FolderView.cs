namespace Rialto.Store.Views;

/// <summary>A user's hold on a folder's shared index. Dispose to let the index go idle.</summary>
public sealed class FolderView : IDisposable
{
    private readonly FolderIndex _index;
    private readonly Func<FolderSnapshot, FolderSnapshot>? _overlay;
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _subscriptions = [];
    private Action<FolderIndex>? _release;

    /// <param name="overlay">What the principal sees in place of the shared snapshot: public stores' read state. Must give the same object for the same state.</param>
    internal FolderView(FolderIndex index, Action<FolderIndex> release, Func<FolderSnapshot, FolderSnapshot>? overlay = null)
    {
        _index = index;
        _release = release;
        _overlay = overlay;
    }

    public FolderId Folder => _index.Folder;

    /// <summary>The newest state: immutable, one reference read.</summary>
    public FolderSnapshot Current
    {
        get
        {
            var shared = _index.Current;
            return _overlay is null ? shared : _overlay(shared);
        }
    }

    /// <summary>Called back, after the change is durable, whenever <see cref="Current"/> is replaced. Must return quickly and never wait.</summary>
    public IDisposable Subscribe(Action onChanged)
    {
        var subscription = _index.Subscribe(onChanged);
        lock (_gate)
            _subscriptions.Add(subscription);
        return subscription;
    }

    /// <summary>
    /// What a protocol has worked out of the folder's messages: the same object for everyone who has the folder open, gone when nobody has. Must be made of what never changes under a
    /// UID, and bound the memory that it takes itself.
    /// </summary>
    public T Shared<T>(Func<T> create)
        where T : class => _index.Shared(create);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _release, null) is not { } release)
            return;
        lock (_gate)
        {
            foreach (var subscription in _subscriptions)
                subscription.Dispose();
            _subscriptions.Clear();
        }
        release(_index);
    }
}
