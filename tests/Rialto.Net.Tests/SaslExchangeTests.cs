using System.Text;

namespace Rialto.Net.Tests;

public sealed class SaslExchangeTests
{
    [Theory]
    [InlineData("\0ann\0secret", "", "ann", "secret")]
    [InlineData("boss\0ann@example.com\0pä ss", "boss", "ann@example.com", "pä ss")]
    [InlineData("\0ann\0", "", "ann", "")]
    public void Plain_takes_its_message_at_once_or_after_the_challenge(string message, string authorisation, string login, string password)
    {
        var expected = new SaslStep(SaslStatus.Credentials, "", login, password, authorisation);
        var encoded = Encode(message);
        SaslExchange.For("plain"u8)!.Begin(encoded).ShouldBe(expected);
        var exchange = SaslExchange.For("PLAIN"u8)!;
        exchange.Begin().ShouldBe(new(SaslStatus.Challenge));
        exchange.Continue(encoded).ShouldBe(expected);
        expected.ToString().ShouldNotContain(password.Length > 0 ? password : "\0");
    }

    [Fact]
    public void Login_asks_twice_or_once_with_an_initial_response()
    {
        var exchange = SaslExchange.For("LOGIN"u8)!;
        Challenge(exchange.Begin()).ShouldBe("Username:");
        Challenge(exchange.Continue(Encode("ann"))).ShouldBe("Password:");
        exchange.Continue(Encode("secret")).ShouldBe(new(SaslStatus.Credentials, "", "ann", "secret"));

        exchange = SaslExchange.For("LOGIN"u8)!;
        Challenge(exchange.Begin(Encode("ann"))).ShouldBe("Password:");
        exchange.Continue("*"u8).Status.ShouldBe(SaslStatus.Cancelled);

        static string Challenge(SaslStep step)
        {
            step.Status.ShouldBe(SaslStatus.Challenge);
            return Encoding.ASCII.GetString(Convert.FromBase64String(step.Challenge));
        }
    }

    [Theory]
    [InlineData("=")]
    [InlineData("AGFubgBz!")]
    [InlineData("AGFubgBzZWNyZXQ")]
    [InlineData("AGFu bgBzZWNyZXQ=")]
    [InlineData("AGFubgBzZWNyZXR=")]
    [InlineData("AGFubgBz====")]
    [InlineData("AGFubg==")]
    [InlineData("AABzZWNyZXQ=")]
    [InlineData("YW5u")]
    [InlineData("AGFubgBzAHQ=")]
    [InlineData("AP9ubgBzZWNy")]
    public void What_is_not_base64_or_not_PLAIN_is_refused(string response) =>
        SaslExchange.For("PLAIN"u8)!.Begin(Encoding.ASCII.GetBytes(response)).Status.ShouldBe(SaslStatus.Malformed);

    [Fact]
    public void Sizes_are_bounded_and_unknown_mechanisms_unknown()
    {
        SaslExchange.For("PLAIN"u8)!.Begin(Encode("\0a\0" + new string('x', 4_000))).Status.ShouldBe(SaslStatus.Malformed);
        SaslExchange.For("LOGIN"u8)!.Begin("="u8).Status.ShouldBe(SaslStatus.Malformed);
        SaslExchange.For("CRAM-MD5"u8).ShouldBeNull();
        SaslExchange.For(""u8).ShouldBeNull();
        SaslExchange.Mechanisms.ShouldAllBe(m => SaslExchange.For(Encoding.ASCII.GetBytes(m)) != null);
    }

    [Fact]
    public void Any_line_gives_a_step()
    {
        var random = new Random(3);
        var line = new byte[40];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(line);
            SaslExchange.For(i % 2 == 0 ? "PLAIN"u8 : "LOGIN"u8)!.Continue(line.AsSpan(0, random.Next(40)));
        }
    }

    private static byte[] Encode(string text) => Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
}
