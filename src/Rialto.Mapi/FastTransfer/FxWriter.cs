// [MS-OXCFXICS] 2.2.4.1.2 propValue, 2.2.4.1.3 serialisation of simple types, 3.2.5.8.1.1 the forms of strings by SendOptions.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Rialto.Model;

namespace Rialto.Mapi.FastTransfer;

/// <summary>The form that strings are written in.</summary>
internal enum FxStrings : byte
{
    /// <summary>PtypString8 in the code page of the connection.</summary>
    CodePage,

    /// <summary>PtypString.</summary>
    Unicode,

    /// <summary>The code page property type of Unicode, which is how this server holds all strings.</summary>
    CodePageType,
}

/// <summary>Writes markers and properties into a buffer.</summary>
/// <param name="buffer">Where they go.</param>
/// <param name="strings">The form of strings.</param>
/// <param name="codePage">The code page of the connection.</param>
/// <param name="nameOf">The name behind an id from 0x8000 on, null where there is none.</param>
internal sealed class FxWriter(FxBuffer buffer, FxStrings strings, Encoding codePage, Func<ushort, PropertyName?> nameOf)
{
    private const ushort UnicodeType = FxLexicon.CodePageFlag | 1200;

    public FxBuffer Buffer => buffer;

    /// <summary>One that writes the same way somewhere else.</summary>
    public FxWriter To(FxBuffer other) => new(other, strings, codePage, nameOf);

    public void Marker(FxMarker marker) => BinaryPrimitives.WriteUInt32LittleEndian(buffer.Reserve(sizeof(uint)), (uint)marker);

    public void Integer32(uint tag, int value)
    {
        var space = buffer.Reserve(8);
        BinaryPrimitives.WriteUInt32LittleEndian(space, tag);
        BinaryPrimitives.WriteInt32LittleEndian(space[4..], value);
    }

    public void Boolean(uint tag, bool value)
    {
        var space = buffer.Reserve(6);
        BinaryPrimitives.WriteUInt32LittleEndian(space, tag);
        BinaryPrimitives.WriteUInt16LittleEndian(space[4..], value ? (ushort)1 : (ushort)0);
    }

    /// <summary>A property of variable size whatever its tag says: MetaTagIdsetGiven calls itself an integer.</summary>
    public void Binary(uint tag, ReadOnlyMemory<byte> value)
    {
        var space = buffer.Reserve(8);
        BinaryPrimitives.WriteUInt32LittleEndian(space, tag);
        BinaryPrimitives.WriteInt32LittleEndian(space[4..], value.Length);
        buffer.Value(value);
    }

    /// <summary>A property; nothing where it is an error, or of a type that streams do not have (2.2.4.3.20), or without a name where it needs one.</summary>
    public void Property(in PropertyValue value)
    {
        if (value.IsAbsent || value.Type is PropertyType.ErrorCode or PropertyType.Null or PropertyType.Unspecified)
            return;
        var type = value.Type switch
        {
            PropertyType.String or PropertyType.String8 => strings switch
            {
                FxStrings.CodePage => (ushort)PropertyType.String8,
                FxStrings.Unicode => (ushort)PropertyType.String,
                _ => UnicodeType,
            },
            PropertyType.MultipleString or PropertyType.MultipleString8 => strings == FxStrings.CodePage ? (ushort)PropertyType.MultipleString8 : (ushort)PropertyType.MultipleString,
            var other => (ushort)other,
        };
        var shape = FxLexicon.ShapeOf(type, out var size);
        if (shape == FxShape.None)
            return;
        PropertyName? name = null;
        if (value.Tag.IsNamed)
        {
            name = nameOf(value.Tag.Id);
            if (name is null)
                return;
        }
        var head = 4 + (name is { } n ? NameSize(n) : 0);
        var space = buffer.Reserve(head + (shape == FxShape.Fixed ? size : sizeof(uint)));
        BinaryPrimitives.WriteUInt16LittleEndian(space, type);
        BinaryPrimitives.WriteUInt16LittleEndian(space[2..], value.Tag.Id);
        if (name is { } known)
            WriteName(space[4..], known);
        switch (shape)
        {
            case FxShape.Fixed:
                WriteFixed(space[head..], value);
                break;
            case FxShape.Variable:
                WriteVariable(space[head..], type, value.Reference);
                break;
            default:
                WriteMultiple(space[head..], value, size);
                break;
        }
    }

