using Rialto.Wire;

namespace Rialto.Model.Tests;

/// <summary>
/// What the irregular codecs must do, as <see cref="Testing.WireStructureTests{T}"/> asks of regular ones: exactly these bytes both ways, a true size,
/// a failure on every prefix, no exception on changed bytes.
/// </summary>
internal static class CodecCase
{
    public delegate void Codec<TIo, T>(ref TIo io, scoped ref T value)
        where TIo : struct, IWireIo, allows ref struct;

    public static void Check<T>(T value, byte[] golden, Codec<WireReader, T> read, Codec<WireWriter, T> write, Codec<WireSizer, T> size, Codec<WireDumper, T> dump, Func<T, T, bool>? same = null)
    {
        using var writer = new WireWriter();
        write(ref System.Runtime.CompilerServices.Unsafe.AsRef(in writer), ref value);
        writer.Failed.ShouldBeFalse();
        Convert.ToHexString(writer.Written).ShouldBe(Convert.ToHexString(golden));

        var sizer = new WireSizer();
        size(ref sizer, ref value);
        sizer.Position.ShouldBe(golden.Length);

        var reader = new WireReader(golden);
        var back = default(T)!;
        read(ref reader, ref back);
        reader.Failed.ShouldBeFalse();
        reader.AtEnd.ShouldBeTrue();
        (same?.Invoke(value, back) ?? Equals(value, back)).ShouldBeTrue($"read back {back} for {value}");

        var dumper = new WireDumper(golden);
        var dumped = default(T)!;
        dump(ref dumper, ref dumped);
        dumper.Failed.ShouldBeFalse();

        for (var length = 0; length < golden.Length; length++)
        {
            var part = new WireReader(golden.AsSpan(0, length));
            var ignored = default(T)!;
            read(ref part, ref ignored);
            part.Failed.ShouldBeTrue($"{length} of {golden.Length} bytes were taken for whole");
        }

        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            var changed = (byte[])golden.Clone();
            for (var i = random.Next(1, 5); i > 0; i--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            var survivor = new WireReader(changed);
            var ignored = default(T)!;
            read(ref survivor, ref ignored);
        }
    }
}
