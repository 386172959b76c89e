// [MS-OXMSG] 2: messages as .msg files.
using System.Buffers;
using System.Text;
using Rialto.Content.CompoundFiles;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Msg;

/// <summary>How a .msg file is written.</summary>
public sealed record MsgWriterOptions
{
    public static MsgWriterOptions Default { get; } = new();

    /// <summary>Strings of type String8 as Unicode too; otherwise they stay in their message's code page, those that it cannot express excepted.</summary>
    public bool AllUnicode { get; init; }

    /// <summary>The class of the root: a message, or a template (.oft).</summary>
    public Guid ClassId { get; init; } = MsgFile.MessageClassId;
}

/// <summary>
/// Writes messages as .msg files. PidTagStoreSupportMask is added where it is missing, as readers learn from it that strings are Unicode; nothing else is.
/// The same message gives the same bytes.
/// </summary>
public sealed class MsgWriter
{
    /// <summary>STORE_UNICODE_OK, [MS-OXMSG] 2.1.1.1.</summary>
    internal const int StoreUnicodeOk = 0x00040000;

    /// <summary>With what else Outlook says of its files: unique ids, changes, attachments, OLE, restrictions, multiple values, RTF.</summary>
    private const int StoreSupport = StoreUnicodeOk | 0x0E79;

    /// <summary>Deeper than any reader of this project gives, and far from the end of the stack.</summary>
    private const int MaxDepth = 100;

    private static readonly PropertyTag s_dataObject = PropertyTags.AttachDataBinary.WithType(PropertyType.Object);

    /// <summary>[MS-OXMSG] 2.4.1.3: recipients and attachments have nothing in theirs.</summary>
    private static ReadOnlySpan<byte> EmptyHeader => [0, 0, 0, 0, 0, 0, 0, 0];

    private readonly MsgWriterOptions _options;
    private readonly MsgNameWriter _names;

    private MsgWriter(PropertyMessage message, MsgWriterOptions options)
    {
        _options = options;
        _names = new MsgNameWriter(message);
    }

    /// <summary>
    /// <see cref="NotSupportedException"/> when the format has no room: 2 GB, 32,767 names, messages a hundred deep, values that are kept elsewhere.
    /// </summary>
    public static byte[] ToArray(PropertyMessage message, MsgWriterOptions? options = null)
    {
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        Write(message, output, options);
        return output.WrittenSpan.ToArray();
    }

    /// <inheritdoc cref="ToArray"/>
    public static void Write(PropertyMessage message, IBufferWriter<byte> output, MsgWriterOptions? options = null)
    {
        CheckDepth(message, 0);
        var writer = new MsgWriter(message, options ?? MsgWriterOptions.Default);
        var root = new CompoundStorage { ClassId = writer._options.ClassId };
        writer._names.Write(root.AddStorage(MsgNaming.Names));
        writer.WriteMessage(root, message, null, isTop: true);
        CompoundFileWriter.Write(root, output);
    }

    private static void CheckDepth(PropertyMessage message, int depth)
    {
        if (depth >= MaxDepth)
            throw new NotSupportedException($"Messages are embedded in one another more than {MaxDepth} deep.");
        foreach (var attachment in message.Attachments)
            if (attachment.Embedded is { } embedded)
                CheckDepth(embedded, depth + 1);
    }

    private void WriteMessage(CompoundStorage storage, PropertyMessage message, Encoding? outer, bool isTop)
    {
        var bag = message.Properties;
        var encoding = MsgCodePage.Of(bag.GetInt32(PropertyTags.MessageCodepage), bag.GetInt32(PropertyTags.InternetCodepage), bag.GetInt32(PropertyTags.MessageLocaleId), outer);
        var header = new WireWriter(32);
        header.WriteUInt64(0);
        header.WriteInt32(message.Recipients.Count);
        header.WriteInt32(message.Attachments.Count);
        header.WriteInt32(message.Recipients.Count);
        header.WriteInt32(message.Attachments.Count);
        if (isTop)
            header.WriteUInt64(0);
        if (!bag.TryGet(PropertyTags.StoreSupportMask.Id, out _))
        {
            bag = new PropertyBag(bag);
            bag.Set(PropertyValue.Of(PropertyTags.StoreSupportMask, StoreSupport));
        }
        WriteBag(storage, header.Written, bag, message, encoding, null);
        header.Dispose();
        for (var i = 0; i < message.Recipients.Count; i++)
            WriteBag(storage.AddStorage(MsgNaming.Recipient(i)), EmptyHeader, message.Recipients[i].Properties, message, encoding, null);
        for (var i = 0; i < message.Attachments.Count; i++)
            WriteAttachment(storage.AddStorage(MsgNaming.Attachment(i)), message.Attachments[i], message, encoding);
    }

    private void WriteAttachment(CompoundStorage storage, PropertyAttachment attachment, PropertyMessage message, Encoding encoding)
    {
        WriteBag(storage, EmptyHeader, attachment.Properties, message, encoding, attachment.Embedded);
        if (attachment.Embedded is { } embedded)
            WriteMessage(storage.AddStorage(MsgNaming.Value(s_dataObject)), embedded, encoding, isTop: false);
    }

    private void WriteBag(CompoundStorage storage, ReadOnlySpan<byte> header, PropertyBag bag, PropertyMessage message, Encoding encoding, PropertyMessage? embedded)
    {
        var entries = new MsgPropertyWriter(storage, header, _options.AllUnicode, encoding);
        var values = bag.Select(v => v.WithTag(_names.Map(message, v.Tag))).OrderBy(v => v.Tag.Id);
        foreach (var value in values)
        {
            // The message stands for the property that would hold it.
            if (embedded is null || value.Tag.Id != s_dataObject.Id)
                entries.Add(value);
        }
        if (embedded is not null)
            entries.AddStorageEntry(s_dataObject, MsgPropertyWriter.ReservedForMessage);
        entries.Complete();
    }
}
