// [MS-OXCFXICS] 2.2.4.4: messageContent and attachmentContent of an open object; 3.2.5.8.1.1, 3.2.5.8.1.2.
using Rialto.Mapi.Objects;
using Rialto.Model;

namespace Rialto.Mapi.FastTransfer;

/// <summary>Writes an open message as its handle has it, unsaved changes included.</summary>
internal sealed class MessageProducer(MessageObject message, FxFilter filter, FxFilter children, bool bestBody) : FxProducer
{
    public override ValueTask<ErrorCode> ProduceAsync(FxWriter writer, CancellationToken cancel)
    {
        // 3.2.5.8.1.1: of the message's own bodies the one that it was written in, unless others are asked for by name.
        ObjectProperties.Write(writer, message, filter, bestBody && !filter.IsOnly ? FxMessageWriter.NativeBodyOf(message.Content) : (ushort)0);
        new FxMessageWriter(message.Logon, bestBody).Children(writer, message.Recipients.Values, message.Attachments.Values, children);
        Done = Total;
        IsDone = true;
        return new(ErrorCode.Success);
    }
}

/// <summary>Writes an open attachment, and the message in it.</summary>
internal sealed class AttachmentProducer(AttachmentObject attachment, FxFilter filter, bool bestBody) : FxProducer
{
    public override ValueTask<ErrorCode> ProduceAsync(FxWriter writer, CancellationToken cancel)
    {
        ObjectProperties.Write(writer, attachment, filter, without: attachment.Embedded is null ? (ushort)0 : PropertyIds.AttachDataObject);
        if (attachment.Embedded is { } embedded && filter.Takes(PropertyIds.AttachDataObject))
            new FxMessageWriter(attachment.Logon, bestBody).Embedded(writer, embedded);
        Done = Total;
        IsDone = true;
        return new(ErrorCode.Success);
    }
}

/// <summary>The properties of an open object.</summary>
internal static class ObjectProperties
{
    /// <param name="writer">Where they go.</param>
    /// <param name="source">Whose they are.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="native">The only one of several bodies; 0 for all.</param>
    /// <param name="without">One that is written otherwise; 0 for none.</param>
    public static void Write(FxWriter writer, PropertyObject source, FxFilter filter, ushort native = 0, ushort without = 0)
    {
        foreach (var tag in filter.IsOnly ? filter.Tags : source.Tags)
        {
            if (tag.Id != without && !FxMessageWriter.IsOtherBody(tag.Id, native) && FxMessageWriter.IsTransmitted(tag.Id) && (filter.IsOnly || filter.Takes(tag.Id)))
                writer.Property(source.Find(tag));
        }
    }
}
