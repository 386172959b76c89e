namespace Rialto.Model;

/// <summary>
/// What a restriction is evaluated over: a table row, a message, a recipient, an address-book entry. Struct implementations are evaluated without boxing,
/// which is why no member has a default.
/// </summary>
public interface IPropertySource
{
    /// <summary>The value held under the tag's id, in whatever type it is held in and not as <see cref="ExternalValue"/>; false where there is none.</summary>
    bool TryGet(PropertyTag tag, out PropertyValue value);

    /// <summary>The recipients (PidTagMessageRecipients) or attachments (PidTagMessageAttachments); empty for anything else.</summary>
    IEnumerable<IPropertySource> SubObjects(PropertyTag subObject);

    /// <summary>
    /// The source's own answer to a content or property term that values alone cannot decide: ambiguous name resolution (PidTagAnr), membership of a
    /// distribution list, a full-text index. Null leaves the term to the evaluator.
    /// </summary>
    bool? Decide(Restriction term);
}

/// <summary>A property bag as the source of a restriction; it has no sub-objects.</summary>
public readonly struct PropertyBagSource(PropertyBag bag) : IPropertySource
{
    public bool TryGet(PropertyTag tag, out PropertyValue value) => bag.TryGet(tag.Id, out value);

    public IEnumerable<IPropertySource> SubObjects(PropertyTag subObject) => [];

    public bool? Decide(Restriction term) => null;
}

/// <summary>A whole message as the source of a restriction.</summary>
public sealed class PropertyMessageSource(PropertyMessage message) : IPropertySource
{
    public bool TryGet(PropertyTag tag, out PropertyValue value) => message.Properties.TryGet(tag.Id, out value);

    public IEnumerable<IPropertySource> SubObjects(PropertyTag subObject) => subObject.Id switch
    {
        PropertyIds.MessageRecipients => message.Recipients.Select(r => (IPropertySource)new PropertyBagSource(r.Properties)),
        PropertyIds.MessageAttachments => message.Attachments.Select(a => (IPropertySource)new PropertyBagSource(a.Properties)),
        _ => [],
    };

    public bool? Decide(Restriction term) => null;
}
