using System.Collections;
using Rialto.Store.Backend;

namespace Rialto.Store.Operations;

/// <summary>The ids of messages whose flags were changed as ranges, made only when somebody wants them: who asked for the change mostly knows them.</summary>
internal sealed class ChangedMessages(IReadOnlyList<SetMessageStates> sets) : IReadOnlyList<MessageId>
{
    private MessageId[]? _ids;

    public int Count { get; } = CountOf(sets);

    public MessageId this[int index] => All()[index];

    public IEnumerator<MessageId> GetEnumerator() => ((IEnumerable<MessageId>)All()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private MessageId[] All()
    {
        if (_ids is not null)
            return _ids;
        var ids = new MessageId[Count];
        var at = 0;
        foreach (var set in sets)
        {
            foreach (var run in set.Messages)
            {
                for (var i = 0; i < run.Length; i++)
                    ids[at++] = new MessageId(run.Id.Value + i);
            }
        }
        return _ids = ids;
    }

    private static int CountOf(IReadOnlyList<SetMessageStates> sets)
    {
        var count = 0;
        foreach (var set in sets)
            count += set.Count;
        return count;
    }
}
