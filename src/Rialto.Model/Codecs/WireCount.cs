using Rialto.Wire;

namespace Rialto.Model;

/// <summary>A count of a width known only at run time.</summary>
public static class WireCount
{
    public static void Of<TIo>(ref TIo io, scoped ref int count, CountWidth width, string name = "Count")
        where TIo : struct, IWireIo, allows ref struct
    {
        switch (width)
        {
            case CountWidth.Byte:
            {
                var v = (byte)count;
                if (v != count && !io.IsReading)
                    io.Fail();
                io.U8(ref v, name);
                count = v;
                break;
            }
            case CountWidth.UInt16:
            {
                var v = (ushort)count;
                if (v != count && !io.IsReading)
                    io.Fail();
                io.U16(ref v, name);
                count = v;
                break;
            }
            default:
            {
                var v = (uint)count;
                io.U32(ref v, name);
                if (v > int.MaxValue)
                    io.Fail();
                count = v > int.MaxValue ? 0 : (int)v;
                break;
            }
        }
    }
}
