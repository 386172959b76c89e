using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// One value in <see cref="PropertyBagCodec"/>'s form: a <see cref="StoredType"/> byte, then the value. Integers are varints (zigzag where signed), times and
/// floating numbers fixed, strings UTF-8 and binaries with a varint length, multiple values with a varint count.
/// </summary>
internal static class StoredValue
{
    public static void Write(ref WireWriter writer, PropertyValue value, Func<PropertyValue, byte[]?>? externalise, int externaliseFrom)
    {
        if (value.AsExternal() is { } already)
        {
            WriteExternal(ref writer, value.Type, already.Reference, already.Length);
            return;
        }
        switch (value.Type)
        {
            case PropertyType.Null:
                writer.WriteByte((byte)StoredType.Null);
                break;
            case PropertyType.Integer16:
                WriteSigned(ref writer, StoredType.Integer16, value.AsInt16());
                break;
            case PropertyType.Integer32:
                WriteSigned(ref writer, StoredType.Integer32, value.AsInt32());
                break;
            case PropertyType.Integer64:
                WriteSigned(ref writer, StoredType.Integer64, value.AsInt64());
                break;
            case PropertyType.Currency:
                WriteSigned(ref writer, StoredType.Currency, value.AsInt64());
                break;
            case PropertyType.Floating32:
                writer.WriteByte((byte)StoredType.Floating32);
                writer.WriteUInt32(BitConverter.SingleToUInt32Bits(value.AsSingle()));
                break;
            case PropertyType.Floating64:
                writer.WriteByte((byte)StoredType.Floating64);
                writer.WriteUInt64(BitConverter.DoubleToUInt64Bits(value.AsDouble()));
                break;
            case PropertyType.FloatingTime:
                writer.WriteByte((byte)StoredType.FloatingTime);
                writer.WriteUInt64(BitConverter.DoubleToUInt64Bits(value.AsDouble()));
                break;
            case PropertyType.ErrorCode:
                writer.WriteByte((byte)StoredType.ErrorCode);
                writer.WriteUInt32((uint)value.AsError());
                break;
            case PropertyType.Boolean:
                writer.WriteByte((byte)(value.AsBoolean() ? StoredType.True : StoredType.False));
                break;
            case PropertyType.Time:
                writer.WriteByte((byte)StoredType.Time);
                writer.WriteInt64(value.AsTime().Ticks);
                break;
            case PropertyType.Guid:
                writer.WriteByte((byte)StoredType.Guid);
                writer.WriteGuid(value.AsGuid());
                break;
            case PropertyType.String or PropertyType.String8:
                var text = value.AsString();
                if (text.Length * 2L >= externaliseFrom && externalise?.Invoke(value) is { } textReference)
                    WriteExternal(ref writer, value.Type, textReference, text.Length * 2L);
                else
                    WriteText(ref writer, value.Type == PropertyType.String ? StoredType.String : StoredType.String8, text);
                break;
            case PropertyType.Binary or PropertyType.Object:
                var bytes = value.AsBinary();
                if (bytes.Length >= externaliseFrom && externalise?.Invoke(value) is { } reference)
                    WriteExternal(ref writer, value.Type, reference, bytes.Length);
                else
                    WriteBytes(ref writer, value.Type == PropertyType.Binary ? StoredType.Binary : StoredType.Object, bytes);
                break;
            case PropertyType.ServerId:
                WriteBytes(ref writer, StoredType.ServerId, value.AsBinary());
                break;
            case PropertyType.RuleAction:
                WriteBytes(ref writer, StoredType.RuleAction, value.AsBinary());
                break;
            case PropertyType.Restriction:
                WriteRestriction(ref writer, value.AsRestriction());
                break;
            case PropertyType.MultipleInteger16:
                WriteNumbers(ref writer, StoredType.MultipleInteger16, value.AsArray<short>());
                break;
            case PropertyType.MultipleInteger32:
                WriteNumbers(ref writer, StoredType.MultipleInteger32, value.AsArray<int>());
                break;
            case PropertyType.MultipleInteger64:
                WriteNumbers(ref writer, StoredType.MultipleInteger64, value.AsArray<long>());
                break;
            case PropertyType.MultipleCurrency:
                WriteNumbers(ref writer, StoredType.MultipleCurrency, value.AsArray<long>());
                break;
            case PropertyType.MultipleFloating32:
                WriteNumbers(ref writer, StoredType.MultipleFloating32, value.AsArray<float>());
                break;
            case PropertyType.MultipleFloating64:
                WriteNumbers(ref writer, StoredType.MultipleFloating64, value.AsArray<double>());
                break;
            case PropertyType.MultipleFloatingTime:
                WriteNumbers(ref writer, StoredType.MultipleFloatingTime, value.AsArray<double>());
                break;
            case PropertyType.MultipleTime:
                WriteNumbers(ref writer, StoredType.MultipleTime, value.AsArray<FileTime>());
                break;
            case PropertyType.MultipleGuid:
                WriteNumbers(ref writer, StoredType.MultipleGuid, value.AsArray<Guid>());
                break;
            case PropertyType.MultipleString or PropertyType.MultipleString8:
                writer.WriteByte((byte)(value.Type == PropertyType.MultipleString ? StoredType.MultipleString : StoredType.MultipleString8));
                var strings = value.AsArray<string>();
                writer.WriteVarint((uint)strings.Length);
                foreach (var s in strings)
                    WriteText(ref writer, StoredType.String, s ?? "");
                break;
            case PropertyType.MultipleBinary:
                writer.WriteByte((byte)StoredType.MultipleBinary);
                var binaries = value.AsArray<byte[]>();
                writer.WriteVarint((uint)binaries.Length);
                foreach (var b in binaries)
                {
                    writer.WriteVarint((uint)(b?.Length ?? 0));
                    writer.Write(b);
                }
                break;
            default:
                writer.Fail();
                break;
        }
    }

