using Rialto.MailAccess.Imap;

namespace Rialto.MailAccess.Tests.Imap;

public sealed class MailboxPatternTests
{
    [Theory]
    [InlineData("INBOX", "*", true)]
    [InlineData("a/b", "%", false)]
    [InlineData("a/b", "%/%", true)]
    [InlineData("a/b/c", "a/*c", true)]
    [InlineData("a/b/c", "a%c", false)]
    [InlineData("inbox", "INBOX", true)]
    [InlineData("ab", "a", false)]
    [InlineData("", "*", true)]
    [InlineData("", "%%", true)]
    [InlineData("abc", "a*b*c*", true)]
    public void Matches(string name, string pattern, bool expected) => MailboxPattern.Matches(name, pattern).ShouldBe(expected);

    [Fact]
    public void Many_wildcards_cost_no_more_than_their_number() =>
        MailboxPattern.Matches(new string('a', 5000), string.Concat(Enumerable.Repeat("*a", 5000)) + "b").ShouldBeFalse();
}
