using System.Text;

namespace Rialto.Net.Tests;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("AUTH PLAIN AGFubgBzZWNyZXQ=", "AUTH PLAIN ***")]
    [InlineData("auth login", "auth login")]
    [InlineData("a1 AUTHENTICATE PLAIN AGFubgBz", "a1 AUTHENTICATE PLAIN ***")]
    [InlineData("a1 LOGIN \"ann lee\" \"sec ret\"", "a1 LOGIN ***")]
    [InlineData("PASS secret", "PASS ***")]
    [InlineData("Authorization: Basic YTpi", "Authorization: Basic ***")]
    [InlineData("MAIL FROM:<a@example.com>", "MAIL FROM:<a@example.com>")]
    [InlineData("a1 SELECT PASS", "a1 SELECT PASS")]
    [InlineData("", "")]
    public void Secrets_are_taken_out(string line, string redacted) => Redaction.Redact(Encoding.UTF8.GetBytes(line)).ShouldBe(redacted);

    [Fact]
    public void Answers_to_challenges_are_secret_as_a_whole() => Redaction.Redact("c2VjcmV0"u8, inAuthentication: true).ShouldBe("***");
}
