using System.Text;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Tests.Wire;

public class DataDecoderTests
{
    [Theory]
    [InlineData(".\r\n", "", LineDefects.None)]
    [InlineData("a\r\n.\r\n", "a\r\n", LineDefects.None)]
    [InlineData("..\r\n...x\r\n.y\r\n.\r\n", ".\r\n..x\r\ny\r\n", LineDefects.None)]
    [InlineData("\r\n\r\n.\r\n", "\r\n\r\n", LineDefects.None)]
    [InlineData("a\nb\r\n.\r\n", "a\nb\r\n", LineDefects.BareLineFeed)]
    [InlineData("a\rb\r\r\n.\r\n", "a\rb\r\r\n", LineDefects.None)]
    [InlineData("a\r.b\r\n.\r\n", "a\r.b\r\n", LineDefects.BareCarriageReturn)]
    [InlineData("\r\n.\rb\r\n.\r\n", "\r\n\rb\r\n", LineDefects.BareCarriageReturn)]
    [InlineData("0123456789A\r\n.\r\n", "0123456789A\r\n", LineDefects.LineTooLong)]
    [InlineData("0123456789\r\n0123456789\r\n.\r\n", "0123456789\r\n0123456789\r\n", LineDefects.None)]
    public void Content_comes_out_however_the_input_is_cut(string input, string content, object defects)
    {
        var bytes = Encoding.Latin1.GetBytes(input + "QUIT\r\n");
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                var decoder = new DataDecoder(true, false, true, 10);
                var sink = new Sink();
                var consumed = Feed(decoder, sink, bytes, first, second);
                consumed.ShouldBe(input.Length);
                sink.Text.ShouldBe(content);
                decoder.Defects.ShouldBe((LineDefects)defects);
            }
        }
    }

    [Fact]
    public void Random_bytes_come_out_as_a_plain_decoder_has_them()
    {
        var random = new Random(7);
        var alphabet = "\r\n..ab"u8.ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var input = new byte[random.Next(40)];
            for (var i = 0; i < input.Length; i++) input[i] = alphabet[random.Next(alphabet.Length)];
            var decoder = new DataDecoder(true, false, true, 1_000);
            var sink = new Sink();
            var first = random.Next(input.Length + 1);
            var consumed = Feed(decoder, sink, input, first, random.Next(first, input.Length + 1));
            var (plain, end) = Plainly(Encoding.Latin1.GetString(input));
            consumed.ShouldBe(end);
            if (end >= 0) sink.Text.ShouldBe(plain);
        }
    }

    [Fact]
    public void Chunks_know_no_dots()
    {
        var decoder = new DataDecoder(false, false, true, 1_000);
        var sink = new Sink();
        decoder.Decode("a\r\n.\r\n..\r"u8, sink, out _).ShouldBeFalse();
        decoder.Decode("\nb\r"u8, sink, out _).ShouldBeFalse();
        decoder.Finish(sink);
        sink.Text.ShouldBe("a\r\n.\r\n..\r\nb\r");
    }

    /// <summary>The rule in its simplest words: the end is the first CRLF.CRLF (the beginning counts as CRLF), and every line's first dot goes.</summary>
    private static (string Content, int End) Plainly(string input)
    {
        var text = "\r\n" + input;
        var end = text.IndexOf("\r\n.\r\n", StringComparison.Ordinal);
        if (end < 0) return ("", -1);
        var content = text[..(end + 2)].Replace("\r\n.", "\r\n", StringComparison.Ordinal)[2..];
        return (content, end + 3);
    }

    private static int Feed(DataDecoder decoder, Sink sink, byte[] bytes, int first, int second)
    {
        var before = 0;
        foreach (var part in new[] { bytes[..first], bytes[first..second], bytes[second..] })
        {
            if (decoder.Decode(part, sink, out var consumed)) return before + consumed;
            before += part.Length;
        }

        return -1;
    }

    private sealed class Sink : IContentSink
    {
        private readonly StringBuilder text = new();

        public string Text => text.ToString();

        public void Write(ReadOnlySpan<byte> run)
        {
            // A CRLF never comes in two runs.
            if (run.StartsWith("\n"u8)) (text.Length > 0 && text[^1] == '\r').ShouldBeFalse();
            text.Append(Encoding.Latin1.GetString(run));
        }
    }
}
