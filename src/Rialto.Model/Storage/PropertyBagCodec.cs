using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// The form that property bags and whole messages are kept in on disk: compact, fast, and frozen. The first byte is the version, the second says what
/// follows; type bytes are <see cref="StoredType"/>. Ids ascend and are stored as differences. Reading is total: any bytes give a value or false.
/// </summary>
/// <remarks>
/// <code>
/// bag      = count *(id-difference value)                                  varints, StoredValue
/// message  = bag size4 names size4 recipients size4 attachments            each part after its size, so that a reader can pass over it
/// names    = count *guid count *(id-difference set-index (0 lid / 1+length utf-8))
/// recipients = count *bag ; attachments = count *(size4 bag (0 / 1 message))
/// </code>
/// </remarks>
public static class PropertyBagCodec
{
    /// <summary>Messages within messages; deeper ones are refused by reader and writer, far below where a stack ends.</summary>
    public const int MaxEmbeddedDepth = 32;

    /// <summary>Values of this many bytes or more are offered to the externaliser when the caller names no other size.</summary>
    public const int DefaultExternaliseFrom = 32 * 1024;

    private const byte Version = 1;

    private enum Kind : byte
    {
        Bag = 1,
        Message = 2,
    }

    // ---- bags ----

    /// <summary>
    /// The bag's stored form. <paramref name="externalise"/> is asked about each long binary or string and answers the reference to keep instead of it,
    /// or null to keep it inline. <see cref="InvalidOperationException"/> for a value that no stored form exists for (type Unspecified).
    /// </summary>
    public static byte[] Write(PropertyBag bag, Func<PropertyValue, byte[]?>? externalise = null, int externaliseFrom = DefaultExternaliseFrom)
    {
        var writer = new WireWriter(512);
        try
        {
            writer.WriteByte(Version);
            writer.WriteByte((byte)Kind.Bag);
            WriteBag(ref writer, bag, externalise, externaliseFrom);
            return Finish(ref writer);
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>
    /// Reads a stored bag, or the top properties of a stored message. <paramref name="resolve"/> turns a reference back into its value; without it such
    /// values come as <see cref="PropertyValue.AsExternal"/>.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> stored, out PropertyBag bag, Func<PropertyTag, ExternalValue, PropertyValue>? resolve = null)
    {
        var reader = new WireReader(stored);
        bag = new PropertyBag(0);
        if (!Header(ref reader, out _))
            return false;
        bag = ReadBag(ref reader, resolve);
        return !reader.Failed;
    }

    /// <summary>One property of a stored bag or of a stored message's top properties, without making the others. False when it is not there or the bytes are bad.</summary>
    public static bool TryFind(ReadOnlySpan<byte> stored, ushort id, out PropertyValue value)
    {
        value = default;
        var reader = new WireReader(stored);
        if (!Header(ref reader, out _))
            return false;
        var count = reader.ReadVarintCount(2);
        ulong current = 0;
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            current += reader.ReadVarint();
            if (current > id)
                return false;
            if (current == id)
            {
                value = StoredValue.Read(ref reader, id, null);
                return !reader.Failed;
            }
            StoredValue.Skip(ref reader);
        }
        return false;
    }

    // ---- messages ----

    /// <summary>The whole message's stored form, embedded messages included. Externalising is as for bags.</summary>
    public static byte[] Write(PropertyMessage message, Func<PropertyValue, byte[]?>? externalise = null, int externaliseFrom = DefaultExternaliseFrom)
    {
        var writer = new WireWriter(2048);
        try
        {
            writer.WriteByte(Version);
            writer.WriteByte((byte)Kind.Message);
            WriteMessage(ref writer, message, externalise, externaliseFrom, 0);
            return Finish(ref writer);
        }
        finally
        {
            writer.Dispose();
        }
    }

    public static bool TryRead(ReadOnlySpan<byte> stored, out PropertyMessage message, Func<PropertyTag, ExternalValue, PropertyValue>? resolve = null)
    {
        var reader = new WireReader(stored);
        message = new PropertyMessage();
        if (!Header(ref reader, out var kind) || kind != Kind.Message)
            return false;
        message = ReadMessage(ref reader, resolve, 0);
        return !reader.Failed;
    }

    private static bool Header(ref WireReader reader, out Kind kind)
    {
        var version = reader.ReadByte();
        kind = (Kind)reader.ReadByte();
        return version == Version && kind is Kind.Bag or Kind.Message && !reader.Failed;
    }

    private static byte[] Finish(ref WireWriter writer) =>
        writer.Failed ? throw new InvalidOperationException("The properties have no stored form: a value without a type, or messages nested too deep.") : writer.ToArray();

    private static void WriteBag(ref WireWriter writer, PropertyBag bag, Func<PropertyValue, byte[]?>? externalise, int externaliseFrom)
    {
        var values = bag.Span;
        writer.WriteVarint((uint)values.Length);
        var previous = 0;
        foreach (ref readonly var value in values)
        {
            writer.WriteVarint((uint)(value.Tag.Id - previous));
            previous = value.Tag.Id;
            StoredValue.Write(ref writer, value, externalise, externaliseFrom);
        }
    }

    private static PropertyBag ReadBag(ref WireReader reader, Func<PropertyTag, ExternalValue, PropertyValue>? resolve)
    {
        var count = reader.ReadVarintCount(2);
        var bag = new PropertyBag(Math.Min(count, 256));
        ulong id = 0;
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            var difference = reader.ReadVarint();
            id += difference;
            if (id > ushort.MaxValue || difference == 0 && i > 0)
            {
                reader.Fail();
                break;
            }
            var value = StoredValue.Read(ref reader, (ushort)id, resolve);
            if (!reader.Failed)
                bag.Set(value);
        }
        return bag;
    }

