namespace Rialto.Model;

/// <summary>
/// A value in the type a client asks for. An object holds a property once, whatever its type ([MS-OXCDATA] 2.9), and a tag asked for may name
/// another type than the one held: strings come in either character form, integers widen; anything else is "not found" in that type.
/// </summary>
public static class PropertyCoercion
{
    /// <summary>The value under the tag asked for, or absent where the types do not go together. Unspecified takes the value as it is.</summary>
    public static PropertyValue To(PropertyValue value, PropertyTag asked)
    {
        var type = asked.Type;
        if (value.IsAbsent || value.IsError || type == value.Type)
            return value;
        if ((type & PropertyType.MultipleInstance) != 0)
        {
            type &= ~(PropertyType.MultipleInstance | PropertyType.MultipleFlag);
            if (type == value.Type)
                return value;
        }
        switch (type)
        {
            case PropertyType.Unspecified:
            case PropertyType.String or PropertyType.String8 when value.Type is PropertyType.String or PropertyType.String8:
            case PropertyType.MultipleString or PropertyType.MultipleString8 when value.Type is PropertyType.MultipleString or PropertyType.MultipleString8:
                return type == PropertyType.Unspecified ? value : value.WithTag(value.Tag.WithType(type));
            case PropertyType.Integer32 when value.Type is PropertyType.Integer16:
                return PropertyValue.Of(value.Tag.WithType(type), value.AsInt32());
            case PropertyType.Integer64 when value.Type is PropertyType.Integer16 or PropertyType.Integer32:
                return PropertyValue.Of(value.Tag.WithType(type), (long)value.AsInt32());
            default:
                return default;
        }
    }

    /// <summary>
    /// What can stand in a row cell of that column: objects have no value in a buffer and are opened instead ([MS-OXCDATA] 2.11.1), which the client
    /// learns from NotEnoughMemory ([MS-OXCPRPT] 2.2.2); a value of an incompatible type is not found.
    /// </summary>
    public static PropertyValue ForCell(PropertyValue value, PropertyTag column)
    {
        if (value.IsAbsent || value.IsError)
            return value;
        // A table of the address book is a number, and goes into the row as such.
        if (value.Type == PropertyType.Object && column.Type == PropertyType.Object && value.Reference is null)
            return value;
        if (value.Type is PropertyType.Object or PropertyType.Unspecified)
            return PropertyValue.OfError(column, ErrorCode.NotEnoughMemory);
        var coerced = To(value, column);
        return coerced.IsAbsent ? PropertyValue.OfError(column, ErrorCode.NotFound) : coerced;
    }
}
