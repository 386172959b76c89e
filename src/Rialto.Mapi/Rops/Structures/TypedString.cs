// [MS-OXCDATA] 2.11.7 TypedString.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>A string that says how it is encoded. Null and empty have forms of their own.</summary>
public static class TypedString
{
    private enum StringType : byte
    {
        None = 0x00,
        Empty = 0x01,
        String8 = 0x02,

        /// <summary>UTF-16 whose high bytes are all 0, left out.</summary>
        ReducedUnicode = 0x03,
        Unicode = 0x04,
    }

    public static void Field<TIo>(ref TIo io, scoped ref string? value, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var type = value switch
        {
            null => StringType.None,
            "" => StringType.Empty,
            _ => IsReducible(value) ? StringType.ReducedUnicode : StringType.Unicode,
        };
        io.Enum(ref type, "StringType");
        var text = value ?? "";
        switch (type)
        {
            case StringType.None:
                value = null;
                return;
            case StringType.Empty:
                break;
            case StringType.String8:
                io.EncodedZ(ref text, form.String8, "String");
                break;
            case StringType.ReducedUnicode:
                io.AsciiZ(ref text, "String");
                break;
            case StringType.Unicode:
                io.Utf16Z(ref text, "String");
                break;
            default:
                io.Fail();
                break;
        }
        value = text;
    }

    private static bool IsReducible(string value)
    {
        foreach (var c in value)
        {
            if (c > 0xFF)
                return false;
        }
        return true;
    }
}
