namespace Rialto.Net.Tests;

/// <summary>Paths that read the same to everybody, and others.</summary>
public class RequestPathsTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("/mapi/emsmdb/?MailboxId=a@b/../c%2f")]
    [InlineData("/.well-known/caldav")]
    [InlineData("/...")]
    [InlineData("/a/..b/c..")]
    [InlineData("/dav/r%C3%A9sum%C3%A9%20100%25.txt")]
    [InlineData("http://mail.example.com/mapi/")]
    [InlineData("http://mail.example.com")]
    [InlineData("/50%")]
    public void Plain(string target) => RequestPaths.IsPlain(target).ShouldBeTrue();

    [Theory]
    [InlineData("/autodiscover/autodiscover.json/../../mapi/emsmdb/")]
    [InlineData("/a/./b")]
    [InlineData("/a/..")]
    [InlineData("/a/%2e%2E/b")]
    [InlineData("/a/.%2e")]
    [InlineData("/a%2fb")]
    [InlineData("/a%20%2Fb")]
    [InlineData("/a%5cb")]
    [InlineData("/a\\b")]
    [InlineData("/a%00")]
    [InlineData("http://mail.example.com/a/../b")]
    public void Not_plain(string target) => RequestPaths.IsPlain(target).ShouldBeFalse();
}
