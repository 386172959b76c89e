using System.Buffers;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Engine;

/// <summary>
/// Messages as properties. A property message is kept as one blob that carries its own names, so that mailboxes share it; ids are mapped to the mailbox's when it is opened.
/// </summary>
internal static class PropertyContent
{
    /// <summary>Keeps the properties and the MIME form that IMAP will serve, made once, and analyses that.</summary>
    public static async ValueTask<PreparedMessage> PrepareAsync(StoreEngine engine, PropertyMessage message, CancellationToken cancel)
    {
        // What lies in the caller's files may be gone when the message is read.
        message = message.Held();
        var content = await engine.Backend.Blobs.WriteAsync(new ReadOnlySequence<byte>(PropertyBagCodec.Write(message)), cancel);
        var (derived, facts) = await DeriveAsync(engine, message, cancel);
        return new PreparedMessage
        {
            Kind = ContentKind.Properties,
            Content = content,
            DerivedMime = derived,
            MimeSize = derived.Length,
            Facts = WithProperties(facts, message),
            Properties = message,
        };
    }

    private static async ValueTask<(BlobRef Mime, ContentFacts Facts)> DeriveAsync(StoreEngine engine, PropertyMessage message, CancellationToken cancel)
    {
        if (!IsLarge(message))
        {
            var mime = engine.Converter.ToMime(message);
            return (await engine.Backend.Blobs.WriteAsync(new ReadOnlySequence<byte>(mime), cancel), engine.Converter.Analyze(mime));
        }
        // Written as it is made, and read where it lies: beside the attachments themselves it takes no memory.
        await using var writer = engine.Backend.Blobs.CreateWriter();
        foreach (var chunk in engine.Converter.ToMimeChunks(message))
        {
            writer.Write(chunk.Span);
            await writer.FlushAsync(cancel);
        }
        var derived = await writer.CompleteAsync(cancel);
        using var lease = await engine.Backend.Blobs.OpenAsync(derived, cancel);
        return (derived, engine.Converter.Analyze(lease.Memory));
    }

    private static bool IsLarge(PropertyMessage message)
    {
        const int Large = 1 << 20;
        var size = 0L;
        foreach (var one in NamedProperties.WithEmbedded(message))
        {
            foreach (var attachment in one.Attachments)
                size += attachment.Properties.GetBinary(PropertyTags.AttachDataBinary)?.Length ?? 0;
        }
        return size >= Large;
    }

    /// <summary>What the properties, recipients and attachments say goes before what their MIME form could carry.</summary>
    private static ContentFacts WithProperties(ContentFacts facts, PropertyMessage message)
    {
        var properties = message.Properties;
        var subject = properties.GetString(PropertyTags.Subject);
        var prefix = properties.GetString(PropertyTags.SubjectPrefix);
        var normalized = properties.GetString(PropertyTags.NormalizedSubject);
        return facts with
        {
            MessageClass = properties.GetString(PropertyTags.MessageClass) is { Length: > 0 } messageClass ? messageClass : facts.MessageClass,
            SubjectPrefix = prefix ?? (subject is null ? "" : facts.SubjectPrefix),
            NormalizedSubject = normalized ?? (subject is null ? "" : facts.NormalizedSubject),
            FromName = properties.GetString(PropertyTags.SentRepresentingName) ?? facts.FromName,
            FromAddress = SmtpOf(properties, PropertyTags.SentRepresentingSmtpAddress, PropertyTags.SentRepresentingAddressType, PropertyTags.SentRepresentingEmailAddress) ?? facts.FromAddress,
            SenderName = properties.GetString(PropertyTags.SenderName) ?? facts.SenderName,
            SenderAddress = SmtpOf(properties, PropertyTags.SenderSmtpAddress, PropertyTags.SenderAddressType, PropertyTags.SenderEmailAddress) ?? facts.SenderAddress,
            DisplayTo = properties.GetString(PropertyTags.DisplayTo) ?? facts.DisplayTo,
            DisplayCc = properties.GetString(PropertyTags.DisplayCc) ?? facts.DisplayCc,
            DisplayBcc = properties.GetString(PropertyTags.DisplayBcc) ?? facts.DisplayBcc,
            HasAttachments = facts.HasAttachments || message.Attachments.Count > 0,
            ReadReceiptRequested = facts.ReadReceiptRequested || properties.GetBoolean(PropertyTags.ReadReceiptRequested),
            NonReadReceiptRequested = properties.GetBoolean(PropertyTags.NonReceiptNotificationRequested),
            Sent = properties.GetTime(PropertyTags.ClientSubmitTime) ?? facts.Sent,
            Importance = (byte)Math.Clamp(properties.GetInt32(PropertyTags.Importance, facts.Importance), 0, 2),
            Sensitivity = (byte)Math.Clamp(properties.GetInt32(PropertyTags.Sensitivity, facts.Sensitivity), 0, 3),
            ConversationTopic = properties.GetString(PropertyTags.ConversationTopic) ?? facts.ConversationTopic,
            ConversationIndex = properties.GetBinary(PropertyTags.ConversationIndex) ?? facts.ConversationIndex,
            ConversationId = ConversationOf(properties.GetBinary(PropertyTags.ConversationIndex)) ?? facts.ConversationId,
            InternetMessageId = properties.GetString(PropertyTags.InternetMessageId) ?? facts.InternetMessageId,
        };
    }

