using Rialto.Store.Backend;
using Rialto.Store.Searching;
using Rialto.Store.Views;

namespace Rialto.Store.Engine;

/// <summary>An open mailbox: its state in memory, its writer, its views and its subscribers; shared by all sessions of this server.</summary>
internal sealed class Mailbox
{
    private readonly Lock _gate = new();
    private Action<IReadOnlyList<Change>>[] _subscribers = [];
    private MailboxState _state;

    public Mailbox(StoreEngine engine, IMailboxStorage storage, MailboxImage image)
    {
        Engine = engine;
        Storage = storage;
        Header = image.Header;
        _state = MailboxState.From(image);
        Views = new ViewRegistry(this);
        Indexer = new TextIndexer(this);
        ReadSets = new ReadSets(this);
        Searches = new MailboxSearches(this);
        Conversations = new ConversationIndex(this);
        Associated = new AssociatedItems(this);
        Writer = new MailboxWriter(this, _state);
    }

    public StoreEngine Engine { get; }

    public IMailboxStorage Storage { get; }

    public MailboxHeader Header { get; }

    public KeywordSets Keywords { get; } = new();

    public ViewRegistry Views { get; }

    public MailboxWriter Writer { get; }

    public TextIndexer Indexer { get; }

    public ReadSets ReadSets { get; }

    public MailboxSearches Searches { get; }

    public ConversationIndex Conversations { get; }

    public AssociatedItems Associated { get; }
    /// <summary>The newest durable state: what sessions see.</summary>
    public MailboxState State => Volatile.Read(ref _state);

    /// <summary>Sessions and deliveries that hold the mailbox open; guarded by the engine.</summary>
    public int Users { get; set; }

    public long IdleSince { get; set; }

    public IDisposable Subscribe(Action<IReadOnlyList<Change>> onChanges)
    {
        lock (_gate)
            Volatile.Write(ref _subscribers, [.. _subscribers, onChanges]);
        return new Subscription(this, onChanges);
    }

    /// <summary>In sequence order, after the batch is durable; called by the writer's follow-up alone.</summary>
    public void Publish(MailboxState state, List<ViewUpdate> views, ChangeList changes)
    {
        Volatile.Write(ref _state, state);
        foreach (var view in views)
            view.Publish();
        if (changes.Count == 0)
            return;
        Associated.Notice(changes.Singles);
        Indexer.Notice(changes.Singles);
        Searches.Notice(changes);
        Conversations.Notice(changes.Singles);
        Announce(changes);
    }

    /// <summary>Tells the subscribers.</summary>
    public void Announce(IReadOnlyList<Change> changes)
    {
        foreach (var subscriber in Volatile.Read(ref _subscribers))
        {
            try
            {
                subscriber(changes);
            }
            catch (Exception)
            {
                // A subscriber's bug must not stop the commits of everyone else; the subscriber is the one to log it.
            }
        }
    }

    public async Task CloseAsync()
    {
        await Searches.CloseAsync();
        await Indexer.CloseAsync();
        await Writer.IdleAsync();
        await Storage.DisposeAsync();
    }

    private sealed class Subscription(Mailbox owner, Action<IReadOnlyList<Change>> callback) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0)
                return;
            lock (owner._gate)
            {
                var left = owner._subscribers.ToList();
                left.Remove(callback);
                Volatile.Write(ref owner._subscribers, [.. left]);
            }
        }
    }
}
