using Rialto.Store.Backend;

namespace Rialto.Store.Sqlite.Codec;

/// <summary>
/// Runs of messages as bytes: their number, then of each its length and how far UID, id and MID of its first lie behind the last of the run before.
/// </summary>
internal static class MessageRunCodec
{
    public static void Write(RecordWriter writer, IReadOnlyList<MessageRun> runs)
    {
        writer.Number(runs.Count);
        var last = default(MessageRun);
        foreach (var run in runs)
        {
            writer.Number(run.Length);
            writer.Number(run.Uid - (last.Uid + last.Length));
            writer.Number(run.Id.Value - (last.Id.Value + last.Length));
            writer.Number(run.Mid - (last.Mid + last.Length));
            last = run;
        }
    }

    public static MessageRun[] Read(ref RecordReader reader)
    {
        var runs = new MessageRun[reader.Count()];
        var last = default(MessageRun);
        for (var i = 0; i < runs.Length; i++)
        {
            var length = reader.Int32();
            var uid = last.Uid + last.Length + reader.Number();
            if (length < 1 || uid < 0 || uid + length - 1 > uint.MaxValue)
                throw new InvalidDataException("A stored run of messages is damaged.");
            runs[i] = last = new MessageRun((uint)uid, new MessageId(last.Id.Value + last.Length + reader.Number()), last.Mid + last.Length + reader.Number(), length);
        }
        return runs;
    }
}
