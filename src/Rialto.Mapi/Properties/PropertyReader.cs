// [MS-OXCPRPT] 3.2.5.1 RopGetPropertiesSpecific, 3.2.5.2 RopGetPropertiesAll, 3.2.5.11 RopOpenStream.
using System.Text;
using Rialto.Mapi.Objects;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Properties;

/// <summary>
/// Reads values of an object for a response: the type asked for, and an error where a value is too large for it. The request's own limit of sizes is ignored, as 3.2.5.1
/// and 3.2.5.2 want it.
/// </summary>
internal readonly struct PropertyReader(PropertyObject source, bool wantUnicode, ValueForm form)
{
    /// <summary>Values for the columns, in their order. What does not fit the room, largest first, is told as too large.</summary>
    public PropertyValue[] Read(PropertyTag[] columns, int room)
    {
        var values = new PropertyValue[columns.Length];
        for (var i = 0; i < columns.Length; i++)
            values[i] = CellValues.ForObject(Typed(source.Find(columns[i]), columns[i]), columns[i], CellValues.ValueLimit);
        while (SizeOf(columns, values) > room && TryDropLargest(values, out var dropped))
            values[dropped] = PropertyValue.OfError(columns[dropped], ErrorCode.NotEnoughMemory);
        return values;
    }

    /// <summary>All values; those that are too large, or that the room is not enough for, as errors under their ids.</summary>
    public PropertyValue[] ReadAll(int room)
    {
        var values = new List<PropertyValue>();
        foreach (var tag in source.Tags)
        {
            var asked = tag.Type is PropertyType.String or PropertyType.MultipleString && !wantUnicode
                ? tag.WithType(tag.Type == PropertyType.String ? PropertyType.String8 : PropertyType.MultipleString8)
                : tag;
            var value = CellValues.ForObject(source.Find(asked), asked, CellValues.ValueLimit);
            if (!value.IsError)
                value = PropertyCoercion.To(value, asked);
            if (!value.IsAbsent && values.Count < ushort.MaxValue)
                values.Add(value);
        }
        var all = values.ToArray();
        var size = 0;
        var sizes = new int[all.Length];
        for (var i = 0; i < all.Length; i++)
            size += sizes[i] = TaggedSize(all[i], form);
        while (size > room && TryDropLargest(all, out var dropped))
        {
            all[dropped] = PropertyValue.OfError(all[dropped].Tag, ErrorCode.NotEnoughMemory);
            size += 8 - sizes[dropped];
        }
        return all;
    }

    /// <summary>A value's bytes for a stream: strings in the type asked for without their NUL, binaries and embedded objects as they are.</summary>
    public static bool TryOpen(PropertyObject source, PropertyTag tag, ValueForm form, out ReadOnlyMemory<byte> bytes, out ErrorCode error)
    {
        bytes = default;
        error = ErrorCode.NotFound;
        var value = source.Find(tag);
        if (value.IsAbsent)
            return false;
        error = ErrorCode.NotSupported;
        switch (value.Reference)
        {
            case byte[] binary when value.Type is PropertyType.Binary or PropertyType.Object && tag.Type is PropertyType.Binary or PropertyType.Object:
                bytes = binary;
                break;
            case string text when tag.Type is PropertyType.String or PropertyType.Unspecified:
                bytes = Encoding.Unicode.GetBytes(text);
                break;
            case string text when tag.Type == PropertyType.String8:
                bytes = form.String8.GetBytes(text);
                break;
            default:
                return false;
        }
        error = ErrorCode.Success;
        return true;
    }

    /// <summary>A string asked for without a type goes in the form that the client wants.</summary>
    private PropertyValue Typed(PropertyValue value, PropertyTag asked)
    {
        if (asked.Type != PropertyType.Unspecified || wantUnicode)
            return value;
        return value.Type switch
        {
            PropertyType.String => value.WithTag(value.Tag.WithType(PropertyType.String8)),
            PropertyType.MultipleString => value.WithTag(value.Tag.WithType(PropertyType.MultipleString8)),
            _ => value,
        };
    }

    private int SizeOf(PropertyTag[] columns, PropertyValue[] values)
    {
        var sizer = new WireSizer();
        PropertyRowCodec.Row(ref sizer, columns, values, form);
        return sizer.Position;
    }

    private static int TaggedSize(PropertyValue value, ValueForm form)
    {
        var sizer = new WireSizer();
        PropertyValueCodec.Tagged(ref sizer, ref value, form);
        return sizer.Position;
    }

    private static bool TryDropLargest(PropertyValue[] values, out int largest)
    {
        largest = -1;
        long size = 8;
        for (var i = 0; i < values.Length; i++)
        {
            var own = values[i].IsError ? 0 : PropertySize.Of(values[i]);
            if (own > size)
                (largest, size) = (i, own);
        }
        return largest >= 0;
    }
}
