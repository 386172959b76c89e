using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Sqlite.Codec;

/// <summary>
/// A write batch as bytes: the redo record of the commit log, and the initial content of a mailbox that nobody has written to.
/// <code>
/// version (1) | expected sequence | new sequence | count | count x (kind, fields)
/// </code>
/// All numbers base 128. A later version of the format gets a new version number; the readers of old ones stay.
/// </summary>
internal static class WriteBatchCodec
{
    public const byte Version = 1;

    public static void Write(RecordWriter writer, WriteBatch batch)
    {
        writer.Byte(Version);
        writer.Number(batch.ExpectedSequence);
        writer.Number(batch.NewSequence);
        writer.Number(batch.Mutations.Count);
        foreach (var mutation in batch.Mutations)
            Write(writer, mutation);
    }

    public static WriteBatch Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new RecordReader(bytes);
        if (reader.Byte() != Version)
            throw new InvalidDataException("A stored batch was written by a newer version.");
        var batch = new WriteBatch { ExpectedSequence = reader.Number(), NewSequence = reader.Number() };
        var count = reader.Count();
        for (var i = 0; i < count; i++)
            batch.Mutations.Add(ReadMutation(ref reader));
        return batch;
    }

    private static void Write(RecordWriter writer, Mutation mutation)
    {
        switch (mutation)
        {
            case InsertMessage m:
                writer.Byte((byte)MutationKind.InsertMessage);
                MessageRowCodec.Write(writer, m.Row);
                writer.Bytes(m.Digest.Span);
                break;
            case ReplaceMessage m:
                writer.Byte((byte)MutationKind.ReplaceMessage);
                MessageRowCodec.Write(writer, m.Row);
                writer.Number(m.OldFolder.Value);
                writer.Number(m.OldUid);
                writer.Optional(m.Digest is null, m.Digest.GetValueOrDefault().Span);
                break;
            case SetMessageState m:
                writer.Byte((byte)(m.IsContent ? MutationKind.SetMessageMarks : MutationKind.SetMessageState));
                writer.Number(m.Id.Value);
                writer.Number(m.Folder.Value);
                writer.Number(m.Uid);
                writer.Number((int)m.State);
                WriteTexts(writer, m.Keywords);
                writer.Number(m.Status);
                writer.Number(m.Sequence);
                writer.Number(m.ReadCn);
                break;
            case SetMessageStates m:
                writer.Byte((byte)MutationKind.SetMessageStates);
                WriteStates(writer, m);
                break;
            case RelocateMessage m:
                writer.Byte((byte)MutationKind.RelocateMessage);
                writer.Number(m.Id.Value);
                writer.Number(m.OldFolder.Value);
                writer.Number(m.OldUid);
                writer.Number(m.NewFolder.Value);
                writer.Number(m.NewUid);
                writer.Number(m.NewMid);
                writer.Number(m.Sequence);
                writer.Number(m.Cn);
                writer.Number((int)m.State);
                break;
            case DeleteMessage m:
                writer.Byte((byte)MutationKind.DeleteMessage);
                writer.Number(m.Id.Value);
                writer.Number(m.Folder.Value);
                writer.Number(m.Uid);
                break;
            case PutFolder m:
                writer.Byte((byte)MutationKind.PutFolder);
                writer.Number(m.Folder.Id.Value);
                FolderCodec.Write(writer, m.Folder);
                FolderCodec.WriteCounters(writer, m.Folder.Counters);
                break;
            case PutFolderCounters m:
                writer.Byte((byte)MutationKind.PutFolderCounters);
                writer.Number(m.Folder.Value);
                FolderCodec.WriteCounters(writer, m.Counters);
                break;
            case DeleteFolder m:
                writer.Byte((byte)MutationKind.DeleteFolder);
                writer.Number(m.Folder.Value);
                break;
            case AppendChange m:
                writer.Byte((byte)MutationKind.AppendChange);
                WriteChange(writer, m.Change);
                break;
            case TrimChanges m:
                writer.Byte((byte)MutationKind.TrimChanges);
                writer.Number(m.UpToSequence);
                break;
            case AddNamedProperty m:
                writer.Byte((byte)MutationKind.AddNamedProperty);
                writer.Number(m.Id);
                writer.Guid(m.Name.PropertySet);
                writer.Number(m.Name.Lid);
                writer.OptionalText(m.Name.Name);
                break;
            case PutClientState m:
                writer.Byte((byte)MutationKind.PutClientState);
                writer.Text(m.Key.Client);
                writer.Text(m.Key.Collection);
                writer.Text(m.Key.Key);
                writer.Optional(m.Value is null, m.Value.GetValueOrDefault().Span);
                break;
            case PutReadSet m:
                writer.Byte((byte)MutationKind.PutReadSet);
                writer.Guid(m.Principal);
                writer.Number(m.Folder.Value);
                writer.Bytes(m.Set.Span);
                break;
            case PutSetting m:
                writer.Byte((byte)MutationKind.PutSetting);
                writer.Text(m.Name);
                writer.OptionalText(m.Value);
                break;
            case MarkDelivered m:
                writer.Byte((byte)MutationKind.MarkDelivered);
                writer.Guid(m.QueueId);
                writer.Number(m.TimeUtcTicks);
                break;
            case TrimDelivered m:
                writer.Byte((byte)MutationKind.TrimDelivered);
                writer.Number(m.BeforeUtcTicks);
                break;
            default:
                throw new NotSupportedException($"{mutation.GetType().Name} has no form in the commit log.");
        }
    }

    private static Mutation ReadMutation(ref RecordReader reader)
    {
        var kind = (MutationKind)reader.Byte();
        switch (kind)
        {
            case MutationKind.InsertMessage:
                return new InsertMessage(MessageRowCodec.Read(ref reader), reader.Bytes().ToArray());
            case MutationKind.ReplaceMessage:
                var row = MessageRowCodec.Read(ref reader);
                return new ReplaceMessage(row, new(reader.Number()), reader.UInt32(), OptionalMemory(ref reader));
            case MutationKind.SetMessageState or MutationKind.SetMessageMarks:
                return new SetMessageState(new(reader.Number()), new(reader.Number()), reader.UInt32(), (MessageState)reader.Int32(), ReadTexts(ref reader),
                    reader.Int32(), reader.Number(), reader.Number(), kind == MutationKind.SetMessageMarks);
            case MutationKind.SetMessageStates:
                return ReadStates(ref reader);
            case MutationKind.RelocateMessage:
                return new RelocateMessage(new(reader.Number()), new(reader.Number()), reader.UInt32(), new(reader.Number()), reader.UInt32(),
                    reader.Number(), reader.Number(), reader.Number(), (MessageState)reader.Int32());
            case MutationKind.DeleteMessage:
                return new DeleteMessage(new(reader.Number()), new(reader.Number()), reader.UInt32());
            case MutationKind.PutFolder:
                var id = new FolderId(reader.Number());
                var folder = FolderCodec.Read(ref reader, id, new FolderCounters());
                return new PutFolder(folder with { Counters = FolderCodec.ReadCounters(ref reader) });
            case MutationKind.PutFolderCounters:
                return new PutFolderCounters(new(reader.Number()), FolderCodec.ReadCounters(ref reader));
            case MutationKind.DeleteFolder:
                return new DeleteFolder(new(reader.Number()));
            case MutationKind.AppendChange:
                return new AppendChange(ReadChange(ref reader));
            case MutationKind.TrimChanges:
                return new TrimChanges(reader.Number());
            case MutationKind.AddNamedProperty:
                return new AddNamedProperty(checked((ushort)reader.Number()), new PropertyName(reader.Guid(), reader.UInt32(), reader.OptionalText()));
            case MutationKind.PutClientState:
                var key = new ClientStateKey(reader.Text(), reader.Text(), reader.Text());
                return new PutClientState(key, OptionalMemory(ref reader));
            case MutationKind.PutReadSet:
                return new PutReadSet(reader.Guid(), new(reader.Number()), reader.Bytes().ToArray());
            case MutationKind.PutSetting:
                return new PutSetting(reader.Text(), reader.OptionalText());
            case MutationKind.MarkDelivered:
                return new MarkDelivered(reader.Guid(), reader.Number());
            case MutationKind.TrimDelivered:
                return new TrimDelivered(reader.Number());
            default:
                throw new InvalidDataException($"A stored batch holds a mutation of unknown kind {(byte)kind}.");
        }
    }

    private static void WriteStates(RecordWriter writer, SetMessageStates m)
    {
        writer.Number(m.Folder.Value);
        writer.Number((int)m.Touched);
        writer.Number((int)m.State);
        WriteTexts(writer, m.Keywords);
        writer.Number(m.Status);
        writer.Number(m.FirstSequence);
        writer.Byte((byte)((m.IsContent ? 1 : 0) | (m.IsReadState ? 2 : 0)));
        writer.Number(m.TimeUtcTicks);
        MessageRunCodec.Write(writer, m.Messages);
    }

    private static SetMessageStates ReadStates(ref RecordReader reader)
    {
        var folder = new FolderId(reader.Number());
        var (touched, state, keywords, status, first, marks, time) =
            ((MessageState)reader.Int32(), (MessageState)reader.Int32(), ReadTexts(ref reader), reader.Int32(), reader.Number(), reader.Byte(), reader.Number());
        return new SetMessageStates(folder, MessageRunCodec.Read(ref reader))
        {
            Touched = touched, State = state, Keywords = keywords, Status = status, FirstSequence = first, IsContent = (marks & 1) != 0, IsReadState = (marks & 2) != 0, TimeUtcTicks = time,
        };
    }

    /// <summary>Null stays null: a conditional expression would make it empty, by the conversion from arrays.</summary>
    private static ReadOnlyMemory<byte>? OptionalMemory(ref RecordReader reader)
    {
        var bytes = reader.OptionalBytes();
        return bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);
    }

    public static void WriteTexts(RecordWriter writer, IReadOnlyList<string> texts)
    {
        writer.Number(texts.Count);
        for (var i = 0; i < texts.Count; i++)
            writer.Text(texts[i]);
    }

    public static string[] ReadTexts(ref RecordReader reader)
    {
        var count = reader.Count();
        if (count == 0)
            return [];
        var texts = new string[count];
        for (var i = 0; i < count; i++)
            texts[i] = reader.Text();
        return texts;
    }

    private static void WriteChange(RecordWriter writer, Change change)
    {
        writer.Byte(change.StoredKind);
        writer.Number(change.Sequence);
        writer.Number(change.Message.Value);
        writer.Number(change.Folder.Value);
        writer.Number(change.OldFolder.Value);
        writer.Number(change.Uid);
        writer.Number(change.OldUid);
        writer.Number(change.Mid);
        writer.Number(change.OldMid);
        writer.Number(change.TimeUtcTicks);
    }

    private static Change ReadChange(ref RecordReader reader)
    {
        var (kind, parts) = Change.FromStored(reader.Byte());
        return new Change
        {
            Kind = kind,
            Parts = parts,
            Sequence = reader.Number(),
            Message = new(reader.Number()),
            Folder = new(reader.Number()),
            OldFolder = new(reader.Number()),
            Uid = reader.UInt32(),
            OldUid = reader.UInt32(),
            Mid = reader.Number(),
            OldMid = reader.Number(),
            TimeUtcTicks = reader.Number(),
        };
    }
}
