// [MS-OXCDATA] 2.11.1 property types, 2.11.2 property values; [MS-OXCMAPIHTTP] 2.2.1.1-2.2.1.6 their address-book forms.
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>Property values on the wire, in any <see cref="ValueForm"/>. Every method reads, writes, sizes or dumps, as the io does.</summary>
public static class PropertyValueCodec
{
    private const byte Present = 0xFF;

    /// <summary>A property tag: type first, then id. [MS-OXCDATA] 2.9.</summary>
    public static void Tag<TIo>(ref TIo io, scoped ref PropertyTag tag, string name = "PropertyTag")
        where TIo : struct, IWireIo, allows ref struct
    {
        var value = tag.Value;
        io.U32(ref value, name);
        tag = new PropertyTag(value);
    }

    /// <summary>PropertyTagArray with a 16-bit count. [MS-OXCPRPT] 2.2.2.1, [MS-OXCTABL] 2.2.2.2.</summary>
    public static void Tags<TIo>(ref TIo io, scoped ref PropertyTag[] tags, CountWidth width = CountWidth.UInt16, string name = "PropertyTags")
        where TIo : struct, IWireIo, allows ref struct => io.Numbers(ref tags, width, name);

    /// <summary>TaggedPropertyValue: tag and value. [MS-OXCDATA] 2.11.4.</summary>
    public static void Tagged<TIo>(ref TIo io, scoped ref PropertyValue value, ValueForm form, string name = "PropertyValue")
        where TIo : struct, IWireIo, allows ref struct
    {
        var tag = value.Tag;
        Tag(ref io, ref tag);
        Value(ref io, tag, ref value, form, name);
    }

    /// <summary>TaggedPropertyValues preceded by their number (16 bits in RopSetProperties, 32 in an AddressBookPropertyValueList).</summary>
    public static void TaggedArray<TIo>(ref TIo io, scoped ref PropertyValue[] values, CountWidth width, ValueForm form, string name = "PropertyValues")
        where TIo : struct, IWireIo, allows ref struct
    {
        var count = values?.Length ?? 0;
        WireCount.Of(ref io, ref count, width, "PropertyValueCount");
        TaggedArrayOf(ref io, ref values!, count, form, name);
    }

    public static void TaggedArrayOf<TIo>(ref TIo io, scoped ref PropertyValue[] values, int count, ValueForm form, string name = "PropertyValues")
        where TIo : struct, IWireIo, allows ref struct
    {
        if (!io.Enter(name))
            return;
        if (io.IsReading)
        {
            var read = Growing<PropertyValue>.Start(ref io, count, 4);
            for (var i = 0; i < count && !io.Failed; i++)
            {
                PropertyValue value = default;
                Tagged(ref io, ref value, form);
                read.Add(value);
            }
            values = io.Failed ? [] : read.ToArray();
        }
        else
        {
            for (var i = 0; i < count; i++)
                Tagged(ref io, ref values[i], form);
        }
        io.Leave();
    }

    /// <summary>TypedPropertyValue: type and value, for a property whose id the context knows. [MS-OXCDATA] 2.11.3.</summary>
    public static void Typed<TIo>(ref TIo io, ushort id, scoped ref PropertyValue value, ValueForm form, string name = "PropertyValue")
        where TIo : struct, IWireIo, allows ref struct
    {
        var type = value.Type;
        io.Enum(ref type, "PropertyType");
        Value(ref io, new PropertyTag(id, type), ref value, form, name);
    }

    /// <summary>
    /// FlaggedPropertyValue: a flag byte, then the value, nothing, or an error code. [MS-OXCDATA] 2.11.5.
    /// Absent stands for "not present"; <see cref="PropertyValue.IsError"/> for the error. A column of type Unspecified carries its type before the flag (2.11.6).
    /// </summary>
    public static void Flagged<TIo>(ref TIo io, PropertyTag column, scoped ref PropertyValue value, ValueForm form, string name = "PropertyValue")
        where TIo : struct, IWireIo, allows ref struct
    {
        if (!io.IsReading)
            value = PropertyCoercion.ForCell(value, column);
        if (column.Type == PropertyType.Unspecified)
        {
            var type = value.Type;
            io.Enum(ref type, "PropertyType");
            column = column.WithType(type);
        }
        var flag = value.IsAbsent ? CellFlag.Absent : value.IsError ? CellFlag.Error : CellFlag.Value;
        io.Enum(ref flag, "Flag");
        switch (flag)
        {
            case CellFlag.Value:
                Value(ref io, column, ref value, form, name);
                break;
            case CellFlag.Absent:
                if (io.IsReading)
                    value = default;
                break;
            case CellFlag.Error:
                Value(ref io, column.WithType(PropertyType.ErrorCode), ref value, form, name);
                break;
            default:
                io.Fail();
                break;
        }
    }

