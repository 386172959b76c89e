using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

public class UuencodedTextTests
{
    [Fact]
    public void Files_come_out_of_the_text_around_them()
    {
        var split = Split("Hello\r\nbegin 644 dir/cat.txt\r\n#0V%T\r\n`\r\nend\r\nbetween\r\nbegin 600 \"a b.bin\"\r\n\"86)C\r\n \r\nend\r\nbye");
        Encoding.Latin1.GetString(split.Text).ShouldBe("Hello\r\nbetween\r\nbye");
        split.Files.Select(f => (f.Name, f.Mode, Encoding.Latin1.GetString(f.Data))).ShouldBe([("cat.txt", 0b110_100_100, "Cat"), ("a b.bin", 0b110_000_000, "ab")]);
        UuencodedText.MayContain("Hello\nbegin 644 x"u8).ShouldBeTrue();
    }

    [Theory]
    [InlineData("begin 644 x\nThis is prose about begin lines.\n")]
    [InlineData("Let us\nbegin with this\nand end\nend\n")]
    [InlineData("begin 644\n#0V%T\nend\n")]
    [InlineData("begin 999 x\n#0V%T\nend\n")]
    [InlineData("begin 644 x\nend\n")]
    [InlineData("begin 644 x\n")]
    [InlineData("=ybegin line=128 size=3 name=x\nabc\n=yend size=3\n")]
    public void Prose_stays(string text)
    {
        var split = Split(text);
        split.Files.ShouldBeEmpty();
        Encoding.Latin1.GetString(split.Text).ShouldBe(text);
    }

    [Fact]
    public void A_file_cut_off_is_what_there_was()
    {
        var split = Split("begin 644 x\n#0V%T\n#0V%T\n\nand so on in lower case\n");
        Encoding.Latin1.GetString(split.Files.Single().Data).ShouldBe("CatCat");
    }

    [Fact]
    public void Spaces_cut_off_at_the_end_of_a_line_are_put_back() => Decode("begin 644 x\n#    \n#\n#0V\nend\n").ShouldBe([0, 0, 0, 0, 0, 0, (byte)'C', (byte)'`', 0]);

    [Fact]
    public void Lines_that_are_nothing_but_a_length_make_little_more_than_they_are()
    {
        Decode("begin 644 x\n" + string.Concat(Enumerable.Repeat("M\n", 1_000)) + "end\n").Length.ShouldBe(45_000);
        Decode("begin 644 x\n" + string.Concat(Enumerable.Repeat("M\n", 1_000_000)) + "end\n").Length.ShouldBeLessThan(2_100_000);
    }

    [Theory]
    [InlineData("#0V%T\nend\n")]
    [InlineData("no file\n")]
    public void A_body_without_begin_line_stays_as_it_is(string text) => Encoding.Latin1.GetString(Decode(text)).ShouldBe(text);

    [Fact]
    public void Many_begin_lines_are_read_once()
    {
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("begin 644 x\n", 200_000)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        UuencodedText.Split(text).Files.Count.ShouldBe(0);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(text.Length * 2L + 100_000);
    }

    private static byte[] Decode(string text) => TransferDecoder.Decode(MimeTransferEncoding.Uuencode, Encoding.Latin1.GetBytes(text));

    private static UuencodedText Split(string text) => UuencodedText.Split(Encoding.Latin1.GetBytes(text));
}
