using System.Text;
using Rialto.Content.Rtf;
using Rialto.Testing;

namespace Rialto.Content.Tests.Rtf;

public class CompressedRtfTests
{
    // [MS-OXRTFCP] 4.1.1, 4.1.2: simple, and with overlapping references.
    private const string SimpleRtf = "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n";
    private const string Simple = "2D0000002B0000004C5A4675F1C5C7A703000A00726370673132354232 0AF3 2068656C 0900 20 6277 05B0 6C647D 0A80 0FA0";
    private const string CrossingRtf = "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}";
    private const string Crossing = "1A0000001C0000004C5A4675E2D44B51 41 0004 20 5758595A 0D6E 7D 01 0EB0";

    [Theory]
    [InlineData(SimpleRtf, Simple)]
    [InlineData(CrossingRtf, Crossing)]
    public void Examples_of_the_specification(string rtf, string hex)
    {
        var value = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        CompressedRtf.TryDecompress(value, out var decompressed).ShouldBeTrue();
        Encoding.ASCII.GetString(decompressed).ShouldBe(rtf);
        Convert.ToHexString(CompressedRtf.Compress(Encoding.ASCII.GetBytes(rtf))).ShouldBe(Convert.ToHexString(value));
    }

    [Fact]
    public void Stored_bytes_come_back()
    {
        var value = CompressedRtf.Store(Encoding.ASCII.GetBytes(SimpleRtf));
        Convert.ToHexString(value[..16]).ShouldBe("370000002B0000004D454C4100000000");
        CompressedRtf.TryDecompress(value, out var rtf).ShouldBeTrue();
        Encoding.ASCII.GetString(rtf).ShouldBe(SimpleRtf);
    }

    [Fact]
    public void Refuses_what_is_broken_and_says_why()
    {
        var good = CompressedRtf.Compress(Encoding.ASCII.GetBytes(SimpleRtf));
        for (var length = 0; length < 16; length++)
            CompressedRtf.Decompress(good.AsSpan(0, length), out _).ShouldBe(CompressedRtfError.Truncated);
        for (var length = 16; length < good.Length; length++)
            CompressedRtf.Decompress(good.AsSpan(0, length), out _).ShouldBe(CompressedRtfError.Checksum, $"{length} bytes");
        for (var at = 16; at < good.Length; at++)
        {
            var bad = (byte[])good.Clone();
            bad[at] ^= 0x10;
            CompressedRtf.Decompress(bad, out _).ShouldBe(CompressedRtfError.Checksum);
        }
        var type = (byte[])good.Clone();
        type[8] = (byte)'X';
        CompressedRtf.Decompress(type, out _).ShouldBe(CompressedRtfError.UnknownType);
        CompressedRtf.Decompress(good, out _, maxLength: 10).ShouldBe(CompressedRtfError.TooLarge);
        CompressedRtf.Decompress(CompressedRtf.Store(new byte[11]), out _, maxLength: 10).ShouldBe(CompressedRtfError.TooLarge);
        CompressedRtf.Decompress(good, out _, maxLength: SimpleRtf.Length).ShouldBe(CompressedRtfError.None);
    }

    [Fact]
    public void A_lying_header_neither_allocates_nor_reads_past_the_value()
    {
        var value = CompressedRtf.Compress(Encoding.ASCII.GetBytes(SimpleRtf));
        foreach (var claimed in new[] { 0u, 1u, 11u, 0x7FFFFFFFu, 0xFFFFFFFFu })
        {
            // RAWSIZE: never more than it says, never more than there is.
            var raw = (byte[])value.Clone();
            BitConverter.TryWriteBytes(raw.AsSpan(4), claimed);
            var before = GC.GetAllocatedBytesForCurrentThread();
            CompressedRtf.Decompress(raw, out var rtf).ShouldBe(CompressedRtfError.None);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100_000);
            Encoding.ASCII.GetString(rtf).ShouldBe(SimpleRtf[..(int)Math.Min(claimed, (uint)SimpleRtf.Length)]);
            // COMPSIZE: the checksum decides.
            var comp = (byte[])value.Clone();
            BitConverter.TryWriteBytes(comp.AsSpan(0), claimed);
            CompressedRtf.Decompress(comp, out rtf).ShouldBe(CompressedRtfError.None);
            Encoding.ASCII.GetString(rtf).ShouldBe(SimpleRtf);
        }
    }

    [Fact]
    public void Trailing_bytes_are_padding()
    {
        byte[] value = [.. CompressedRtf.Compress(Encoding.ASCII.GetBytes(SimpleRtf)), 0, 0, 0];
        CompressedRtf.TryDecompress(value, out var rtf).ShouldBeTrue();
        Encoding.ASCII.GetString(rtf).ShouldBe(SimpleRtf);
    }

    [Fact]
    public void Any_bytes_come_back_exactly()
    {
        var random = new Random(7);
        for (var round = 0; round < 400; round++)
        {
            var alphabet = random.Next(1, 257);
            var input = new byte[random.Next(0, round < 380 ? 3000 : 60_000)];
            for (var i = 0; i < input.Length; i++)
                input[i] = (byte)random.Next(alphabet);
            CompressedRtf.TryDecompress(CompressedRtf.Compress(input), out var output).ShouldBeTrue();
            output.AsSpan().SequenceEqual(input).ShouldBeTrue($"round {round}");
        }
    }

    [Fact]
    public void Any_contents_under_a_right_checksum_end()
    {
        var random = new Random(8);
        for (var round = 0; round < 2000; round++)
        {
            var value = new byte[16 + random.Next(200)];
            random.NextBytes(value);
            Encoding.ASCII.GetBytes("LZFu").CopyTo(value, 8);
            BitConverter.TryWriteBytes(value, value.Length - 4);
            BitConverter.TryWriteBytes(value.AsSpan(12), RtfCrc.Compute(value.AsSpan(16)));
            CompressedRtf.Decompress(value, out var rtf).ShouldBe(CompressedRtfError.None);
            rtf.Length.ShouldBeLessThanOrEqualTo(value.Length * 9);
        }
    }

    [CorpusFact]
    public void The_corpus_decompresses_as_other_readers_have_it()
    {
        var read = 0;
        foreach (var file in Corpus.Files("rtf", "lzfu"))
        {
            var value = File.ReadAllBytes(file);
            var ok = CompressedRtf.TryDecompress(value, out var rtf);
            ok.ShouldBe(!file.EndsWith(".bad.lzfu", StringComparison.Ordinal), Corpus.NameOf(file));
            if (!ok)
                continue;
            rtf.AsSpan().SequenceEqual(File.ReadAllBytes(Path.ChangeExtension(file, "rtf"))).ShouldBeTrue(Corpus.NameOf(file));
            var again = CompressedRtf.Compress(rtf);
            CompressedRtf.TryDecompress(again, out var twice).ShouldBeTrue();
            twice.AsSpan().SequenceEqual(rtf).ShouldBeTrue(Corpus.NameOf(file));
            // Outlook's own coder looks at every place; ours at most of them.
            if (value[8] == 'L')
                again.Length.ShouldBeLessThan(value.Length + value.Length / 20 + 16, Corpus.NameOf(file));
            read++;
        }
        read.ShouldBeGreaterThan(70);
    }
}