    /// <summary>
    /// The value alone, in the form of <paramref name="tag"/>'s type. [MS-OXCDATA] 2.11.2.1.
    /// A type that has no wire form fails. With presence bytes, a value that is not there reads as absent and an absent value is written so.
    /// </summary>
    public static void Value<TIo>(ref TIo io, PropertyTag tag, scoped ref PropertyValue value, ValueForm form, string name = "PropertyValue")
        where TIo : struct, IWireIo, allows ref struct
    {
        var type = tag.Type;
        // An instance column holds one value of the multiple-valued property.
        if ((type & PropertyType.MultipleInstance) != 0)
            type &= ~(PropertyType.MultipleInstance | PropertyType.MultipleFlag);
        if (form.HasPresence && (type is PropertyType.String or PropertyType.String8 or PropertyType.Binary || (type & PropertyType.MultipleFlag) != 0))
        {
            var present = !value.IsAbsent && value.Reference is not null;
            Presence(ref io, ref present);
            if (!present)
            {
                if (io.IsReading)
                    value = default;
                return;
            }
        }
        if ((type & PropertyType.MultipleFlag) != 0)
            Multiple(ref io, type, tag, ref value, form, name);
        else
            Single(ref io, type, tag, ref value, form, name);
        if (io.Failed && io.IsReading)
            value = default;
    }

