using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Dump;

/// <summary>One property as one line of JSON. Its buffer is used again for each.</summary>
internal sealed class PropertyJsonLine(PropertyMessageJsonOptions options) : IDisposable
{
    internal const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    private static readonly JsonWriterOptions s_inner = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json = new(Stream.Null, s_inner);

    public void Dispose() => _json.Dispose();

    /// <summary>{"Tag":…,"Name":…,"Set":…,"Lid":…,"Type":…,"Value":…}; good until the next call.</summary>
    public ReadOnlySpan<byte> Property(in PropertyValue value, PropertyName? name)
    {
        Start();
        _json.WriteString("Tag"u8, Hex(value.Tag.Value));
        if (name is { } named)
            WriteName(named);
        else if (PropertyRegistry.NameOf(value.Tag) is { } canonical && !value.Tag.IsNamed)
            _json.WriteString("Name"u8, canonical);
        _json.WriteString("Type"u8, TypeName(value.Type));
        _json.WritePropertyName("Value"u8);
        WriteValue(value);
        return End();
    }

    /// <summary>{"Id":…,"Set":…,"Lid":…}; good until the next call.</summary>
    public ReadOnlySpan<byte> Name(ushort id, PropertyName name)
    {
        Start();
        _json.WriteString("Id"u8, string.Create(CultureInfo.InvariantCulture, $"0x{id:X4}"));
        WriteName(name);
        return End();
    }

    public static string TypeName(PropertyType type) => Enum.GetName(type) ?? string.Create(CultureInfo.InvariantCulture, $"0x{(ushort)type:X4}");

    private static string Hex(uint value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:X8}");

    private void Start()
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
    }

    private ReadOnlySpan<byte> End()
    {
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan;
    }

    private void WriteName(PropertyName name)
    {
        if (PropertyRegistry.NameOf(name) is { } canonical)
            _json.WriteString("Name"u8, canonical);
        _json.WriteString("Set"u8, PropertySetNames.NameOf(name.PropertySet));
        if (name.Name is { } text)
        {
            _json.WritePropertyName("String"u8);
            WriteText(text);
        }
        else
        {
            _json.WriteString("Lid"u8, string.Create(CultureInfo.InvariantCulture, $"0x{name.Lid:X4}"));
        }
    }

    private void WriteValue(in PropertyValue value)
    {
        switch (value.Reference)
        {
            case string text:
                WriteText(text);
                return;
            case byte[] bytes:
                WriteBytes(bytes);
                return;
            case Guid guid:
                _json.WriteStringValue(guid);
                return;
            case Restriction restriction:
                WriteRestriction(restriction);
                return;
            case ExternalValue external:
                _json.WriteStartObject();
                _json.WriteBase64String("External"u8, external.Reference);
                _json.WriteNumber("Length"u8, external.Length);
                _json.WriteEndObject();
                return;
            case Array:
                _json.WriteStartArray();
                for (int i = 0, count = PropertyElements.Count(value); i < count; i++)
                    WriteValue(PropertyElements.At(value, i));
                _json.WriteEndArray();
                return;
        }
        switch (value.Type)
        {
            case PropertyType.Integer16 or PropertyType.Integer32:
                _json.WriteNumberValue(value.AsInt32());
                break;
            case PropertyType.Integer64 or PropertyType.Currency:
                _json.WriteNumberValue(value.AsInt64());
                break;
            case PropertyType.Floating32:
                WriteFloat(value.AsSingle());
                break;
            case PropertyType.Floating64 or PropertyType.FloatingTime:
                WriteDouble(value.AsDouble());
                break;
            case PropertyType.Boolean:
                _json.WriteBooleanValue(value.AsBoolean());
                break;
            case PropertyType.ErrorCode:
                _json.WriteStringValue(Hex((uint)value.AsError()));
                break;
            case PropertyType.Time:
                WriteTime(value.AsTime());
                break;
            default:
                _json.WriteNullValue();
                break;
        }
    }

    /// <summary>A string as it is; one with unpaired surrogates, which JSON cannot carry, as its UTF-16LE bytes.</summary>
    private void WriteText(string text)
    {
        if (IsWellFormed(text))
        {
            _json.WriteStringValue(text);
            return;
        }
        _json.WriteStartObject();
        _json.WriteBase64String("Utf16"u8, MemoryMarshal.AsBytes(text.AsSpan()));
        _json.WriteEndObject();
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }

    private void WriteBytes(byte[] bytes)
    {
        if (bytes.Length <= options.LongestBinary)
        {
            _json.WriteBase64StringValue(bytes);
            return;
        }
        _json.WriteStartObject();
        _json.WriteNumber("Length"u8, bytes.Length);
        _json.WriteString("Sha256"u8, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        _json.WriteEndObject();
    }

    private void WriteRestriction(Restriction? restriction)
    {
        var writer = new WireWriter(256);
        try
        {
            RestrictionCodec.Restriction(ref writer, ref restriction, ValueForm.Wide);
            if (writer.Failed)
                throw new InvalidOperationException("A restriction does not fit its wire form.");
            _json.WriteStartObject();
            _json.WriteBase64String("Restriction"u8, writer.ToArray());
            _json.WriteEndObject();
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>A time that the calendar reaches as ISO 8601, any other as the number of its 100 ns intervals.</summary>
    private void WriteTime(FileTime time)
    {
        if (FileTime.From(time.ToDateTimeOffset()) == time)
            _json.WriteStringValue(time.ToDateTimeOffset().ToString(TimeFormat, CultureInfo.InvariantCulture));
        else
            _json.WriteNumberValue(time.Ticks);
    }

    private void WriteFloat(float number)
    {
        if (float.IsFinite(number))
            _json.WriteNumberValue(number);
        else
            _json.WriteStringValue(Hex((uint)BitConverter.SingleToInt32Bits(number)));
    }

    private void WriteDouble(double number)
    {
        if (double.IsFinite(number))
            _json.WriteNumberValue(number);
        else
            _json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"0x{BitConverter.DoubleToInt64Bits(number):X16}"));
    }
}
