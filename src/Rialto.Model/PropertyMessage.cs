namespace Rialto.Model;

/// <summary>
/// A whole message as properties: what MAPI sees, what .msg and TNEF hold, and the form that conversions meet in.
/// Named properties carry ids of the <see cref="NamedProperties"/> table that travels with it.
/// </summary>
public sealed class PropertyMessage
{
    public PropertyBag Properties { get; init; } = new();

    public List<PropertyRecipient> Recipients { get; init; } = [];

    public List<PropertyAttachment> Attachments { get; init; } = [];

    /// <summary>Names of the property ids from 0x8000 on that occur anywhere in this message, its recipients and attachments, embedded messages included.</summary>
    public Dictionary<ushort, PropertyName> NamedProperties { get; init; } = [];

    /// <summary>
    /// The same message with the data of all its attachments in memory, those of embedded messages too; itself where nothing is outside of it. What is nested deeper than
    /// <see cref="PropertyBagCodec.MaxEmbeddedDepth"/> stays as it is: no stored form takes it.
    /// </summary>
    public PropertyMessage Held() => Held(0);

    private PropertyMessage Held(int depth)
    {
        if (depth > PropertyBagCodec.MaxEmbeddedDepth)
            return this;
        List<PropertyAttachment>? held = null;
        for (var i = 0; i < Attachments.Count; i++)
        {
            var attachment = Attachments[i];
            var one = attachment.Held();
            if (attachment.Embedded?.Held(depth + 1) is { } embedded && embedded != attachment.Embedded)
                one = new PropertyAttachment { Properties = one.Properties, Embedded = embedded };
            if (one == attachment)
                continue;
            held ??= [.. Attachments];
            held[i] = one;
        }
        return held is null ? this : new PropertyMessage { Properties = Properties, Recipients = Recipients, Attachments = held, NamedProperties = NamedProperties };
    }
}

/// <summary>A recipient row: PidTagRecipientType, PidTagDisplayName, PidTagEmailAddress, PidTagAddressType, PidTagSmtpAddress, PidTagEntryId and such.</summary>
public sealed class PropertyRecipient
{
    public PropertyBag Properties { get; init; } = new();
}

/// <summary>An attachment: its properties, PidTagAttachDataBinary included when it is by value; an embedded message apart.</summary>
public sealed class PropertyAttachment
{
    public PropertyBag Properties { get; init; } = new();

    public PropertyMessage? Embedded { get; set; }

    /// <summary>
    /// The data of an attachment by value that is too large to be held: opened each time it is needed, from its first byte. Then there is no PidTagAttachDataBinary, and
    /// PidTagAttachSize tells its length. Whoever makes such an attachment keeps the source alive for as long as the message is used.
    /// </summary>
    public Func<Stream>? OpenData { get; init; }

    /// <summary>The same attachment with its data in memory, for those who cannot do with less.</summary>
    public PropertyAttachment Held()
    {
        if (OpenData is null)
            return this;
        using var data = OpenData();
        using var held = new MemoryStream();
        data.CopyTo(held);
        var properties = new PropertyBag(Properties);
        properties.Set(PropertyValue.Of(PropertyTags.AttachDataBinary, held.ToArray()));
        return new PropertyAttachment { Properties = properties, Embedded = Embedded };
    }
}
