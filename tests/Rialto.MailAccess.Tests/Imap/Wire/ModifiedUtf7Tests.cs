using System.Text;
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Tests.Imap.Wire;

public sealed class ModifiedUtf7Tests
{
    [Theory]
    [InlineData("INBOX", "INBOX")]
    [InlineData("a&-b", "a&b")]
    [InlineData("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/\u53f0\u5317/\u65e5\u672c\u8a9e")]
    [InlineData("Entw&APw-rfe", "Entw\u00fcrfe")]
    [InlineData("&2D3eAA-", "\U0001F600")]
    [InlineData("&AAo-", "\n")]
    public void Both_directions(string encoded, string text)
    {
        ModifiedUtf7.TryDecode(Encoding.ASCII.GetBytes(encoded), out var decoded).ShouldBeTrue();
        decoded.ShouldBe(text);
        ModifiedUtf7.Encode(text).ShouldBe(encoded);
    }

    [Theory]
    [InlineData("&")]
    [InlineData("&AAA")]
    [InlineData("&AGE-")] // "a" needs no shift
    [InlineData("&AOk-&AOk-")] // one shift would have done
    [InlineData("&AOl-")] // bits left over
    [InlineData("&2D0-")] // half a surrogate pair
    [InlineData("&3gA-")]
    [InlineData("&A/k-")] // "/" is no letter of the alphabet here
    [InlineData("&A-")]
    [InlineData("\u00fc")]
    [InlineData("a\tb")]
    public void Malformed(string encoded) => ModifiedUtf7.TryDecode(Encoding.Latin1.GetBytes(encoded), out _).ShouldBeFalse();

    [Fact]
    public void What_decodes_has_one_encoding()
    {
        var random = new Random(7);
        var alphabet = "&-ABab,+/~ AOk-&AGEg"u8.ToArray();
        for (var i = 0; i < 200_000; i++)
        {
            var name = new byte[random.Next(12)];
            for (var j = 0; j < name.Length; j++)
                name[j] = alphabet[random.Next(alphabet.Length)];
            if (ModifiedUtf7.TryDecode(name, out var text))
                ModifiedUtf7.Encode(text).ShouldBe(Encoding.ASCII.GetString(name));
        }
    }
}
