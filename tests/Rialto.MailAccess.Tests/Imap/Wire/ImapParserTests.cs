using System.Text;
using Rialto.MailAccess.Imap;
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Tests.Imap.Wire;

public sealed class ImapParserTests
{
    private static readonly ImapOptions s_options = new();

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("a]b", "a]b")]
    [InlineData("\"a b\"", "a b")]
    [InlineData("\"a\\\"b\\\\c\"", "a\"b\\c")]
    [InlineData("{3}\r\na\r\n", "a\r\n")]
    [InlineData("{3+}\r\nabc", "abc")]
    [InlineData("\"\"", "")]
    public void Astrings(string input, string expected)
    {
        var parser = new ImapParser(Encoding.Latin1.GetBytes(input), s_options);
        Encoding.Latin1.GetString(parser.AString()).ShouldBe(expected);
        parser.End();
        parser.Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("(")]
    [InlineData("\"abc")]
    [InlineData("\"a\\")]
    [InlineData("\"a\\n\"")]
    [InlineData("\"a\rb\"")]
    [InlineData("{4}\r\nabc")]
    [InlineData("{x}\r\nabc")]
    [InlineData("{-1}\r\nabc")]
    [InlineData("{3}abc")]
    [InlineData("{99999999999999999999}\r\nabc")]
    public void Malformed_strings(string input)
    {
        var parser = new ImapParser(Encoding.Latin1.GetBytes(input), s_options);
        parser.AString();
        parser.End();
        parser.Error.ShouldNotBeNull();
    }

    [Fact]
    public void The_first_error_sticks()
    {
        var parser = new ImapParser("(x"u8, s_options);
        parser.Atom();
        parser.Number().ShouldBe(0u);
        parser.AtEnd.ShouldBeTrue();
        parser.Error.ShouldBe("Atom expected");
    }

    [Theory]
    [InlineData("1", "1-1")]
    [InlineData("1:*", "1-0")]
    [InlineData("*:4,7", "0-4 7-7")]
    [InlineData("4294967295", "4294967295-4294967295")]
    public void Sets(string input, string expected)
    {
        var parser = new ImapParser(Encoding.ASCII.GetBytes(input), s_options);
        var set = SequenceSet.Parse(ref parser);
        parser.End();
        parser.Error.ShouldBeNull();
        string.Join(' ', set.Ranges.Select(r => $"{r.First}-{r.Last}")).ShouldBe(expected);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1,")]
    [InlineData("1:")]
    [InlineData("4294967296")]
    [InlineData(",1")]
    [InlineData("1::2")]
    public void Malformed_sets(string input)
    {
        var parser = new ImapParser(Encoding.ASCII.GetBytes(input), s_options);
        SequenceSet.Parse(ref parser);
        parser.End();
        parser.Error.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("\" 1-Jan-2020 00:00:00 +0000\"", "2020-01-01T00:00:00+00:00")]
    [InlineData("\"31-Dec-1999 23:59:59 -0730\"", "1999-12-31T23:59:59-07:30")]
    [InlineData("\"01-feb-2020 10:00:60 +0100\"", "2020-02-01T10:00:59+01:00")]
    public void Date_times(string input, string expected)
    {
        var parser = new ImapParser(Encoding.ASCII.GetBytes(input), s_options);
        ImapDates.DateTime(ref parser).ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture).ShouldBe(expected);
        parser.Error.ShouldBeNull();
    }

    [Theory]
    [InlineData("\"30-Feb-2020 00:00:00 +0000\"")]
    [InlineData("\" 1-Jan-0001 00:00:00 +0100\"")]
    [InlineData("\"31-Dec-9999 23:59:59 -0100\"")]
    [InlineData("\" 1-Jan-2020 24:00:00 +0000\"")]
    [InlineData("\" 1-Jan-2020 00:00:00 0000\"")]
    [InlineData("\" 1-Xyz-2020 00:00:00 +0000\"")]
    [InlineData("\" 1-Jan-2020\"")]
    public void Malformed_date_times(string input)
    {
        var parser = new ImapParser(Encoding.ASCII.GetBytes(input), s_options);
        ImapDates.DateTime(ref parser);
        parser.Error.ShouldNotBeNull();
    }
}
