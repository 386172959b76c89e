// RFC 2045 6.7 quoted-printable, written.
using System.Buffers;
using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

public class TransferEncoderTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a=b", "a=3Db")]
    [InlineData("ends in a space ", "ends in a space=20")]
    [InlineData("a tab\t\r\nb", "a tab=09\r\nb")]
    [InlineData(".", "=2E")]
    [InlineData("From here\r\nFrom there", "=46rom here\r\n=46rom there")]
    [InlineData("a\nb\rc", "a=0Ab=0Dc")]
    [InlineData("", "")]
    public void Text_is_written_as_the_document_says(string text, string expected) => Written(Encoding.UTF8.GetBytes(text)).Text.ShouldBe(expected);

    [Fact]
    public void A_line_of_76_stays_whole_and_one_of_77_is_broken()
    {
        Written(Encoding.ASCII.GetBytes(new string('x', 76) + "\r\ny")).Text.ShouldBe(new string('x', 76) + "\r\ny");
        Written(Encoding.ASCII.GetBytes(new string('x', 77))).Text.ShouldBe(new string('x', 75) + "=\r\nxx");
        Written(Encoding.ASCII.GetBytes(new string('x', 75) + "\u00FF\u0001")).Text.ShouldNotContain(new string('x', 76));
    }

    [Fact]
    public void Any_bytes_come_back_from_lines_of_76_at_most()
    {
        var random = new Random(5);
        for (var round = 0; round < 500; round++)
        {
            var data = new byte[random.Next(600)];
            var spread = random.Next(1, 5);
            for (var i = 0; i < data.Length; i++)
                data[i] = random.Next(spread) == 0 ? (byte)random.Next(256) : random.Next(40) == 0 ? (byte)'\r' : random.Next(40) == 0 ? (byte)'\n' : (byte)random.Next(32, 127);
            var (text, _) = Written(data);
            foreach (var line in text.Split("\r\n"))
            {
                line.Length.ShouldBeLessThanOrEqualTo(76);
                line.All(c => c is >= ' ' and <= '~' or '\t').ShouldBeTrue();
                (line.EndsWith(' ') || line.EndsWith('\t')).ShouldBeFalse();
            }
            Decoded(text).ShouldBe(data);
        }
    }

    [Fact]
    public void The_writer_is_asked_for_room_by_the_line_and_not_by_the_byte()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("A line of text, as people write it, with an é in it.\r\n", 200)));
        Written(text).Asked.ShouldBeLessThan(20);
    }

    public static TheoryData<string, MimeTransferEncoding> Domains => new()
    {
        { "", MimeTransferEncoding.SevenBit },
        { "no line end", MimeTransferEncoding.SevenBit },
        { "\r\n\r\nlines\r\n", MimeTransferEncoding.SevenBit },
        { "tab\t, escape\u001b, delete\u007f", MimeTransferEncoding.SevenBit },
        { new string('x', 998) + "\r\n" + new string('y', 998), MimeTransferEncoding.SevenBit },
        { "Gr\u00fc\u00dfe\r\n", MimeTransferEncoding.EightBit },
        { new string('x', 997) + "\u00ff\r\n", MimeTransferEncoding.EightBit },
        { new string('x', 999), MimeTransferEncoding.Binary },
        { "a\r\n" + new string('x', 999) + "\r\n", MimeTransferEncoding.Binary },
        { "a\0b", MimeTransferEncoding.Binary },
        { "a\nb", MimeTransferEncoding.Binary },
        { "a\rb", MimeTransferEncoding.Binary },
        { "a\n\r\n", MimeTransferEncoding.Binary },
        { "a\r\r\n", MimeTransferEncoding.Binary },
        { "ends\r", MimeTransferEncoding.Binary },
        { "\u00ff\r\n\0", MimeTransferEncoding.Binary },
    };

    /// <summary>RFC 2045 2.7 to 2.9.</summary>
    [Theory]
    [MemberData(nameof(Domains))]
    public void Bytes_as_they_are_have_a_narrowest_domain(string bytes, MimeTransferEncoding expected) => TransferEncoder.Domain(Encoding.Latin1.GetBytes(bytes)).ShouldBe(expected);

    [Theory]
    [InlineData("plain text\r\nof two lines", "7bit")]
    [InlineData("a tab\tinside\r\n", "7bit")]
    [InlineData("", "7bit")]
    [InlineData("a bare\nline feed", "quoted-printable")]
    [InlineData("a bare\rreturn", "quoted-printable")]
    [InlineData("a return at the end\r", "quoted-printable")]
    [InlineData("two returns\r\r\n", "quoted-printable")]
    [InlineData("ends in a space \r\n", "quoted-printable")]
    [InlineData("ends in a tab\t\r\nx", "quoted-printable")]
    [InlineData("ends in a space ", "7bit")]
    [InlineData(".\r\n", "quoted-printable")]
    [InlineData("x\r\n.x", "quoted-printable")]
    [InlineData("From x", "quoted-printable")]
    [InlineData("x\r\nFrom x", "quoted-printable")]
    [InlineData("x From x", "7bit")]
    [InlineData("some text with an \u00E9", "quoted-printable")]
    [InlineData("a delete \u007F in it", "quoted-printable")]
    [InlineData("\u6F22\u5B57\u6F22\u5B57", "base64")]
    [InlineData("\0\0", "base64")]
    public void The_encoding_is_the_plainest_that_keeps_the_text(string text, string expected) => TransferEncoder.Name(TransferEncoder.Choose(Encoding.UTF8.GetBytes(text))).ShouldBe(expected);

    [Theory]
    [InlineData(998, "7bit")]
    [InlineData(999, "quoted-printable")]
    public void Lines_too_long_for_mail_are_broken(int length, string expected)
    {
        foreach (var text in (string[])[new string('x', length), new string('x', length) + "\r\nx", "x\r\n" + new string('x', length)])
            TransferEncoder.Name(TransferEncoder.Choose(Encoding.UTF8.GetBytes(text))).ShouldBe(expected);
    }

    private static (string Text, int Asked) Written(byte[] data)
    {
        var output = new CountingWriter();
        TransferEncoder.Write(MimeTransferEncoding.QuotedPrintable, data, output);
        return (Encoding.ASCII.GetString(output.Bytes.WrittenSpan), output.Asked);
    }

    private static byte[] Decoded(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=')
                bytes.Add((byte)text[i]);
            else if (text[i + 1] == '\r')
                i += 2;
            else
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
        }
        return [.. bytes];
    }

    private sealed class CountingWriter : IBufferWriter<byte>
    {
        public ArrayBufferWriter<byte> Bytes { get; } = new();

        public int Asked { get; private set; }

        public void Advance(int count) => Bytes.Advance(count);

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Asked++;
            return Bytes.GetMemory(sizeHint);
        }

        public Span<byte> GetSpan(int sizeHint = 0)
        {
            Asked++;
            return Bytes.GetSpan(sizeHint);
        }
    }
}
