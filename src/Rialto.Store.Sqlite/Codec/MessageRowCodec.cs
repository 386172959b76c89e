using Rialto.Model;

namespace Rialto.Store.Sqlite.Codec;

/// <summary>A message row as bytes, every field in a fixed order: for the commit log only, where a record lives for minutes.</summary>
internal static class MessageRowCodec
{
    public static void Write(RecordWriter writer, MessageRow row)
    {
        writer.Number(row.Id.Value);
        writer.Number(row.Folder.Value);
        writer.Number(row.Uid);
        writer.Number(row.Mid);
        writer.Number(row.Sequence);
        writer.Number(row.Cn);
        writer.Number(row.ReadCn);
        writer.OptionalBytes(row.ChangeKey);
        writer.OptionalBytes(row.PredecessorChangeList);
        writer.OptionalBytes(row.SourceKey);
        writer.Number((int)row.State);
        WriteBatchCodec.WriteTexts(writer, row.Keywords);
        writer.Number(row.Status);
        writer.Number(row.MimeSize);
        writer.Fixed(row.Received.Ticks);
        WriteTime(writer, row.Sent);
        writer.Fixed(row.Created.Ticks);
        writer.Fixed(row.Modified.Ticks);
        writer.Text(row.MessageClass);
        writer.Text(row.SubjectPrefix);
        writer.Text(row.NormalizedSubject);
        writer.Text(row.FromName);
        writer.Text(row.FromAddress);
        writer.Text(row.SenderName);
        writer.Text(row.SenderAddress);
        writer.Text(row.DisplayTo);
        writer.Text(row.DisplayCc);
        writer.Text(row.DisplayBcc);
        writer.Byte(row.Importance);
        writer.Byte(row.Sensitivity);
        writer.Text(row.Preview);
        writer.Text(row.InternetMessageId);
        writer.Text(row.InReplyTo);
        writer.Text(row.ConversationTopic);
        writer.OptionalBytes(row.ConversationIndex);
        writer.Guid(row.ConversationId);
        writer.Text(row.UrlName);
        writer.Text(row.CalendarUid);
        WriteTime(writer, row.RangeStart);
        WriteTime(writer, row.RangeEnd);
        writer.Byte((byte)row.Kind);
        WriteBlob(writer, row.Content);
        WriteBlob(writer, row.DerivedMime);
        writer.Number(row.ConverterVersion);
        writer.OptionalBytes(row.Overlay);
        writer.Guid(row.Creator);
    }

    public static MessageRow Read(ref RecordReader reader) => new()
    {
        Id = new(reader.Number()),
        Folder = new(reader.Number()),
        Uid = reader.UInt32(),
        Mid = reader.Number(),
        Sequence = reader.Number(),
        Cn = reader.Number(),
        ReadCn = reader.Number(),
        ChangeKey = reader.OptionalBytes(),
        PredecessorChangeList = reader.OptionalBytes(),
        SourceKey = reader.OptionalBytes(),
        State = (MessageState)reader.Int32(),
        Keywords = WriteBatchCodec.ReadTexts(ref reader),
        Status = reader.Int32(),
        MimeSize = reader.Number(),
        Received = new(reader.Fixed()),
        Sent = ReadTime(ref reader),
        Created = new(reader.Fixed()),
        Modified = new(reader.Fixed()),
        MessageClass = reader.Text(),
        SubjectPrefix = reader.Text(),
        NormalizedSubject = reader.Text(),
        FromName = reader.Text(),
        FromAddress = reader.Text(),
        SenderName = reader.Text(),
        SenderAddress = reader.Text(),
        DisplayTo = reader.Text(),
        DisplayCc = reader.Text(),
        DisplayBcc = reader.Text(),
        Importance = reader.Byte(),
        Sensitivity = reader.Byte(),
        Preview = reader.Text(),
        InternetMessageId = reader.Text(),
        InReplyTo = reader.Text(),
        ConversationTopic = reader.Text(),
        ConversationIndex = reader.OptionalBytes(),
        ConversationId = reader.Guid(),
        UrlName = reader.Text(),
        CalendarUid = reader.Text(),
        RangeStart = ReadTime(ref reader),
        RangeEnd = ReadTime(ref reader),
        Kind = (ContentKind)reader.Byte(),
        Content = ReadBlob(ref reader),
        DerivedMime = ReadBlob(ref reader),
        ConverterVersion = reader.Int32(),
        Overlay = reader.OptionalBytes(),
        Creator = reader.Guid(),
    };

    public static void WriteBlob(RecordWriter writer, BlobRef blob)
    {
        writer.Number(blob.Key);
        writer.Number(blob.Length);
    }

    public static BlobRef ReadBlob(ref RecordReader reader) => new(reader.Number(), reader.Number());

    private static void WriteTime(RecordWriter writer, FileTime? time)
    {
        writer.Byte(time is null ? (byte)0 : (byte)1);
        if (time is { } t)
            writer.Fixed(t.Ticks);
    }

    private static FileTime? ReadTime(ref RecordReader reader) => reader.Byte() == 0 ? null : new FileTime(reader.Fixed());
}
