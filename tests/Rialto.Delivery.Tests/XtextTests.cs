namespace Rialto.Delivery.Tests;

public class XtextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a+b=c d@ü")]
    [InlineData("\r\n\0")]
    public void Encoded_text_comes_back(string text)
    {
        var encoded = Xtext.Encode(text);
        Xtext.IsValid(encoded).ShouldBeTrue();
        Xtext.Decode(encoded).ShouldBe(text);
    }

    [Theory]
    [InlineData("a=b")]
    [InlineData("a b")]
    [InlineData("a+")]
    [InlineData("a+2")]
    [InlineData("a+2b")]
    [InlineData("a+GG")]
    [InlineData("ü")]
    public void Others_are_invalid_and_left_alone(string text)
    {
        Xtext.IsValid(text).ShouldBeFalse();
        Xtext.Decode(text).ShouldBe(text);
    }
}
