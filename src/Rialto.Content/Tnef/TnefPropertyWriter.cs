// [MS-OXTNEF] 2.1.3.4: property lists.
using System.Runtime.InteropServices;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Tnef;

/// <summary>Writes property lists; the layout is told in <see cref="TnefPropertyReader"/>. Strings are written as PtypString.</summary>
internal static class TnefPropertyWriter
{
    /// <summary>The properties that have a form here, but for those of <paramref name="without"/>, after their number.</summary>
    public static void WriteList(ref WireWriter writer, PropertyBag bag, TnefNames names, ReadOnlySpan<ushort> without)
    {
        var at = BeginList(ref writer);
        writer.PatchUInt32(at, WriteValues(ref writer, bag, names, without));
    }

    /// <summary>The place of the count.</summary>
    public static int BeginList(ref WireWriter writer)
    {
        var at = writer.Position;
        writer.WriteUInt32(0);
        return at;
    }

    public static uint WriteValues(ref WireWriter writer, PropertyBag bag, TnefNames names, ReadOnlySpan<ushort> without)
    {
        uint count = 0;
        foreach (ref readonly var value in bag.Span)
        {
            if (!without.Contains(value.Tag.Id) && TryWrite(ref writer, value, names))
                count++;
        }
        return count;
    }

    /// <summary>The tag, and the name after it when the property has one.</summary>
    private static void Tag(ref WireWriter writer, PropertyTag tag, PropertyName? name)
    {
        writer.WriteUInt32(tag.Value);
        if (name is not { } named)
            return;
        writer.WriteGuid(named.PropertySet);
        writer.WriteUInt32(named.IsString ? 1u : 0u);
        if (named.Name is { } text)
            Text(ref writer, text);
        else
            writer.WriteUInt32(named.Lid);
    }

    private static bool TryWrite(ref WireWriter writer, in PropertyValue value, TnefNames names)
    {
        var tag = value.Tag;
        var name = tag.Id >= 0x8000 ? names.Find(tag.Id) : null;
        if (tag.Id >= 0x8000 && name is null)
            return false;
        switch (tag.Type)
        {
            case PropertyType.Integer16:
                Tag(ref writer, tag, name);
                writer.WriteUInt32((ushort)value.AsInt16());
                return true;
            case PropertyType.Boolean:
                Tag(ref writer, tag, name);
                writer.WriteUInt32(value.AsBoolean() ? 1u : 0u);
                return true;
            case PropertyType.Integer32:
                Tag(ref writer, tag, name);
                writer.WriteInt32(value.AsInt32());
                return true;
            case PropertyType.Floating32:
                Tag(ref writer, tag, name);
                writer.WriteInt32(BitConverter.SingleToInt32Bits(value.AsSingle()));
                return true;
            case PropertyType.Floating64:
            case PropertyType.FloatingTime:
                Tag(ref writer, tag, name);
                writer.WriteInt64(BitConverter.DoubleToInt64Bits(value.AsDouble()));
                return true;
            case PropertyType.Integer64:
            case PropertyType.Currency:
            case PropertyType.Time:
                Tag(ref writer, tag, name);
                writer.WriteInt64(value.AsInt64());
                return true;
            case PropertyType.Guid:
                Tag(ref writer, tag, name);
                writer.WriteGuid(value.AsGuid());
                return true;
            case PropertyType.String or PropertyType.String8 when value.Reference is string text:
                Tag(ref writer, tag.WithType(PropertyType.String), name);
                writer.WriteUInt32(1);
                Text(ref writer, text);
                return true;
            case PropertyType.Binary or PropertyType.ServerId when value.Reference is byte[] bytes:
                Tag(ref writer, tag, name);
                writer.WriteUInt32(1);
                Bytes(ref writer, bytes);
                return true;
            case PropertyType.Object when value.Reference is byte[] data:
                Tag(ref writer, tag, name);
                writer.WriteUInt32(1);
                writer.WriteUInt32((uint)data.Length + 16);
                writer.WriteGuid(IsCompoundFile(data) ? TnefInterfaces.Storage : TnefInterfaces.Stream);
                writer.Write(data);
                Pad(ref writer, data.Length);
                return true;
            default:
                return value.Reference is Array values && Multiple(ref writer, tag, name, values);
        }
    }

    private static bool Multiple(ref WireWriter writer, PropertyTag tag, PropertyName? name, Array values)
    {
        var tagged = tag.Type == PropertyType.MultipleString8 ? tag.WithType(PropertyType.MultipleString) : tag;
        if ((tag.Type & PropertyType.MultipleFlag) == 0 || values is not (short[] or int[] or long[] or float[] or double[] or FileTime[] or Guid[] or string[] or byte[][]))
            return false;
        Tag(ref writer, tagged, name);
        writer.WriteUInt32((uint)values.Length);
        switch (values)
        {
            case short[] v:
                foreach (var one in v)
                    writer.WriteUInt32((ushort)one);
                break;
            case int[] v:
                writer.Write(MemoryMarshal.AsBytes(v.AsSpan()));
                break;
            case long[] v:
                writer.Write(MemoryMarshal.AsBytes(v.AsSpan()));
                break;
            case float[] v:
                writer.Write(MemoryMarshal.AsBytes(v.AsSpan()));
                break;
            case double[] v:
                writer.Write(MemoryMarshal.AsBytes(v.AsSpan()));
                break;
            case FileTime[] v:
                writer.Write(MemoryMarshal.AsBytes(v.AsSpan()));
                break;
            case Guid[] v:
                foreach (var one in v)
                    writer.WriteGuid(one);
                break;
            case string[] v:
                foreach (var one in v)
                    Text(ref writer, one ?? "");
                break;
            case byte[][] v:
                foreach (var one in v)
                    Bytes(ref writer, one ?? []);
                break;
        }
        return true;
    }

    /// <summary>Size with the NUL, characters, NUL, padding.</summary>
    private static void Text(ref WireWriter writer, ReadOnlySpan<char> text)
    {
        var size = (text.Length + 1) * 2;
        writer.WriteUInt32((uint)size);
        writer.WriteUtf16(text);
        writer.WriteUInt16(0);
        Pad(ref writer, size);
    }

    private static void Bytes(ref WireWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.WriteUInt32((uint)bytes.Length);
        writer.Write(bytes);
        Pad(ref writer, bytes.Length);
    }

    public static void Pad(ref WireWriter writer, int size) => writer.Reserve(-size & 3).Clear();

    /// <summary>[MS-CFB] 2.2: what an IStorage was saved as.</summary>
    private static bool IsCompoundFile(ReadOnlySpan<byte> data) => data.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
}
