// RFC 5256 3, THREAD=REFERENCES: steps (1) to (6).
using System.Runtime.InteropServices;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>
/// Puts messages into trees by what they refer to. Containers are numbers in arrays: the messages' own come first, those of ids that no message has follow. The work is
/// proportional to messages and references; nothing recurses, since a thread may be as deep as the folder is large.
/// </summary>
internal sealed class ReferenceThreads
{
    /// <summary>
    /// How far up a thread a link is checked for making a loop. Only a message that has replies already and then names a parent needs the check; a thread that is deeper
    /// there is cut, so that no order of messages costs more than this for each.
    /// </summary>
    private const int LongestWalk = 1000;

    private readonly ThreadScan _scan;
    private readonly Dictionary<ulong, int> _byId = [];
    private readonly List<int> _parents;
    private readonly List<bool> _hasReplies;

    private ReferenceThreads(ThreadScan scan)
    {
        _scan = scan;
        var count = scan.Messages.Length;
        _parents = [.. Enumerable.Repeat(-1, count)];
        _hasReplies = [.. Enumerable.Repeat(false, count)];
    }

    public static ThreadForest Build(ThreadScan scan)
    {
        var threads = new ReferenceThreads(scan);
        threads.Link();
        var forest = threads.Prune();
        forest.Sort();
        new SubjectGathering(scan, forest).Run();
        forest.Sort();
        return forest;
    }

    /// <summary>(1): every message below the last message that it refers to, and the references below each other.</summary>
    private void Link()
    {
        var messages = _scan.Messages;
        // Of two messages with one id the first has it; the other is threaded as if it had none.
        for (var i = 0; i < messages.Length; i++)
        {
            if (messages[i].Id != 0)
                _byId.TryAdd(messages[i].Id, i);
        }
        for (var i = 0; i < messages.Length; i++)
        {
            var previous = -1;
            foreach (var reference in _scan.ReferencesOf(messages[i]))
            {
                var container = ContainerOf(reference);
                if (previous >= 0 && _parents[container] < 0 && !MakesLoop(container, previous))
                    Place(container, previous);
                previous = container;
            }
            if (_parents[i] == previous)
                continue;
            // "If this message already has a parent, break that link": what the message itself says counts for more.
            _parents[i] = -1;
            if (previous >= 0 && !MakesLoop(i, previous))
                Place(i, previous);
        }
    }

    private void Place(int child, int parent)
    {
        _parents[child] = parent;
        _hasReplies[parent] = true;
    }

    private int ContainerOf(ulong id)
    {
        ref var container = ref CollectionsMarshal.GetValueRefOrAddDefault(_byId, id, out var exists);
        if (exists)
            return container;
        container = _parents.Count;
        _parents.Add(-1);
        _hasReplies.Add(false);
        return container;
    }

    private bool MakesLoop(int child, int parent)
    {
        if (child == parent)
            return true;
        if (!_hasReplies[child])
            return false;
        var steps = 0;
        for (var above = parent; above >= 0; above = _parents[above])
        {
            if (above == child || ++steps > LongestWalk)
                return true;
        }
        return false;
    }

    /// <summary>(2), (3): containers without a message give their children to what is above them; at the top they stay where there are several children.</summary>
    private ThreadForest Prune()
    {
        var count = _scan.Messages.Length;
        var forest = new ThreadForest(_scan);
        // For containers without a message: the message above, or the container at the top.
        var targets = new int[_parents.Count];
        Array.Fill(targets, -1);
        var path = new List<int>();
        for (var i = 0; i < count; i++)
        {
            var above = _parents[i];
            if (above < count)
            {
                forest.Add(i, above);
                continue;
            }
            var at = above;
            while (at >= count && targets[at] < 0 && _parents[at] >= 0)
            {
                path.Add(at);
                at = _parents[at];
            }
            var target = at >= count && targets[at] >= 0 ? targets[at] : at;
            foreach (var passed in path)
                targets[passed] = target;
            path.Clear();
            if (target < count)
                forest.Add(i, target);
            else
                forest.AddBelowDummy(i, target);
        }
        forest.PromoteOnlyChildren();
        return forest;
    }
}
