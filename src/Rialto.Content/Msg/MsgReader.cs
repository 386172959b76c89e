// [MS-OXMSG] 2.2: storages of messages, recipients and attachments.
using System.Buffers.Binary;
using System.Text;
using Rialto.Content.CompoundFiles;
using Rialto.Model;

namespace Rialto.Content.Msg;

/// <summary>Reads a compound file's tree as a message; see <see cref="MsgFile.Read"/>.</summary>
internal sealed class MsgReader
{
    private const int ByStorage = 6;

    private static readonly PropertyTag s_dataObject = PropertyTags.AttachDataBinary.WithType(PropertyType.Object);

    private readonly MsgLimits _limits;
    private readonly MsgWarnings _warnings;
    private readonly MsgNames _names;

    private MsgReader(CompoundFile compound, MsgLimits limits)
    {
        _limits = limits;
        _warnings = new MsgWarnings(limits.MaxWarnings);
        if (compound.Warnings.Count > 0)
            _warnings.Add(MsgWarningKind.DamagedCompoundFile, "");
        _names = new MsgNames(compound.Root, limits, _warnings);
    }

    /// <summary>Null when the root holds nothing of a message.</summary>
    public static MsgFile? Read(CompoundFile compound, MsgLimits limits)
    {
        var root = compound.Root;
        if (root.FindStream(MsgNaming.Properties) is null && root.FindStorage(MsgNaming.Names) is null)
            return null;
        var reader = new MsgReader(compound, limits);
        var message = reader.ReadMessage(root, "", 0, null, out var encoding);
        return new MsgFile
        {
            Message = message,
            IsUnicode = (message.Properties.GetInt32(PropertyTags.StoreSupportMask) & MsgWriter.StoreUnicodeOk) != 0,
            CodePage = encoding.CodePage,
            ClassId = root.ClassId,
            Warnings = reader._warnings.List,
        };
    }

    private PropertyMessage ReadMessage(CompoundStorage storage, string where, int depth, Encoding? outer, out Encoding encoding)
    {
        // [MS-OXMSG] 2.4.1: the header of a message has counts; at the top 8 bytes more.
        var bag = new MsgPropertyReader(storage, depth == 0 ? 32 : 24, where, _warnings);
        encoding = MsgCodePage.Of(bag.Integer(PropertyTags.MessageCodepage), bag.Integer(PropertyTags.InternetCodepage), bag.Integer(PropertyTags.MessageLocaleId), outer);
        var message = new PropertyMessage { Properties = bag.Read(encoding) };
        Name(message, message.Properties, where);
        var below = where.Length == 0 ? "" : where + ".";
        foreach (var (source, _) in Numbered(storage, MsgNaming.IsRecipient))
        {
            var at = $"{below}Recipients[{message.Recipients.Count}]";
            var recipient = new PropertyRecipient { Properties = new MsgPropertyReader(source, 8, at, _warnings).Read(encoding) };
            Name(message, recipient.Properties, at);
            message.Recipients.Add(recipient);
        }
        foreach (var (source, _) in Numbered(storage, MsgNaming.IsAttachment))
            message.Attachments.Add(ReadAttachment(source, $"{below}Attachments[{message.Attachments.Count}]", depth, encoding, message));
        CheckCounts(storage, where, message);
        return message;
    }

    private PropertyAttachment ReadAttachment(CompoundStorage storage, string where, int depth, Encoding encoding, PropertyMessage message)
    {
        var bag = new MsgPropertyReader(storage, 8, where, _warnings);
        var attachment = new PropertyAttachment { Properties = bag.Read(encoding) };
        Name(message, attachment.Properties, where);
        if (storage.FindStorage(MsgNaming.Value(s_dataObject)) is not { } data)
            return attachment;
        if (attachment.Properties.GetInt32(PropertyTags.AttachMethod) == ByStorage || data.FindStream(MsgNaming.Properties) is null)
        {
            // [MS-OXMSG] 2.2.2.2: another application's storage.
            attachment.Properties.Set(PropertyValue.Of(s_dataObject, AsFile(data)));
        }
        else if (depth >= _limits.MaxEmbeddedDepth)
        {
            _warnings.Add(MsgWarningKind.TooDeep, where);
            attachment.Properties.Set(PropertyValue.Of(s_dataObject, AsFile(data)));
        }
        else
        {
            attachment.Properties.Remove(s_dataObject.Id);
            attachment.Embedded = ReadMessage(data, where + ".Embedded", depth + 1, encoding, out _);
            foreach (var (id, name) in attachment.Embedded.NamedProperties)
                message.NamedProperties[id] = name;
        }
        return attachment;
    }

    private static byte[] AsFile(CompoundStorage storage) => CompoundFileWriter.ToArray(storage);

    private void Name(PropertyMessage message, PropertyBag bag, string where)
    {
        foreach (ref readonly var value in bag.Span)
        {
            if (!value.Tag.IsNamed || message.NamedProperties.ContainsKey(value.Tag.Id))
                continue;
            if (_names.Find(value.Tag.Id) is { } name)
                message.NamedProperties[value.Tag.Id] = name;
            else
                _warnings.Add(MsgWarningKind.UnnamedProperty, where, value.Tag);
        }
    }

    private delegate bool NumberedName(string name, out uint index);

    private static IEnumerable<(CompoundStorage Storage, uint Index)> Numbered(CompoundStorage storage, NumberedName isOne)
    {
        var found = new List<(CompoundStorage Storage, uint Index)>();
        foreach (var below in storage.Storages)
        {
            if (isOne(below.Name, out var index))
                found.Add((below, index));
        }
        found.Sort((a, b) => a.Index.CompareTo(b.Index));
        return found;
    }

    private void CheckCounts(CompoundStorage storage, string where, PropertyMessage message)
    {
        var header = storage.FindStream(MsgNaming.Properties)?.Content ?? default;
        if (header.Length < 24)
            return;
        Span<byte> counts = stackalloc byte[8];
        System.Buffers.BuffersExtensions.CopyTo(header.Slice(16, 8), counts);
        if (BinaryPrimitives.ReadUInt32LittleEndian(counts) != message.Recipients.Count || BinaryPrimitives.ReadUInt32LittleEndian(counts[4..]) != message.Attachments.Count)
            _warnings.Add(MsgWarningKind.WrongCount, where);
    }
}