    /// <summary>The conversation that an index names behind its reserved byte and time. [MS-OXOMSG] 2.2.1.3.</summary>
    private static Guid? ConversationOf(byte[]? index) => index is { Length: >= 22 } ? new Guid(index.AsSpan(6, 16)) : null;

    private static string? SmtpOf(PropertyBag properties, PropertyTag smtp, PropertyTag type, PropertyTag address) =>
        properties.GetString(smtp) is { Length: > 0 } known ? known
        : string.Equals(properties.GetString(type), "SMTP", StringComparison.OrdinalIgnoreCase) ? properties.GetString(address) : null;

    public static async ValueTask<StoreResult<PropertyMessage>> OpenAsync(Mailbox mailbox, MessageRow row, CancellationToken cancel)
    {
        var message = await ContentAsync(mailbox, row, cancel);
        if (!NamedProperties.HasAny(message))
            return WithOverlay(mailbox, message, row);
        // Names that the mailbox has not met yet get their ids now: a reader may not be refused, and ids are for ever anyway. For that very reason the fields that
        // strangers write into their mail get none, until someone here asks for one by its name.
        var known = mailbox.Writer.Applied.Names;
        HashSet<PropertyName>? missing = null;
        foreach (var one in NamedProperties.WithEmbedded(message))
        {
            foreach (var name in one.NamedProperties.Values)
            {
                if (!known.TryGetId(name, out _) && (row.Kind != ContentKind.Mime || name.PropertySet != PropertySets.InternetHeaders || PropertyRegistry.NameOf(name) is not null))
                    (missing ??= []).Add(name);
            }
        }
        if (missing is not null)
            known = await MapAsync(mailbox, [.. missing], cancel);
        NamedProperties.MapInPlace(message, known);
        return WithOverlay(mailbox, message, row);
    }

    /// <summary>The same without writing: names that the mailbox does not know stay away. What the writer itself may call.</summary>
    public static async ValueTask<PropertyMessage> ReadAsync(Mailbox mailbox, MessageRow row, CancellationToken cancel)
    {
        var known = mailbox.Writer.Applied.Names;
        return WithOverlay(mailbox, NamedProperties.Map(await ContentAsync(mailbox, row, cancel), name => known.TryGetId(name, out var id) ? id : (ushort)0), row);
    }

    private static async ValueTask<PropertyMessage> ContentAsync(Mailbox mailbox, MessageRow row, CancellationToken cancel)
    {
        using var lease = await mailbox.Engine.Backend.Blobs.OpenAsync(row.Content, cancel);
        if (row.Kind == ContentKind.Mime)
            return mailbox.Engine.Converter.ToProperties(lease.Memory);
        return PropertyBagCodec.TryRead(lease.Memory.Span, out PropertyMessage message)
            ? message
            : throw new InvalidDataException($"The property content of message {row.Id} in mailbox {mailbox.Header.Id} cannot be read.");
    }

    private static PropertyMessage WithOverlay(Mailbox mailbox, PropertyMessage message, MessageRow row)
    {
        if (row.Overlay is not null && PropertyBagCodec.TryRead(row.Overlay, out PropertyBag overlay))
        {
            foreach (ref readonly var value in overlay.Span)
            {
                Apply(message.Properties, value);
                // The overlay holds the mailbox's ids: their names go with the message, wherever it is taken.
                if (value.Tag.IsNamed && mailbox.Writer.Applied.Names.NameOf(value.Tag.Id) is { } name)
                    message.NamedProperties[value.Tag.Id] = name;
            }
            var names = mailbox.Writer.Applied.Names;
            CarriedParts.Apply(message, part => names.TryGetId(part, out var id) ? id : (ushort)0);
        }
        return message;

        static void Apply(PropertyBag properties, PropertyValue value)
        {
            // A property of type Null in an overlay says that the content's own was deleted.
            if (value.Type == PropertyType.Null)
                properties.Remove(value.Tag.Id);
            else
                properties.Set(value);
        }
    }