    private static void WriteMessage(ref WireWriter writer, PropertyMessage message, Func<PropertyValue, byte[]?>? externalise, int externaliseFrom, int depth)
    {
        if (depth > MaxEmbeddedDepth)
        {
            writer.Fail();
            return;
        }
        WriteBag(ref writer, message.Properties, externalise, externaliseFrom);

        var names = Open(ref writer);
        StoredNames.Write(ref writer, message.NamedProperties);
        Close(ref writer, names);

        var recipients = Open(ref writer);
        writer.WriteVarint((uint)message.Recipients.Count);
        foreach (var recipient in message.Recipients)
            WriteBag(ref writer, recipient.Properties, externalise, externaliseFrom);
        Close(ref writer, recipients);

        var attachments = Open(ref writer);
        writer.WriteVarint((uint)message.Attachments.Count);
        foreach (var attachment in message.Attachments)
        {
            var one = Open(ref writer);
            // Data that lies elsewhere belongs to the attachment all the same.
            WriteBag(ref writer, attachment.Held().Properties, externalise, externaliseFrom);
            writer.WriteByte(attachment.Embedded is null ? (byte)0 : (byte)1);
            if (attachment.Embedded is { } embedded)
                WriteMessage(ref writer, embedded, externalise, externaliseFrom, depth + 1);
            Close(ref writer, one);
        }
        Close(ref writer, attachments);
    }

    private static PropertyMessage ReadMessage(ref WireReader reader, Func<PropertyTag, ExternalValue, PropertyValue>? resolve, int depth)
    {
        if (depth > MaxEmbeddedDepth)
        {
            reader.Fail();
            return new PropertyMessage();
        }
        var message = new PropertyMessage { Properties = ReadBag(ref reader, resolve) };

        if (reader.EnterRegion(reader.ReadCount(CountWidth.UInt32), out var end))
        {
            StoredNames.Read(ref reader, message.NamedProperties);
            reader.LeaveRegion(end);
        }
        if (reader.EnterRegion(reader.ReadCount(CountWidth.UInt32), out end))
        {
            for (var left = reader.ReadVarintCount(); left > 0 && !reader.Failed; left--)
                message.Recipients.Add(new PropertyRecipient { Properties = ReadBag(ref reader, resolve) });
            reader.LeaveRegion(end);
        }
        if (reader.EnterRegion(reader.ReadCount(CountWidth.UInt32), out end))
        {
            for (var left = reader.ReadVarintCount(4); left > 0 && !reader.Failed; left--)
            {
                if (!reader.EnterRegion(reader.ReadCount(CountWidth.UInt32), out var attachmentEnd))
                    break;
                var attachment = new PropertyAttachment { Properties = ReadBag(ref reader, resolve) };
                if (reader.ReadByte() != 0)
                    attachment.Embedded = ReadMessage(ref reader, resolve, depth + 1);
                message.Attachments.Add(attachment);
                reader.LeaveRegion(attachmentEnd);
            }
            reader.LeaveRegion(end);
        }
        return message;
    }

    private static int Open(ref WireWriter writer)
    {
        var at = writer.Position;
        writer.WriteUInt32(0);
        return at;
    }

    private static void Close(ref WireWriter writer, int at) => writer.PatchUInt32(at, (uint)(writer.Position - at - sizeof(uint)));
}
