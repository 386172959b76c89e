namespace Rialto.Wire.Tests;

public class WireWriterTests
{
    [Fact]
    public void Beyond_the_limit_it_keeps_what_was_whole()
    {
        using var writer = new WireWriter(16, limit: 10);
        writer.WriteUInt64(1);
        var row = writer.Position;
        writer.WriteUInt32(2);
        writer.Failed.ShouldBeTrue();
        writer.WriteByte(3);
        writer.Position.ShouldBe(8);
        writer.Truncate(row);
        writer.Failed.ShouldBeFalse();
        writer.WriteUInt16(4);
        writer.Failed.ShouldBeFalse();
        writer.Room.ShouldBe(0);
    }

    [Fact]
    public void A_given_span_is_outgrown_without_loss()
    {
        using var writer = new WireWriter(stackalloc byte[4]);
        for (var i = 0; i < 1000; i++)
            writer.WriteInt32(i);
        var reader = new WireReader(writer.Written);
        for (var i = 0; i < 1000; i++)
            reader.ReadInt32().ShouldBe(i);
    }

    [Fact]
    public void What_does_not_fit_its_count_fails()
    {
        using var writer = new WireWriter();
        var bytes = new byte[256];
        writer.Bytes(ref bytes, CountWidth.Byte);
        writer.Failed.ShouldBeTrue();

        var sizer = new WireSizer();
        sizer.Bytes(ref bytes, CountWidth.Byte);
        sizer.Failed.ShouldBeTrue();
    }

    [Fact]
    public void Counts_are_filled_in_afterwards()
    {
        using var writer = new WireWriter();
        var token = writer.BeginSized(CountWidth.UInt16, "Size");
        writer.WriteUtf16Z("x");
        writer.EndSized(token, CountWidth.UInt16);
        writer.ToArray().ShouldBe([4, 0, (byte)'x', 0, 0, 0]);
    }

    [Fact]
    public void Strings_end_at_their_first_nul()
    {
        using var writer = new WireWriter();
        writer.WriteUtf16Z("a\0b");
        var text = "c\0d";
        writer.AsciiZ(ref text);
        writer.ToArray().ShouldBe([(byte)'a', 0, 0, 0, (byte)'c', 0]);
    }

    [Fact]
    public void Writing_structs_does_not_allocate()
    {
        using var writer = new WireWriter(4096);
        var pair = new Pair { First = 1, Second = 2 };
        writer.Structure(ref pair);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            writer.Structure(ref pair);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
