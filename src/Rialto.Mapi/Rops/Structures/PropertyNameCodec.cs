// [MS-OXCDATA] 2.6.1 PropertyName.
using System.Text;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Property names in ROP buffers. Null stands for "no name" (Kind 0xFF).</summary>
public static class PropertyNameCodec
{
    private const byte KindLid = 0x00;
    private const byte KindName = 0x01;
    private const byte KindNone = 0xFF;

    public static void Array<TIo>(ref TIo io, scoped ref PropertyName?[] names)
        where TIo : struct, IWireIo, allows ref struct
    {
        names ??= [];
        var count = names.Length;
        WireCount.Of(ref io, ref count, CountWidth.UInt16, "PropertyNameCount");
        ArrayOf(ref io, ref names, count);
    }

    public static void ArrayOf<TIo>(ref TIo io, scoped ref PropertyName?[] names, int count)
        where TIo : struct, IWireIo, allows ref struct
    {
        if (!io.IsReading)
        {
            if (names.Length != count)
                io.Fail();
            for (var i = 0; i < count && !io.Failed; i++)
                One(ref io, ref names[i]);
            return;
        }
        var read = new List<PropertyName?>();
        for (var i = 0; i < count && !io.Failed; i++)
        {
            PropertyName? name = null;
            One(ref io, ref name);
            read.Add(name);
        }
        names = [.. read];
    }

    private static void One<TIo>(ref TIo io, scoped ref PropertyName? name)
        where TIo : struct, IWireIo, allows ref struct
    {
        var kind = name switch { null => KindNone, { Name: null } => KindLid, _ => KindName };
        var set = name?.PropertySet ?? default;
        io.U8(ref kind, "Kind");
        io.Guid(ref set, "GUID");
        switch (kind)
        {
            case KindLid:
            {
                var lid = name?.Lid ?? 0;
                io.U32(ref lid, "LID");
                name = new PropertyName(set, lid);
                break;
            }
            case KindName:
            {
                // NameSize counts the terminating NUL, which some clients leave out.
                var bytes = io.IsReading ? [] : Encoding.Unicode.GetBytes(name!.Value.Name + "\0");
                io.Bytes(ref bytes, CountWidth.Byte, "Name");
                if (io.IsReading)
                    name = new PropertyName(set, Encoding.Unicode.GetString(bytes).TrimEnd('\0'));
                break;
            }
            case KindNone:
                name = null;
                break;
            default:
                io.Fail();
                break;
        }
    }
}
