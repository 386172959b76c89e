// [MS-OXMSG] files as messages of a mailbox.
using System.Collections.Frozen;
using Rialto.Content.CompoundFiles;
using Rialto.Content.Msg;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Server.Import;

/// <summary>.msg files for import, and a mailbox's messages for export as such.</summary>
internal static class OutlookMessages
{
    // [MS-OXCMSG] 2.2.1.6: PidTagMessageFlags.
    private const int FlagRead = 0x1;
    private const int FlagUnsent = 0x8;

    /// <summary>What a mailbox gives each object itself; in a file it tells of the mailbox that the message was in before.</summary>
    private static readonly FrozenSet<ushort> s_ofTheMailbox = new[]
    {
        PropertyTags.EntryId, PropertyTags.ParentEntryId, PropertyTags.StoreEntryId, PropertyTags.StoreRecordKey, PropertyTags.RecordKey, PropertyTags.MappingSignature,
        PropertyTags.StoreSupportMask, PropertyTags.SourceKey, PropertyTags.ParentSourceKey, PropertyTags.ChangeKey, PropertyTags.PredecessorChangeList, PropertyTags.Access,
        PropertyTags.AccessLevel, PropertyTags.ObjectType, PropertyTags.MessageSize, PropertyTags.MessageFlags, PropertyTags.Read, PropertyTags.HasAttachments,
    }.Select(t => t.Id).ToFrozenSet();

    public static bool IsOne(string path)
    {
        Span<byte> head = stackalloc byte[8];
        using var stream = File.OpenRead(path);
        return stream.ReadAtLeast(head, 8, throwOnEndOfStream: false) == 8 && CompoundFile.IsCompoundFile(head);
    }

    /// <summary><see cref="IOException"/> with the reason when the file holds no message.</summary>
    public static FoundMessage Read(SourceFile file)
    {
        var length = new FileInfo(file.Path).Length;
        if (length > MessageSource.MaximumFile)
            throw new IOException($"the file has {length} bytes; a message may have {MessageSource.MaximumFile}");
        var bytes = File.ReadAllBytes(file.Path);
        ReadMessage read;
        try
        {
            read = MessageFormats.Read(bytes, MessageFormat.Msg);
        }
        catch (FormatException e)
        {
            throw new IOException(e.Message, e);
        }
        var flags = read.Message.Properties.GetInt32(PropertyTags.MessageFlags);
        var state = ((flags & FlagRead) != 0 ? MessageState.Read : MessageState.None) | ((flags & FlagUnsent) != 0 ? MessageState.Draft : MessageState.None);
        var received = read.Message.Properties.GetTime(PropertyTags.MessageDeliveryTime) ?? read.Message.Properties.GetTime(PropertyTags.ClientSubmitTime);
        return new FoundMessage(file.Path, file.Folder, bytes, state, [], received) { Properties = ForMailbox(read.Message, isEmbedded: false) };
    }

    /// <summary>A message of a mailbox as a file that stands alone.</summary>
    public static byte[] Write(PropertyMessage message, MessageState state, FileTime received)
    {
        var bag = new PropertyBag(message.Properties);
        bag.Set(PropertyValue.Of(PropertyTags.MessageFlags, (state.HasFlag(MessageState.Read) ? FlagRead : 0) | (state.HasFlag(MessageState.Draft) ? FlagUnsent : 0)));
        if (!bag.TryGet(PropertyTags.MessageDeliveryTime.Id, out _))
            bag.Set(PropertyValue.Of(PropertyTags.MessageDeliveryTime, received));
        return MsgWriter.ToArray(new PropertyMessage { Properties = bag, Recipients = message.Recipients, Attachments = message.Attachments, NamedProperties = message.NamedProperties });
    }

    /// <summary>Strings in Unicode, as the mailbox has them, and nothing that it gives itself. An embedded message keeps its flags: it has no row to hold them.</summary>
    private static PropertyMessage ForMailbox(PropertyMessage message, bool isEmbedded) => new()
    {
        Properties = Clean(message.Properties, isEmbedded),
        Recipients = [.. message.Recipients.Select(r => new PropertyRecipient { Properties = Unicode(r.Properties) })],
        Attachments = [.. message.Attachments.Select(a => new PropertyAttachment
        {
            Properties = Unicode(a.Properties),
            Embedded = a.Embedded is { } embedded ? ForMailbox(embedded, isEmbedded: true) : null,
        })],
        NamedProperties = message.NamedProperties,
    };

    private static PropertyBag Clean(PropertyBag bag, bool isEmbedded)
    {
        var clean = Unicode(bag);
        foreach (var id in s_ofTheMailbox)
        {
            if (!isEmbedded || id != PropertyTags.MessageFlags.Id)
                clean.Remove(id);
        }
        return clean;
    }

    /// <summary>The same message with strings of code pages as Unicode, which is what mail is made from.</summary>
    public static PropertyMessage Unicode(PropertyMessage message) => new()
    {
        Properties = Unicode(message.Properties),
        Recipients = [.. message.Recipients.Select(r => new PropertyRecipient { Properties = Unicode(r.Properties) })],
        Attachments = [.. message.Attachments.Select(a => new PropertyAttachment { Properties = Unicode(a.Properties), Embedded = a.Embedded is { } embedded ? Unicode(embedded) : null })],
        NamedProperties = message.NamedProperties,
    };

    private static PropertyBag Unicode(PropertyBag bag) => new(bag.Select(v => v.Type switch
    {
        PropertyType.String8 => v.WithTag(v.Tag.WithType(PropertyType.String)),
        PropertyType.MultipleString8 => v.WithTag(v.Tag.WithType(PropertyType.MultipleString)),
        _ => v,
    }));
}
