// [MS-OXCMAIL] 2.2.3.4.2: mail that carries its properties in a TNEF part; [MS-OXTNEF] 2.1.3.
using Rialto.Content.Mime;
using Rialto.Content.Tnef;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>Finds the TNEF part of a mail and takes its properties over.</summary>
internal static class TnefCarrier
{
    /// <summary>Bytes of a stream that is taken apart; larger ones stay attachments.</summary>
    private const int MaxStream = 256 << 20;

    /// <summary>The TNEF stream among the attachments, and its attachment; null where there is none that can be read.</summary>
    public static (MimeAttachment Attachment, TnefMessage Tnef)? Find(MimeContent content)
    {
        foreach (var attachment in content.Attachments)
        {
            if (!IsCarrier(attachment.Part) || attachment.Part.BodyLength > MaxStream)
                continue;
            var tnef = TnefReader.Read(TransferDecoder.Decode(attachment.Part.Encoding, attachment.Part.RawBody));
            if (tnef.IsTnef)
                return (attachment, tnef);
        }
        return null;
    }

    private static bool IsCarrier(MimePart part) => part.Type == "application"
        && (part.Subtype is "ms-tnef" or "vnd.ms-tnef" || MimeContent.FileName(part).Equals("winmail.dat", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Takes over what the header and the body of the mail do not say: the header tells who wrote to whom, when and about what, the stream everything else. Its
    /// body counts only where the mail has none, as what stands in the mail is what its sender's gateway let others see.
    /// </summary>
    public static void Merge(PropertyMessage carried, PropertyMessage result)
    {
        var ids = new Dictionary<ushort, ushort>();
        var next = result.NamedProperties.Count == 0 ? 0x8000 : result.NamedProperties.Keys.Max() + 1;
        Adopt(carried, result, ids, ref next);
        var hasBody = result.Properties.GetString(PropertyTags.Body) is { Length: > 0 } || result.Properties.TryGet(PropertyIds.Html, out _);
        foreach (var value in carried.Properties)
        {
            var id = value.Tag.Id;
            if (id is PropertyIds.MessageClass)
            {
                if (value.Reference is string { Length: > 0 })
                    result.Properties.Set(value);
            }
            else if (IsBody(id) ? !hasBody : value.Tag.IsNamed || !result.Properties.TryGet(id, out _))
            {
                result.Properties.Set(Mapped(value, ids));
            }
        }
        foreach (var attachment in carried.Attachments)
        {
            var number = result.Attachments.Count;
            var taken = new PropertyAttachment { Properties = Mapped(attachment.Properties, ids), Embedded = attachment.Embedded is { } embedded ? Mapped(embedded, ids) : null };
            taken.Properties.Set(PropertyValue.Of(PropertyTags.AttachNumber, number));
            result.Attachments.Add(taken);
        }
    }

    private static bool IsBody(ushort id) => id is PropertyIds.Body or PropertyIds.Html or PropertyIds.RtfCompressed or PropertyIds.RtfInSync or PropertyIds.NativeBody or PropertyIds.InternetCodepage;

    /// <summary>The names of the stream's message and of those within it get ids that are free in the result.</summary>
    private static void Adopt(PropertyMessage carried, PropertyMessage result, Dictionary<ushort, ushort> ids, ref int next)
    {
        foreach (var (id, name) in carried.NamedProperties)
        {
            if (ids.ContainsKey(id))
                continue;
            var known = result.NamedProperties.FirstOrDefault(n => n.Value == name).Key;
            if (known == 0 && next < 0xFFFF)
                result.NamedProperties[known = (ushort)next++] = name;
            ids[id] = known;
        }
        foreach (var attachment in carried.Attachments)
        {
            if (attachment.Embedded is { } embedded && !ReferenceEquals(embedded.NamedProperties, carried.NamedProperties))
                Adopt(embedded, result, ids, ref next);
        }
    }

    private static PropertyMessage Mapped(PropertyMessage message, Dictionary<ushort, ushort> ids)
    {
        var mapped = new PropertyMessage { Properties = Mapped(message.Properties, ids) };
        mapped.Recipients.AddRange(message.Recipients.Select(r => new PropertyRecipient { Properties = Mapped(r.Properties, ids) }));
        mapped.Attachments.AddRange(message.Attachments.Select(a => new PropertyAttachment { Properties = Mapped(a.Properties, ids), Embedded = a.Embedded is { } e ? Mapped(e, ids) : null }));
        return mapped;
    }

    private static PropertyBag Mapped(PropertyBag bag, Dictionary<ushort, ushort> ids)
    {
        var mapped = new PropertyBag(bag.Count);
        foreach (var value in bag)
        {
            if (!value.Tag.IsNamed || ids.GetValueOrDefault(value.Tag.Id) != 0)
                mapped.Set(Mapped(value, ids));
        }
        return mapped;
    }

    private static PropertyValue Mapped(PropertyValue value, Dictionary<ushort, ushort> ids) =>
        value.Tag.IsNamed && ids.GetValueOrDefault(value.Tag.Id) is not 0 and var id ? value.WithTag(new PropertyTag(id, value.Tag.Type)) : value;
}
