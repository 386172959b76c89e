// [MS-OXCFXICS] 2.2.4.1 lexical structure, 2.2.4.1.1 property types, 2.2.4.1.1.1 code page property types, 2.2.4.1.3 serialisation of simple types.
using System.Buffers.Binary;
using Rialto.Model;

namespace Rialto.Mapi.FastTransfer;

/// <summary>How the value of a property stands in a stream.</summary>
internal enum FxShape : byte
{
    /// <summary>No type that streams know.</summary>
    None,

    /// <summary>So many bytes.</summary>
    Fixed,

    /// <summary>A length and as many bytes.</summary>
    Variable,

    /// <summary>A count, and as many values of fixed size.</summary>
    MultipleFixed,

    /// <summary>A count, and as many lengths with their bytes.</summary>
    MultipleVariable,
}

/// <summary>The words of FastTransfer streams.</summary>
internal static class FxLexicon
{
    /// <summary>The bit that makes a type a code page: the rest of it is the code page's number.</summary>
    public const ushort CodePageFlag = 0x8000;

    private const ushort MultipleFlag = 0x1000;

    /// <summary>The shape of values of a type, and the size of a fixed one.</summary>
    public static FxShape ShapeOf(ushort type, out int size)
    {
        if ((type & CodePageFlag) != 0)
        {
            size = 0;
            return FxShape.Variable;
        }
        size = (PropertyType)(type & ~MultipleFlag) switch
        {
            PropertyType.Integer16 or PropertyType.Boolean => 2,
            PropertyType.Integer32 or PropertyType.Floating32 or PropertyType.ErrorCode => 4,
            PropertyType.Integer64 or PropertyType.Floating64 or PropertyType.Currency or PropertyType.FloatingTime or PropertyType.Time => 8,
            PropertyType.Guid => 16,
            _ => 0,
        };
        var isMultiple = (type & MultipleFlag) != 0;
        if (size > 0)
            return isMultiple ? FxShape.MultipleFixed : FxShape.Fixed;
        return (PropertyType)(type & ~MultipleFlag) switch
        {
            PropertyType.String or PropertyType.String8 or PropertyType.Binary => isMultiple ? FxShape.MultipleVariable : FxShape.Variable,
            PropertyType.ServerId or PropertyType.Object when !isMultiple => FxShape.Variable,
            _ => FxShape.None,
        };
    }

    /// <summary>The same by the tag: MetaTagIdsetGiven calls itself an integer and is of variable size. 3.2.5.2.1.</summary>
    public static FxShape ShapeOfTag(uint tag, out int size)
    {
        size = 0;
        return tag == IdsetGiven ? FxShape.Variable : ShapeOf((ushort)tag, out size);
    }

    private const uint IdsetGiven = 0x40170003;

    /// <summary>
    /// Bytes of the tag, and of the name that follows the tag of a named property; 0 where not all of them are there yet, -1 where they cannot be.
    /// </summary>
    public static int HeadSize(ReadOnlySpan<byte> bytes)
    {
        const int tag = 4, set = 16, kind = 1;
        if (bytes.Length < tag)
            return 0;
        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]) < 0x8000)
            return tag;
        if (bytes.Length < tag + set + kind)
            return 0;
        const int start = tag + set + kind;
        switch (bytes[tag + set])
        {
            case 0:
                return bytes.Length < start + 4 ? 0 : start + 4;
            case 1:
                for (var at = start; at + 1 < bytes.Length; at += 2)
                {
                    if (bytes[at] == 0 && bytes[at + 1] == 0)
                        return at + 2;
                    if (at - start > MaximumName * 2)
                        return -1;
                }
                return bytes.Length - start > (MaximumName + 1) * 2 ? -1 : 0;
            default:
                return -1;
        }
    }

    /// <summary>Characters of a property's name: NameSize has one byte ([MS-OXCDATA] 2.6.1), and some clients write longer ones.</summary>
    public const int MaximumName = 512;
}
