using Rialto.Model;

namespace Rialto.Store.Backend;

/// <summary>
/// When messages came into their folders, where that is not when they were created: after moves and replacements, and where a client brought a creation time of its own. It follows from
/// the mutations of a batch; backends keep it beside the rows, since few messages have it and few ask (RFC 8514).
/// </summary>
public static class SavedTimes
{
    /// <summary>What the batch says, in its order; a time of 0: the message is gone.</summary>
    public static IEnumerable<(MessageId Message, long UtcTicks)> Of(WriteBatch batch) => Of(batch.Mutations);

    /// <summary>What these mutations say, in their order; a time of 0: the message is gone.</summary>
    public static IEnumerable<(MessageId Message, long UtcTicks)> Of(IEnumerable<Mutation> mutations)
    {
        MessageRow? inserted = null;
        foreach (var mutation in mutations)
        {
            switch (mutation)
            {
                case InsertMessage m:
                    inserted = m.Row;
                    break;
                case DeleteMessage m:
                    yield return (m.Id, 0);
                    break;
                case AppendChange { Change: { Kind: ChangeKind.MessageMoved } or { Kind: ChangeKind.MessageModified, OldUid: not 0 } } m when m.Change.OldUid != m.Change.Uid || m.Change.OldFolder != m.Change.Folder:
                    yield return (m.Change.Message, m.Change.TimeUtcTicks);
                    break;
                case AppendChange { Change.Kind: ChangeKind.MessageCreated } m when inserted?.Id == m.Change.Message && IsOther(inserted.Created, m.Change.TimeUtcTicks):
                    yield return (m.Change.Message, m.Change.TimeUtcTicks);
                    break;
            }
        }
    }

    /// <summary>The time as the store has it.</summary>
    public static FileTime Time(long utcTicks) => FileTime.From(new DateTimeOffset(utcTicks, TimeSpan.Zero));

    private static bool IsOther(FileTime created, long utcTicks) => Math.Abs(created.Ticks - Time(utcTicks).Ticks) >= TimeSpan.TicksPerSecond;
}
