using System.Collections;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>What one commit did to many messages of a folder at once.</summary>
/// <param name="Before">The folder before the commit, with all of the messages in it.</param>
internal sealed record StatesDelta(FolderSnapshot Before, SetMessageStates Set, int KeywordSet)
{
    /// <summary>A message as the commit leaves it.</summary>
    /// <param name="number">Which of the set's messages it is.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ViewEntry After(in ViewEntry before, int number)
    {
        var sequence = Set.FirstSequence + number;
        return before with
        {
            State = (before.State & ~Set.Touched) | Set.State,
            KeywordSet = KeywordSet,
            Status = Set.Status,
            Sequence = sequence,
            Cn = Set.IsContent ? sequence : before.Cn,
            ReadCn = Set.IsReadState ? sequence : before.ReadCn,
        };
    }

    public IEnumerable<ViewEntry> Entries()
    {
        var number = 0;
        foreach (var run in Set.Messages)
        {
            var position = Before.PositionOfUid(run.Uid);
            for (var i = 0; i < run.Length; i++)
                yield return After(in Before[position + i], number++);
        }
    }
}

/// <summary>What one commit did to the messages of a folder, in order. Many that got the same flags are one entry here until somebody wants each of them.</summary>
internal sealed class FolderDeltas : IReadOnlyList<EntryDelta>
{
    private readonly List<EntryDelta> _singles = [];
    // Where each stands among the others: before the single with that number.
    private List<(int At, StatesDelta States)>? _states;
    private List<EntryDelta>? _all;

    /// <summary>Those of one message each.</summary>
    public ReadOnlySpan<EntryDelta> Singles => CollectionsMarshal.AsSpan(_singles);

    /// <summary>Those of many, each with the number of the single one that it stands before.</summary>
    public IReadOnlyList<(int At, StatesDelta States)> States => _states ?? [];

    public int Count => All().Count;

    public EntryDelta this[int index] => All()[index];

    public void Add(EntryDelta delta) => _singles.Add(delta);

    public void Add(StatesDelta states) => (_states ??= []).Add((_singles.Count, states));

    public IEnumerator<EntryDelta> GetEnumerator() => All().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<EntryDelta> All()
    {
        if (_states is null)
            return _singles;
        if (Volatile.Read(ref _all) is { } known)
            return known;
        var all = new List<EntryDelta>();
        var next = 0;
        foreach (var (at, states) in _states)
        {
            all.AddRange(_singles[next..at]);
            next = at;
            foreach (var entry in states.Entries())
                all.Add(new EntryDelta(DeltaKind.StateChanged, entry, null));
        }
        all.AddRange(_singles[next..]);
        Volatile.Write(ref _all, all);
        return all;
    }
}
