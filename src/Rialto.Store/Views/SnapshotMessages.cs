using System.Collections;

namespace Rialto.Store.Views;

/// <summary>
/// Messages of a folder by where they stand in a snapshot of it. Whoever changes them finds them by their places while nothing else has changed; everybody else sees a list of ids.
/// </summary>
/// <param name="snapshot">The snapshot.</param>
/// <param name="ranges">First and last position of each: ascending, apart from each other.</param>
public sealed class SnapshotMessages(FolderSnapshot snapshot, IReadOnlyList<(int First, int Last)> ranges) : IReadOnlyList<MessageId>
{
    private MessageId[]? _ids;

    public FolderSnapshot Snapshot => snapshot;

    public IReadOnlyList<(int First, int Last)> Ranges => ranges;

    public int Count { get; } = CountOf(ranges);

    public MessageId this[int index] => ToArray()[index];

    /// <summary>The ids in the order of the folder, made when they are asked for first. Not to be changed.</summary>
    public MessageId[] ToArray()
    {
        if (_ids is not null)
            return _ids;
        var ids = new MessageId[Count];
        var at = 0;
        foreach (var (first, last) in ranges)
        {
            for (var position = first; position <= last;)
            {
                var block = snapshot.BlockAt(position);
                block = block[..Math.Min(block.Length, last - position + 1)];
                foreach (ref readonly var entry in block)
                    ids[at++] = entry.Id;
                position += block.Length;
            }
        }
        return _ids = ids;
    }

    public IEnumerator<MessageId> GetEnumerator() => ((IEnumerable<MessageId>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int CountOf(IReadOnlyList<(int First, int Last)> ranges)
    {
        var count = 0;
        foreach (var (first, last) in ranges)
            count += last - first + 1;
        return count;
    }
}
