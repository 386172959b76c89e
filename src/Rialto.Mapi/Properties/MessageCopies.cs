using Rialto.Model;

namespace Rialto.Mapi.Properties;

/// <summary>Copies of messages and attachments whose bags are their own; the values, which never change, are shared.</summary>
internal static class MessageCopies
{
    /// <param name="message">What is copied, with all that is in it.</param>
    /// <param name="idOf">The id of a named property where the copy goes, 0 to leave it out; null where ids stay.</param>
    public static PropertyMessage Of(PropertyMessage message, Func<ushort, ushort>? idOf = null)
    {
        var copy = new PropertyMessage { Properties = Of(message.Properties, idOf) };
        foreach (var recipient in message.Recipients)
            copy.Recipients.Add(Of(recipient, idOf));
        foreach (var attachment in message.Attachments)
            copy.Attachments.Add(Of(attachment, idOf));
        return copy;
    }

    public static PropertyRecipient Of(PropertyRecipient recipient, Func<ushort, ushort>? idOf = null) => new() { Properties = Of(recipient.Properties, idOf) };

    public static PropertyAttachment Of(PropertyAttachment attachment, Func<ushort, ushort>? idOf = null) => new()
    {
        Properties = Of(attachment.Properties, idOf),
        Embedded = attachment.Embedded is { } embedded ? Of(embedded, idOf) : null,
    };

    public static PropertyBag Of(PropertyBag bag, Func<ushort, ushort>? idOf = null)
    {
        var copy = new PropertyBag(bag.Count);
        foreach (ref readonly var value in bag.Span)
        {
            if (idOf is null || !value.Tag.IsNamed)
                copy.Set(value);
            else if (idOf(value.Tag.Id) is not 0 and var id)
                copy.Set(value.WithTag(new PropertyTag(id, value.Type)));
        }
        return copy;
    }

    /// <summary>Ids of named properties used anywhere in the message.</summary>
    public static void CollectNamed(PropertyMessage message, HashSet<ushort> ids)
    {
        CollectNamed(message.Properties, ids);
        foreach (var recipient in message.Recipients)
            CollectNamed(recipient.Properties, ids);
        foreach (var attachment in message.Attachments)
        {
            CollectNamed(attachment.Properties, ids);
            if (attachment.Embedded is { } embedded)
                CollectNamed(embedded, ids);
        }
    }

    public static void CollectNamed(PropertyBag bag, HashSet<ushort> ids)
    {
        var values = bag.Span;
        for (var i = values.Length - 1; i >= 0 && values[i].Tag.Id >= FirstNamed; i--)
        {
            if (values[i].Tag.IsNamed)
                ids.Add(values[i].Tag.Id);
        }
    }

    /// <summary>Messages within messages; 0 for one without any.</summary>
    public static int DepthOf(PropertyMessage message)
    {
        var depth = 0;
        foreach (var attachment in message.Attachments)
        {
            if (attachment.Embedded is { } embedded)
                depth = Math.Max(depth, DepthOf(embedded) + 1);
        }
        return depth;
    }

    private const ushort FirstNamed = 0x8000;
}
