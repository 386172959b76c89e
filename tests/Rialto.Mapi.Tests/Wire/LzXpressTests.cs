using Rialto.Mapi.Wire;

namespace Rialto.Mapi.Tests.Wire;

public class LzXpressTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_is_compressed_comes_back(int kind)
    {
        var random = new Random(kind);
        for (var round = 0; round < 200; round++)
        {
            var input = Input(kind, random, random.Next(1, kind == 4 ? 60_000 : 3_000));
            var output = new byte[input.Length];
            var size = LzXpress.Compress(input, output);
            if (size < 0)
                continue;
            size.ShouldBeLessThan(input.Length);
            var back = new byte[input.Length];
            LzXpress.TryDecompress(output.AsSpan(0, size), back).ShouldBeTrue();
            back.AsSpan().SequenceEqual(input).ShouldBeTrue();
        }
    }

    [Fact]
    public void Repetition_gets_small()
    {
        var input = new byte[30_000];
        LzXpress.Compress(input, new byte[30_000]).ShouldBeInRange(1, 40);
    }

    [Fact]
    public void Noise_is_left_alone()
    {
        var input = new byte[5_000];
        new Random(1).NextBytes(input);
        LzXpress.Compress(input, new byte[5_000]).ShouldBe(-1);
    }

    [Fact]
    public void Cut_input_is_refused()
    {
        var input = Input(2, new Random(3), 2_000);
        var output = new byte[input.Length];
        var size = LzXpress.Compress(input, output);
        for (var length = 0; length < size; length++)
            LzXpress.TryDecompress(output.AsSpan(0, length), new byte[input.Length]).ShouldBeFalse();
    }

    [Fact]
    public void Any_bytes_are_decompressed_or_refused()
    {
        var random = new Random(5);
        for (var round = 0; round < 20_000; round++)
        {
            var input = new byte[random.Next(0, 60)];
            random.NextBytes(input);
            LzXpress.TryDecompress(input, new byte[random.Next(0, 500)]);
        }
    }

    [Fact]
    public void A_match_before_the_first_byte_is_refused() =>
        LzXpress.TryDecompress([0x00, 0x00, 0x00, 0x80, 0x08, 0x00], new byte[10]).ShouldBeFalse();

    [Fact]
    public void The_longest_lengths_are_read()
    {
        // One literal, then a match at distance 1 whose length goes through nibble, byte and 16 bits.
        byte[] input = [0xFF, 0xFF, 0xFF, 0x7F, 0x61, 0x07, 0x00, 0x0F, 0xFF, 0x26, 0x01];
        var output = new byte[0x126 + 3 + 1];
        LzXpress.TryDecompress(input, output).ShouldBeTrue();
        output.ShouldAllBe(b => b == 0x61);
    }

    private static byte[] Input(int kind, Random random, int length)
    {
        var input = new byte[length];
        for (var i = 0; i < length; i++)
        {
            input[i] = kind switch
            {
                0 => (byte)'a',
                1 => (byte)(i % 7),
                2 => (byte)"the quick brown fox "[random.Next(20)],
                3 => i > 40 && random.Next(3) > 0 ? input[i - 37] : (byte)random.Next(256),
                _ => i > 300 ? input[i - 300] : (byte)random.Next(256),
            };
        }
        return input;
    }
}
