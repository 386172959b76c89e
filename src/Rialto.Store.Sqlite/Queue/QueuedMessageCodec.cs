using Rialto.Delivery;
using Rialto.Store.Sqlite.Codec;

namespace Rialto.Store.Sqlite.Queue;

/// <summary>An entry of the mail queue as bytes. Begins with a version; fields are only ever added at the end. What has none of the later fields is written as the first version had it.</summary>
internal static class QueuedMessageCodec
{
    private const byte FirstVersion = 1;

    /// <summary>Behind the recipients: the overlay, then each of the origin, the deliver-by-time and the future release behind a byte that says whether it is there.</summary>
    private const byte Version = 2;

    public static void Write(RecordWriter writer, QueuedMessage message)
    {
        var isFirst = message.DeliverBy is null && message.FutureRelease is null;
        writer.Byte(isFirst ? FirstVersion : Version);
        writer.Guid(message.Id);
        MessageRowCodec.WriteBlob(writer, message.Content);
        writer.Text(message.Sender);
        writer.Fixed(message.ReceivedUtcTicks);
        writer.OptionalText(message.EnvelopeId);
        writer.OptionalText(message.Return);
        writer.Text(message.Submitter);
        writer.Byte((byte)((message.SmtpUtf8 ? 1 : 0) | (message.EightBitMime ? 2 : 0) | ((int)message.Tls << 2)));
        writer.Number(message.Recipients.Count);
        foreach (var recipient in message.Recipients)
        {
            writer.Text(recipient.Address);
            writer.OptionalText(recipient.OriginalRecipient);
            writer.OptionalText(recipient.Notify);
            writer.Number(recipient.Attempts);
            writer.Fixed(recipient.NextAttemptUtcTicks);
            writer.OptionalText(recipient.LastStatus);
        }
        if (isFirst && message.Overlay is null && message.Origin is null)
            return;
        writer.OptionalBytes(message.Overlay);
        if (!isFirst)
            writer.Byte(message.Origin is null ? (byte)0 : (byte)1);
        if (message.Origin is { } origin)
        {
            writer.Guid(origin.Mailbox);
            writer.Number(origin.Folder);
            writer.Number(origin.Message);
            writer.Fixed(origin.SubmitTime);
            writer.Byte(origin.Delete ? (byte)1 : (byte)0);
            writer.Number(origin.Target);
            writer.Number(origin.TargetMid);
        }
        if (isFirst)
            return;
        writer.Byte(message.DeliverBy is null ? (byte)0 : (byte)1);
        if (message.DeliverBy is { } by)
        {
            writer.Fixed(by.UtcTicks);
            writer.Byte((byte)((by.Returns ? 1 : 0) | (by.Traces ? 2 : 0)));
        }
        writer.Byte(message.FutureRelease is null ? (byte)0 : (byte)1);
        if (message.FutureRelease is { } release)
        {
            writer.Text(release.Value);
            writer.Fixed(release.ArrivedUtcTicks);
        }
    }

    public static QueuedMessage Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new RecordReader(bytes);
        var version = reader.Byte();
        if (version is not (FirstVersion or Version))
            throw new InvalidDataException("An entry of the mail queue was written by a newer version.");
        var message = new QueuedMessage
        {
            Id = reader.Guid(),
            Content = MessageRowCodec.ReadBlob(ref reader),
            Sender = reader.Text(),
            ReceivedUtcTicks = reader.Fixed(),
            EnvelopeId = reader.OptionalText(),
            Return = reader.OptionalText(),
            Submitter = reader.Text(),
            Recipients = [],
        };
        var flags = reader.Byte();
        var recipients = new QueuedRecipient[reader.Count()];
        for (var i = 0; i < recipients.Length; i++)
            recipients[i] = new QueuedRecipient(reader.Text(), reader.OptionalText(), reader.OptionalText(), reader.Int32(), reader.Fixed(), reader.OptionalText());
        var overlay = reader.AtEnd ? null : reader.OptionalBytes();
        var hasOrigin = version == FirstVersion ? !reader.AtEnd : reader.Byte() != 0;
        var origin = !hasOrigin ? null
            : new SubmissionOrigin(reader.Guid(), reader.Number(), reader.Number(), reader.Fixed(), reader.Byte() != 0, reader.Number(), reader.Number());
        DeliverBy? by = null;
        FutureReleaseRequest? release = null;
        if (version != FirstVersion)
        {
            if (reader.Byte() != 0)
            {
                var ticks = reader.Fixed();
                var modes = reader.Byte();
                by = new DeliverBy(ticks, (modes & 1) != 0, (modes & 2) != 0);
            }
            if (reader.Byte() != 0)
                release = new FutureReleaseRequest(reader.Text(), reader.Fixed());
        }
        return message with { DeliverBy = by, FutureRelease = release, Overlay = overlay, SmtpUtf8 = (flags & 1) != 0, EightBitMime = (flags & 2) != 0, Tls = (TlsDemand)((flags >> 2) & 3), Recipients = recipients, Origin = origin };
    }
}
