using Rialto.Testing;

namespace Rialto.Wire.Tests;

/// <summary>One structure with a field of every kind.</summary>
public sealed class EveryField : IWireStructure<EveryField>
{
    public byte A;
    public ushort B;
    public uint C;
    public ulong D;
    public ulong Counter;
    public short E;
    public int F;
    public long G;
    public float H;
    public double I;
    public bool J;
    public Guid K;
    public DayOfWeek L;
    public byte[] Bytes8 = [];
    public byte[] Bytes16 = [];
    public byte[] Bytes32 = [];
    public byte[] Fixed = [];
    public string Ascii = "";
    public string Unicode = "";
    public ushort[] Numbers = [];
    public uint[] Three = [];
    public Pair Nested;
    public Pair Sized;
    public Pair[] Pairs = [];
    public Pair[] Two = [];

    public static void Fields<TIo>(ref TIo io, scoped ref EveryField value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U8(ref value.A);
        io.U16(ref value.B);
        io.U32(ref value.C);
        io.U64(ref value.D);
        io.U48BigEndian(ref value.Counter);
        io.I16(ref value.E);
        io.I32(ref value.F);
        io.I64(ref value.G);
        io.F32(ref value.H);
        io.F64(ref value.I);
        io.Bool(ref value.J);
        io.Guid(ref value.K);
        io.Enum(ref value.L);
        io.Bytes(ref value.Bytes8, CountWidth.Byte);
        io.Bytes(ref value.Bytes16, CountWidth.UInt16);
        io.Bytes(ref value.Bytes32, CountWidth.UInt32);
        io.FixedBytes(ref value.Fixed, 3);
        io.AsciiZ(ref value.Ascii);
        io.Utf16Z(ref value.Unicode);
        io.Numbers(ref value.Numbers, CountWidth.UInt16);
        io.NumbersOf(ref value.Three, 3);
        io.Structure(ref value.Nested);
        io.Sized(ref value.Sized, CountWidth.UInt16);
        io.Array(ref value.Pairs, CountWidth.Byte);
        io.ArrayOf(ref value.Two, 2);
    }
}

/// <summary>A structure with a conditional field: the second number is there when the first is odd.</summary>
public struct Pair : IWireStructure<Pair>
{
    public byte First;
    public byte Second;

    public static void Fields<TIo>(ref TIo io, scoped ref Pair value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U8(ref value.First);
        if ((value.First & 1) != 0)
            io.U8(ref value.Second);
    }
}

public class EveryFieldTests : WireStructureTests<EveryField>
{
    protected override IEnumerable<(EveryField Value, byte[] Bytes)> Golden =>
    [
        (new EveryField
        {
            A = 1,
            B = 0x0203,
            C = 0x04050607,
            D = 0x08090A0B0C0D0E0F,
            Counter = 0x010203040506,
            E = -2,
            F = -3,
            G = -4,
            H = 1f,
            I = -1,
            J = true,
            K = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
            L = DayOfWeek.Friday,
            Bytes8 = [1],
            Bytes16 = [2, 3],
            Bytes32 = [],
            Fixed = [7, 8, 9],
            Ascii = "aé",
            Unicode = "€",
            Numbers = [1, 2],
            Three = [1, 2, 3],
            Nested = new Pair { First = 2 },
            Sized = new Pair { First = 3, Second = 4 },
            Pairs = [new Pair { First = 1, Second = 9 }, new Pair { First = 4 }],
            Two = [new Pair { First = 6 }, new Pair { First = 8 }],
        }, Hex.Bytes("""
            01  03 02  07 06 05 04  0F 0E 0D 0C 0B 0A 09 08  01 02 03 04 05 06
            FE FF  FD FF FF FF  FC FF FF FF FF FF FF FF
            00 00 80 3F  00 00 00 00 00 00 F0 BF  01
            33 22 11 00 55 44 77 66 88 99 AA BB CC DD EE FF
            05 00 00 00
            01 01   02 00 02 03   00 00 00 00   07 08 09
            61 E9 00   AC 20 00 00
            02 00 01 00 02 00   01 00 00 00 02 00 00 00 03 00 00 00
            02    02 00 03 04    02 01 09 04    06 08
            """)),
    ];

    [Fact]
    public void The_dump_names_every_field()
    {
        var dump = WireCodec.Dump<EveryField>(Golden.First().Bytes);
        foreach (var field in typeof(EveryField).GetFields())
            dump.ShouldContain(field.Name);
        dump.ShouldContain("Friday");
        dump.ShouldNotContain("malformed");
        WireCodec.Dump<EveryField>(Golden.First().Bytes.AsSpan(0, 30)).ShouldContain("malformed");
    }
}
