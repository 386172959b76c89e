using System.Text;
using Rialto.Mapi.FastTransfer;

namespace Rialto.Mapi.Tests.FastTransfer;

/// <summary>Any bytes are read in bounded time and memory, whatever portions they come in. [MS-OXCFXICS] 2.2.4.1.</summary>
public class FxReaderTests
{
    [Fact]
    public void Random_bytes_never_throw_and_portions_make_no_difference()
    {
        var random = new Random(17);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = Random(random);
            var whole = ReadAll(bytes, bytes.Length + 1);
            var parts = ReadAll(bytes, random.Next(1, 9));
            parts.Failed.ShouldBe(whole.Failed);
            parts.Elements.ShouldBe(whole.Elements);
        }
    }

    [Fact]
    public void Every_prefix_of_a_stream_waits_for_more()
    {
        byte[] stream =
        [
            .. Convert.FromHexString("03000C40" + "1F003700" + "06000000" + "410042000000" + "02010080" + "0102030405060708090A0B0C0D0E0F10" + "01" + "580000" + "00" + "03000000" + "112233"),
            .. Convert.FromHexString("1F100110" + "02000000" + "0400000041000000" + "02000000" + "0000" + "03100210" + "01000000" + "2A000000" + "03000D40"),
        ];
        var whole = ReadAll(stream, stream.Length);
        whole.Failed.ShouldBeFalse();
        whole.Elements.Count.ShouldBe(6);
        for (var length = 0; length < stream.Length; length++)
        {
            var part = ReadAll(stream[..length], 1);
            part.Failed.ShouldBeFalse();
            part.Elements.ShouldBe(whole.Elements.Take(part.Elements.Count));
        }
    }

    [Fact]
    public void A_value_longer_than_allowed_is_refused_by_its_length()
    {
        var reader = new FxReader(Encoding.Latin1, 1000);
        reader.Append(Convert.FromHexString("02010137" + "E9030000"));
        reader.TryRead(out _).ShouldBeFalse();
        reader.Failed.ShouldBeTrue();
    }

    private static byte[] Random(Random random)
    {
        var bytes = new List<byte>();
        byte[][] words =
        [
            [0x03, 0x00, 0x0C, 0x40], [0x1F, 0x00, 0x37, 0x00], [0x02, 0x01, 0x00, 0x80], [0x03, 0x10, 0x01, 0x10], [0x1F, 0x10, 0x02, 0x10], [0x02, 0x00, 0x00, 0x00],
            [0xB0, 0x84, 0x37, 0x00], [0x0B, 0x00, 0x69, 0x0E], [0, 0], [0, 0, 0, 0],
        ];
        for (var i = random.Next(12); i >= 0; i--)
        {
            if (random.Next(3) == 0)
                bytes.AddRange(Enumerable.Range(0, random.Next(6)).Select(_ => (byte)random.Next(256)));
            else
                bytes.AddRange(words[random.Next(words.Length)]);
        }
        return [.. bytes];
    }

    private static (bool Failed, List<string> Elements) ReadAll(byte[] bytes, int portion)
    {
        var reader = new FxReader(Encoding.Latin1, 100_000);
        var elements = new List<string>();
        foreach (var part in bytes.Chunk(Math.Max(1, portion)))
        {
            reader.Append(part);
            while (reader.TryRead(out var element))
                elements.Add($"{element.Tag:X8} {element.Name} {element.Value.GetHashCode() != 0} {element.Value.AsInt64()} {element.Value.Reference}");
        }
        return (reader.Failed, elements);
    }
}