    private static async ValueTask<NamedPropertyMap> MapAsync(Mailbox mailbox, List<PropertyName> missing, CancellationToken cancel)
    {
        var given = await mailbox.Writer.SubmitAsync<ushort[]>((draft, _) => new(Operations.MapNames.Compute(draft, missing))).WaitAsync(cancel);
        if (!given.Succeeded)
            throw new StorageUnavailableException("The mailbox could not give ids to named properties.");
        return mailbox.Writer.Applied.Names;
    }
}

/// <summary>Moves a message's named properties from its own ids to another table's.</summary>
internal static class NamedProperties
{
    /// <summary>The same message with the ids that <paramref name="idOf"/> gives; properties whose name gets no id (0) are left out.</summary>
    public static PropertyMessage Map(PropertyMessage message, Func<PropertyName, ushort> idOf)
    {
        if (WithEmbedded(message).All(m => m.NamedProperties.Count == 0))
            return message;
        var ids = new Dictionary<ushort, ushort>(message.NamedProperties.Count);
        foreach (var (id, name) in message.NamedProperties)
            ids[id] = idOf(name);
        return Map(message, ids, idOf);
    }

    /// <summary>The message and all messages within it.</summary>
    public static IEnumerable<PropertyMessage> WithEmbedded(PropertyMessage? message)
    {
        var pending = new Stack<PropertyMessage>();
        if (message is not null)
            pending.Push(message);
        while (pending.TryPop(out var one))
        {
            yield return one;
            foreach (var attachment in one.Attachments)
            {
                if (attachment.Embedded is not null)
                    pending.Push(attachment.Embedded);
            }
        }
    }

    /// <summary>Whether the message, or one within it, has names.</summary>
    public static bool HasAny(PropertyMessage message)
    {
        if (message.NamedProperties.Count > 0)
            return true;
        foreach (var attachment in message.Attachments)
        {
            if (attachment.Embedded is { } embedded && HasAny(embedded))
                return true;
        }
        return false;
    }

    /// <summary>The same as <see cref="Map(PropertyMessage, Func{PropertyName, ushort})"/> of a message that nobody else holds: it is changed, and nothing of it copied.</summary>
    public static void MapInPlace(PropertyMessage message, NamedPropertyMap known)
    {
        var ids = new Dictionary<ushort, ushort>(message.NamedProperties.Count);
        foreach (var (id, name) in message.NamedProperties)
            ids[id] = known.TryGetId(name, out var own) ? own : (ushort)0;
        MapInPlace(message, ids, known);
    }

    private static void MapInPlace(PropertyMessage message, Dictionary<ushort, ushort> ids, NamedPropertyMap known)
    {
        message.Properties.MapNamed(ids);
        foreach (var recipient in message.Recipients)
            recipient.Properties.MapNamed(ids);
        foreach (var attachment in message.Attachments)
        {
            attachment.Properties.MapNamed(ids);
            // As in Map: a table of its own goes before that of the message around it.
            if (attachment.Embedded is { NamedProperties.Count: > 0 } own)
                MapInPlace(own, known);
            else if (attachment.Embedded is { } shared)
                MapInPlace(shared, ids, known);
        }
        if (message.NamedProperties.Count == 0)
            return;
        var names = message.NamedProperties.ToArray();
        message.NamedProperties.Clear();
        foreach (var (id, name) in names)
        {
            if (ids[id] != 0)
                message.NamedProperties[ids[id]] = name;
        }
    }

    private static PropertyMessage Map(PropertyMessage message, Dictionary<ushort, ushort> ids, Func<PropertyName, ushort> idOf)
    {
        var mapped = new PropertyMessage { Properties = Map(message.Properties, ids) };
        foreach (var recipient in message.Recipients)
            mapped.Recipients.Add(new PropertyRecipient { Properties = Map(recipient.Properties, ids) });
        foreach (var attachment in message.Attachments)
        {
            // The table of a message covers what is embedded in it; an embedded message with a table of its own keeps to that.
            var embedded = attachment.Embedded switch
            {
                null => null,
                { NamedProperties.Count: > 0 } own => Map(own, idOf),
                var shared => Map(shared, ids, idOf),
            };
            mapped.Attachments.Add(new PropertyAttachment { Properties = Map(attachment.Properties, ids), Embedded = embedded });
        }
        foreach (var (id, name) in message.NamedProperties)
        {
            if (ids[id] != 0)
                mapped.NamedProperties[ids[id]] = name;
        }
        return mapped;
    }

    private static PropertyBag Map(PropertyBag bag, Dictionary<ushort, ushort> ids)
    {
        var mapped = new PropertyBag(bag.Count);
        foreach (ref readonly var value in bag.Span)
        {
            if (!value.Tag.IsNamed)
                mapped.Set(value);
            else if (ids.TryGetValue(value.Tag.Id, out var id) && id != 0)
                mapped.Set(value.WithTag(new PropertyTag(id, value.Tag.Type)));
        }
        return mapped;
    }
}
