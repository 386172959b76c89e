namespace Rialto.Model;

/// <summary>The bytes that a value takes, as SizeRestriction and PidTagMessageSize count them: text as UTF-16 without its NUL. [MS-OXCDATA] 2.12.8.</summary>
public static class PropertySize
{
    public static long Of(PropertyValue value)
    {
        switch (value.Reference)
        {
            case string text:
                return text.Length * 2L;
            case byte[] bytes:
                return bytes.Length;
            case ExternalValue external:
                return external.Length;
            case string[] texts:
                return texts.Sum(t => (t?.Length ?? 0) * 2L);
            case byte[][] binaries:
                return binaries.Sum(b => (long)(b?.Length ?? 0));
            case Array array:
                return array.Length * (long)FixedSize(value.Type & ~(PropertyType.MultipleFlag | PropertyType.MultipleInstance));
            default:
                return FixedSize(value.Type);
        }
    }

    /// <summary>Bytes of a type of fixed size, 0 for any other.</summary>
    public static int FixedSize(PropertyType type) => type switch
    {
        PropertyType.Integer16 => 2,
        PropertyType.Integer32 or PropertyType.Floating32 or PropertyType.ErrorCode => 4,
        PropertyType.Boolean => 1,
        PropertyType.Integer64 or PropertyType.Currency or PropertyType.Floating64 or PropertyType.FloatingTime or PropertyType.Time => 8,
        PropertyType.Guid => 16,
        _ => 0,
    };
}
