namespace Rialto.Model;

/// <summary>
/// A property's long-term name: a property set and either a number (LID) or a string. [MS-OXCDATA] 2.6.1.
/// Strings compare as they are written, by ordinal value.
/// </summary>
public readonly record struct PropertyName(Guid PropertySet, uint Lid, string? Name)
{
    public PropertyName(Guid propertySet, uint lid) : this(propertySet, lid, null)
    {
    }

    public PropertyName(Guid propertySet, string name) : this(propertySet, 0, name)
    {
    }

    public bool IsString => Name is not null;
}
