namespace Rialto.Model;

/// <summary>
/// The order of property values, for restrictions, sorting and seeking alike: integers by value whatever their width, text by ordinal value ignoring case,
/// binaries byte by byte, false before true. [MS-OXCDATA] 2.12.5.1, [MS-OXCTABL] 2.2.2.3.
/// </summary>
public static class PropertyComparer
{
    /// <summary>The order of two values; false when their types cannot be compared.</summary>
    public static bool TryCompare(PropertyValue left, PropertyValue right, out int order)
    {
        if (IsInteger(left.Type) && IsInteger(right.Type))
        {
            order = left.AsInt64().CompareTo(right.AsInt64());
            return true;
        }
        if (IsNumber(left.Type) && IsNumber(right.Type))
        {
            order = AsDouble(left).CompareTo(AsDouble(right));
            return true;
        }
        switch (left.Type, right.Type)
        {
            case (PropertyType.Time, PropertyType.Time):
                order = left.AsTime().CompareTo(right.AsTime());
                return true;
            case (PropertyType.Boolean, PropertyType.Boolean):
                order = left.AsBoolean().CompareTo(right.AsBoolean());
                return true;
            case (PropertyType.ErrorCode, PropertyType.ErrorCode):
                order = left.AsError().CompareTo(right.AsError());
                return true;
            case (PropertyType.Guid, PropertyType.Guid):
                order = GuidByteOrder.Instance.Compare(left.AsGuid(), right.AsGuid());
                return true;
        }
        switch (left.Reference, right.Reference)
        {
            case (string a, string b):
                order = string.Compare(a, b, StringComparison.OrdinalIgnoreCase);
                return true;
            case (byte[] a, byte[] b):
                order = a.AsSpan().SequenceCompareTo(b);
                return true;
            case (Array, Array) when left.Type == right.Type:
                return TryCompareElements(left, right, out order);
            default:
                order = 0;
                return false;
        }
    }

    private static bool TryCompareElements(PropertyValue left, PropertyValue right, out int order)
    {
        var lefts = PropertyElements.Count(left);
        var rights = PropertyElements.Count(right);
        for (var i = 0; i < lefts && i < rights; i++)
        {
            if (!TryCompare(PropertyElements.At(left, i), PropertyElements.At(right, i), out order))
                return false;
            if (order != 0)
                return true;
        }
        order = lefts.CompareTo(rights);
        return true;
    }

    private static bool IsInteger(PropertyType type) =>
        type is PropertyType.Integer32 or PropertyType.Integer64 or PropertyType.Integer16 or PropertyType.Currency;

    private static bool IsNumber(PropertyType type) =>
        IsInteger(type) || type is PropertyType.Floating32 or PropertyType.Floating64 or PropertyType.FloatingTime;

    private static double AsDouble(PropertyValue value) => value.Type switch
    {
        PropertyType.Floating32 => value.AsSingle(),
        PropertyType.Floating64 or PropertyType.FloatingTime => value.AsDouble(),
        _ => value.AsInt64(),
    };
}
