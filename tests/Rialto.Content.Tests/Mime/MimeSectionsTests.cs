using System.Buffers;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mime;

public class MimeSectionsTests
{
    private static readonly MimeMessage Mixed = MimeMessage.Parse(File.ReadAllBytes(Path.Combine(Corpus.RepositoryRoot!, "tests", "Rialto.Content.Tests", "Fixtures", "mixed.eml")));

    [Theory]
    [InlineData("1.1", MimeSectionKind.Whole, "one\r\ntwo")]
    [InlineData("1.2", MimeSectionKind.Whole, "<p>one=\r\n</p>")]
    [InlineData("2.HEADER", MimeSectionKind.Header, "From: c@example.com\r\nSubject: inner\r\nContent-Type: multipart/mixed; boundary=third\r\n\r\n")]
    [InlineData("2.TEXT", MimeSectionKind.Text, "--third\r\n\r\npart\r\n--third--")]
    [InlineData("2.1", MimeSectionKind.Whole, "part")]
    [InlineData("2.1.MIME", MimeSectionKind.Mime, "\r\n")]
    [InlineData("2.MIME", MimeSectionKind.Mime, "Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=\"fwd.eml\"\r\n\r\n")]
    [InlineData("3", MimeSectionKind.Whole, "QUJD")]
    public void Sections_are_exact(string section, MimeSectionKind kind, string expected)
    {
        int[] path = [.. section.Split('.').Where(s => char.IsAsciiDigit(s[0])).Select(s => s[0] - '0')];
        MimeSections.Find(Mixed.Root, path, kind, out var offset, out var length).ShouldBeTrue();
        Encoding.Latin1.GetString(Mixed.Bytes.Span.Slice(offset, length)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("4", MimeSectionKind.Whole)]
    [InlineData("0", MimeSectionKind.Whole)]
    [InlineData("1.3", MimeSectionKind.Whole)]
    [InlineData("3.1", MimeSectionKind.Whole)]
    [InlineData("3", MimeSectionKind.Header)]
    [InlineData("", MimeSectionKind.Mime)]
    public void What_is_not_there_is_not_found(string section, MimeSectionKind kind)
    {
        int[] path = [.. section.Split('.', StringSplitOptions.RemoveEmptyEntries).Select(s => s[0] - '0')];
        MimeSections.Find(Mixed.Root, path, kind, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void Part_one_of_a_simple_message_is_its_text()
    {
        var message = MimeMessage.Parse("Subject: x\r\n\r\nbody\r\n"u8.ToArray());
        MimeSections.Find(message.Root, [1], MimeSectionKind.Whole, out var offset, out var length).ShouldBeTrue();
        Encoding.Latin1.GetString(message.Bytes.Span.Slice(offset, length)).ShouldBe("body\r\n");
        MimeSections.Find(message.Root, [], MimeSectionKind.Whole, out offset, out length).ShouldBeTrue();
        (offset, length).ShouldBe((0, message.Bytes.Length));
        MimeSections.Find(message.Root, [1, 1], MimeSectionKind.Whole, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void Fields_are_filtered_byte_for_byte()
    {
        var message = MimeMessage.Parse("A: 1\r\n  folded\r\nb : 2\r\nC: 3\r\na: 4\r\n\r\nbody"u8.ToArray());
        Fields(message, false, "A").ShouldBe("A: 1\r\n  folded\r\na: 4\r\n\r\n");
        Fields(message, true, "a", "c").ShouldBe("b : 2\r\n\r\n");
        Fields(message, false, "x").ShouldBe("\r\n");
    }

    private static string Fields(MimeMessage message, bool not, params string[] names)
    {
        var output = new ArrayBufferWriter<byte>();
        MimeSections.WriteFields(message.Root, [.. names.Select(Encoding.ASCII.GetBytes)], not, output);
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }
}
