using System.Text;
using Rialto.Content.Lzx;

namespace Rialto.Content.Tests.Lzx;

/// <summary>[MS-PATCH]: what the encoder packs, the decoder unpacks, whatever it is.</summary>
public class LzxTests
{
    public static TheoryData<string, int> Shapes()
    {
        var data = new TheoryData<string, int>();
        foreach (var kind in new[] { "zeros", "random", "text", "names", "mixed", "period", "alternating" })
        {
            foreach (var length in new[] { 1, 2, 3, 5, 100, 257, 4_095, 32_767, 32_768, 32_769, 65_536, 98_305, 262_143, 262_144 })
                data.Add(kind, length);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void What_was_packed_comes_out_again(string kind, int length)
    {
        var data = Make(kind, length, 1);
        var packed = new LzxEncoder().Encode(data).ToArray();
        var output = new byte[length];
        new LzxDecoder().Decode(packed, default, output).ShouldBe(LzxError.None);
        output.AsSpan().SequenceEqual(data).ShouldBeTrue();
        packed.Length.ShouldBeLessThanOrEqualTo(length + 24 * (length / LzxFormat.ChunkSize + 1));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(40_000, 40_000)]
    [InlineData(262_144, 262_144)]
    [InlineData(300_000, 1_000)]
    [InlineData(1_000, 300_000)]
    public void Over_reference_data_only_what_is_new_takes_room(int referenceLength, int length)
    {
        var reference = Make("random", referenceLength, 2);
        var data = Make("random", length, 3);
        reference.AsSpan(0, Math.Min(referenceLength, length)).CopyTo(data);
        var same = Math.Min(referenceLength, length);
        var encoder = new LzxEncoder();
        var packed = encoder.Encode(data, reference).ToArray();
        packed.Length.ShouldBeLessThan(length - same + 2_000 + 24 * (length / LzxFormat.ChunkSize + 1));
        var output = new byte[length];
        new LzxDecoder().Decode(packed, reference, output).ShouldBe(LzxError.None);
        output.AsSpan().SequenceEqual(data).ShouldBeTrue();
    }

    [Fact]
    public void Random_edits_of_random_pieces_survive()
    {
        var random = new Random(20260102);
        var encoder = new LzxEncoder();
        var decoder = new LzxDecoder();
        for (var round = 0; round < 40; round++)
        {
            var reference = Make("names", random.Next(0, 90_000), round);
            var data = new List<byte>();
            while (data.Count < random.Next(1, 120_000))
            {
                var from = reference.Length == 0 ? 0 : random.Next(reference.Length);
                data.AddRange(reference.AsSpan(from, Math.Min(random.Next(1, 5_000), reference.Length - from)));
                data.AddRange(Make(random.Next(2) == 0 ? "random" : "text", random.Next(1, 3_000), round));
            }
            var bytes = data.ToArray();
            var packed = encoder.Encode(bytes, reference).ToArray();
            var output = new byte[bytes.Length];
            decoder.Decode(packed, reference, output).ShouldBe(LzxError.None, $"round {round}");
            output.AsSpan().SequenceEqual(bytes).ShouldBeTrue($"round {round}");
        }
    }

    [Fact]
    public void The_same_data_gives_the_same_bytes_from_any_encoder()
    {
        var data = Make("names", 200_000, 5);
        var used = new LzxEncoder();
        used.Encode(Make("mixed", 100_000, 1), Make("text", 10_000, 1));
        used.Encode(data).SequenceEqual(new LzxEncoder().Encode(data)).ShouldBeTrue();
    }

    [Fact]
    public void Every_cut_is_an_error_and_no_more()
    {
        var data = Make("names", 40_000, 1);
        var packed = new LzxEncoder().Encode(data).ToArray();
        var decoder = new LzxDecoder();
        var output = new byte[data.Length];
        for (var length = 0; length < packed.Length; length += 7)
            decoder.Decode(packed.AsSpan(0, length), default, output).ShouldNotBe(LzxError.None);
    }

    [Fact]
    public void Unpacking_allocates_nothing_for_each_piece()
    {
        var data = Make("names", 262_144, 1);
        var packed = new LzxEncoder().Encode(data).ToArray();
        var decoder = new LzxDecoder();
        var output = new byte[data.Length];
        decoder.Decode(packed, default, output);
        var before = GC.GetAllocatedBytesForCurrentThread();
        decoder.Decode(packed, default, output);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000);
    }

    [Fact]
    public void A_list_of_names_takes_less_than_a_quarter() =>
        new LzxEncoder().Encode(Make("names", 262_144, 9)).Length.ShouldBeLessThan(262_144 / 4);

    internal static byte[] Make(string kind, int length, int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[length];
        switch (kind)
        {
            case "zeros":
                break;
            case "random":
                random.NextBytes(bytes);
                break;
            case "period":
                for (var i = 0; i < length; i++)
                    bytes[i] = (byte)(i % 251);
                break;
            case "alternating":
                for (var i = 0; i < length; i++)
                    bytes[i] = (byte)(i / 40_000 % 2 == 0 ? random.Next(256) : 'a' + random.Next(3));
                break;
            case "mixed":
                random.NextBytes(bytes);
                Make("names", length / 2, seed).CopyTo(bytes, length / 4);
                break;
            default:
                var text = new StringBuilder();
                string[] given = ["Anna", "Boris", "Chloé", "Dmitri", "Elif", "Fatima", "Günther", "Hiro"];
                string[] family = ["Müller", "Santos", "Nakamura", "O'Neill", "Kowalska", "Dubois", "Okafor"];
                while (text.Length < length)
                {
                    if (kind == "text")
                        text.Append((char)('a' + random.Next(26))).Append(random.Next(4) == 0 ? " " : "");
                    else
                        text.Append($"{given[random.Next(given.Length)]} {family[random.Next(family.Length)]}\0user{random.Next(100_000)}@example.com\0+49 30 {random.Next(10_000_000)}\0Berlin\0");
                }
                Encoding.UTF8.GetBytes(text.ToString()).AsSpan(0, length).CopyTo(bytes);
                break;
        }
        return bytes;
    }
}
