// RFC 5256 3 (4), (6): sorting; 4 THREAD response.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>
/// Threads: a node for each message, numbered as in the scan, and dummies at the top behind them, each with several children. Nothing here recurses.
/// </summary>
internal sealed class ThreadForest(ThreadScan scan)
{
    private readonly List<List<int>?> _children = [.. Enumerable.Repeat<List<int>?>(null, scan.Messages.Length)];
    private readonly Dictionary<int, int> _dummies = [];

    public List<int> Roots { get; private set; } = [];

    public bool IsDummy(int node) => node >= scan.Messages.Length;

    public IReadOnlyList<int> ChildrenOf(int node) => _children[node] ?? (IReadOnlyList<int>)[];

    /// <summary>Puts a message below another; -1: at the top.</summary>
    public void Add(int message, int parent)
    {
        if (parent < 0)
            Roots.Add(message);
        else
            (_children[parent] ??= []).Add(message);
    }

    /// <summary>Puts a message below the dummy that stands for an id which no message has.</summary>
    public void AddBelowDummy(int message, int container)
    {
        if (!_dummies.TryGetValue(container, out var dummy))
        {
            _dummies[container] = dummy = AddDummy();
            Roots.Add(dummy);
        }
        Add(message, dummy);
    }

    public int AddDummy()
    {
        _children.Add([]);
        return _children.Count - 1;
    }

    /// <summary>A dummy with one child is no use: the child takes its place.</summary>
    public void PromoteOnlyChildren()
    {
        for (var i = 0; i < Roots.Count; i++)
        {
            if (IsDummy(Roots[i]) && _children[Roots[i]] is [var only])
                Roots[i] = only;
        }
    }

    public void MoveChildren(int from, int to)
    {
        (_children[to] ??= []).AddRange(_children[from]!);
        _children[from]!.Clear();
    }

    public void Replace(List<int> roots) => Roots = roots;

    /// <summary>The message that stands for a thread: its first, for a dummy its first child.</summary>
    public ref readonly ThreadedMessage FirstOf(int node) => ref scan.Messages[IsDummy(node) ? _children[node]![0] : node];

    /// <summary>Siblings by the date that they were sent, then by their order in the mailbox. Children of dummies come first, since a dummy's date is that of its first child.</summary>
    public void Sort()
    {
        foreach (var children in _children)
        {
            if (children is { Count: > 1 })
                children.Sort(Compare);
        }
        Roots.Sort(Compare);
    }

    private int Compare(int left, int right)
    {
        ref readonly var one = ref FirstOf(left);
        ref readonly var other = ref FirstOf(right);
        var order = one.Date.CompareTo(other.Date);
        return order != 0 ? order : one.Position.CompareTo(other.Position);
    }

    /// <summary>thread-list = "(" (thread-members / thread-nested) ")"; thread-members = nz-number *(SP nz-number) [SP thread-nested]; thread-nested = 2*thread-list</summary>
    public async ValueTask WriteAsync(ImapSession session, Func<int, uint> numberOf)
    {
        session.Writer.Raw("* THREAD"u8);
        if (Roots.Count > 0)
            session.Writer.Raw(" "u8);
        // A node to write, or -1: a bracket to close.
        var pending = new Stack<int>();
        foreach (var root in Roots)
        {
            pending.Push(root);
            while (pending.TryPop(out var node))
            {
                if (node < 0)
                {
                    session.Writer.Raw(")"u8);
                    continue;
                }
                session.Writer.Raw("("u8);
                pending.Push(-1);
                PushRest(WriteLine(session.Writer, node, numberOf), pending);
                if (session.Transport.Output.UnflushedBytes >= session.Options.FlushSize && !await session.FlushAsync())
                    return;
            }
        }
        session.Writer.Crlf();
    }

    /// <summary>Messages that follow each other without branching; the node where it branches or ends.</summary>
    private int WriteLine(ImapWriter writer, int node, Func<int, uint> numberOf)
    {
        var isFirst = true;
        while (true)
        {
            var children = _children[node];
            if (!IsDummy(node))
            {
                if (!isFirst)
                    writer.Raw(" "u8);
                isFirst = false;
                writer.Number(numberOf(scan.Messages[node].Position));
            }
            if (children is not [var only])
            {
                if (children is { Count: > 1 } && !isFirst)
                    writer.Raw(" "u8);
                return node;
            }
            node = only;
        }
    }

    private void PushRest(int node, Stack<int> pending)
    {
        if (_children[node] is not { } children)
            return;
        for (var i = children.Count - 1; i >= 0; i--)
            pending.Push(children[i]);
    }
}
