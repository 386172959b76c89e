using System.Collections;
using Rialto.Store.Backend;

namespace Rialto.Store;

/// <summary>The changes of one commit, in the order of their sequences. Many messages that got the same flags are one entry here until somebody wants to hear of each.</summary>
internal sealed class ChangeList : IReadOnlyList<Change>
{
    private readonly List<Change> _singles = [];
    // Where each stands among the others: before the single with that number.
    private List<(int At, SetMessageStates States, MailboxSession? MadeBy)>? _states;
    private List<Change>? _all;

    public ChangeList()
    {
    }

    public ChangeList(IEnumerable<Change> changes) => _singles.AddRange(changes);

    /// <summary>Without those of <see cref="SetMessageStates"/>: whatever concerns more than the flags of ordinary messages is here.</summary>
    public IReadOnlyList<Change> Singles => _singles;

    public int Count
    {
        get
        {
            var count = _singles.Count;
            foreach (var (_, states, _) in _states ?? [])
                count += states.Count;
            return count;
        }
    }

    public Change this[int index] => All()[index];

    public void Add(Change change) => _singles.Add(change);

    public void Add(SetMessageStates states, MailboxSession? madeBy) => (_states ??= []).Add((_singles.Count, states, madeBy));

    public IEnumerator<Change> GetEnumerator() => All().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Several may ask at once: what they make is the same.</summary>
    private List<Change> All()
    {
        if (_states is null)
            return _singles;
        if (Volatile.Read(ref _all) is { } known)
            return known;
        var all = new List<Change>(Count);
        var next = 0;
        foreach (var (at, states, madeBy) in _states)
        {
            all.AddRange(_singles[next..at]);
            next = at;
            foreach (var change in states.Changes())
                all.Add(madeBy is null ? change : change with { MadeBy = madeBy });
        }
        all.AddRange(_singles[next..]);
        Volatile.Write(ref _all, all);
        return all;
    }
}
