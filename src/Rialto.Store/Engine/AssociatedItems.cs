using Rialto.Store.Backend;

namespace Rialto.Store.Engine;

/// <summary>
/// What was made of folders' associated messages: kept until one of those changes. The ids are found by one scan of the folder's narrow rows, without loading its view.
/// </summary>
internal sealed class AssociatedItems(Mailbox mailbox)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(FolderId Folder, Type Type), Entry> _entries = [];

    /// <summary>Goes up with every notice, so that what was read before one is not kept after it.</summary>
    private long _generation;

    public async ValueTask<T> GetAsync<T>(MailboxSession session, FolderId folder, Func<MailboxSession, IReadOnlyList<MessageId>, CancellationToken, ValueTask<T>> make, CancellationToken cancel)
        where T : class
    {
        long generation;
        lock (_gate)
        {
            if (_entries.TryGetValue((folder, typeof(T)), out var known))
                return (T)known.Value;
            generation = _generation;
        }
        var count = CountOf(folder);
        IReadOnlyList<MessageId> ids = [];
        if (count > 0)
        {
            var sink = new Sink();
            await mailbox.Storage.ScanStatesAsync(folder, 0, sink, cancel);
            sink.Ids.Sort();
            ids = sink.Ids;
        }
        var value = await make(session, ids, cancel);
        lock (_gate)
        {
            if (_generation == generation)
                _entries[(folder, typeof(T))] = new Entry(value, count, [.. ids]);
        }
        return value;
    }

    /// <summary>Called after commits, in their order, with the state that they led to in place.</summary>
    public void Notice(IReadOnlyList<Change> changes)
    {
        lock (_gate)
        {
            _generation++;
            if (_entries.Count == 0)
                return;
            foreach (var change in changes)
            {
                if (change.Message == default)
                    continue;
                Forget(change.Folder, change.Message);
                if (change.OldFolder != default && change.OldFolder != change.Folder)
                    Forget(change.OldFolder, change.Message);
            }
        }
    }

    /// <summary>A known one changed or went, or their number did.</summary>
    private void Forget(FolderId folder, MessageId message)
    {
        List<(FolderId, Type)>? gone = null;
        foreach (var (key, entry) in _entries)
        {
            if (key.Folder == folder && (entry.Ids.Contains(message) || CountOf(folder) != entry.Count))
                (gone ??= []).Add(key);
        }
        foreach (var key in gone ?? [])
            _entries.Remove(key);
    }

    private int CountOf(FolderId folder) => mailbox.State.Folders.TryGet(folder, out var now) ? now.Counters.AssociatedCount : 0;

    private sealed record Entry(object Value, int Count, HashSet<MessageId> Ids);

    private sealed class Sink : IStateSink
    {
        public List<MessageId> Ids { get; } = [];

        public void Add(in StateRow row)
        {
            if ((row.State & (MessageState.Associated | MessageState.SoftDeleted)) == MessageState.Associated)
                Ids.Add(row.Id);
        }
    }
}
