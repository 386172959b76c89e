// The example of RFC 7677 3.
using System.Text;
using Rialto.Directory;

namespace Rialto.Net.Tests.Authentication;

public sealed class ScramExchangeTests
{
    private const string ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static readonly ScramParameters Parameters = new(Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
    private static readonly ChannelBindings Bindings = new([[1, 2, 3]], [4, 5, 6]);

    [Fact]
    public void The_example_of_the_rfc_goes_through()
    {
        var exchange = new ScramExchange(false, false, null, ServerNonce);
        exchange.ReadFirst("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"u8).ShouldBeTrue();
        exchange.Login.ShouldBe("user");
        Encoding.ASCII.GetString(exchange.WriteFirst(Parameters)).ShouldBe("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        exchange.ReadFinal("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="u8).ShouldBe(true);
        exchange.Proves(ScramVerifier.Create("Pencil", Parameters)).ShouldBeFalse();
        exchange.Proves(ScramVerifier.Create("pencil", Parameters)).ShouldBeTrue();
        Encoding.ASCII.GetString(exchange.WriteFinal()).ShouldBe("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    [Fact]
    public void A_name_is_prepared_for_looking_it_up()
    {
        var exchange = new ScramExchange(false, false, null, ServerNonce);
        exchange.ReadFirst("n,,n=I\u00ADX\u2168,r=abc"u8).ShouldBeTrue();
        exchange.Login.ShouldBe("IXIX");
    }

    [Fact]
    public void A_verifier_survives_its_text_form()
    {
        var text = ScramVerifier.Create("pencil", Parameters).Encode();
        ScramVerifier.TryParse(text, out var back).ShouldBeTrue();
        back!.Encode().ShouldBe(text);
        back.Parameters.ShouldBe(Parameters);
        for (var i = 0; i < text.Length; i++) ScramVerifier.TryParse(text.AsSpan(0, i), out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("n,,n=user,r=abc", true)]
    [InlineData("n,a=other,n=us=2Cer=3D,r=abc", true)]
    [InlineData("y,,n=user,r=abc", false)]
    [InlineData("p=tls-unique,,n=user,r=abc", false)]
    [InlineData("n,,m=x,n=user,r=abc", false)]
    [InlineData("n,,n=us=er,r=abc", false)]
    [InlineData("n,,n=,r=abc", false)]
    [InlineData("n,,n=\u00AD,r=abc", false)]
    [InlineData("n,,n=user,r=", false)]
    [InlineData("n,,r=abc,n=user", false)]
    [InlineData("n,b=x,n=user,r=abc", false)]
    [InlineData("", false)]
    [InlineData(",,", false)]
    [InlineData("n,,n=u\0ser,r=abc", false)]
    public void Only_well_formed_first_messages_are_taken(string text, bool taken)
    {
        var exchange = new ScramExchange(isPlus: false, plusOffered: true, Bindings);
        exchange.ReadFirst(Encoding.UTF8.GetBytes(text)).ShouldBe(taken);
        if (text.StartsWith("n,a", StringComparison.Ordinal)) (exchange.Login, exchange.AuthorisationId).ShouldBe(("us,er=", "other"));
    }

    [Theory]
    [InlineData("tls-server-end-point", true)]
    [InlineData("tls-unique", true)]
    [InlineData("tls-exporter", false)]
    public void Bindings_are_those_of_the_connection(string name, bool known)
    {
        var exchange = new ScramExchange(isPlus: true, plusOffered: true, Bindings);
        exchange.ReadFirst(Encoding.ASCII.GetBytes($"p={name},,n=user,r=abc")).ShouldBe(known);
        if (!known) return;
        var told = Encoding.ASCII.GetString(exchange.WriteFirst(Parameters));
        var nonce = told[2..told.IndexOf(',', StringComparison.Ordinal)];
        byte[] own = name == "tls-unique" ? [4, 5, 6] : [1, 2, 3];
        byte[] right = [.. Encoding.ASCII.GetBytes($"p={name},,"), .. own];
        exchange.ReadFinal(Encoding.ASCII.GetBytes($"c={Convert.ToBase64String(right)},r={nonce},p=AAAA")).ShouldBe(true);
        right[^1]++;
        exchange.ReadFinal(Encoding.ASCII.GetBytes($"c={Convert.ToBase64String(right)},r={nonce},p=AAAA")).ShouldBeNull();
        exchange.ReadFinal(Encoding.ASCII.GetBytes($"c=biws,r={nonce},p=AAAA")).ShouldBeNull();
        exchange.ReadFinal(Encoding.ASCII.GetBytes($"c=biws,r={nonce}")).ShouldBe(false);
        exchange.ReadFinal(Encoding.ASCII.GetBytes($"c=biws,r={nonce},p=A")).ShouldBe(false);
    }
}
