// RFC 5256 3, THREAD=REFERENCES: step (5).
namespace Rialto.MailAccess.Imap.Search;

/// <summary>Gathers threads under the same subject: replies of programs that do not say what they reply to.</summary>
internal sealed class SubjectGathering(ThreadScan scan, ThreadForest forest)
{
    /// <summary>The thread that stands for each subject.</summary>
    private readonly Dictionary<int, int> _bySubject = [];

    public void Run()
    {
        foreach (var root in forest.Roots)
            Choose(root);
        var gone = new HashSet<int>();
        var dummies = new List<int>();
        foreach (var root in forest.Roots)
        {
            var subject = forest.FirstOf(root).Subject;
            if (subject != 0 && _bySubject[subject] is var kept && kept != root)
                Merge(root, kept, subject, gone, dummies);
        }
        forest.Replace([.. forest.Roots.Where(r => !gone.Contains(r)), .. dummies]);
    }

    /// <summary>(B): of several threads a dummy stands for the subject, or else one that begins with no reply.</summary>
    private void Choose(int root)
    {
        var subject = forest.FirstOf(root).Subject;
        if (subject == 0 || _bySubject.TryAdd(subject, root))
            return;
        var kept = _bySubject[subject];
        if (!forest.IsDummy(kept) && (forest.IsDummy(root) || IsReply(kept) && !IsReply(root)))
            _bySubject[subject] = root;
    }

    /// <summary>(C)</summary>
    private void Merge(int root, int kept, int subject, HashSet<int> gone, List<int> dummies)
    {
        gone.Add(root);
        if (forest.IsDummy(kept))
        {
            if (forest.IsDummy(root))
                forest.MoveChildren(root, kept);
            else
                forest.Add(root, kept);
        }
        else if (IsReply(root) && !IsReply(kept))
        {
            forest.Add(root, kept);
        }
        else
        {
            var dummy = forest.AddDummy();
            forest.Add(kept, dummy);
            forest.Add(root, dummy);
            gone.Add(kept);
            dummies.Add(dummy);
            _bySubject[subject] = dummy;
        }
    }

    private bool IsReply(int node) => !forest.IsDummy(node) && scan.Messages[node].IsReply;
}
