namespace Rialto.Store.Backend;

/// <summary>Messages of a folder that were filed one after the other: their UIDs, ids and MIDs rise by one. Most mail lies so, and few of these name many messages.</summary>
public readonly record struct MessageRun(uint Uid, MessageId Id, long Mid, int Length);

/// <summary>
/// The same flags, keywords or read state for many messages of a folder, and their entries in the change log: what "STORE 1:*" and "mark all as read" write. The first message gets
/// <see cref="FirstSequence"/>, each further one the next.
/// </summary>
/// <param name="Messages">By rising UID, none twice; ordinary messages, neither associated nor soft-deleted.</param>
public sealed record SetMessageStates(FolderId Folder, IReadOnlyList<MessageRun> Messages) : Mutation
{
    /// <summary>The bits of the states that are <see cref="State"/>'s now; the others are each message's own, as they were.</summary>
    public required MessageState Touched { get; init; }

    public required MessageState State { get; init; }

    public required IReadOnlyList<string> Keywords { get; init; }

    public required int Status { get; init; }

    public required long FirstSequence { get; init; }

    /// <summary>What MAPI has as properties of the messages changed: each CN is the message's sequence now. Otherwise the CNs stay.</summary>
    public required bool IsContent { get; init; }

    /// <summary>The read bit changed: each read-state CN is the message's sequence now. Otherwise they stay.</summary>
    public required bool IsReadState { get; init; }

    public required long TimeUtcTicks { get; init; }

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var run in Messages)
                count += run.Length;
            return count;
        }
    }

    /// <summary>The entries of the change log, in order.</summary>
    public IEnumerable<Change> Changes()
    {
        var sequence = FirstSequence;
        foreach (var run in Messages)
        {
            for (var i = 0; i < run.Length; i++)
            {
                yield return new Change
                {
                    Kind = IsReadState ? ChangeKind.ReadStateChanged : ChangeKind.FlagsChanged,
                    Sequence = sequence++, Message = new MessageId(run.Id.Value + i), Folder = Folder, Uid = run.Uid + (uint)i, Mid = run.Mid + i, TimeUtcTicks = TimeUtcTicks,
                };
            }
        }
    }
}
