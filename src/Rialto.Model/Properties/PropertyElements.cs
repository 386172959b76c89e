namespace Rialto.Model;

/// <summary>The single values of a multiple-valued property.</summary>
public static class PropertyElements
{
    /// <summary>How many values there are; 1 for a single-valued property.</summary>
    public static int Count(PropertyValue value) => (value.Type & PropertyType.MultipleFlag) == 0 ? 1 : (value.Reference as Array)?.Length ?? 0;

    /// <summary>One of the values under the property's tag in its single-valued type. <paramref name="index"/> is below <see cref="Count"/>.</summary>
    public static PropertyValue At(PropertyValue value, int index)
    {
        if ((value.Type & PropertyType.MultipleFlag) == 0)
            return value;
        var tag = value.Tag.WithType(value.Type & ~(PropertyType.MultipleFlag | PropertyType.MultipleInstance));
        return value.Reference switch
        {
            short[] v => PropertyValue.Of(tag, v[index]),
            int[] v => PropertyValue.Of(tag, v[index]),
            long[] v => PropertyValue.Of(tag, v[index]),
            float[] v => PropertyValue.Of(tag, v[index]),
            double[] v => PropertyValue.Of(tag, v[index]),
            FileTime[] v => PropertyValue.Of(tag, v[index]),
            Guid[] v => PropertyValue.Of(tag, v[index]),
            string[] v => PropertyValue.Of(tag, v[index] ?? ""),
            byte[][] v => PropertyValue.Of(tag, v[index] ?? []),
            _ => default,
        };
    }
}
