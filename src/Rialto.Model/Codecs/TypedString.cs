// [MS-OXCDATA] 2.11.7 TypedString.
using System.Text;
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>A string that says how it is written: absent, empty, 8-bit, UTF-16 reduced to its low bytes where all fit, or UTF-16.</summary>
public static class TypedString
{
    /// <summary>Reads any form; writes null as absent and text in the shortest form that keeps it.</summary>
    public static void Field<TIo>(ref TIo io, scoped ref string? value, string name = "TypedString")
        where TIo : struct, IWireIo, allows ref struct
    {
        var type = value switch
        {
            null => StringType.None,
            "" => StringType.Empty,
            _ => value.AsSpan().ContainsAnyExceptInRange('\u0001', '\u00FF') ? StringType.Unicode : StringType.ReducedUnicode,
        };
        io.Enum(ref type, name + "Type");
        var text = value ?? "";
        switch (type)
        {
            case StringType.None:
                value = null;
                break;
            case StringType.Empty:
                value = "";
                break;
            case StringType.String8 or StringType.ReducedUnicode:
                io.EncodedZ(ref text, Encoding.Latin1, name);
                value = text;
                break;
            case StringType.Unicode:
                io.Utf16Z(ref text, name);
                value = text;
                break;
            default:
                io.Fail();
                break;
        }
    }

    private enum StringType : byte
    {
        None = 0x00,
        Empty = 0x01,
        String8 = 0x02,
        ReducedUnicode = 0x03,
        Unicode = 0x04,
    }
}
