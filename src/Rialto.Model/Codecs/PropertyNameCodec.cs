// [MS-OXCDATA] 2.6.1 PropertyName.
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>Property names on the wire: kind (0 number, 1 string, 0xFF no name), property set, then the number or a counted UTF-16 string.</summary>
public static class PropertyNameCodec
{
    private const byte KindLid = 0x00;
    private const byte KindString = 0x01;
    private const byte KindNone = 0xFF;

    /// <summary>A name, or null for "has no name" (an answer of RopGetNamesFromPropertyIds). NameSize counts the string's bytes with its NUL, at most 255.</summary>
    public static void Name<TIo>(ref TIo io, scoped ref PropertyName? value, string name = "PropertyName")
        where TIo : struct, IWireIo, allows ref struct
    {
        if (!io.Enter(name))
            return;
        var kind = value is null ? KindNone : value.Value.IsString ? KindString : KindLid;
        io.U8(ref kind, "Kind");
        var set = value?.PropertySet ?? default;
        io.Guid(ref set, "GUID");
        switch (kind)
        {
            case KindLid:
                var lid = value?.Lid ?? 0;
                io.U32(ref lid, "LID");
                if (io.IsReading)
                    value = new PropertyName(set, lid);
                break;
            case KindString:
                var text = value?.Name ?? "";
                var region = io.BeginSized(CountWidth.Byte, "NameSize");
                io.Utf16Z(ref text, "Name");
                io.EndSized(region, CountWidth.Byte);
                if (io.IsReading)
                    value = new PropertyName(set, text);
                break;
            case KindNone:
                value = null;
                break;
            default:
                io.Fail();
                break;
        }
        if (io.Failed && io.IsReading)
            value = null;
        io.Leave();
    }

    /// <summary>Names preceded by their number (16 bits). A nameless entry is null.</summary>
    public static void Names<TIo>(ref TIo io, scoped ref PropertyName?[] values, string name = "PropertyNames")
        where TIo : struct, IWireIo, allows ref struct
    {
        var count = values?.Length ?? 0;
        WireCount.Of(ref io, ref count, CountWidth.UInt16, "PropertyNameCount");
        var read = Growing<PropertyName?>.Start(ref io, count, 17);
        for (var i = 0; i < count && !io.Failed; i++)
        {
            var one = io.IsReading ? null : values![i];
            Name(ref io, ref one, name);
            if (io.IsReading)
                read.Add(one);
        }
        if (io.IsReading)
            values = io.Failed ? [] : read.ToArray();
    }
}
