using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

public class TransferDecoderTests
{
    [Theory]
    [InlineData("QUJD", "ABC")]
    [InlineData("QU\r\nJD", "ABC")]
    [InlineData("Q U!J\0D", "ABC")]
    [InlineData("QQ==QUI=", "AAB")]
    [InlineData("QUI", "AB")]
    [InlineData("QUJDQ", "ABC")]
    [InlineData("=QQ==", "A")]
    [InlineData("", "")]
    public void Base64(string encoded, string expected) => Decode(MimeTransferEncoding.Base64, encoded).ShouldBe(expected);

    [Theory]
    [InlineData("a=20b", "a b")]
    [InlineData("a=\r\nb", "ab")]
    [InlineData("a= \r\nb", "ab")]
    [InlineData("a \t\r\nb", "a\r\nb")]
    [InlineData("a\nb", "a\nb")]
    [InlineData("a=ZZb", "a=ZZb")]
    [InlineData("a=4", "a=4")]
    [InlineData("a=c3=BC", "aÃ¼")]
    [InlineData("a=", "a")]
    public void QuotedPrintable(string encoded, string expected) => Decode(MimeTransferEncoding.QuotedPrintable, encoded).ShouldBe(expected);

    [Fact]
    public void What_the_encoder_writes_the_decoder_reads()
    {
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            var data = new byte[random.Next(400)];
            for (var i = 0; i < data.Length; i++)
                data[i] = (byte)" .=aF\r\nrom\t\u00fc"[random.Next(11)];
            foreach (var encoding in (MimeTransferEncoding[])[MimeTransferEncoding.Base64, MimeTransferEncoding.QuotedPrintable])
            {
                var output = new System.Buffers.ArrayBufferWriter<byte>();
                TransferEncoder.Write(encoding, data, output);
                TransferDecoder.Decode(encoding, output.WrittenSpan).ShouldBe(data);
                foreach (var line in Encoding.Latin1.GetString(output.WrittenSpan).Split("\r\n"))
                    line.Length.ShouldBeLessThanOrEqualTo(76);
            }
        }
    }

    private static string Decode(MimeTransferEncoding encoding, string text) => Encoding.Latin1.GetString(TransferDecoder.Decode(encoding, Encoding.Latin1.GetBytes(text)));
}
