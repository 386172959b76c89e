// RFC 5256 3, THREAD=ORDEREDSUBJECT.
namespace Rialto.MailAccess.Imap.Search;

/// <summary>One thread a base subject: its first message, and all others below that.</summary>
internal static class SubjectThreads
{
    public static ThreadForest Build(ThreadScan scan)
    {
        var forest = new ThreadForest(scan);
        var first = new Dictionary<int, int>();
        var order = Enumerable.Range(0, scan.Messages.Length).OrderBy(i => scan.Messages[i].Date);
        foreach (var message in order)
            forest.Add(message, first.TryAdd(scan.Messages[message].Subject, message) ? -1 : first[scan.Messages[message].Subject]);
        forest.Sort();
        return forest;
    }
}
