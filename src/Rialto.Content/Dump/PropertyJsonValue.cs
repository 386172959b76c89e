using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Dump;

/// <summary>The "Value" of a property as <see cref="PropertyJsonLine"/> writes it. <see cref="FormatException"/> when it does not fit the type.</summary>
internal static class PropertyJsonValue
{
    public static PropertyValue Read(PropertyTag tag, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && !json.TryGetProperty("Utf16"u8, out _))
            return ReadObject(tag, json);
        return tag.Type switch
        {
            PropertyType.MultipleInteger16 => PropertyValue.OfArray(tag, Array(json, e => (short)Integer(e, short.MinValue, short.MaxValue))),
            PropertyType.MultipleInteger32 => PropertyValue.OfArray(tag, Array(json, e => (int)Integer(e, int.MinValue, int.MaxValue))),
            PropertyType.MultipleInteger64 or PropertyType.MultipleCurrency => PropertyValue.OfArray(tag, Array(json, e => Integer(e, long.MinValue, long.MaxValue))),
            PropertyType.MultipleFloating32 => PropertyValue.OfArray(tag, Array(json, Single)),
            PropertyType.MultipleFloating64 or PropertyType.MultipleFloatingTime => PropertyValue.OfArray(tag, Array(json, Double)),
            PropertyType.MultipleTime => PropertyValue.OfArray(tag, Array(json, Time)),
            PropertyType.MultipleGuid => PropertyValue.OfArray(tag, Array(json, Guid)),
            PropertyType.MultipleString or PropertyType.MultipleString8 => PropertyValue.OfArray(tag, Array(json, Text)),
            PropertyType.MultipleBinary => PropertyValue.OfArray(tag, Array(json, Bytes)),
            PropertyType.Integer16 => PropertyValue.Of(tag, (short)Integer(json, short.MinValue, short.MaxValue)),
            PropertyType.Integer32 => PropertyValue.Of(tag, (int)Integer(json, int.MinValue, int.MaxValue)),
            PropertyType.Integer64 or PropertyType.Currency => PropertyValue.Of(tag, Integer(json, long.MinValue, long.MaxValue)),
            PropertyType.Floating32 => PropertyValue.Of(tag, Single(json)),
            PropertyType.Floating64 or PropertyType.FloatingTime => PropertyValue.Of(tag, Double(json)),
            PropertyType.Boolean => PropertyValue.Of(tag, json.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => throw new FormatException("the value is true or false") }),
            PropertyType.ErrorCode => PropertyValue.OfError(tag, (ErrorCode)(uint)Bits(json, 8)),
            PropertyType.Time => PropertyValue.Of(tag, Time(json)),
            PropertyType.Guid => PropertyValue.Of(tag, Guid(json)),
            PropertyType.String or PropertyType.String8 => PropertyValue.Of(tag, Text(json)),
            PropertyType.Null => PropertyValue.Of(tag, 0),
            _ when json.ValueKind == JsonValueKind.Null => PropertyValue.Of(tag, 0),
            // Binary, ServerId, Object, RuleAction, and types that nobody knows: their bytes.
            _ => PropertyValue.Of(tag, Bytes(json)),
        };
    }

    /// <summary>A string, or {"Utf16":…} for one that JSON cannot carry.</summary>
    public static string Text(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
            return json.GetString()!;
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("Utf16"u8, out var utf16) && Bytes(utf16) is var bytes && bytes.Length % 2 == 0)
            return new string(MemoryMarshal.Cast<byte, char>(bytes));
        throw new FormatException("the value is a string");
    }

    private static PropertyValue ReadObject(PropertyTag tag, JsonElement json)
    {
        if (json.TryGetProperty("External"u8, out var reference) && json.TryGetProperty("Length"u8, out var length))
            return PropertyValue.OfExternal(tag, new ExternalValue(Bytes(reference), Integer(length, 0, long.MaxValue)));
        if (json.TryGetProperty("Restriction"u8, out var wire))
        {
            var reader = new WireReader(Bytes(wire));
            Restriction? restriction = null;
            RestrictionCodec.Restriction(ref reader, ref restriction, ValueForm.Wide);
            return restriction is null || reader.Failed ? throw new FormatException("the restriction is malformed") : PropertyValue.Of(tag, restriction);
        }
        throw new FormatException(json.TryGetProperty("Sha256"u8, out _) ? "the value was left out when this was written" : "the value is of another form");
    }

    private static T[] Array<T>(JsonElement json, Func<JsonElement, T> element)
    {
        if (json.ValueKind != JsonValueKind.Array)
            throw new FormatException("the value is an array");
        var values = new T[json.GetArrayLength()];
        var i = 0;
        foreach (var item in json.EnumerateArray())
            values[i++] = element(item);
        return values;
    }

    private static long Integer(JsonElement json, long lowest, long highest) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out var number) && number >= lowest && number <= highest
            ? number
            : throw new FormatException($"the value is a whole number from {lowest} to {highest}");

    private static float Single(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number ? json.GetSingle() : BitConverter.Int32BitsToSingle((int)Bits(json, 8));

    private static double Double(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number ? json.GetDouble() : BitConverter.Int64BitsToDouble((long)Bits(json, 16));

    private static ulong Bits(JsonElement json, int digits) =>
        json.ValueKind == JsonValueKind.String && json.GetString() is { } text && text.StartsWith("0x", StringComparison.Ordinal) && text.Length <= digits + 2
        && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)
            ? bits
            : throw new FormatException($"the value is 0x and {digits} hexadecimal digits");

    private static FileTime Time(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out var ticks))
            return new FileTime(ticks);
        return json.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(json.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? FileTime.From(time)
            : throw new FormatException("the value is a time like 2024-03-31T09:30:00Z");
    }

    private static Guid Guid(JsonElement json) =>
        json.ValueKind == JsonValueKind.String && json.TryGetGuid(out var guid) ? guid : throw new FormatException("the value is a GUID");

    private static byte[] Bytes(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object)
            ReadObject(default, json);
        return json.ValueKind == JsonValueKind.String && json.TryGetBytesFromBase64(out var bytes) ? bytes : throw new FormatException("the value is base64");
    }
}
