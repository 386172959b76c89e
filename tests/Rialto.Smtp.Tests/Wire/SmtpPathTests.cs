using System.Text;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Tests.Wire;

public class SmtpPathTests
{
    [Theory]
    [InlineData("<>", "", "")]
    [InlineData("<a@b.test>", "a@b.test", "")]
    [InlineData(" <a@b.test> SIZE=1", "a@b.test", " SIZE=1")]
    [InlineData("<@relay.test,@two.test:a@b.test>", "a@b.test", "")]
    [InlineData("<\"a>b\"@b.test>", "\"a>b\"@b.test", "")]
    [InlineData("<a@[127.0.0.1]>", "a@[127.0.0.1]", "")]
    [InlineData("<Postmaster>", "Postmaster", "")]
    public void Paths_are_read(string text, string address, string rest)
    {
        SmtpPath.Read(Encoding.UTF8.GetBytes(text), out var read, out var behind).ShouldBe(PathResult.Valid);
        read.ShouldBe(address);
        Encoding.UTF8.GetString(behind).ShouldBe(rest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a@b.test")]
    [InlineData("<a@b.test")]
    [InlineData("<a@b.test>x")]
    [InlineData("<a>")]
    [InlineData("<@b.test>")]
    [InlineData("<@relay.test:>")]
    [InlineData("<a b@c.test>")]
    [InlineData("<a\0@c.test>")]
    [InlineData("<\"a@c.test>")]
    public void Others_are_refused(string text) => SmtpPath.Read(Encoding.UTF8.GetBytes(text), out _, out _).ShouldBe(PathResult.Malformed);

    [Fact]
    public void Addresses_beyond_ascii_are_told_apart()
    {
        SmtpPath.Read("<grün@b.test>"u8, out var address, out _).ShouldBe(PathResult.NeedsUtf8);
        address.ShouldBe("grün@b.test");
        SmtpPath.Read([(byte)'<', 0xFF, (byte)'@', (byte)'b', (byte)'>'], out _, out _).ShouldBe(PathResult.Malformed);
    }

    [Fact]
    public void Any_bytes_give_an_answer()
    {
        var random = new Random(3);
        var alphabet = "<>@:\"\\ a.,\0\xFF"u8.ToArray();
        var text = new byte[24];
        for (var round = 0; round < 50_000; round++)
        {
            var length = random.Next(text.Length);
            for (var i = 0; i < length; i++) text[i] = alphabet[random.Next(alphabet.Length)];
            SmtpPath.Read(text.AsSpan(0, length), out _, out _);
        }
    }
}
