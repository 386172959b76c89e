using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

public class MailAddressTests
{
    [Theory]
    [InlineData("a@b.c", "|a@b.c")]
    [InlineData("A B <a@b.c>", "A B|a@b.c")]
    [InlineData("\"B, A\" <a@b.c>, d@e.f (D)", "B, A|a@b.c D|d@e.f")]
    [InlineData("=?utf-8?q?J=C3=BC?= <a@b.c>", "Jü|a@b.c")]
    [InlineData("\"=?utf-8?q?J=C3=BC?=\" <a@b.c>", "Jü|a@b.c")]
    [InlineData("Friends: a@b.c, d@e.f;, g@h.i", "|a@b.c/Friends |d@e.f/Friends |g@h.i")]
    [InlineData("Empty:;", "")]
    [InlineData("a@b.c; d@e.f", "|a@b.c |d@e.f")]
    [InlineData("John Q. Public a@b.c", "John Q. Public|a@b.c")]
    [InlineData("a @ b . c", "|a@b.c")]
    [InlineData("<@x,@y:a@b.c>", "|a@b.c")]
    [InlineData("<a@b.c", "|a@b.c")]
    [InlineData("A <<a@b.c>>", "A|a@b.c")]
    [InlineData("\"a b\"@c.d", "|\"a b\"@c.d")]
    [InlineData("a@[1.2.3.4]", "|a@[1.2.3.4]")]
    [InlineData("a@b.c <a@b.c>", "a@b.c|a@b.c")]
    [InlineData("root", "|root")]
    [InlineData("<>", "")]
    [InlineData(",,,", "")]
    [InlineData("\"unclosed <a@b.c>", "|unclosed <a@b.c>")]
    [InlineData("mailto:a@b.c", "|a@b.c")]
    public void Parses(string raw, string expected)
    {
        var found = MailAddress.ParseList(Encoding.UTF8.GetBytes(raw));
        string.Join(' ', found.Select(a => $"{a.Name}|{a.Address}{(a.Group is null ? "" : "/" + a.Group)}")).ShouldBe(expected);
    }
}
