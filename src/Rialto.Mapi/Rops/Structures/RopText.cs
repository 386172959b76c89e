// [MS-OXCROPS] 2.2.4.1.2 Servers, 2.2.4.2.1 DisplayName, 2.2.7.3.2 AddressTypes.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Strings and lists of them in ROP buffers.</summary>
public static class RopText
{
    /// <summary>UTF-16 or the code page, as another field of the request says.</summary>
    public static void Text<TIo>(ref TIo io, scoped ref string value, bool unicode, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        if (unicode)
            io.Utf16Z(ref value);
        else
            io.EncodedZ(ref value, form.String8);
    }

    /// <summary>The number of servers, the number of cheap ones among them, and their names.</summary>
    public static void Servers<TIo>(ref TIo io, scoped ref string[] servers, scoped ref ushort cheapServerCount)
        where TIo : struct, IWireIo, allows ref struct
    {
        var count = servers?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt16, "ServerCount");
        io.U16(ref cheapServerCount);
        servers = List(ref io, servers ?? [], count);
    }

    /// <summary>The number of strings, the bytes they take, and the strings.</summary>
    public static void SizedList<TIo>(ref TIo io, scoped ref string[] values)
        where TIo : struct, IWireIo, allows ref struct
    {
        values ??= [];
        var count = values.Length;
        WireCount.Of(ref io, ref count, CountWidth.UInt16, "AddressTypeCount");
        var size = values.Sum(v => v.Length + 1);
        WireCount.Of(ref io, ref size, CountWidth.UInt16, "AddressTypeSize");
        values = List(ref io, values, count);
    }

    private static string[] List<TIo>(ref TIo io, string[] values, int count)
        where TIo : struct, IWireIo, allows ref struct
    {
        if (!io.IsReading)
        {
            for (var i = 0; i < count; i++)
                io.AsciiZ(ref values[i], "Name");
            return values;
        }
        var read = new List<string>();
        for (var i = 0; i < count && !io.Failed; i++)
        {
            var value = "";
            io.AsciiZ(ref value, "Name");
            read.Add(value);
        }
        return [.. read];
    }
}
