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
}