    private static int NameSize(PropertyName name) => 17 + (name.Name is { } text ? (Math.Min(text.Length, FxLexicon.MaximumName) + 1) * 2 : 4);

    private static void WriteName(Span<byte> space, PropertyName name)
    {
        name.PropertySet.TryWriteBytes(space);
        space[16] = name.IsString ? (byte)1 : (byte)0;
        if (name.Name is not { } text)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(space[17..], name.Lid);
            return;
        }
        var characters = text.AsSpan(0, Math.Min(text.Length, FxLexicon.MaximumName));
        MemoryMarshal.AsBytes(characters).CopyTo(space[17..]);
        space.Slice(17 + characters.Length * 2, 2).Clear();
    }

    private static void WriteFixed(Span<byte> space, in PropertyValue value)
    {
        switch (value.Type)
        {
            case PropertyType.Boolean:
                BinaryPrimitives.WriteUInt16LittleEndian(space, value.AsBoolean() ? (ushort)1 : (ushort)0);
                break;
            case PropertyType.Integer16:
                BinaryPrimitives.WriteInt16LittleEndian(space, value.AsInt16());
                break;
            case PropertyType.Integer32 or PropertyType.Floating32:
                BinaryPrimitives.WriteInt32LittleEndian(space, value.AsInt32());
                break;
            case PropertyType.Guid:
                value.AsGuid().TryWriteBytes(space);
                break;
            default:
                BinaryPrimitives.WriteInt64LittleEndian(space, value.AsInt64());
                break;
        }
    }

    private void WriteVariable(Span<byte> length, ushort type, object? reference)
    {
        switch (reference)
        {
            case byte[] bytes:
                BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
                buffer.Value(bytes);
                break;
            case string text:
                WriteText(length, type == (ushort)PropertyType.String8, text);
                break;
            default:
                BinaryPrimitives.WriteInt32LittleEndian(length, 0);
                break;
        }
    }

    /// <summary>With its terminating NUL.</summary>
    private void WriteText(Span<byte> length, bool isString8, string text)
    {
        if (isString8)
        {
            var count = codePage.GetByteCount(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, count + 1);
            var bytes = buffer.Reserve(count + 1);
            codePage.GetBytes(text, bytes);
            bytes[count] = 0;
            return;
        }
        BinaryPrimitives.WriteInt32LittleEndian(length, (text.Length + 1) * 2);
        var space = buffer.Reserve((text.Length + 1) * 2);
        MemoryMarshal.AsBytes(text.AsSpan()).CopyTo(space);
        space[^2..].Clear();
    }

    private void WriteMultiple(Span<byte> count, in PropertyValue value, int size)
    {
        var items = value.Reference as Array;
        BinaryPrimitives.WriteInt32LittleEndian(count, items?.Length ?? 0);
        switch (items)
        {
            case string[] texts:
                foreach (var text in texts)
                    WriteText(buffer.Reserve(sizeof(uint)), strings == FxStrings.CodePage, text ?? "");
                break;
            case byte[][] binaries:
                foreach (var bytes in binaries)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(buffer.Reserve(sizeof(uint)), bytes?.Length ?? 0);
                    buffer.Value(bytes);
                }
                break;
            case null:
                break;
            default:
                for (var i = 0; i < items.Length; i++)
                    WriteFixed(buffer.Reserve(size), PropertyElements.At(value, i));
                break;
        }
    }
}
