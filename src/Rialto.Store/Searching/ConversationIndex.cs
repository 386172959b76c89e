// [MS-OXCFOLD] 2.2.1.14.1 ConversationMembers, [MS-OXCTABL] 3.1.4.6: the messages of a conversation, wherever in the mailbox they are.
using Rialto.Store.Engine;

namespace Rialto.Store.Searching;

/// <summary>
/// Messages by the conversation that they belong to. Made by one pass over the mailbox when somebody first asks; from then on a commit only notes which messages it
/// changed, and the next who asks reads those. A message that has left its conversation is still listed: whoever reads its row sees that it has.
/// </summary>
internal sealed class ConversationIndex(Mailbox mailbox)
{
    private const int Page = 1000;

    /// <summary>Changed messages that may wait for a reader; beyond that the pass is made anew.</summary>
    private const int MostWaiting = 20_000;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _reading = new(1);
    private Dictionary<Guid, List<MessageId>>? _members;
    private HashSet<MessageId> _changed = [];
    private bool _isFollowing;

    /// <summary>Ids of the conversation's messages, in the order in which they came to be known.</summary>
    public async ValueTask<MessageId[]> FindAsync(Guid conversation, CancellationToken cancel)
    {
        await _reading.WaitAsync(cancel);
        try
        {
            var members = _members is { } known && IsFollowing ? known : await MakeAsync(cancel);
            foreach (var some in TakeChanged().Chunk(Page))
                await TakeAsync(members, some, cancel);
            _members = members;
            return members.TryGetValue(conversation, out var ids) ? [.. ids] : [];
        }
        catch
        {
            Reset();
            throw;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>A commit is durable.</summary>
    public void Notice(IReadOnlyList<Change> changes)
    {
        lock (_gate)
        {
            if (!_isFollowing)
                return;
            foreach (var change in changes)
            {
                if (change.Kind is ChangeKind.MessageCreated or ChangeKind.MessageModified or ChangeKind.MessageMoved)
                    _changed.Add(change.Message);
            }
            if (_changed.Count > MostWaiting)
                Forget();
        }
    }

    /// <summary>The changes cannot tell what happened.</summary>
    public void Reset()
    {
        lock (_gate)
            Forget();
    }

    private bool IsFollowing
    {
        get
        {
            lock (_gate)
                return _isFollowing;
        }
    }

    private void Forget()
    {
        _isFollowing = false;
        _changed = [];
    }

    private HashSet<MessageId> TakeChanged()
    {
        lock (_gate)
        {
            var changed = _changed;
            _changed = [];
            return changed;
        }
    }

    private async Task<Dictionary<Guid, List<MessageId>>> MakeAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            // What changes while the pass goes on is read once more after it.
            _isFollowing = true;
            _changed = [];
        }
        var members = new Dictionary<Guid, List<MessageId>>();
        var after = default(MessageId);
        while (true)
        {
            var ids = await mailbox.Storage.ListIdsAsync(after, Page, cancel);
            if (ids.Count == 0)
                return members;
            await TakeAsync(members, ids.ToArray(), cancel);
            after = ids[^1];
        }
    }

    private async Task TakeAsync(Dictionary<Guid, List<MessageId>> members, MessageId[] ids, CancellationToken cancel)
    {
        foreach (var row in await mailbox.Storage.ReadRowsAsync(ids, cancel))
        {
            if (row.ConversationId == Guid.Empty)
                continue;
            if (!members.TryGetValue(row.ConversationId, out var list))
                members.Add(row.ConversationId, list = []);
            if (!list.Contains(row.Id))
                list.Add(row.Id);
        }
    }
}
