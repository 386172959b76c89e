using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Codec;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>
/// Many messages that get the same flags: one UPDATE for those that follow each other by UID, whatever other flags they have, and few rows of the change log.
/// </summary>
internal static class StateRun
{
    /// <summary>Messages in one row of the log: what a reader who wants one of them has to take apart.</summary>
    private const int Longest = 4096;

    public static void Apply(SqliteConnection connection, FolderSlots slots, SetMessageStates set)
    {
        var sequence = set.FirstSequence;
        var runs = set.Messages;
        for (var i = 0; i < runs.Count;)
        {
            var first = runs[i].Uid;
            var length = runs[i].Length;
            for (i++; i < runs.Count && runs[i].Uid == first + length; i++)
                length += runs[i].Length;
            Update(connection, set, slots.Place(set.Folder, first), length, sequence);
            sequence += length;
        }
        Log(connection, set);
    }

    private static void Update(SqliteConnection connection, SetMessageStates set, long place, int length, long sequence) => connection.Prepare("""
        UPDATE state SET flags=(flags & ~?3) | ?4, keywords=?5, status=?6, cn=CASE WHEN ?8 THEN NULL ELSE coalesce(cn, sequence) END,
            read_cn=CASE WHEN ?9 THEN place + ?7 ELSE read_cn END, sequence=place + ?7 WHERE place BETWEEN ?1 AND ?2
        """)
        .Bind(1, place)
        .Bind(2, place + length - 1)
        .Bind(3, (int)set.Touched)
        .Bind(4, (int)set.State)
        .BindUnless(5, MessageTable.JoinKeywords(set.Keywords))
        .BindUnless(6, set.Status, 0)
        .Bind(7, sequence - place)
        .Bind(8, set.IsContent ? 1 : 0)
        .Bind(9, set.IsReadState ? 1 : 0)
        .Execute();

    private static void Log(SqliteConnection connection, SetMessageStates set)
    {
        var sequence = set.FirstSequence;
        var row = new List<MessageRun>();
        var length = 0;
        foreach (var run in set.Messages)
        {
            for (var rest = run; rest.Length > 0;)
            {
                var taken = Math.Min(rest.Length, Longest - length);
                row.Add(rest with { Length = taken });
                length += taken;
                rest = new MessageRun(rest.Uid + (uint)taken, new MessageId(rest.Id.Value + taken), rest.Mid + taken, rest.Length - taken);
                if (length == Longest)
                    Flush();
            }
        }
        Flush();

        void Flush()
        {
            if (length == 0)
                return;
            LogRow(connection, set, row, sequence + length - 1);
            sequence += length;
            row.Clear();
            length = 0;
        }
    }

    /// <param name="last">The row stands under the last sequence, so that whoever has seen a part of it still finds it.</param>
    private static void LogRow(SqliteConnection connection, SetMessageStates set, List<MessageRun> runs, long last)
    {
        using var blob = new RecordWriter();
        blob.Number(RunsFollow);
        MessageRunCodec.Write(blob, runs);
        connection.Prepare("INSERT OR REPLACE INTO change(sequence, kind, message, folder, uid, mid, time, run) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
            .Bind(1, last)
            .Bind(2, (byte)(set.IsReadState ? ChangeKind.ReadStateChanged : ChangeKind.FlagsChanged))
            .Bind(3, runs[0].Id.Value)
            .Bind(4, set.Folder.Value)
            .Bind(5, runs[0].Uid)
            .Bind(6, runs[0].Mid)
            .Bind(7, set.TimeUtcTicks)
            .Bind(8, blob.Written)
            .Execute();
    }

    /// <summary>Where the first form of these rows has its number of messages, which was never 0.</summary>
    private const long RunsFollow = 0;

    /// <summary>The entries of a row of the log that stands for many messages.</summary>
    /// <param name="stored">The first message, with the last sequence.</param>
    public static IEnumerable<Change> Expand(Change stored, byte[] blob)
    {
        var messages = Messages(stored, blob);
        var count = 0;
        foreach (var run in messages)
            count += run.Length;
        if (count is < 1 or > Longest)
            throw new InvalidDataException("A row of the change log stands for an impossible number of messages.");
        return Entries(stored, messages, stored.Sequence - count + 1);
    }

    private static IEnumerable<Change> Entries(Change stored, MessageRun[] messages, long sequence)
    {
        foreach (var run in messages)
        {
            for (var i = 0; i < run.Length; i++)
                yield return stored with { Sequence = sequence++, Uid = run.Uid + (uint)i, Message = new MessageId(run.Id.Value + i), Mid = run.Mid + i };
        }
    }

    private static MessageRun[] Messages(Change stored, byte[] blob)
    {
        var reader = new RecordReader(blob);
        var count = reader.Number();
        if (count == RunsFollow)
            return MessageRunCodec.Read(ref reader);
        // The first form: messages that follow each other by UID, and from each to the next the steps of ids and of MIDs.
        if (count is < 1 or > Longest)
            throw new InvalidDataException("A row of the change log stands for an impossible number of messages.");
        var messages = new MessageRun[count];
        messages[0] = new MessageRun(stored.Uid, stored.Message, stored.Mid, 1);
        for (var i = 1; i < messages.Length; i++)
            messages[i] = new MessageRun(stored.Uid + (uint)i, new MessageId(messages[i - 1].Id.Value + reader.Number()), messages[i - 1].Mid + reader.Number(), 1);
        return messages;
    }
}