    private static void Single<TIo>(ref TIo io, PropertyType type, PropertyTag tag, scoped ref PropertyValue value, ValueForm form, string name)
        where TIo : struct, IWireIo, allows ref struct
    {
        switch (type)
        {
            case PropertyType.Integer16:
            {
                var v = value.AsInt16();
                io.I16(ref v, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.Integer32:
            {
                var v = value.AsInt32();
                io.I32(ref v, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.ErrorCode:
            {
                var v = value.AsError();
                io.Enum(ref v, name);
                if (io.IsReading)
                    value = PropertyValue.OfError(tag, v);
                break;
            }
            case PropertyType.Integer64 or PropertyType.Currency:
            {
                var v = value.AsInt64();
                io.I64(ref v, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.Time:
            {
                var v = value.AsInt64();
                io.I64(ref v, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, new FileTime(v));
                break;
            }
            case PropertyType.Floating32:
            {
                var v = value.AsSingle();
                io.F32(ref v, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.Floating64 or PropertyType.FloatingTime:
            {
                var v = value.AsDouble();
                io.F64(ref v, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.Boolean:
            {
                var v = value.AsBoolean();
                io.Bool(ref v, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.Guid:
            {
                var v = value.AsGuid();
                io.Guid(ref v, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.String or PropertyType.String8:
            {
                var v = value.Reference as string ?? "";
                if (type == PropertyType.String)
                    io.Utf16Z(ref v, name);
                else
                    io.EncodedZ(ref v, form.String8, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.Binary:
            {
                var v = value.Reference as byte[] ?? [];
                io.Bytes(ref v, form.Count, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.ServerId:
            {
                // 2.11.1.4: the count is 16 bits wide in every context.
                var v = value.Reference as byte[] ?? [];
                io.Bytes(ref v, CountWidth.UInt16, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.Restriction:
            {
                var v = value.AsRestriction();
                RestrictionCodec.Restriction(ref io, ref v, form);
                if (io.IsReading && v is not null)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.RuleAction:
            {
                var v = value.Reference as byte[] ?? [];
                RuleActionBytes(ref io, ref v, form, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.Object when form.HasPresence:
            {
                // [MS-OXNSPI] 2.2.1.1 PtypEmbeddedTable: one number, which stands for a list of objects.
                var v = value.AsInt32();
                io.I32(ref v, name);
                if (io.IsReading)
                    value = PropertyValue.Of(tag, v);
                break;
            }
            case PropertyType.Null:
                if (io.IsReading)
                    value = PropertyValue.Of(tag, 0);
                break;
            default:
                io.Fail();
                break;
        }
    }

    private static void Multiple<TIo>(ref TIo io, PropertyType type, PropertyTag tag, scoped ref PropertyValue value, ValueForm form, string name)
        where TIo : struct, IWireIo, allows ref struct
    {
        switch (type)
        {
            case PropertyType.MultipleInteger16:
                Numbers<TIo, short>(ref io, tag, ref value, name);
                break;
            case PropertyType.MultipleInteger32:
                Numbers<TIo, int>(ref io, tag, ref value, name);
                break;
            case PropertyType.MultipleInteger64 or PropertyType.MultipleCurrency:
                Numbers<TIo, long>(ref io, tag, ref value, name);
                break;
            case PropertyType.MultipleFloating32:
                Numbers<TIo, float>(ref io, tag, ref value, name);
                break;
            case PropertyType.MultipleFloating64 or PropertyType.MultipleFloatingTime:
                Numbers<TIo, double>(ref io, tag, ref value, name);
                break;
            case PropertyType.MultipleTime:
                Numbers<TIo, FileTime>(ref io, tag, ref value, name);
                break;
            case PropertyType.MultipleGuid:
                Numbers<TIo, Guid>(ref io, tag, ref value, name);
                break;
            case PropertyType.MultipleString or PropertyType.MultipleString8:
            {
                var items = value.AsArray<string>();
                var count = items.Length;
                io.I32(ref count, "Count");
                var read = Growing<string>.Start(ref io, count, 1);
                for (var i = 0; i < count && !io.Failed; i++)
                {
                    var v = io.IsReading ? "" : items[i] ?? "";
                    if (ElementPresence(ref io, form))
                    {
                        if (type == PropertyType.MultipleString)
                            io.Utf16Z(ref v, name);
                        else
                            io.EncodedZ(ref v, form.String8, name);
                    }
                    if (io.IsReading)
                        read.Add(v);
                }
                if (io.IsReading)
                    value = PropertyValue.OfArray(tag, read.ToArray());
                break;
            }
            case PropertyType.MultipleBinary:
            {
                var items = value.AsArray<byte[]>();
                var count = items.Length;
                io.I32(ref count, "Count");
                var read = Growing<byte[]>.Start(ref io, count, 1);
                for (var i = 0; i < count && !io.Failed; i++)
                {
                    var v = io.IsReading ? [] : items[i] ?? [];
                    if (ElementPresence(ref io, form))
                        io.Bytes(ref v, form.Count, name);
                    if (io.IsReading)
                        read.Add(v);
                }
                if (io.IsReading)
                    value = PropertyValue.OfArray(tag, read.ToArray());
                break;
            }
            default:
                io.Fail();
                break;
        }
    }

    private static void Numbers<TIo, T>(ref TIo io, PropertyTag tag, scoped ref PropertyValue value, string name)
        where TIo : struct, IWireIo, allows ref struct
        where T : unmanaged
    {
        var v = value.AsArray<T>();
        io.Numbers(ref v, CountWidth.UInt32, name);
        if (io.IsReading)
            value = PropertyValue.OfArray(tag, v);
    }

    private static bool ElementPresence<TIo>(ref TIo io, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var present = true;
        if (form.HasPresence)
            Presence(ref io, ref present);
        return present;
    }

    internal static void Presence<TIo>(ref TIo io, scoped ref bool present)
        where TIo : struct, IWireIo, allows ref struct
    {
        var flag = present ? Present : (byte)0;
        io.U8(ref flag, "HasValue");
        if (flag is not (Present or 0))
            io.Fail();
        present = flag == Present;
    }

    /// <summary>
    /// The actions of a rule, kept as their bytes: a count, then that many blocks each preceded by its length. [MS-OXORULE] 2.2.5.
    /// The bytes keep the count widths of the buffer they came from.
    /// </summary>
    private static void RuleActionBytes<TIo>(ref TIo io, scoped ref byte[] bytes, ValueForm form, string name)
        where TIo : struct, IWireIo, allows ref struct
    {
        if (!io.IsReading)
        {
            if (bytes.Length < (int)form.Count)
                io.Fail();
            else
                io.FixedBytes(ref bytes, bytes.Length, name);
            return;
        }
        var count = 0;
        WireCount.Of(ref io, ref count, form.Count, "NoOfActions");
        var copy = new WireWriter(128);
        copy.WriteCount(count, form.Count);
        for (var i = 0; i < count && !io.Failed; i++)
        {
            byte[] block = [];
            io.Bytes(ref block, form.Count, "ActionBlock");
            copy.WriteCounted(block, form.Count);
        }
        bytes = copy.ToArray();
        copy.Dispose();
    }

    private enum CellFlag : byte
    {
        Value = 0x00,
        Absent = 0x01,
        Error = 0x0A,
    }
}
