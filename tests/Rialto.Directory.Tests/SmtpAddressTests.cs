namespace Rialto.Directory.Tests;

public sealed class SmtpAddressTests
{
    [Theory]
    [InlineData("ann@example.com", "ann@example.com")]
    [InlineData("Ann.B+c@EXAMPLE.com", "Ann.B+c@example.com")]
    [InlineData("\"ann\"@example.com", "ann@example.com")]
    [InlineData("\"a b\"@example.com", "\"a b\"@example.com")]
    [InlineData("\"a\\\"b@c\"@example.com", "\"a\\\"b@c\"@example.com")]
    [InlineData("ann@bücher.example", "ann@xn--bcher-kva.example")]
    [InlineData("jürg@example.com", "jürg@example.com")]
    [InlineData("ju\u0308rg@example.com", "jürg@example.com")]
    [InlineData("ann@[192.0.2.1]", "ann@[192.0.2.1]")]
    [InlineData("ann@[IPv6:2001:DB8::1]", "ann@[IPv6:2001:db8::1]")]
    public void Addresses_come_into_normal_form(string text, string normal)
    {
        SmtpAddress.TryParse(text, out var address).ShouldBeTrue();
        address.ToString().ShouldBe(normal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ann")]
    [InlineData("@example.com")]
    [InlineData("ann@")]
    [InlineData("a b@example.com")]
    [InlineData(".ann@example.com")]
    [InlineData("a..b@example.com")]
    [InlineData("ann@-example.com")]
    [InlineData("ann@example..com")]
    [InlineData("ann@example.com.")]
    [InlineData("ann@exa mple.com")]
    [InlineData("<ann@example.com>")]
    [InlineData("\"ann@example.com")]
    [InlineData("\"\"@example.com")]
    [InlineData("\"a\"b\"@example.com")]
    [InlineData("\"a\\\"@example.com")]
    [InlineData("a\0b@example.com")]
    [InlineData("\"a\r\nb\"@example.com")]
    [InlineData("ann@[fe80::1%eth0]")]
    [InlineData("ann@[IPv6:192.0.2.1]")]
    [InlineData("ann@[]")]
    public void What_is_no_address_is_refused(string text) => SmtpAddress.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Half_characters_are_refused()
    {
        // Not as inline data: metadata is UTF-8, which cannot carry them.
        SmtpAddress.TryParse("\ud800@example.com", out _).ShouldBeFalse();
        SmtpAddress.TryParse("\"\udc00\"@example.com", out _).ShouldBeFalse();
        SmtpAddress.TryParse("ann@\ud800.com", out _).ShouldBeFalse();
    }

    [Fact]
    public void Sizes_are_bounded_in_octets()
    {
        SmtpAddress.TryParse(new string('a', 64) + "@example.com", out _).ShouldBeTrue();
        SmtpAddress.TryParse(new string('a', 65) + "@example.com", out _).ShouldBeFalse();
        SmtpAddress.TryParse(new string('ü', 33) + "@example.com", out _).ShouldBeFalse();
        SmtpAddress.TryParse("a@" + new string('b', 64) + ".com", out _).ShouldBeFalse();
        SmtpAddress.TryParse("a@" + string.Join('.', Enumerable.Repeat("abcdefgh", 40)), out _).ShouldBeFalse();
    }

    [Fact]
    public void Any_text_gives_a_value_or_false()
    {
        var random = new Random(1);
        const string alphabet = "ab@.\"\\[]: \0\u0130ü\ud800\udc00-%ſ";
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            if (!SmtpAddress.TryParse(text, out var address)) continue;
            SmtpAddress.TryParse(address.ToString(), out var again).ShouldBeTrue(text);
            again.ShouldBe(address);
        }
    }
}
