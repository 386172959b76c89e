using Rialto.MailAccess.Imap;
using Rialto.MailAccess.Imap.Urls;

namespace Rialto.MailAccess.Tests.Imap;

/// <summary>RFC 5092 11, RFC 4467 9.</summary>
public sealed class ImapUrlTests
{
    private static ImapUrl Parse(string url)
    {
        ImapUrl.TryParse(url, new ImapOptions(), out var parsed).ShouldBeTrue(url);
        return parsed!;
    }

    [Fact]
    public void All_parts_are_taken()
    {
        var url = Parse("imap://joe;AUTH=*@mail.example.com:1143/gr%C3%BC%C3%9Fe/x;UIDVALIDITY=7/;UID=20/;SECTION=1.2.MIME/;PARTIAL=10.20;EXPIRE=2030-01-02T03:04:05+01:00;URLAUTH=submit+fr%40d:internal:0a");

        (url.User, url.Host, url.Port, url.Mailbox, url.UidValidity, url.Uid).ShouldBe(("joe", "mail.example.com", 1143, "gr\u00fc\u00dfe/x", 7u, 20u));
        (url.Section.Part.Length, url.Offset, url.Length).ShouldBe((2, 10, 20));
        (url.Access, url.AccessUser, url.Mechanism, url.Token).ShouldBe((UrlAccess.Submit, "fr@d", "internal", "0a"));
        url.Expires.ShouldBe(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)));
        url.Rump.ShouldEndWith(";EXPIRE=2030-01-02T03:04:05+01:00;URLAUTH=submit+fr%40d");
    }

    [Theory]
    [InlineData("/INBOX/;UID=20", null, null)]
    [InlineData("//mail.example.com/INBOX/;uid=20", null, "mail.example.com")]
    [InlineData("IMAP://;AUTH=GSSAPI@minbari.example.org/INBOX/;uid=20/;section=1.2", null, "minbari.example.org")]
    [InlineData("imap://joe@[2001:db8::1]:143/INBOX/;UID=20", "joe", "2001:db8::1")]
    [InlineData("imap://joe@example.com:/INBOX/;UID=20;URLAUTH=anonymous", "joe", "example.com")]
    public void Forms(string text, string? user, string? host)
    {
        var url = Parse(text);
        (url.User, url.Host, url.Mailbox, url.Uid).ShouldBe((user, host, "INBOX", 20u));
    }

    [Theory]
    [InlineData("imap://192.0.2.1/INBOX/;UID=20", "192.0.2.1")]
    [InlineData("imap://joe@[2001:DB8:0::1]:143/INBOX/;UID=20", "2001:db8::1")]
    [InlineData("imap://192.0.2.01/INBOX/;UID=20", null)]
    [InlineData("imap://3221225985/INBOX/;UID=20", null)]
    [InlineData("imap://example.com/INBOX/;UID=20", null)]
    [InlineData("/INBOX/;UID=20", null)]
    public void Addresses(string text, string? address) => Parse(text).Address.ShouldBe(address is null ? null : System.Net.IPAddress.Parse(address));

    [Theory]
    [InlineData("")]
    [InlineData("imap://[192.0.2.1]/INBOX/;UID=20")]
    [InlineData("imap://2001:db8::1/INBOX/;UID=20")]
    [InlineData("imap://[2001:db8::1/INBOX/;UID=20")]
    [InlineData("imap://[fe80::1%25eth0]/INBOX/;UID=20")]
    [InlineData("imap://[example.com]/INBOX/;UID=20")]
    [InlineData("INBOX/;UID=20")]
    [InlineData(";UID=20")]
    [InlineData("http://example.com/INBOX/;UID=20")]
    [InlineData("imap:/INBOX/;UID=20")]
    [InlineData("imap://example.com")]
    [InlineData("imap://example.com/")]
    [InlineData("imap://example.com/INBOX")]
    [InlineData("imap://example.com/INBOX?ALL")]
    [InlineData("imap:///INBOX/;UID=20")]
    [InlineData("imap://@example.com/INBOX/;UID=20")]
    [InlineData("imap://joe;x=1@example.com/INBOX/;UID=20")]
    [InlineData("imap://example.com:0/INBOX/;UID=20")]
    [InlineData("imap://example.com:99999/INBOX/;UID=20")]
    [InlineData("/INBOX/;UID=0")]
    [InlineData("/INBOX/;UID=+1")]
    [InlineData("/INBOX/;UID=99999999999")]
    [InlineData("/INBOX/;UID=20/..")]
    [InlineData("/a/../INBOX/;UID=20")]
    [InlineData("/./INBOX/;UID=20")]
    [InlineData("/INBOX;UIDVALIDITY=0/;UID=20")]
    [InlineData("/IN%BOX/;UID=20")]
    [InlineData("/IN%FFBOX/;UID=20")]
    [InlineData("/IN%00BOX/;UID=20")]
    [InlineData("/IN BOX/;UID=20")]
    [InlineData("/INBOX/;UID=20/;SECTION=")]
    [InlineData("/INBOX/;UID=20/;SECTION=1]<0.1>")]
    [InlineData("/INBOX/;UID=20/;PARTIAL=1.0")]
    [InlineData("/INBOX/;UID=20/;PARTIAL=1/;SECTION=1")]
    [InlineData("/INBOX/;UID=20/;UNKNOWN=1")]
    [InlineData("/INBOX/;UID=20;EXPIRE=2030-01-02T03:04:05Z")]
    [InlineData("/INBOX/;UID=20;EXPIRE=tomorrow;URLAUTH=anonymous")]
    [InlineData("/INBOX/;UID=20;URLAUTH=")]
    [InlineData("/INBOX/;UID=20;URLAUTH=user+")]
    [InlineData("/INBOX/;UID=20;URLAUTH=nobody")]
    [InlineData("/INBOX/;UID=20;URLAUTH=anonymous:internal")]
    public void What_is_none_is_refused(string text) => ImapUrl.TryParse(text, new ImapOptions(), out _).ShouldBeFalse();

    [Fact]
    public void Any_cut_or_change_gives_a_value_or_none()
    {
        const string whole = "imap://joe;AUTH=*@mail.example.com:1143/gr%C3%BC/x;UIDVALIDITY=7/;UID=20/;SECTION=1.2.MIME/;PARTIAL=10.20;EXPIRE=2030-01-02T03:04:05Z;URLAUTH=user+fred:internal:0a";
        var random = new Random(1);
        for (var i = 0; i <= whole.Length; i++)
            ImapUrl.TryParse(whole[..i], new ImapOptions(), out _);
        for (var i = 0; i < 20_000; i++)
        {
            var text = whole.ToCharArray();
            for (var k = random.Next(1, 4); k > 0; k--)
                text[random.Next(text.Length)] = (char)random.Next(0x20, 0x7F);
            ImapUrl.TryParse(new string(text), new ImapOptions(), out _);
        }
        ImapUrl.TryParse("/" + new string('a', 100_000) + "/;UID=1", new ImapOptions(), out _).ShouldBeFalse();
    }
}
