using Rialto.Mapi.Wire;
using Rialto.Testing;

namespace Rialto.Mapi.Tests.Wire;

public class ExtendedBufferTests
{
    [Theory]
    [InlineData(ExtendedBufferFlags.Last)]
    [InlineData(ExtendedBufferFlags.Last | ExtendedBufferFlags.Compressed)]
    [InlineData(ExtendedBufferFlags.Last | ExtendedBufferFlags.XorMagic)]
    [InlineData(ExtendedBufferFlags.Last | ExtendedBufferFlags.Compressed | ExtendedBufferFlags.XorMagic)]
    public void Payloads_come_back(ExtendedBufferFlags flags)
    {
        var payload = Enumerable.Range(0, 2_000).Select(i => (byte)(i % 50)).ToArray();
        var output = new byte[payload.Length + ExtendedBuffer.HeaderSize];
        ReadOnlyMemory<byte> input = output.AsMemory(0, ExtendedBuffer.Write(payload, output, flags));
        ExtendedBuffer.TryRead(ref input, out var read, out var readFlags).ShouldBeTrue();
        readFlags.ShouldBe(flags);
        input.Length.ShouldBe(0);
        read.Span.SequenceEqual(payload).ShouldBeTrue();
    }

    [Fact]
    public void The_header_is_as_specified()
    {
        var output = new byte[11];
        ExtendedBuffer.Write([1, 2, 3], output, ExtendedBufferFlags.Last | ExtendedBufferFlags.XorMagic);
        Convert.ToHexString(output).ShouldBe("0000060003000300A4A7A6");
    }

    [Theory]
    [InlineData("")]
    [InlineData("00000400010001")]
    [InlineData("0100040000000000")]
    [InlineData("00000400020001000102")]
    [InlineData("00000400010002000102")]
    [InlineData("00000400FFFFFFFF0102")]
    [InlineData("00000500020002000102")]
    [InlineData("00000500020003000102")]
    public void Malformed_headers_are_refused(string hex)
    {
        ReadOnlyMemory<byte> input = Hex.Bytes(hex);
        ExtendedBuffer.TryRead(ref input, out _, out _).ShouldBeFalse();
    }
}
