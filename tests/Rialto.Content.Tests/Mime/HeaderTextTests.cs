using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

public class HeaderTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\r\n b", "a b")]
    [InlineData("=?utf-8?q?J=C3=BC?=", "Jü")]
    [InlineData("=?UTF-8?B?SsO8?=", "Jü")]
    [InlineData("=?utf-8?B?SsO8?= x", "Jü x")]
    [InlineData("x =?utf-8?B?SsO8?=", "x Jü")]
    [InlineData("=?utf-8?q?a?=  \r\n =?utf-8?q?b?=", "ab")]
    [InlineData("=?utf-8?q?a_?= =?iso-8859-1?q?=FC?=", "a ü")]
    [InlineData("=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "€")]
    [InlineData("=?utf-8?q?=E2=82?= =?utf-8?q?=AC?=", "€")]
    [InlineData("=?utf-8*de?q?=C3=A4?=", "ä")]
    [InlineData("=?iso-2022-jp?B?GyRCJDMkcxsoQg==?=", "こん")]
    [InlineData("=?gb2312?B?xOO6ww==?=", "你好")]
    [InlineData("=?ks_c_5601-1987?B?vsiz5w==?=", "안녕")]
    [InlineData("=?x-sjis?B?g2U=?=", "テ")]
    [InlineData("=?utf-7?Q?+AOQ-b?=", "äb")]
    [InlineData("=?utf-8?B?SsO8?", "=?utf-8?B?SsO8?")]
    [InlineData("=?utf-8?X?abc?=", "=?utf-8?X?abc?=")]
    [InlineData("=?nonsense?q?=C3=A4?=", "ä")]
    [InlineData("=?utf-8?b?SsO8!?=", "Jü")]
    [InlineData("a=?utf-8?q?b?=c", "abc")]
    [InlineData("=?utf-8?q??= x", "x")]
    [InlineData("=?utf-8?q?a b?=", "a b")]
    public void Decodes(string raw, string expected) => HeaderText.Decode(Encoding.Latin1.GetBytes(raw)).Trim().ShouldBe(expected);

    [Fact]
    public void Raw_eight_bit_text_is_utf8_else_windows_1252()
    {
        HeaderText.Decode("Jü €"u8).ShouldBe("Jü €");
        HeaderText.Decode([0x4A, 0xFC, 0x20, 0x80]).ShouldBe("Jü €");
    }

    [Theory]
    [InlineData("ks_c_5601-1987", 949)]
    [InlineData("CP936", 936)]
    [InlineData("GB2312", 936)]
    [InlineData("iso-8859-8-i", 28598)]
    [InlineData("iso_8859-1:1987", 1252)]
    [InlineData("ISO8859-2", 28592)]
    [InlineData("windows-1251", 1251)]
    [InlineData("cp1250", 1250)]
    [InlineData("ibm850", 850)]
    [InlineData("koi8-r", 20866)]
    [InlineData("UTF8", 65001)]
    [InlineData("big5", 950)]
    [InlineData("x-unknown", -1)]
    [InlineData("", -1)]
    public void Charset_names_have_code_pages(string name, int codePage) => MailCharset.FindCodePage(name).ShouldBe(codePage);

    [Theory]
    [InlineData("text/plain; name=\"a b.txt\"", "name", "a b.txt")]
    [InlineData("text/plain; name=a b.txt; x=y", "name", "a b.txt")]
    [InlineData("text/plain; charset=utf-8 (comment)", "charset", "utf-8")]
    [InlineData("text/plain charset=utf-8", "charset", "utf-8")]
    [InlineData("text/plain; charset=\"utf-8", "charset", "utf-8")]
    [InlineData("attachment; filename*=utf-8'de'%C3%A4.txt; filename=x", "filename", "ä.txt")]
    [InlineData("attachment; filename*0*=utf-8''%C3%A4; filename*1=\" b\"; filename*2*=%20c", "filename", "ä b c")]
    [InlineData("attachment; filename*1=b; filename*0=a", "filename", "ab")]
    [InlineData("attachment; filename=\"=?utf-8?q?=C3=A4?=.txt\"", "filename", "ä.txt")]
    [InlineData("attachment; filename=\"a\\\"b\\\\c\"", "filename", "a\"b\\c")]
    [InlineData("attachment; FILENAME=x", "filename", "x")]
    [InlineData("attachment; filename=\"a\r\n b\"", "filename", "a b")]
    public void Parameters(string raw, string name, string expected) => MimeParameters.Parse(Encoding.Latin1.GetBytes(raw)).Get(name).ShouldBe(expected);
}
