using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Codec;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>
/// Messages that follow each other by UID and get the same flags, whatever others they have, as "STORE 1:*" and "mark all as read" do: one UPDATE over their range and one row of the change log, in place of two
/// statements a message. Sequences were drawn in the order of UIDs, so that each follows from its place.
/// </summary>
internal static class StateRun
{
    /// <summary>Fewer are not worth a statement of another kind.</summary>
    private const int Shortest = 4;

    /// <summary>Messages in one row of the log: what a reader who wants one of them has to take apart.</summary>
    private const int Longest = 4096;

    /// <summary>How many messages from this mutation on make a run; each is two mutations, its state and its entry in the log.</summary>
    public static int Length(List<Mutation> mutations, int at)
    {
        var length = 0;
        SetMessageState? before = null;
        while (length < Longest && at + 2 * length + 1 < mutations.Count
            && mutations[at + 2 * length] is SetMessageState state && mutations[at + 2 * length + 1] is AppendChange { Change: var change }
            && Belong(state, change) && (before is null || Follows(before, state)))
        {
            before = state;
            length++;
        }
        return length < Shortest ? 0 : length;
    }

    public static void Apply(SqliteConnection connection, FolderSlots slots, List<Mutation> mutations, int at, int length)
    {
        var first = (SetMessageState)mutations[at];
        var place = slots.Place(first.Folder, first.Uid);
        connection.Prepare("""
            UPDATE state SET flags=(flags & ~?3) | ?4, keywords=?5, status=?6, cn=CASE WHEN ?8 THEN NULL ELSE coalesce(cn, sequence) END,
                read_cn=CASE WHEN ?9 THEN place + ?7 ELSE read_cn END, sequence=place + ?7 WHERE place BETWEEN ?1 AND ?2
            """)
            .Bind(1, place)
            .Bind(2, place + length - 1)
            .Bind(3, (int)first.Touched)
            .Bind(4, (int)(first.State & first.Touched))
            .BindUnless(5, MessageTable.JoinKeywords(first.Keywords))
            .BindUnless(6, first.Status, 0)
            .Bind(7, first.Sequence - place)
            .Bind(8, first.IsContent ? 1 : 0)
            .Bind(9, IsRead(first) ? 1 : 0)
            .Execute();
        var change = ((AppendChange)mutations[at + 1]).Change;
        using var run = new RecordWriter();
        run.Number(length);
        for (var i = 1; i < length; i++)
        {
            var (previous, next) = (((AppendChange)mutations[at + 2 * i - 1]).Change, ((AppendChange)mutations[at + 2 * i + 1]).Change);
            run.Number(next.Message.Value - previous.Message.Value);
            run.Number(next.Mid - previous.Mid);
        }
        // Under the last sequence, so that whoever has seen a part of it still finds it.
        connection.Prepare("INSERT OR REPLACE INTO change(sequence, kind, message, folder, uid, mid, time, run) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
            .Bind(1, change.Sequence + length - 1)
            .Bind(2, change.StoredKind)
            .Bind(3, change.Message.Value)
            .Bind(4, change.Folder.Value)
            .Bind(5, change.Uid)
            .Bind(6, change.Mid)
            .Bind(7, change.TimeUtcTicks)
            .Bind(8, run.Written)
            .Execute();
    }

    /// <summary>The entries of a row of the log that stands for a run.</summary>
    /// <param name="stored">The first message, with the last sequence.</param>
    public static IEnumerable<Change> Expand(Change stored, byte[] run)
    {
        var steps = Steps(run);
        var length = steps.Length / 2 + 1;
        var change = stored with { Sequence = stored.Sequence - length + 1 };
        yield return change;
        for (var i = 0; i < steps.Length; i += 2)
        {
            change = change with
            {
                Sequence = change.Sequence + 1, Uid = change.Uid + 1, Message = new MessageId(change.Message.Value + steps[i]), Mid = change.Mid + steps[i + 1],
            };
            yield return change;
        }
    }

    /// <summary>From each message to the next: of ids and of MIDs in turn.</summary>
    private static long[] Steps(byte[] run)
    {
        var reader = new RecordReader(run);
        var length = reader.Number();
        if (length is < 1 or > Longest)
            throw new InvalidDataException("A row of the change log stands for an impossible number of messages.");
        var steps = new long[2 * (length - 1)];
        for (var i = 0; i < steps.Length; i++)
            steps[i] = reader.Number();
        return steps;
    }

    // A read bit that was changed drew a read-state CN with its sequence; otherwise the CN is the one that the message had.
    private static bool IsRead(SetMessageState state) => state.ReadCn == state.Sequence;

    private static bool Belong(SetMessageState state, Change change) =>
        change.Sequence == state.Sequence && change.Message == state.Id && change.Folder == state.Folder && change.Uid == state.Uid
        && change.OldFolder == default && change.OldUid == 0 && change.OldMid == 0
        && change.Kind == (IsRead(state) ? ChangeKind.ReadStateChanged : ChangeKind.FlagsChanged);

    private static bool Follows(SetMessageState before, SetMessageState state) =>
        state.Folder == before.Folder && state.Uid == before.Uid + 1 && state.Sequence == before.Sequence + 1
        && state.Touched == before.Touched && (state.State & state.Touched) == (before.State & before.Touched) && state.Status == before.Status && state.IsContent == before.IsContent && IsRead(state) == IsRead(before)
        && (ReferenceEquals(state.Keywords, before.Keywords) || state.Keywords.SequenceEqual(before.Keywords, StringComparer.Ordinal));
}