    public static PropertyValue Read(ref WireReader reader, ushort id, Func<PropertyTag, ExternalValue, PropertyValue>? resolve)
    {
        var stored = (StoredType)reader.ReadByte();
        switch (stored)
        {
            case StoredType.Null:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Null), 0);
            case StoredType.Integer16:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Integer16), (short)ReadSigned(ref reader));
            case StoredType.Integer32:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Integer32), (int)ReadSigned(ref reader));
            case StoredType.Integer64:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Integer64), ReadSigned(ref reader));
            case StoredType.Currency:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Currency), ReadSigned(ref reader));
            case StoredType.Floating32:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Floating32), BitConverter.UInt32BitsToSingle(reader.ReadUInt32()));
            case StoredType.Floating64:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Floating64), BitConverter.UInt64BitsToDouble(reader.ReadUInt64()));
            case StoredType.FloatingTime:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.FloatingTime), BitConverter.UInt64BitsToDouble(reader.ReadUInt64()));
            case StoredType.ErrorCode:
                return PropertyValue.OfError(new PropertyTag(id, PropertyType.ErrorCode), (ErrorCode)reader.ReadUInt32());
            case StoredType.False or StoredType.True:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Boolean), stored == StoredType.True);
            case StoredType.Time:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Time), new FileTime(reader.ReadInt64()));
            case StoredType.Guid:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Guid), reader.ReadGuid());
            case StoredType.String or StoredType.StringUtf16:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.String), ReadText(ref reader, stored == StoredType.StringUtf16));
            case StoredType.String8 or StoredType.String8Utf16:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.String8), ReadText(ref reader, stored == StoredType.String8Utf16));
            case StoredType.Binary:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Binary), ReadBytes(ref reader));
            case StoredType.Object:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Object), ReadBytes(ref reader));
            case StoredType.ServerId:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.ServerId), ReadBytes(ref reader));
            case StoredType.RuleAction:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.RuleAction), ReadBytes(ref reader));
            case StoredType.Restriction:
                return ReadRestriction(ref reader, new PropertyTag(id, PropertyType.Restriction));
            case StoredType.MultipleInteger16:
                return ReadNumbers<short>(ref reader, new PropertyTag(id, PropertyType.MultipleInteger16));
            case StoredType.MultipleInteger32:
                return ReadNumbers<int>(ref reader, new PropertyTag(id, PropertyType.MultipleInteger32));
            case StoredType.MultipleInteger64:
                return ReadNumbers<long>(ref reader, new PropertyTag(id, PropertyType.MultipleInteger64));
            case StoredType.MultipleCurrency:
                return ReadNumbers<long>(ref reader, new PropertyTag(id, PropertyType.MultipleCurrency));
            case StoredType.MultipleFloating32:
                return ReadNumbers<float>(ref reader, new PropertyTag(id, PropertyType.MultipleFloating32));
            case StoredType.MultipleFloating64:
                return ReadNumbers<double>(ref reader, new PropertyTag(id, PropertyType.MultipleFloating64));
            case StoredType.MultipleFloatingTime:
                return ReadNumbers<double>(ref reader, new PropertyTag(id, PropertyType.MultipleFloatingTime));
            case StoredType.MultipleTime:
                return ReadNumbers<FileTime>(ref reader, new PropertyTag(id, PropertyType.MultipleTime));
            case StoredType.MultipleGuid:
                return ReadNumbers<Guid>(ref reader, new PropertyTag(id, PropertyType.MultipleGuid));
            case StoredType.MultipleString or StoredType.MultipleString8:
                var strings = new string[reader.ReadVarintCount(2)];
                for (var i = 0; i < strings.Length; i++)
                    strings[i] = ReadText(ref reader, (StoredType)reader.ReadByte() == StoredType.StringUtf16);
                return PropertyValue.OfArray(new PropertyTag(id, stored == StoredType.MultipleString ? PropertyType.MultipleString : PropertyType.MultipleString8), strings);
            case StoredType.MultipleBinary:
                var binaries = new byte[reader.ReadVarintCount()][];
                for (var i = 0; i < binaries.Length; i++)
                    binaries[i] = ReadBytes(ref reader);
                return PropertyValue.OfArray(new PropertyTag(id, PropertyType.MultipleBinary), binaries);
            case StoredType.Binary | StoredType.ExternalFlag:
                return ReadExternal(ref reader, new PropertyTag(id, PropertyType.Binary), resolve);
            case StoredType.Object | StoredType.ExternalFlag:
                return ReadExternal(ref reader, new PropertyTag(id, PropertyType.Object), resolve);
            case StoredType.String | StoredType.ExternalFlag:
                return ReadExternal(ref reader, new PropertyTag(id, PropertyType.String), resolve);
            case StoredType.String8 | StoredType.ExternalFlag:
                return ReadExternal(ref reader, new PropertyTag(id, PropertyType.String8), resolve);
            default:
                reader.Fail();
                return default;
        }
    }

    /// <summary>Moves past a value without making it.</summary>
    public static void Skip(ref WireReader reader)
    {
        var stored = (StoredType)reader.ReadByte();
        switch (stored)
        {
            case StoredType.Null or StoredType.False or StoredType.True:
                break;
            case StoredType.Integer16 or StoredType.Integer32 or StoredType.Integer64 or StoredType.Currency:
                reader.ReadVarint();
                break;
            case StoredType.Floating32 or StoredType.ErrorCode:
                reader.Skip(4);
                break;
            case StoredType.Floating64 or StoredType.FloatingTime or StoredType.Time:
                reader.Skip(8);
                break;
            case StoredType.Guid:
                reader.Skip(16);
                break;
            case StoredType.MultipleInteger16:
                reader.Skip(reader.ReadVarintCount(2) * 2);
                break;
            case StoredType.MultipleInteger32 or StoredType.MultipleFloating32:
                reader.Skip(reader.ReadVarintCount(4) * 4);
                break;
            case StoredType.MultipleInteger64 or StoredType.MultipleCurrency or StoredType.MultipleFloating64 or StoredType.MultipleFloatingTime or StoredType.MultipleTime:
                reader.Skip(reader.ReadVarintCount(8) * 8);
                break;
            case StoredType.MultipleGuid:
                reader.Skip(reader.ReadVarintCount(16) * 16);
                break;
            case StoredType.MultipleString or StoredType.MultipleString8:
                for (var left = reader.ReadVarintCount(2); left > 0 && !reader.Failed; left--)
                {
                    reader.ReadByte();
                    reader.Skip(reader.ReadVarintCount());
                }
                break;
            case StoredType.MultipleBinary:
                for (var left = reader.ReadVarintCount(); left > 0 && !reader.Failed; left--)
                    reader.Skip(reader.ReadVarintCount());
                break;
            default:
                if ((stored & StoredType.ExternalFlag) != 0)
                    reader.ReadVarint();
                reader.Skip(reader.ReadVarintCount());
                break;
        }
    }

    private static void WriteSigned(ref WireWriter writer, StoredType type, long value)
    {
        writer.WriteByte((byte)type);
        writer.WriteVarint((ulong)(value << 1 ^ value >> 63));
    }

    private static long ReadSigned(ref WireReader reader)
    {
        var value = reader.ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private static void WriteBytes(ref WireWriter writer, StoredType type, scoped ReadOnlySpan<byte> bytes)
    {
        writer.WriteByte((byte)type);
        writer.WriteVarint((uint)bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(ref WireReader reader) => reader.ReadBytes(reader.ReadVarintCount());

    private static void WriteText(ref WireWriter writer, StoredType type, string text)
    {
        const int most = 512;
        byte[]? rented = null;
        var longest = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> utf8 = longest <= most ? stackalloc byte[most] : rented = ArrayPool<byte>.Shared.Rent(longest);
        if (Utf8.FromUtf16(text, utf8, out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done)
            WriteBytes(ref writer, type, utf8[..written]);
        else
            WriteBytes(ref writer, type == StoredType.String8 ? StoredType.String8Utf16 : StoredType.StringUtf16, MemoryMarshal.AsBytes(text.AsSpan()));
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    private static string ReadText(ref WireReader reader, bool utf16)
    {
        var bytes = reader.ReadSpan(reader.ReadVarintCount());
        return utf16 ? new string(MemoryMarshal.Cast<byte, char>(bytes)) : Encoding.UTF8.GetString(bytes);
    }

    private static void WriteNumbers<T>(ref WireWriter writer, StoredType type, T[] values)
        where T : unmanaged
    {
        writer.WriteByte((byte)type);
        writer.WriteVarint((uint)values.Length);
        writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static unsafe PropertyValue ReadNumbers<T>(ref WireReader reader, PropertyTag tag)
        where T : unmanaged
    {
        T[] values = [];
        reader.NumbersOf(ref values, reader.ReadVarintCount(sizeof(T)));
        return PropertyValue.OfArray(tag, values);
    }

    private static void WriteExternal(ref WireWriter writer, PropertyType type, byte[] reference, long length)
    {
        writer.WriteByte((byte)(StoredType.ExternalFlag | type switch
        {
            PropertyType.Object => StoredType.Object,
            PropertyType.String => StoredType.String,
            PropertyType.String8 => StoredType.String8,
            _ => StoredType.Binary,
        }));
        writer.WriteVarint((ulong)length);
        writer.WriteVarint((uint)reference.Length);
        writer.Write(reference);
    }

    private static PropertyValue ReadExternal(ref WireReader reader, PropertyTag tag, Func<PropertyTag, ExternalValue, PropertyValue>? resolve)
    {
        var length = reader.ReadVarint();
        var external = new ExternalValue(ReadBytes(ref reader), (long)Math.Min(length, long.MaxValue));
        if (reader.Failed)
            return default;
        return resolve?.Invoke(tag, external) ?? PropertyValue.OfExternal(tag, external);
    }

    private static void WriteRestriction(ref WireWriter writer, Restriction? restriction)
    {
        var inner = new WireWriter(128);
        RestrictionCodec.Restriction(ref inner, ref restriction, ValueForm.Wide.WithString8(Encoding.UTF8));
        if (inner.Failed)
            writer.Fail();
        else
            WriteBytes(ref writer, StoredType.Restriction, inner.Written);
        inner.Dispose();
    }

    private static PropertyValue ReadRestriction(ref WireReader reader, PropertyTag tag)
    {
        var inner = reader.Slice(reader.ReadVarintCount());
        Restriction? restriction = null;
        RestrictionCodec.Restriction(ref inner, ref restriction, ValueForm.Wide.WithString8(Encoding.UTF8));
        if (restriction is not null)
            return PropertyValue.Of(tag, restriction);
        reader.Fail();
        return default;
    }
}
