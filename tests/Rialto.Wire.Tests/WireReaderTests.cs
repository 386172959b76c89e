namespace Rialto.Wire.Tests;

public class WireReaderTests
{
    [Fact]
    public void Failure_is_sticky_and_gives_defaults()
    {
        var reader = new WireReader([1, 2, 3]);
        reader.ReadUInt32().ShouldBe(0u);
        reader.Failed.ShouldBeTrue();
        reader.Remaining.ShouldBe(0);
        reader.ReadByte().ShouldBe((byte)0);
        reader.ReadUtf16Z().ShouldBe("");
        reader.ReadSpan(1).IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData(CountWidth.Byte)]
    [InlineData(CountWidth.UInt16)]
    [InlineData(CountWidth.UInt32)]
    public void A_count_alone_buys_no_memory(CountWidth width)
    {
        byte[] bytes = [0xFF, 0xFF, 0xFF, 0x7F];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 3; i++)
        {
            var reader = new WireReader(bytes.AsSpan(0, (int)width));
            byte[] counted = [];
            Deep[] structures = [];
            ulong[] numbers = [];
            switch (i)
            {
                case 0: reader.Bytes(ref counted, width); break;
                case 1: reader.Array(ref structures, width); break;
                default: reader.Numbers(ref numbers, width); break;
            }
            reader.Failed.ShouldBeTrue();
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64 * 1024);
    }

    [Fact]
    public void Nesting_ends_at_the_limit()
    {
        var bytes = new byte[WireLimits.Depth + 10];
        Array.Fill(bytes, (byte)1);
        bytes[^1] = 0;
        WireCodec.TryRead<Deep>(bytes, out _).ShouldBeFalse();
        WireCodec.TryRead<Deep>(bytes.AsSpan(12), out _).ShouldBeTrue();
    }

    [Fact]
    public void A_region_bounds_what_is_in_it_and_is_left_whole()
    {
        var reader = new WireReader([3, 0, 1, 2, 3, 9]);
        var token = reader.BeginSized(CountWidth.UInt16, "Size");
        reader.ReadByte().ShouldBe((byte)1);
        reader.Remaining.ShouldBe(2);
        reader.EndSized(token, CountWidth.UInt16);
        reader.ReadByte().ShouldBe((byte)9);
        reader.AtEnd.ShouldBeTrue();
        reader.Failed.ShouldBeFalse();
    }

    [Fact]
    public void Unpaired_surrogates_survive()
    {
        var writer = new WireWriter();
        writer.WriteUtf16Z("a\ud800b");
        var reader = new WireReader(writer.Written);
        reader.ReadUtf16Z().ShouldBe("a\ud800b");
        writer.Dispose();
    }

    [Theory]
    [InlineData(0UL, 1)]
    [InlineData(127UL, 1)]
    [InlineData(128UL, 2)]
    [InlineData(ulong.MaxValue, 10)]
    public void Varints_come_back(ulong value, int size)
    {
        var writer = new WireWriter();
        writer.WriteVarint(value);
        writer.Position.ShouldBe(size);
        var reader = new WireReader(writer.Written);
        reader.ReadVarint().ShouldBe(value);
        reader.AtEnd.ShouldBeTrue();
        writer.Dispose();
    }

    /// <summary>A structure within itself while the byte before it is 1.</summary>
    private sealed class Deep : IWireStructure<Deep>
    {
        public byte More;
        public Deep? Inner;

        public static void Fields<TIo>(ref TIo io, scoped ref Deep value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U8(ref value.More);
            if (value.More != 1)
                return;
            var inner = value.Inner ?? new Deep();
            io.Structure(ref inner);
            value.Inner = inner;
        }
    }
}
