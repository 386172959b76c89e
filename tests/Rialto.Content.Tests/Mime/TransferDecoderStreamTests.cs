using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

/// <summary>However the bytes arrive, what comes out is the same.</summary>
public class TransferDecoderStreamTests
{
    private static readonly MimeTransferEncoding[] Encodings = Enum.GetValues<MimeTransferEncoding>();

    [Fact]
    public void Pieces_of_any_size_decode_as_the_whole()
    {
        var random = new Random(7);
        for (var round = 0; round < 3_000; round++)
        {
            var bytes = new byte[random.Next(300)];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = (byte)"ab=3D  \t\r\n\r\n=Q!MM`end"[random.Next(20)];
            if (random.Next(3) == 0)
                bytes = [.. "begin 644 x\n"u8, .. bytes];
            Check(bytes, 1 + random.Next(40));
        }
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(3000)]
    public void White_space_before_a_line_end_is_dropped_up_to_a_length(int count)
    {
        foreach (var end in (string[])["\r\n", "\n", "", "x\r\n", "\r"])
        {
            var text = "a" + new string(' ', count) + end + "b=20 \r\n";
            foreach (var size in (int[])[1, 7, 999, 1000, 1001, 1500])
                Check(Encoding.ASCII.GetBytes(text), size);
        }
        var decoded = TransferDecoder.Decode(MimeTransferEncoding.QuotedPrintable, Encoding.ASCII.GetBytes("a" + new string(' ', count) + "\nb"));
        decoded.Length.ShouldBe(count > 1000 ? count + 3 : 3);
    }

    private static void Check(byte[] bytes, int size)
    {
        foreach (var encoding in Encodings)
        {
            using var stream = new TransferDecoderStream(new Dribble(bytes, size), encoding);
            var result = new MemoryStream();
            stream.CopyTo(result);
            Encoding.Latin1.GetString(result.ToArray()).ShouldBe(Encoding.Latin1.GetString(TransferDecoder.Decode(encoding, bytes)), $"{encoding} {size} {Convert.ToBase64String(bytes)}");
        }
    }

    private sealed class Dribble(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, size)]);
    }
}
